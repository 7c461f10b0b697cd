"""How well a promised number of plays is kept: a goal, its hours and what was delivered in; what is due, and how urgent, out.

The goal is spread over the flight's open minutes, each counting as much as people usually come then. Whoever is behind
goes first, but never at more than CATCH_UP times the plan of the past hours: after a long outage one campaign would
otherwise hold its screens alone until everything is made up. Counts come by hour from the ledger, so nothing is kept
here that could not be made again.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from math import floor

from signage.domain.calendar import runs_on
from signage.domain.campaign import Daypart, Flight, Spot
from signage.domain.clock import local
from signage.domain.decision import Pace

CATCH_UP = 2.0
WEEK_H = 168
EVEN: tuple[float, ...] = (1.0,) * WEEK_H  # by hour of the week, Monday midnight first
USUAL = 4  # looks of a usual hour that are put to each hour's own: what was hardly watched counts as usual
QUIETEST, BUSIEST = 0.5, 2.0  # hours that no screen's supply could follow are not asked for
DAY_MIN, QUARTER_MIN = 1_440, 15
DAY = timedelta(days=1)
ROUNDING = 1e-9


def footfall(people: Mapping[int, float], watched: Mapping[int, int]) -> tuple[float, ...]:
    """By hour of the week, people seen and times that somebody watched -> how much each hour counts, 1 = as usual."""
    times = sum(watched.values())
    usual = sum(people.values()) / times if times else 0.0
    if not usual:
        return EVEN
    seen = [(people.get(hour, 0.0), watched.get(hour, 0)) for hour in range(WEEK_H)]
    means = [(came + USUAL * usual) / (looks + USUAL) / usual for came, looks in seen]
    return tuple([min(BUSIEST, max(QUIETEST, mean)) for mean in means])


class Course:
    """The open time of a flight: hours by the store's wall clock, weighted by hour of the week.

    In the night when clocks are set back one hour of the plan is due twice, in the other one none; no goal moves by it.
    """

    def __init__(
        self, flight: Flight, dayparts: Sequence[Daypart], zone: str, country: str, weights: Sequence[float] = EVEN
    ) -> None:
        self._flight, self._zone = flight, zone
        self._first = local(flight.start, zone).date()
        self._days: list[list[float]] = []
        self._before = [0.0]
        made: dict[tuple[int, tuple[bool, ...]], list[float]] = {}
        for n in range((local(flight.end, zone).date() - self._first).days + 1):
            day = self._first + n * DAY
            running = tuple([runs_on(part, one, country) for one in (day, day - DAY) for part in dayparts])
            key = day.weekday(), running
            if key not in made:
                made[key] = _growing(_spans(dayparts, running), weights[24 * key[0] : 24 * key[0] + 24])
            self._days.append(made[key])
            self._before.append(self._before[-1] + made[key][-1])
        self._start = self._gone(flight.start)
        self.whole = self._gone(flight.end) - self._start

    def until(self, at: datetime) -> float:
        """Hours gone by from the flight's start to `at`."""
        return self._gone(min(max(at, self._flight.start), self._flight.end)) - self._start

    def _gone(self, at: datetime) -> float:
        wall = local(at, self._zone)
        n = (wall.date() - self._first).days
        quarter, left = divmod(wall.hour * 60 + wall.minute + wall.second / 60, QUARTER_MIN)
        day, q = self._days[n], int(quarter)
        return self._before[n] + day[q] + (day[q + 1] - day[q]) * left / QUARTER_MIN


