"""What each screen does now: how it is, then what it shows by its own word, of which campaign, since when, and why."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from signage.domain.condition import Health, Light, Report, health, lit
from signage.domain.errors import Unavailable
from signage.domain.place import Screen
from signage.web.language import lang
from signage.web.ports import ShownNow, WebPorts
from signage.web.told import spot_names, whys

WORDS = {
    Health.GOOD: _l("Online, panel lit"), Health.UNCONFIRMED: _l("Online"), Health.NIGHT: _l("Outside panel hours"),
    Health.OFFLINE: _l("Playing offline"), Health.MUTE: _l("Doesn’t say what it shows"),
    Health.OTHER: _l("Shows something else"), Health.DARK: _l("Nothing to be seen"), Health.SILENT: _l("No contact"),
}  # fmt: skip
CALM = frozenset({Health.GOOD, Health.UNCONFIRMED, Health.NIGHT})
_COLON = re.compile(r"^\s*[:\uff1a]?\s*")  # between a card's name and its products
_NOW, _HELD, _LAST = _l("Now showing"), _l("On the device"), _l("Shown last")
HEADINGS = {  # over what it says that it shows: "now" only where that can be seen
    Health.GOOD: _NOW, Health.UNCONFIRMED: _NOW, Health.OTHER: _NOW, Health.NIGHT: _HELD, Health.DARK: _HELD,
    Health.OFFLINE: _LAST, Health.MUTE: _LAST, Health.SILENT: _LAST,
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
    """`expected` is what was sent to it last; `lit`: by a sensor, None without one. `told` fills in the last three: what it
    says that it shows, of which campaign ("" = none), and why."""

    screen: Screen
    health: Health
    seen_at: datetime | None
    expected: ShownNow | None = None
    report: Report | None = None
    lit: bool | None = None
    shown: ShownNow | None = None
    campaign: str = ""
    why: str = ""

    @property
    def words(self) -> str:
        return str(WORDS[self.health])

    @property
    def troubled(self) -> bool:
        """Has somebody to look at it?"""
        return self.health not in CALM

    @property
    def heading(self) -> str:
        return str(HEADINGS[self.health])

    @property
    def title(self) -> str:
        """Of what is shown, the name that people gave it: the campaign's, else its own."""
        return self.campaign or (self.shown.name if self.shown else "")

    @property
    def item(self) -> str:
        """Which part of the campaign it is, where its name says more than the campaign's."""
        if not (self.campaign and self.shown):
            return ""
        return _COLON.sub("", self.shown.name.removeprefix(self.campaign))

    @property
    def light(self) -> str:
        if self.lit is None and (self.report is None or self.report.light is Light.UNKNOWN):
            return str(_("Not known"))
        return str(_("Lit") if self.lit or (self.report and self.report.light is Light.ON) else _("Dark"))


def statuses(ports: WebPorts, screens: Sequence[Screen]) -> list[Status]:
    """One for each screen, in their order: how they are, in four questions for all. Without Redis every screen is silent:
    nothing is known."""
    ids = [screen.screen_id for screen in screens]
    zones = {store.store_id: store.zone for store in ports.storage.screens.stores()}
    try:
        known = _Known(ports.seen(ids), ports.reports(ids), ports.lights(ids), ports.shown(ids))
        return [_status(screen, zones[screen.store_id], known, ports.clock()) for screen in screens]
    except Unavailable:
        return [Status(screen, Health.SILENT, None) for screen in screens]


def told(ports: WebPorts, found: Sequence[Status]) -> list[Status]:
    """The same with what they show: two questions for all, and one for each store with a screen that goes its own way."""
    storage = ports.storage
    names = cache(lambda store_id: spot_names(storage, store_id))
    shown = [_showing(one, names) for one in found]
    campaigns = storage.campaigns.named_by_spot([one.spot_id for one in shown if one])
    reasons = whys(storage, [one.decision_id for one in shown if one and one.decision_id], lang())
    return [
        replace(one, shown=by, campaign=campaigns.get(by.spot_id, ""), why=reasons.get(by.decision_id, ""))
        if by
        else one
        for one, by in zip(found, shown, strict=True)
    ]


@dataclass(frozen=True, slots=True)
class _Known:
    seen: Mapping[str, datetime]
    reports: Mapping[str, Report]
    lights: Mapping[str, bool]
    shown: Mapping[str, ShownNow]


def _status(screen: Screen, zone: str, known: _Known, now: datetime) -> Status:
    seen_at, report = known.seen.get(screen.screen_id), known.reports.get(screen.screen_id)
    sensed, expected = known.lights.get(screen.screen_id), known.shown.get(screen.screen_id)
    how = health(
        seen_at=seen_at, report=report, expected=(expected.decision_id, expected.at) if expected else None,
        light=Light.UNKNOWN if sensed is None else Light.ON if sensed else Light.OFF,
        lit_now=lit(screen, zone, now), now=now,
    )  # fmt: skip
    return Status(screen, how, seen_at, expected, report, sensed)


def _showing(one: Status, names: Callable[[str], Mapping[str, str]]) -> ShownNow | None:
    """By the player's word; the words for it are ours."""
    expected, report = one.expected, one.report
    if report is None:
        return None
    if expected is not None and report.decision_id and report.decision_id == expected.decision_id:
        return expected
    if not report.spot_id:
        return None
    name = names(one.screen.store_id).get(report.spot_id)
    return Showing(report.spot_id, report.decision_id, name or report.spot_id, report.at)
