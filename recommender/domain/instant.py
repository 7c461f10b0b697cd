"""Points in time: aware datetimes in the house, whole milliseconds since 1970 UTC in tables and arrays."""

import re
from datetime import UTC, datetime, timedelta

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
HOUR_MS = 3_600_000
_RFC3339 = re.compile(r"(\d{4}-\d\d-\d\d)[Tt ](\d\d:\d\d:\d\d)(\.\d{1,9})?([Zz]|[+-]\d\d:\d\d)", re.ASCII)


def to_ms(at: datetime) -> int:
    """Aware datetime -> milliseconds, rounded down."""
    return (at - EPOCH) // timedelta(milliseconds=1)


def from_ms(ms: int) -> datetime:
    return EPOCH + timedelta(milliseconds=ms)


def parse(text: str) -> datetime:
    """RFC 3339 with a zone -> aware UTC datetime; digits beyond the microsecond are dropped. Raises ValueError."""
    found = _RFC3339.fullmatch(text)
    if not found:
        raise ValueError(f"{text!r} is not an RFC 3339 time with a zone")
    day, clock, fraction, zone = found.groups()
    return datetime.fromisoformat(f"{day}T{clock}{(fraction or '.0')[:7]}{zone.upper()}").astimezone(UTC)


def text(at: datetime) -> str:
    """Aware datetime -> RFC 3339 in UTC."""
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")