class Plan:
    """What a campaign asks for by when: one of its spots tells its goal and its hours.

    `weights` as footfall gives them; `lit`: the share of the screens that show anything, by hour of the week as well.
    """

    def __init__(
        self, spot: Spot, flight: Flight, zone: str, country: str, *, weights: Sequence[float] = EVEN,
        lit: Sequence[float] = EVEN,
    ) -> None:  # fmt: skip
        self.goal, self.flight = spot.goal_plays, flight
        self._hours = Course(flight, spot.dayparts, zone, country, lit)
        busy = [weight * share for weight, share in zip(weights, lit, strict=True)]
        self._busy = Course(flight, spot.dayparts, zone, country, busy)
        self._by_hour = -1, 0.0

    def due(self, at: datetime) -> float:
        """Completed plays that should have been delivered by then."""
        return self.goal * self._busy.until(at) / self._busy.whole if self._busy.whole else 0.0

    def due_by_hour(self, hour: int) -> float:
        """The same at the beginning of an hour since 1970; asked over and over while it lasts."""
        if self._by_hour[0] != hour:
            self._by_hour = hour, self.due(datetime.fromtimestamp(hour * 3_600, UTC))
        return self._by_hour[1]

    def leased_per_hour(self, start: datetime, until: datetime, screens: int) -> int:
        """Plays that each of `screens` may give in an open hour of [start, until) while it can't ask.

        Rounded down: what all screens hold together is never more than the plan; those that can ask make up the rest.
        """
        hours = self._hours.until(until) - self._hours.until(start)
        return floor((self.due(until) - self.due(start)) / hours / screens + ROUNDING) if hours and screens else 0


@dataclass(frozen=True, slots=True)
class Aim:
    """What the ledger and the plan say together: `delivered` of the plays `due` by now; the window asks for `wanted`, and
    has `had` so many."""

    delivered: int
    due: float
    wanted: float
    had: int

    def pace(self, on_the_way: int = 0) -> Pace:
        """With the plays that were sent to screens and are not told yet."""
        had = self.had + on_the_way
        behind = 0.0 if had >= self.wanted else 1.0 - had / self.wanted
        return Pace(self.delivered + on_the_way, self.due, behind)


def aim(plan: Plan, delivered: Mapping[int, int], at: datetime) -> Aim:
    """`delivered`: completed plays by hour since 1970. The window is this hour so far and the whole one before.

    Backlog of the time before it is made up at (CATCH_UP - 1) times the window's own plan; what ran ahead counts in full.
    """
    this, first = hour_of(at), hour_of(plan.flight.start)
    if delivered and not first <= min(delivered) <= max(delivered) <= this:
        delivered = {hour: count for hour, count in delivered.items() if first <= hour <= this}
    whole = sum(delivered.values())
    had = delivered.get(this, 0) + delivered.get(this - 1, 0)
    due, due_before = plan.due(at), plan.due_by_hour(this - 1)
    asked = due - due_before
    wanted = asked + min(due_before - (whole - had), (CATCH_UP - 1) * asked)
    return Aim(whole, due, max(0.0, wanted), had)


def hour_of(at: datetime) -> int:
    """Whole hours since 1970."""
    return int(at.timestamp()) // 3_600


def _spans(dayparts: Sequence[Daypart], running: Sequence[bool]) -> list[tuple[int, int]]:
    """Open minutes of a day; `running`: which of the parts begin on it, then which began the day before."""
    if not dayparts:
        return [(0, DAY_MIN)]
    today, yesterday = running[: len(dayparts)], running[len(dayparts) :]
    begun = [
        (part.start_min, part.end_min if part.start_min < part.end_min else DAY_MIN)
        for part, runs in zip(dayparts, today, strict=True)
        if runs
    ]
    crossing = [
        (0, part.end_min)
        for part, runs in zip(dayparts, yesterday, strict=True)
        if runs and part.end_min <= part.start_min
    ]
    return begun + crossing


def _growing(spans: Sequence[tuple[int, int]], weights: Sequence[float]) -> list[float]:
    """Weighted open hours of a day up to each of its quarters."""
    minutes = bytearray(DAY_MIN)
    for start, end in spans:
        minutes[start:end] = b"\1" * (end - start)
    grown = [0.0]
    for start in range(0, DAY_MIN, QUARTER_MIN):
        grown.append(grown[-1] + sum(minutes[start : start + QUARTER_MIN]) / 60 * weights[start // 60])
    return grown
