"""How a screen is: what its player last said of itself, whether that is what it should show, and what coverage goes by."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import pairwise

from signage.domain.clock import local, wall_cuts
from signage.domain.place import Screen

ONLINE_WITHIN = timedelta(seconds=60)  # two round trips may be missed
OFFLINE_WITHIN = timedelta(minutes=10)
REPORTED_WITHIN = timedelta(seconds=90)  # a player reports every 30 s, and at every change
SETTLED = timedelta(seconds=10)  # an answer is asked for before the item on show ends, so it may wait a moment


class Light(StrEnum):
    ON = "on"
    OFF = "off"
    UNKNOWN = "unknown"


class Rung(StrEnum):
    """How far down the ladder the player stands."""

    LIVE = "live"
    LEASE = "lease"
    HOUSE = "house"
    BRAND = "brand"
    NONE = ""


class Empty(StrEnum):
    """Why nothing of the lease may run while the brand still is up."""

    CAP = "cap"
    NOT_CACHED = "not_cached"
    DAYPART = "daypart"
    LEASE_OVER = "lease_over"
    FAILED = "failed"


class Condition(StrEnum):
    """One stretch of a screen's time. The first four a player reports; the others are how its socket ended."""

    PLAYING = "playing"
    EMPTY = "empty"  # only the brand still; the detail is an Empty, or ""
    BLACK = "black"  # nothing to be seen on the page
    UNLIT = "unlit"  # the panel is known to be dark
    LOST = "lost"
    CLOSED = "closed"  # the page went away
    SHUT_OUT = "shut_out"
    SERVER = "server"  # this server went away, and said so


REPORTED = frozenset({Condition.PLAYING, Condition.EMPTY, Condition.BLACK, Condition.UNLIT})


@dataclass(frozen=True, slots=True)
class Report:
    """A player's last `status`, by the server's clock. Its texts are hostile. `rtt_ms`: of the last ping, -1 before one."""

    at: datetime
    spot_id: str
    decision_id: str
    rung: Rung = Rung.NONE
    why: str = ""
    visible: bool = True
    black: bool = False
    light: Light = Light.UNKNOWN
    version: str = ""
    queued_plays: int = 0
    cached: int = 0
    missing: int = 0
    lease_until_ms: int = 0
    quota_share: int = -1
    error: str = ""
    error_at: datetime | None = None
    rtt_ms: int = -1

    @property
    def dark(self) -> bool:
        """Nothing can be seen on the page itself."""
        return self.black or not self.visible

    @property
    def condition(self) -> tuple[Condition, str]:
        if self.dark:
            return Condition.BLACK, ""
        if self.light is Light.OFF:
            return Condition.UNLIT, ""
        return (Condition.EMPTY, self.why) if self.rung is Rung.BRAND else (Condition.PLAYING, "")


class Health(StrEnum):
    """In order of trouble, least first. Only GOOD may be green."""

    GOOD = "good"  # shows what it should, and the panel is known to be lit
    UNCONFIRMED = "unconfirmed"  # the page shows what it should; nobody knows whether the panel is lit
    NIGHT = "night"  # outside its panel's hours
    OFFLINE = "offline"  # was there minutes ago: it goes on with what it holds
    MUTE = "mute"  # answers, and doesn't say what it shows
    OTHER = "other"  # shows something else than it should
    DARK = "dark"  # nothing to be seen
    SILENT = "silent"


def health(
    *, seen_at: datetime | None, report: Report | None, expected: tuple[str, datetime] | None, light: Light,
    lit_now: bool, now: datetime,
) -> Health:  # fmt: skip
    """`seen_at`: the last round trip; `expected`: the decision sent last and when; `light`: what a sensor says of the panel."""
    if seen_at is None or now - seen_at > OFFLINE_WITHIN:
        return Health.SILENT
    if now - seen_at > ONLINE_WITHIN:
        return Health.OFFLINE
    if not lit_now:
        return Health.NIGHT
    if light is Light.OFF or (report is not None and (report.dark or report.light is Light.OFF)):
        return Health.DARK
    return _told(report, expected, light, now)


def _told(report: Report | None, expected: tuple[str, datetime] | None, light: Light, now: datetime) -> Health:
    if report is None or now - report.at > REPORTED_WITHIN:
        return Health.MUTE
    if not _as_expected(report, expected):
        return Health.OTHER
    return Health.GOOD if Light.ON in (light, report.light) else Health.UNCONFIRMED


def _as_expected(report: Report, expected: tuple[str, datetime] | None) -> bool:
    """A decision that a report could know of for a while must be what it reports."""
    if report.rung in (Rung.BRAND, Rung.NONE):
        return False
    return expected is None or report.at - expected[1] < SETTLED or report.decision_id == expected[0]


def lit(screen: Screen, zone: str, at: datetime) -> bool:
    """Is the panel to show anything at that moment? Its hours are of the store's wall clock and may cross midnight."""
    wall = local(at, zone)
    return lit_minute(screen, wall.hour * 60 + wall.minute)


def lit_minute(screen: Screen, minute: int) -> bool:
    """The same, by the minute of the store's day."""
    start, end = screen.lit_from_min, screen.lit_until_min
    if start <= end:
        return start == end or start <= minute < end
    return minute >= start or minute < end


def lit_hours(screen: Screen, zone: str, start: datetime, end: datetime) -> list[tuple[datetime, datetime]]:
    """The stretches of [start, end) in which the panel is to show something, cut at the minutes where that changes."""
    first, last = screen.lit_from_min, screen.lit_until_min
    if first == last:
        return [(start, end)]
    cuts, day = {start, end}, local(start, zone).date()
    while day <= local(end, zone).date():
        cuts |= wall_cuts(day, zone, (first, last))
        day += timedelta(days=1)
    on: list[tuple[datetime, datetime]] = []
    for one, two in pairwise(sorted(cut for cut in cuts if start <= cut <= end)):
        if lit(screen, zone, one):
            on[-1:] = [(on[-1][0], two)] if on and on[-1][1] == one else [*on[-1:], (one, two)]
    return on
