"""Wear-out: a spot's days of plays in, those whose response falls the more they are shown out.

A day's response of a spot is held against that of all other spots on the same day, so weather, weekends and footfall fall
out. The logarithm of that ratio is regressed on the plays shown so far, each day weighted by its own certainty (weighted
least squares; the ratio's variance by the delta method), and the slope is tested on one side. Looking every day at many
spots would find something by chance: the error is shared out among spots and looks (Bonferroni).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import exp, log, sqrt
from statistics import NormalDist

from signage.domain.response import SpotDay

LOOKS = 7  # days of a week
ERROR = 0.05  # over all spots and looks together
LEAST_FALL = 0.10  # smaller ones are not worth a new creative
LEAST_DAYS = 3
LEAST_PLAYS = 30  # of a day, for its mean to mean something


@dataclass(frozen=True, slots=True)
class Wear:
    """`fall`: the share of its response that a spot has lost since its first day; `plays` shown so far, over `days`."""

    spot_id: str
    fall: float
    plays: int
    days: int


def worn(spots: Mapping[str, Sequence[SpotDay]]) -> list[Wear]:
    """Each spot's days in order -> the worn ones, the most worn first."""
    totals: dict[int, list[float]] = {}
    for days in spots.values():
        for one in days:
            total = totals.setdefault(one.day, [0.0, 0.0, 0.0])
            for place, value in enumerate((one.plays, one.reward, one.squared)):
                total[place] += value
    limit = -NormalDist().inv_cdf(ERROR / LOOKS / max(1, len(spots)))
    found = [wear for spot_id, days in spots.items() if (wear := _wear(spot_id, days, totals, limit))]
    return sorted(found, key=lambda wear: (-wear.fall, wear.spot_id))


def _wear(spot_id: str, days: Sequence[SpotDay], totals: Mapping[int, Sequence[float]], limit: float) -> Wear | None:
    points, shown = [], 0
    for one in days:
        rest = [total - own for total, own in zip(totals[one.day], (one.plays, one.reward, one.squared), strict=True)]
        ours, others = _mean(one.plays, one.reward, one.squared), _mean(*rest)
        if ours and others:
            points.append((shown + one.plays / 2, log(ours[0] / others[0]), ours[1] + others[1]))
        shown += one.plays
    if len(points) < LEAST_DAYS:
        return None
    slope, error = _slope(points)
    fall = 1.0 - exp(slope * (points[-1][0] - points[0][0]))
    if slope / error > -limit or fall < LEAST_FALL:
        return None
    return Wear(spot_id, fall, shown, len(days))


def _mean(plays: float, reward: float, squared: float) -> tuple[float, float] | None:
    """(mean, variance of its logarithm); None where there is too little to say."""
    if plays < LEAST_PLAYS or reward <= 0:
        return None
    mean = reward / plays
    return mean, max(squared / plays - mean * mean, 1e-9) / (plays * mean * mean)


def _slope(points: Sequence[tuple[float, float, float]]) -> tuple[float, float]:
    """(x, y, variance of y) -> slope and its standard error, widened where days scatter more than their plays explain."""
    weights = [1.0 / variance for *_, variance in points]
    whole = sum(weights)
    mean_x = sum(w * x for w, (x, _, _) in zip(weights, points, strict=True)) / whole
    mean_y = sum(w * y for w, (_, y, _) in zip(weights, points, strict=True)) / whole
    spread = sum(w * (x - mean_x) ** 2 for w, (x, _, _) in zip(weights, points, strict=True))
    slope = sum(w * (x - mean_x) * (y - mean_y) for w, (x, y, _) in zip(weights, points, strict=True)) / spread
    left = sum(w * (y - mean_y - slope * (x - mean_x)) ** 2 for w, (x, y, _) in zip(weights, points, strict=True))
    return slope, sqrt(max(1.0, left / max(1, len(points) - 2)) / spread)
