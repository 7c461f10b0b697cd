"""番組表: what is scheduled on a screen on a day. Spots and a screen in, who may run when and who fills the rest out.

Asked of deciding's own gates between the moments at which they may change their mind, so the two can't disagree. What
hangs on the people there, on stock, prices, caps and chance is not scheduled, and left out.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from itertools import groupby, pairwise
from zoneinfo import ZoneInfo

from signage.decide.gates import GATES
from signage.decide.levels import ABSOLUTE
from signage.decide.lineup import STANDING
from signage.decide.pacing import Plan
from signage.domain.audience import AudienceClass
from signage.domain.campaign import Distance, Level, Spot
from signage.domain.clock import wall_cuts
from signage.domain.condition import lit_hours
from signage.domain.decision import Context, Gate
from signage.domain.place import Screen, Store

Span = tuple[datetime, datetime]
SCHEDULED = [GATES[gate] for gate in STANDING if gate not in (Gate.APPROVAL, Gate.PAUSED)]
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Line:
    """A campaign's day on a screen: when it may run (in order, apart), and of its goal the plays that this day is to bring
    on all its screens together; `share`: percent of this screen's plays that it was promised. `waits` for certain people."""

    campaign_id: str
    level: Level
    open: tuple[Span, ...]
    paused: bool = False
    plays: float = 0.0
    share: int = 0
    waits: bool = False

    @property
    def leaves_time(self) -> bool:
        """Does it leave some to the store's own content, alone on the screen?"""
        return self.waits or bool(self.plays or self.share)


class Rest(StrEnum):
    """What the store's own content does in a slot."""

    ALL = "all"  # there is nothing else
    FILLS = "fills"  # what promises leave, and who isn't there
    TURNS = "turns"  # only where it is its turn
    NONE = "none"  # something has the screen to itself, or the panel is dark


@dataclass(frozen=True, slots=True)
class Slot:
    """A stretch of the day in which the same campaigns may run, strongest level first."""

    start: datetime
    end: datetime
    lit: bool
    lines: tuple[Line, ...]

    @property
    def rest(self) -> Rest:
        if not self.lit or any(line.level in ABSOLUTE for line in self.lines):
            return Rest.NONE
        if not self.lines:
            return Rest.ALL
        return Rest.FILLS if all(line.leaves_time for line in self.lines) else Rest.TURNS


def day_of(day: date, zone: str) -> Span:
    """A store's day in UTC: 23 or 25 hours where its clocks change."""
    first, last = (datetime.combine(one, time(), ZoneInfo(zone)).astimezone(UTC) for one in (day, day + DAY))
    return first, last


def lines(spots: Iterable[Spot], screen: Screen, store: Store, country: str, day: date) -> list[Line]:
    """The approved campaigns that may run there on that day, by level and hour; paused ones as if they were not."""
    found = []
    ordered = sorted((spot for spot in spots if spot.campaign_id and spot.approved), key=lambda spot: spot.campaign_id)
    for campaign_id, of in groupby(ordered, key=lambda spot: spot.campaign_id):
        several = list(of)
        hours = joined(span for spot in several for span in open_times(spot, screen, store, country, day))
        if hours:
            one = several[0]
            plays, share = _promised(one, store, country, day), one.goal_share if one.level is Level.GUARANTEED else 0
            found.append(Line(campaign_id, one.level, tuple(hours), one.paused, plays, share, _waits(one)))
    return sorted(found, key=lambda line: (line.level, line.open, line.campaign_id))


def slots(scheduled: Sequence[Line], screen: Screen, zone: str, day: date) -> list[Slot]:
    """The whole day, in as few stretches as there are differences; what is paused has none."""
    start, end = day_of(day, zone)
    on, running = lit_hours(screen, zone, start, end), [line for line in scheduled if not line.paused]
    cuts = {
        start,
        end,
        *(cut for line in running for span in line.open for cut in span),
        *(c for one in on for c in one),
    }
    made = list[Slot]()
    for first, last in pairwise(sorted(cuts)):
        there = tuple(line for line in running if holds(line.open, first))
        slot = Slot(first, last, holds(on, first), there)
        if made and (made[-1].lit, made[-1].lines) == (slot.lit, slot.lines):
            made[-1] = Slot(made[-1].start, last, slot.lit, slot.lines)
        else:
            made.append(slot)
    return made


def open_times(spot: Spot, screen: Screen, store: Store, country: str, day: date) -> list[Span]:
    """When a spot may run on that day of the store, approved or not; the panel's hours aside."""
    context, (start, end) = _there(screen, store, country), day_of(day, store.zone)
    cuts = {start, end, spot.expires or end} | ({spot.flight.start, spot.flight.end} if spot.flight else set())
    cuts |= {spot.expires} if spot.expires else set()
    if spot.dayparts:  # without any, clocks that change change nothing
        cuts |= wall_cuts(day, store.zone, [n for part in spot.dayparts for n in (part.start_min, part.end_min)])
    within = sorted(cut for cut in cuts if start <= cut <= end)
    return joined((one, two) for one, two in pairwise(within) if _runs(spot, context, one))


def joined(spans: Iterable[Span]) -> list[Span]:
    """In order, without overlaps; what touches is one."""
    found = list[Span]()
    for start, end in sorted(spans):
        if found and start <= found[-1][1]:
            found[-1] = found[-1][0], max(end, found[-1][1])
        else:
            found.append((start, end))
    return found


def shared(some: Sequence[Span], others: Sequence[Span]) -> list[Span]:
    """The time that is in both; each in order and apart."""
    cut = [(max(one[0], two[0]), min(one[1], two[1])) for one in some for two in others]
    return [(start, end) for start, end in cut if start < end]


def holds(spans: Iterable[Span], at: datetime) -> bool:
    return any(start <= at < end for start, end in spans)


def _runs(spot: Spot, context: Context, at: datetime) -> bool:
    then = replace(context, now=at)
    return all(check(spot, then).passed for check in SCHEDULED)


def _waits(spot: Spot) -> bool:
    aim = spot.targeting
    guests = aim.guests_only or spot.level is Level.MEMBER
    return guests or bool(aim.audience) or aim.distance is not Distance.ANY


def _promised(spot: Spot, store: Store, country: str, day: date) -> float:
    if spot.level is not Level.GUARANTEED or not spot.goal_plays or spot.flight is None:
        return 0.0
    plan, (start, end) = Plan(spot, spot.flight, store.zone, country), day_of(day, store.zone)
    return plan.due(end) - plan.due(start)


def _there(screen: Screen, store: Store, country: str) -> Context:
    """The place and its clock, and nothing that changes within a day."""
    return Context(
        screen_id=screen.screen_id, store_id=store.store_id, zone=screen.zone, tags=screen.tags,
        orientation=screen.orientation, now=datetime.min.replace(tzinfo=UTC), store_zone=store.zone, country=country,
        audience=AudienceClass.UNKNOWN, near=False, restricted_without_camera=store.restricted_without_camera, guest=False,
        scores={}, reasons={}, stock={}, unsafe=frozenset(), plays_last_hour={}, last_shown_ago_s={}, cached=None,
        model_version="",
    )  # fmt: skip
