"""What becomes of a camera's counts, and of everything old: measured, gathered, and removed when its time is over."""

from collections.abc import Callable
from functools import partial

from signage.app.base import Base
from signage.app.logs import rotate
from signage.media.store import MediaStore
from signage.proof.cells import Gathering
from signage.proof.measuring import Measuring
from signage.storage.cells import Cells
from signage.storage.enforcing import Retention
from signage.storage.exposures import Exposures
from signage.storage.retention import lines
from signage.storage.samples import Samples
from signage.storage.screens import Screens
from signage.storage.uploads import UNFINISHED


def keeping(base: Base) -> Callable[[], None]:
    """The worker's minute: samples become figures before the retention table takes them."""
    measuring = Measuring(Exposures(base.engine), Samples(base.engine), base.clock)
    gathering = Gathering(Cells(base.engine), Screens(base.engine), base.clock)
    elsewhere = {"logs": partial(rotate, base.settings.logs)}
    retention = Retention(base.engine, lines(base.settings), elsewhere)
    incoming = MediaStore(base.settings.media).incoming

    def minute() -> None:
        try:
            while measuring.measure():
                pass
            gathering.gather()
        finally:  # whatever becomes of the figures, the limits hold
            retention.enforce(base.clock())
            incoming.sweep(base.clock() - UNFINISHED)

    return minute
