"""A member's history and what they looked at of late, kept in Redis between two lists, rebuilt from the database at need.

The value begins with the profile's identifiers and the number of the last change to each, and counts only while the
database, which every list asks for them anyway, says the same. So nothing that Redis missed, or still remembers, can make
a list wrong: a purchase, a refund or an unmerge is seen by the next one, and a lost server costs milliseconds.
"""

import struct
from collections.abc import Callable, Collection
from datetime import datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from recommender.domain.history import MemberHistory, Seen
from recommender.domain.instant import to_ms
from recommender.live import Live, Unavailable
from recommender.storage import interactions, members, purchases
from recommender.storage.engine import Connection

SEEN_FOR = timedelta(hours=48)  # what somebody looked at longer ago says nothing any more
KEPT_S = 3600  # an erased member's is gone after it, should Redis have been away just then
HEADER = struct.Struct("<4sIII")  # mark, identifiers, rows of the history, things seen
MARK = b"rec1"

State = list[tuple[int, int]]  # (identifier, number of its last change), by identifier
Tell = Callable[[str], None]


def recent(
    connection: Connection, live: Live, member: int, now: datetime, *, tell: Tell, may_keep: Callable[[], bool]
) -> tuple[MemberHistory, Seen]:
    """`member`: any identifier of theirs. `tell` hears hit, rebuilt, or away when Redis didn't answer. `may_keep` is asked
    once it is kept: who was erased, or took their consent back, while it was read is forgotten again."""
    state = members.profile_state(connection, member)
    name = str(state[0][0]) if state else ""
    try:
        kept = read(live.recall(name), state)
        if kept is not None:
            tell("hit")
            return kept
        tell("rebuilt")
    except Unavailable:
        tell("away")
    history, seen = rebuilt(connection, [identifier for identifier, _ in state], now)
    live.remember(name, written(state, history, seen), KEPT_S)
    if not may_keep():
        live.forget([number for number, _ in state])
    return history, seen


def rebuilt(connection: Connection, ids: Collection[int], now: datetime) -> tuple[MemberHistory, Seen]:
    """The same of these identifiers from the database alone, and Redis never hears of it: a key that was touched in the
    second in which somebody held up a code would join a member to the audience of that second."""
    history = MemberHistory.of(*purchases.member_days(connection, ids))
    return history, Seen(*interactions.seen_by(connection, ids, to_ms(now - SEEN_FOR)))


def written(state: State, history: MemberHistory, seen: Seen) -> bytes:
    head = HEADER.pack(MARK, len(state), len(history.gtin), len(seen.gtin))
    columns = (np.array(state, "<i8"), history.gtin.astype("<i8"), seen.gtin.astype("<i8"), seen.at.astype("<i8"))
    return b"".join((head, *(column.tobytes() for column in columns), history.day.astype("<i4").tobytes()))


def read(value: bytes | None, state: State) -> tuple[MemberHistory, Seen] | None:
    """None for what another release wrote, was cut short, or is not of this state of the member."""
    if value is None or len(value) < HEADER.size:
        return None
    mark, ids, rows, views = HEADER.unpack_from(value)
    if mark != MARK or len(value) != HEADER.size + 16 * ids + 12 * rows + 16 * views:
        return None
    numbers = np.frombuffer(value, "<i8", 2 * ids + rows + 2 * views, HEADER.size)
    of, gtin, seen, at = np.split(numbers, np.cumsum([2 * ids, rows, views]))
    if of.tolist() != [number for pair in state for number in pair]:
        return None
    day: NDArray[np.int32] = np.frombuffer(value, "<i4", rows, len(value) - 4 * rows)
    return MemberHistory(gtin, day, _baskets(day)), Seen(seen, at)


def _baskets(day: NDArray[np.int32]) -> NDArray[np.int32]:
    """Days, ascending -> 0 for the first, 1 for the next one."""
    later = np.zeros(len(day), np.int32)
    later[1:] = np.diff(day) != 0
    return np.cumsum(later, dtype=np.int32)
