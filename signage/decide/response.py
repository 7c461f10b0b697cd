"""What people did while a spot was on, learned: outcomes in, for each spot how much better than the rest it does here out.

A logistic regression whose weights are independent Gaussians, updated one outcome at a time by assumed-density filtering
(Graepel, Quinonero Candela, Borchert & Herbrich, "Web-Scale Bayesian Click-Through Rate Prediction", ICML 2010, with the
logistic likelihood's Laplace step of Spiegelhalter & Lauritzen 1990). The prior shrinks: without outcomes every spot is
as good as every other. Weights drift, so what was learned long ago is believed less.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from math import exp

from signage.domain.response import Outcome, Situation, Weight

BASE_VARIANCE = 4.0  # of what all spots share: how people are at this place and hour
SPOT_VARIANCE = 0.25  # of what is a spot's own, in log-odds
HERE_VARIANCE = 0.06  # of how it differs from that in one situation
DRIFT = 0.002  # variance gained a day
MOST = 2.0  # log-odds; no spot is believed to be more than this better or worse
CUT = "price:cut"
FIRST_GUESS = -3.0  # log-odds before the first outcome


@dataclass(frozen=True, slots=True)
class Response:
    """`version` grows with every batch that was learned from; 0 knows nothing."""

    version: int = 0
    weights: Mapping[str, Weight] = field(default_factory=dict)

    def of(self, spot_id: str, gtins: Sequence[str], here: Situation, *, cut: bool = False) -> float:
        """Log-odds by which this spot does better (or worse) here than an unknown one whose price is not cut."""
        weights = self.weights
        names = own(spot_id, gtins, here, cut=cut)
        return min(MOST, max(-MOST, sum([weights[name].mean for name in names if name in weights])))


def own(spot_id: str, gtins: Sequence[str], here: Situation, *, cut: bool = False) -> list[str]:
    """Names of the weights that tell a spot from the others here. What a cut price does is known of all spots together,
    and of each: beside it in the draw stand spots whose price is not cut."""
    spot = f"spot:{spot_id}"
    names = [spot, *(f"product:{gtin}" for gtin in gtins), *(f"{spot}|{part}" for part in here.parts())]
    return [*names, CUT, f"{spot}|{CUT}"] if cut else names


def learn(known: Response, outcomes: Iterable[Outcome]) -> Response:
    """Outcomes in the order of time -> what is known afterwards. Learning nothing changes nothing."""
    weights, count = dict(known.weights), 0
    for outcome in outcomes:
        _step(weights, outcome)
        count += 1
    return replace(known, version=known.version + 1, weights=weights) if count else known


def _step(weights: dict[str, Weight], outcome: Outcome) -> None:
    shares = _features(outcome)
    held = [_aged(weights.get(name), name, outcome.day) for name, _ in shares]
    odds = sum(weight.mean * share for weight, (_, share) in zip(held, shares, strict=True))
    expected = 1.0 / (1.0 + exp(-max(-30.0, min(30.0, odds))))
    curve = expected * (1.0 - expected) * outcome.weight
    spread = sum(weight.variance * share * share for weight, (_, share) in zip(held, shares, strict=True))
    damped = 1.0 + curve * spread
    error = outcome.weight * (outcome.reward - expected) / damped
    for weight, (name, share) in zip(held, shares, strict=True):
        moved = weight.variance * share
        weights[name] = Weight(
            weight.mean + moved * error, weight.variance - moved * moved * curve / damped, outcome.day
        )


def _features(outcome: Outcome) -> list[tuple[str, float]]:
    """What all share counts whole; what is the spot's own by how much of the time it was on."""
    shared = [(outcome.base, 1.0), *((f"{outcome.base}|{part}", 1.0) for part in outcome.here.parts())]
    names = own(outcome.spot_id, outcome.gtins, outcome.here, cut=outcome.cut)
    return shared + [(name, outcome.share) for name in names]


def _aged(weight: Weight | None, name: str, day: float) -> Weight:
    prior = _prior(name)
    if weight is None:
        return Weight(FIRST_GUESS if prior == BASE_VARIANCE else 0.0, prior, day)
    return Weight(weight.mean, min(prior, weight.variance + DRIFT * max(0.0, day - weight.day)), day)


def _prior(name: str) -> float:
    if "|" in name:
        return HERE_VARIANCE
    return SPOT_VARIANCE if name == CUT or name.startswith(("spot:", "product:")) else BASE_VARIANCE
