"""Can a log be judged off-line? Decision records in, for each day the checks of its propensities out.

Any policy's reward is estimated by weighting each record with (that policy's chance / the logged chance). The check needs
no reward: for the policy that draws evenly these weights average to 1, whatever was logged, if and only if the logged
chances are those that were drawn with. The effective sample size is Kish's, (sum w)^2 / sum w^2.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from signage.decide.draw import WHOLE
from signage.decide.levels import ABSOLUTE
from signage.decide.policy import ASKED, POLICIES, STANDIN
from signage.domain.decision import Decision

NEAR_ONE = (0.95, 1.05)
FEWEST = 1_000  # drawn records; a mean of fewer says little
LEAST_SHARE = 0.05  # of the records that count effectively
MOST_STANDINS = 0.05


@dataclass(slots=True)
class LogDay:
    """`drawn` of the `records` were left to chance. `broken`: their chances don't add up, or the choice isn't among them.
    `members_on` and `members_off`: guests' records in the two arms of the members' holdout."""

    day: date
    records: int = 0
    drawn: int = 0
    asked: int = 0
    standins: int = 0
    withheld: int = 0
    members_on: int = 0
    members_off: int = 0
    broken: int = 0
    under_floor: int = 0
    floor: float = 1.0
    weights: float = 0.0
    squares: float = 0.0

    @property
    def mean_weight(self) -> float:
        return self.weights / self.drawn if self.drawn else 0.0

    @property
    def effective(self) -> float:
        return self.weights**2 / self.squares if self.squares else 0.0

    def doubts(self) -> list[str]:
        """Why this day can't be judged: codes, none when it can."""
        found = {
            "few": self.drawn < FEWEST,
            "weights": self.drawn > 0 and not NEAR_ONE[0] <= self.mean_weight <= NEAR_ONE[1],
            "effective": self.drawn > 0 and self.effective < LEAST_SHARE * self.drawn,
            "floor": self.under_floor > 0,
            "broken": self.broken > 0,
            "standins": self.standins > MOST_STANDINS * self.records,
        }
        return [code for code, holds in found.items() if holds]


@dataclass(slots=True)
class Judge:
    """Tell it every record, then read its days."""

    days: dict[date, LogDay] = field(default_factory=dict)

    def tell(self, records: Iterable[Decision]) -> None:
        for made in records:
            day = self.days.setdefault(made.at.date(), LogDay(made.at.date()))
            day.records += 1
            day.asked += made.policy == ASKED
            day.standins += made.policy == STANDIN
            day.withheld += made.ghost is not None
            day.members_on += made.withheld is False
            day.members_off += made.withheld is True
            if made.policy in POLICIES and made.draw and made.level not in ABSOLUTE:
                _add(day, made)


def _add(day: LogDay, made: Decision) -> None:
    day.drawn += 1
    parts = {d.number: round(d.probability * WHOLE) for d in made.draw}
    if sum(parts.values()) != WHOLE or parts.get(made.chosen) != round(made.propensity * WHOLE) or not made.propensity:
        day.broken += 1
        return
    least, even = min(parts.values()), 1.0 / len(parts)
    day.floor = min(day.floor, least / WHOLE)
    day.under_floor += least < min(POLICIES[made.policy].floor_ppm, WHOLE // len(parts))
    weight = even / made.propensity
    day.weights += weight
    day.squares += weight * weight
