"""What each screen does now: how it is, what it shows by its own word, since when, and why, in words."""

from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from signage.domain.condition import Health, Light, Report, health, lit
from signage.domain.errors import Unavailable
from signage.domain.place import Screen
from signage.web.language import lang
from signage.web.ports import ShownNow, WebPorts
from signage.web.told import spot_name, why

WORDS = {
    Health.GOOD: _l("Online, panel lit"), Health.UNCONFIRMED: _l("Online"), Health.NIGHT: _l("Outside panel hours"),
    Health.OFFLINE: _l("Playing offline"), Health.MUTE: _l("Doesn’t say what it shows"),
    Health.OTHER: _l("Shows something else"), Health.DARK: _l("Nothing to be seen"), Health.SILENT: _l("No contact"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Showing:
    """What a screen says it shows."""

    spot_id: str
    decision_id: str
    name: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Status:
    """`expected` is what was sent to it last; `shown` what it reports. `lit`: by a sensor, None without one."""

    screen: Screen
    health: Health
    seen_at: datetime | None
    shown: ShownNow | None
    why: str
    expected: ShownNow | None = None
    report: Report | None = None
    lit: bool | None = None

    @property
    def words(self) -> str:
        return str(WORDS[self.health])

    @property
    def light(self) -> str:
        if self.lit is None and (self.report is None or self.report.light is Light.UNKNOWN):
            return str(_("not known"))
        return str(_("lit") if self.lit or (self.report and self.report.light is Light.ON) else _("dark"))


def statuses(ports: WebPorts, screens: list[Screen]) -> list[Status]:
    """One for each screen, in their order. Without Redis every screen is silent: nothing is known."""
    ids = [screen.screen_id for screen in screens]
    zones = {store.store_id: store.zone for store in ports.storage.screens.stores()}
    try:
        known = _Known(ports.seen(ids), ports.reports(ids), ports.lights(ids))
        return [_status(ports, screen, zones[screen.store_id], known) for screen in screens]
    except Unavailable:
        return [Status(screen, Health.SILENT, None, None, "") for screen in screens]


@dataclass(frozen=True, slots=True)
class _Known:
    seen: dict[str, datetime]
    reports: dict[str, Report]
    lights: dict[str, bool]


def _status(ports: WebPorts, screen: Screen, zone: str, known: _Known) -> Status:
    seen_at, report = known.seen.get(screen.screen_id), known.reports.get(screen.screen_id)
    sensed = known.lights.get(screen.screen_id)
    now, expected = ports.clock(), ports.shown(screen.screen_id)
    how = health(
        seen_at=seen_at, report=report, expected=(expected.decision_id, expected.at) if expected else None,
        light=Light.UNKNOWN if sensed is None else Light.ON if sensed else Light.OFF,
        lit_now=lit(screen, zone, now), now=now,
    )  # fmt: skip
    shown = _showing(ports, screen, report, expected) if report else None
    reasons = why(ports.storage, shown.decision_id, lang()) if shown else ""
    return Status(screen, how, seen_at, shown, reasons, expected, report, sensed)


def _showing(ports: WebPorts, screen: Screen, report: Report, expected: ShownNow | None) -> ShownNow | None:
    """By the player's word; the words for it are ours."""
    if expected is not None and report.decision_id and report.decision_id == expected.decision_id:
        return expected
    if not report.spot_id:
        return None
    name = spot_name(ports.storage, screen.store_id, report.spot_id)
    return Showing(report.spot_id, report.decision_id, name or report.spot_id, report.at)
