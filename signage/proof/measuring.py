"""Plays that have passed in, each with its people out: from the samples once, so that these may be deleted."""

from dataclasses import dataclass
from datetime import timedelta
from itertools import groupby

from signage.domain.clock import Clock
from signage.domain.exposure import Exposure
from signage.domain.play import Play
from signage.proof.exposure import of_play
from signage.storage.exposures import Exposures, ended_at
from signage.storage.samples import Samples

SETTLED = timedelta(seconds=15)  # a camera's last snapshots may be on their way that long
BATCH = 2_000


@dataclass(frozen=True, slots=True)
class Measuring:
    """`measure()` takes the next plays, and says how many there were: call it again until there are none.

    A play that is told late is measured when it comes, as long as its samples are there.
    """

    exposures: Exposures
    samples: Samples
    clock: Clock

    def measure(self) -> int:
        waiting = self.exposures.waiting(self.clock() - SETTLED, BATCH)
        measured: dict[int, tuple[Play, Exposure | None]] = {}
        for screen_id, several in groupby(waiting, key=lambda one: one[1].screen_id):
            mine = list(several)
            start, end = mine[0][1].started_at, max(ended_at(play) for _, play in mine)
            seen = self.samples.range([screen_id], start, end)
            measured |= {row: (play, of_play(play, seen)) for row, play in mine}
        if measured:
            self.exposures.put(measured)
        return len(measured)
