"""Time enters as an argument: a Clock gives the aware UTC now; local time is asked of the store's zone."""

from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

Clock = Callable[[], datetime]
HALF_HOUR = timedelta(minutes=30)


def millis(at: datetime) -> int:
    """Aware datetime -> whole milliseconds since the epoch, as on the wire."""
    return int(at.timestamp() * 1000)


def from_millis(ms: int) -> datetime:
    """Milliseconds since the epoch -> aware UTC datetime. Raises ValueError/OverflowError outside datetime's range."""
    return datetime.fromtimestamp(ms / 1000, UTC)


def local(at: datetime, zone: str) -> datetime:
    """The store's wall clock at that moment. Raises ZoneInfoNotFoundError for an unknown IANA name."""
    return at.astimezone(ZoneInfo(zone))


def wall_cuts(day: date, zone: str, minutes: Iterable[int]) -> set[datetime]:
    """UTC moments of a local day at which its wall clock may begin to show these minutes of the day (from 0, more than a day
    allowed): both passes where an hour comes twice, and every half hour of a day on which clocks change, by which or twice of
    which they do."""
    midnight = datetime.combine(day, time(), ZoneInfo(zone))
    walls = [midnight + timedelta(minutes=minute) for minute in minutes]  # arithmetic in one zone moves the wall clock
    cuts = {wall.replace(fold=fold).astimezone(UTC) for wall in walls for fold in (0, 1)}
    begins, ends = midnight.astimezone(UTC), (midnight + timedelta(days=1)).astimezone(UTC)
    if ends - begins != timedelta(days=1):
        cuts |= {begins + n * HALF_HOUR for n in range((ends - begins) // HALF_HOUR)}
    return cuts
