"""Coverage: of the time in which a panel is to show its programme, how much is confirmed, and what became of the rest.

scheduled = the panel's hours. confirmed = the part of them in which a play of the programme was on, and nothing else is
known to have hidden it. Every other second is missing and has one cause, from the best evidence there is of it.
Pure: rows in, hours out.
"""

from bisect import bisect_right
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import pairwise

from signage.domain.condition import REPORTED, Condition, Empty
from signage.domain.play import Area, EndedWhy, Play
from signage.storage.conditions import Stretch

HELD = timedelta(seconds=2)  # between two plays the last frame stands; a longer hole is none
STANDS = timedelta(seconds=35)  # a report holds until the next is due
HOUR = timedelta(hours=1)


class Cause(StrEnum):
    """What a missing second was lost to."""

    OFFLINE = "offline"  # nothing heard, and no play told (yet)
    SERVER = "server"  # the server was away
    CLOSED = "closed"  # the player's page was closed
    SHUT_OUT = "shut_out"  # its key was revoked
    BLACK = "black"  # nothing to be seen on the page, whatever it claims to have played
    UNLIT = "unlit"  # the panel was dark
    PREEMPTED = "preempted"  # something stronger ran: an emergency, a takeover, a guest's minute
    CAP = "cap"
    NOT_CACHED = "not_cached"
    DAYPART = "daypart"  # nothing was due at that hour
    LEASE_OVER = "lease_over"
    FAILED = "failed"  # its creative could not be shown
    NOTHING = "nothing"  # the brand still, for a reason that wasn't told
    NOT_TOLD = "not_told"  # it reported to be playing, and its plays have not come (yet)


OF_EMPTY = {str(word): Cause(str(word)) for word in Empty}
OF_CONDITION = {
    Condition.LOST: Cause.OFFLINE, Condition.SERVER: Cause.SERVER, Condition.CLOSED: Cause.CLOSED,
    Condition.SHUT_OUT: Cause.SHUT_OUT, Condition.BLACK: Cause.BLACK, Condition.UNLIT: Cause.UNLIT,
    Condition.PLAYING: Cause.NOT_TOLD,
}  # fmt: skip
DARK = frozenset({Condition.BLACK, Condition.UNLIT})

Span = tuple[datetime, datetime]


@dataclass(frozen=True, slots=True)
class Gap:
    """A stretch of scheduled time without its programme, and why."""

    start: datetime
    end: datetime
    cause: Cause


@dataclass(frozen=True, slots=True)
class Hour:
    """One hour of one screen: seconds scheduled, confirmed, and missing by cause; the last two add up to the first."""

    start: datetime
    scheduled_s: float
    confirmed_s: float
    missing_s: dict[Cause, float]


def gaps(
    scheduled: Sequence[Span], plays: Sequence[Play], stretches: Sequence[Stretch], preempting: Collection[str] = ()
) -> list[Gap]:
    """One screen: its panel's hours, its plays by start, its conditions by `since` -> every gap, in order of time.

    `preempting`: campaigns at level emergency or takeover. A guest's plays preempt too.
    """
    main = [play for play in plays if play.area is Area.MAIN]
    stronger = {id(play) for play in main if play.guest or play.campaign_id in preempting}
    programme = merged((span(play) for play in main if play.shown_ms and id(play) not in stronger), HELD)
    preempted = merged((span(play) for play in main if play.shown_ms and id(play) in stronger), HELD)
    failed = [play.started_at for play in main if play.why is EndedWhy.FAILED]
    evidence = _Evidence(stretches, preempted, failed)
    return _joined(
        Gap(start, end, cause)
        for start, end in _cut(scheduled, [*programme, *preempted], evidence.edges())
        if (cause := evidence.cause(start, end, _holds(programme, start))) is not None
    )


def hours(scheduled: Sequence[Span], missing: Sequence[Gap]) -> list[Hour]:
    """Panel's hours and gaps -> one row for each hour (of the clock, in the spans' own zone) that has scheduled time."""
    rows: dict[datetime, dict[Cause | None, float]] = {}
    for start, end in _by_hour(scheduled):
        row = rows.setdefault(_hour(start), {None: 0.0})
        row[None] += (end - start).total_seconds()
    for gap in missing:
        for start, end in _by_hour([(gap.start, gap.end)]):
            row = rows[_hour(start)]
            row[gap.cause] = row.get(gap.cause, 0.0) + (end - start).total_seconds()
    found = []
    for start, row in sorted(rows.items()):
        lost = {cause: seconds for cause, seconds in row.items() if cause is not None}
        found.append(Hour(start, row[None], row[None] - sum(lost.values()), lost))
    return found


