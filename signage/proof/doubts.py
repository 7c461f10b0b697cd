"""The ledger in; what in it can't be quite true out: claims that contradict each other or the clock, numbers that are missing.

Nothing is dropped for it: a doubted play still counts, and is shown with its doubt.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import pairwise

from signage.domain.clock import from_millis
from signage.domain.play import Area, Play
from signage.proof.coverage import span
from signage.storage.plays import Told

SLACK = timedelta(seconds=2)  # clocks are corrected in steps, and the last frame stands until the next one is ready
AFTER_DECISION = timedelta(minutes=15)  # a spot waits for the end of the one before, which lasts at most ten


class DoubtKind(StrEnum):
    OVERLAP = "overlap"  # another play of the same area was on
    LONGER_THAN_CLOCK = "longer_than_clock"  # it claims more time than had passed when it was told
    FAR_CLOCK = "far_clock"  # it began before its decision, long after it, or after it was told


@dataclass(frozen=True, slots=True)
class Doubt:
    """`by`: how far it is off."""

    screen_id: str
    play_id: str
    at: datetime
    kind: DoubtKind
    by: timedelta


@dataclass(frozen=True, slots=True)
class Missing:
    """The device counted these plays (first to last, both included) and has not told them (yet). `before` is the next told."""

    screen_id: str
    first: int
    last: int
    before: datetime


def doubts(told: Sequence[Told]) -> list[Doubt]:
    """The plays of any screens, by screen and start -> each doubt, in that order; a play may have several."""
    found: list[Doubt] = []
    free: dict[tuple[str, Area], datetime] = {}
    for one in told:
        play = one.play
        start, end = span(play)
        taken = free.get((play.screen_id, play.area), start)
        free[play.screen_id, play.area] = max(taken, end)
        for kind, by in (
            (DoubtKind.OVERLAP, min(taken, end) - start),
            (DoubtKind.LONGER_THAN_CLOCK, end - max(one.received_at, start)),
            (DoubtKind.FAR_CLOCK, max(start - one.received_at, _off(play))),
        ):
            if by > SLACK:
                found.append(Doubt(play.screen_id, play.play_id, start, kind, by))
    return found


def missing(told: Sequence[Told]) -> list[Missing]:
    """The same rows -> holes in each device's own count. A count that begins anew (a new device) makes no hole."""
    seen: dict[str, set[int]] = {}
    for one in told:
        seen.setdefault(one.play.screen_id, set()).add(one.play.sequence)
    found: list[Missing] = []
    last: dict[str, int] = {}
    for one in told:
        screen_id, sequence = one.play.screen_id, one.play.sequence
        first, last[screen_id] = last.get(screen_id, sequence) + 1, sequence
        if sequence > first:
            found += [
                Missing(screen_id, hole.start, hole.stop - 1, one.play.started_at)
                for hole in _holes(range(first, sequence), seen[screen_id])
            ]
    return found


def _holes(numbers: range, seen: set[int]) -> list[range]:
    """The parts of `numbers` without any that were told out of turn."""
    told = sorted(number for number in seen if number in numbers)
    edges = [numbers.start - 1, *told, numbers.stop]
    return [range(one + 1, two) for one, two in pairwise(edges) if two - one > 1]


def _off(play: Play) -> timedelta:
    """How far from its decision it began, beyond what can be; the decision's id says when that was made."""
    try:
        made = uuid.UUID(play.decision_id)
    except ValueError:
        return timedelta(0)
    if made.version != 7:
        return timedelta(0)
    at = from_millis(made.int >> 80)
    return max(at - play.started_at, play.started_at - at - AFTER_DECISION)
