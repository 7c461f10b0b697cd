"""Plays measured as the worker does it, a little later."""

from datetime import datetime, timedelta

from sqlalchemy import Engine

from signage.proof.measuring import Measuring
from signage.storage.exposures import Exposures
from signage.storage.samples import Samples
from tests.world import START

LATER = START + timedelta(days=1)


def measure(engine: Engine, now: datetime = LATER) -> int:
    """Everything that waits -> how many plays."""
    measuring, count = Measuring(Exposures(engine), Samples(engine), lambda: now), 0
    while some := measuring.measure():
        count += some
    return count
