"""Samples in; what is kept of each screen's five minutes out: rounded, and nothing where few people were. For reports."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from signage.domain.clock import Clock, from_millis, local, millis
from signage.proof.measuring import SETTLED
from signage.proof.report import LEAST_PEOPLE
from signage.storage.cells import LENGTH_MS, Cell, Cells, Quarter, Sums
from signage.storage.screens import Screens


@dataclass(frozen=True, slots=True)
class Hour:
    """An hour of the day: people before the screens in all its cells that may be told, and how many may not."""

    people: int
    hidden: int
    simulated: bool


class Gathering:
    """`gather()` makes the cells of every five minutes that are over, and says how many; those that are there stay."""

    def __init__(self, cells: Cells, screens: Screens, clock: Clock) -> None:
        self._cells = cells
        self._screens = screens
        self._clock = clock
        self._done: datetime | None = None  # nothing is asked of the database before the next five minutes are over

    def gather(self) -> int:
        until = from_millis(millis(self._clock() - SETTLED) // LENGTH_MS * LENGTH_MS)
        if until == self._done:
            return 0
        count = 0
        for screen in self._screens.screens():
            made = [cell_of(sums) for sums in self._cells.sums(screen.screen_id, until)]
            if made:
                self._cells.put(made)
            count += len(made)
        self._done = until
        return count


def cell_of(sums: Sums) -> Cell:
    """People to the nearest ten, person-seconds to the nearest ten; nobody, and fewer than ten, are not told apart."""
    if sums.people < LEAST_PEOPLE:
        return Cell(sums.screen_id, sums.at, sums.sampled_s, None, None, None, sums.simulated)
    return Cell(
        sums.screen_id, sums.at, sums.sampled_s, _tens(sums.people), _tens(sums.present_s), _tens(sums.attention_s),
        sums.simulated,
    )  # fmt: skip


def hours(quarters: Iterable[tuple[Quarter, str]]) -> list[Hour]:
    """Quarters, each with the time zone of its store -> the 24 hours of a store's day."""
    people, hidden, simulated = [0] * 24, [0] * 24, [False] * 24
    for quarter, zone in quarters:
        hour = local(quarter.at, zone).hour
        people[hour] += quarter.people
        hidden[hour] += quarter.hidden
        simulated[hour] |= quarter.simulated
    return [Hour(*of) for of in zip(people, hidden, simulated, strict=True)]


def _tens(value: float) -> int:
    return int(value + 5) // 10 * 10
