"""Time enters as an argument: a Clock gives the aware UTC now; local time is asked of the store's zone."""

from collections.abc import Callable
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

Clock = Callable[[], datetime]


def millis(at: datetime) -> int:
    """Aware datetime -> whole milliseconds since the epoch, as on the wire."""
    return int(at.timestamp() * 1000)


def from_millis(ms: int) -> datetime:
    """Milliseconds since the epoch -> aware UTC datetime. Raises ValueError/OverflowError outside datetime's range."""
    return datetime.fromtimestamp(ms / 1000, UTC)


def local(at: datetime, zone: str) -> datetime:
    """The store's wall clock at that moment. Raises ZoneInfoNotFoundError for an unknown IANA name."""
    return at.astimezone(ZoneInfo(zone))
