"""What is learned from plays: the situation that a spot ran in, what came of it, and what is remembered of that."""

from dataclasses import dataclass
from datetime import datetime
from typing import Self

PARTS = ((6, "night"), (11, "morning"), (14, "noon"), (17, "afternoon"), (24, "evening"))  # up to that hour
WEEKEND = 5  # Saturday
MANY = 3  # people before a screen


@dataclass(frozen=True, slots=True)
class Situation:
    """Where and when, and who stood there as an anonymous bucket; "" where it isn't known. Coarse on purpose."""

    store_id: str
    zone: str
    audience: str
    part: str  # of the day: see part_of
    day: str  # "weekday" or "weekend"
    crowd: str  # see crowd_of

    @classmethod
    def at(cls, store_id: str, zone: str, audience: str, wall: datetime, crowd: str) -> Self:
        """`wall`: by the store's clock. Learning and deciding both come this way, so that what was learned is found again."""
        return cls(store_id, zone, audience, part_of(wall.hour), day_of(wall.weekday()), crowd)

    def parts(self) -> tuple[str, ...]:
        """The names that weights know this situation by."""
        named = (
            ("store", self.store_id), ("zone", self.zone), ("audience", self.audience), ("part", self.part),
            ("day", self.day), ("crowd", self.crowd),
        )  # fmt: skip
        return tuple([f"{kind}:{value}" for kind, value in named if value])


@dataclass(frozen=True, slots=True)
class Outcome:
    """`reward` 0-1: what came of `share` (0-1) of the time being the spot's. `base` names what the reward is measured by.

    `day` counts days (with fractions) since 1970; `weight` is how many plays like this one it stands for. `cut`: one of the
    products cost less than before.
    """

    spot_id: str
    gtins: tuple[str, ...]
    here: Situation
    base: str
    reward: float
    day: float
    share: float = 1.0
    weight: float = 1.0
    cut: bool = False


@dataclass(frozen=True, slots=True)
class Weight:
    """One weight's mean and variance as of `day`."""

    mean: float
    variance: float
    day: float


@dataclass(frozen=True, slots=True)
class SpotDay:
    """Plays of one spot on one day, the sum of their rewards and of the squares."""

    day: int
    plays: int
    reward: float
    squared: float


def part_of(hour: int) -> str:
    """The part of the day that an hour (0-23) of the store's clock belongs to."""
    return next(name for until, name in PARTS if hour < until)


def day_of(weekday: int) -> str:
    """0 = Monday -> "weekday" or "weekend"."""
    return "weekend" if weekday >= WEEKEND else "weekday"


def crowd_of(present: int | None) -> str:
    """People before a screen -> "nobody", "few" or "many"; "" where nobody counts."""
    if present is None:
        return ""
    return "many" if present >= MANY else "few" if present else "nobody"
