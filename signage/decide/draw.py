"""The draw: scores in, exact chances in millionths and the one that a seed picks out.

Chances are whole millionths that sum to 1,000,000, so a record holds exactly what was drawn with. They are a softmax
of the scores (Boltzmann exploration) with a floor by water-filling: whoever would fall below it gets the floor, and
the others share the rest in proportion.
"""

from collections.abc import Mapping, Sequence
from math import exp
from random import Random

from signage.decide.policy import Policy
from signage.domain.campaign import Spot

WHOLE = 1_000_000
STEPS = 1_000  # a score is known in so many parts of one: whole numbers are quicker to add and to sort
NEUTRAL = 0.5  # the relevance of a spot that promotes no product, and of all while there is no data


def relevance(spot: Spot, scores: Mapping[str, float]) -> float:
    """0-1: the best score among the promoted products."""
    if not scores or not spot.gtins:
        return NEUTRAL
    return max(scores.get(gtin, 0.0) for gtin in spot.gtins)


def score(relevance: float, ago_s: float | None, loop_s: float, weight: float) -> int:
    """Relevance and waiting time in one number, in thousandths. `loop_s`: one turn of all contenders."""
    waited = 1.0 if ago_s is None else 1.0 - exp(-max(ago_s, 0.0) / loop_s)
    return round(STEPS * (weight * relevance + (1 - weight) * waited))


def chances(scores: Sequence[float], policy: Policy) -> list[int]:
    """Scores, best first and at least one -> millionths in the same order."""
    floor = min(policy.floor_ppm, WHOLE // len(scores))
    weights = [exp((value - scores[0]) / policy.temperature) for value in scores]
    above, total = len(weights), sum(weights)
    while above > 1 and weights[above - 1] * (WHOLE - floor * (len(weights) - above)) < floor * total:
        above -= 1
        total -= weights[above]
    share = (WHOLE - floor * (len(weights) - above)) / total
    # Rounding can leave a share a hair under the floor; the best spot pays for it below.
    parts = [max(floor, int(weight * share)) for weight in weights[:above]] + [floor] * (len(weights) - above)
    parts[0] += WHOLE - sum(parts)
    return parts


def pick(parts: Sequence[int], seed: int) -> int:
    """Millionths and a seed -> the position drawn."""
    ticket = Random(seed).randrange(WHOLE)
    for position, part in enumerate(parts):
        ticket -= part
        if ticket < 0:
            return position
    raise ValueError(f"chances sum to {sum(parts)} millionths")
