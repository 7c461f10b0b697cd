"""Instants -> the day and hour on a store's own clock, whole arrays at once."""

from datetime import date
from functools import lru_cache
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from recommender.domain.instant import HOUR_MS, from_ms

QUARTER_MS = 15 * 60 * 1000  # no zone changes its offset within a quarter of an hour
REMEMBERED = 1 << 16  # quarters: nearly two years of a zone
DAY_0 = date(1970, 1, 1).toordinal()


def local_time(at: NDArray[np.int64], zones: NDArray[np.str_]) -> tuple[NDArray[np.int32], NDArray[np.int8]]:
    """UTC milliseconds and the IANA zone of each -> the local day as `date.toordinal()` and the local hour."""
    local = at.copy()
    for zone in np.unique(zones):
        here = zones == zone
        quarters, which = np.unique(at[here] // QUARTER_MS, return_inverse=True)
        local[here] += np.array([_offset_ms(str(zone), q) for q in quarters.tolist()], np.int64)[which]
    hours = local // HOUR_MS
    return (hours // 24 + DAY_0).astype(np.int32), (hours % 24).astype(np.int8)


@lru_cache(REMEMBERED)
def _offset_ms(zone: str, quarter: int) -> int:
    offset = from_ms(quarter * QUARTER_MS).astimezone(ZoneInfo(zone)).utcoffset()
    assert offset is not None  # an aware time always has one
    return int(offset.total_seconds() * 1000)