def span(play: Play) -> Span:
    return play.started_at, play.started_at + timedelta(milliseconds=play.shown_ms)


def merged(spans: Iterable[Span], bridge: timedelta) -> list[Span]:
    """Spans in order without overlaps; holes up to `bridge` are closed."""
    found: list[Span] = []
    for start, end in sorted(spans):
        if found and start - found[-1][1] <= bridge:
            found[-1] = found[-1][0], max(found[-1][1], end)
        else:
            found.append((start, end))
    return found


class _Evidence:
    """What is known of any moment, other than the plays of the programme."""

    def __init__(self, stretches: Sequence[Stretch], preempted: Sequence[Span], failed: Sequence[datetime]) -> None:
        self._stretches = sorted(stretches, key=lambda one: one.since)
        self._since = [one.since for one in self._stretches]
        self._preempted = preempted
        self._failed = sorted(failed)

    def edges(self) -> list[datetime]:
        return [edge for index, one in enumerate(self._stretches) for edge in (one.since, self._until(index))]

    def cause(self, start: datetime, end: datetime, played: bool) -> Cause | None:
        """Of [start, end), inside which nothing changes; None when the programme was on and nothing hid it."""
        index = bisect_right(self._since, start) - 1
        current = self._stretches[index] if index >= 0 and start < self._until(index) else None
        if current is not None and current.condition in DARK:
            return OF_CONDITION[current.condition]
        if played:
            return None
        if _holds(self._preempted, start):
            return Cause.PREEMPTED
        return self._silence(index) if current is None else self._reported(current, start, end)

    def _reported(self, current: Stretch, start: datetime, end: datetime) -> Cause:
        if current.condition is Condition.EMPTY:
            return OF_EMPTY.get(current.detail, Cause.NOTHING)
        if current.condition is Condition.PLAYING and self._failing(start, end):
            return Cause.FAILED
        return OF_CONDITION[current.condition]

    def _until(self, index: int) -> datetime:
        """How a socket ended holds until somebody reports again; a report for a while, unless another follows."""
        one = self._stretches[index]
        following = self._since[index + 1] if index + 1 < len(self._since) else None
        if one.condition not in REPORTED:
            return following or datetime.max.replace(tzinfo=one.since.tzinfo)
        stands = one.until + STANDS
        return stands if following is None else min(stands, following)

    def _silence(self, index: int) -> Cause:
        """Reports ran out: what was noticed next says why, for a socket's end is noticed later than it happens."""
        following = self._stretches[index + 1] if index + 1 < len(self._stretches) else None
        if following is not None and following.condition not in REPORTED:
            return OF_CONDITION[following.condition]
        return Cause.OFFLINE

    def _failing(self, start: datetime, end: datetime) -> bool:
        index = bisect_right(self._failed, end)
        return index > 0 and self._failed[index - 1] >= start - STANDS


def _cut(scheduled: Sequence[Span], played: Sequence[Span], edges: Sequence[datetime]) -> Iterable[Span]:
    """The scheduled time in pieces inside which nothing begins or ends."""
    cuts = sorted({edge for one in (*scheduled, *played) for edge in one} | set(edges))
    for start, end in scheduled:
        first, last = bisect_right(cuts, start), bisect_right(cuts, end)
        yield from pairwise([start, *cuts[first : last - 1], end])


def _holds(spans: Sequence[Span], at: datetime) -> bool:
    index = bisect_right(spans, at, key=lambda one: one[0]) - 1
    return index >= 0 and at < spans[index][1]


def _joined(found: Iterable[Gap]) -> list[Gap]:
    joined: list[Gap] = []
    for gap in found:
        if joined and joined[-1].cause is gap.cause and joined[-1].end == gap.start:
            joined[-1] = Gap(joined[-1].start, gap.end, gap.cause)
        else:
            joined.append(gap)
    return joined


def _by_hour(spans: Iterable[Span]) -> Iterable[Span]:
    for first, end in spans:
        start = first
        while start < end:
            cut = min(_hour(start) + HOUR, end)
            yield start, cut
            start = cut


def _hour(at: datetime) -> datetime:
    return at.replace(minute=0, second=0, microsecond=0)
