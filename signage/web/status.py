"""What each screen does now: reached or not, what it shows, since when, and why, in words."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from flask_babel import gettext as _

from signage.domain.errors import Unavailable
from signage.domain.place import Screen
from signage.web.language import lang
from signage.web.ports import ShownNow, WebPorts
from signage.web.told import why

ONLINE_WITHIN = timedelta(seconds=60)  # two round trips may be missed
OFFLINE_WITHIN = timedelta(minutes=10)


class Reach(StrEnum):
    ONLINE = "online"
    OFFLINE = "offline"  # was there minutes ago: it goes on with what it holds
    SILENT = "silent"


@dataclass(frozen=True, slots=True)
class Status:
    screen: Screen
    reach: Reach
    seen_at: datetime | None
    shown: ShownNow | None
    why: str

    @property
    def words(self) -> str:
        if self.reach is Reach.ONLINE:
            return str(_("Online"))
        return str(_("Playing offline") if self.reach is Reach.OFFLINE else _("No contact"))


def reach(seen_at: datetime | None, now: datetime) -> Reach:
    """By the last round trip only: a socket that stands open proves nothing."""
    if seen_at is None or now - seen_at > OFFLINE_WITHIN:
        return Reach.SILENT
    return Reach.ONLINE if now - seen_at <= ONLINE_WITHIN else Reach.OFFLINE


def statuses(ports: WebPorts, screens: list[Screen]) -> list[Status]:
    """One for each screen, in their order. Without Redis every screen is silent: nothing is known."""
    now = ports.clock()
    try:
        seen = ports.seen([screen.screen_id for screen in screens])
        return [_status(ports, screen, seen.get(screen.screen_id), now) for screen in screens]
    except Unavailable:
        return [Status(screen, Reach.SILENT, None, None, "") for screen in screens]


def _status(ports: WebPorts, screen: Screen, seen_at: datetime | None, now: datetime) -> Status:
    shown = ports.shown(screen.screen_id)
    reasons = why(ports.storage, shown.decision_id, lang()) if shown else ""
    return Status(screen, reach(seen_at, now), seen_at, shown, reasons)
