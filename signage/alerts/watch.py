"""How every screen is, looked at once a minute; alerts that begin and end out."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from signage.domain.condition import Health, Light, health, lit
from signage.domain.errors import Unavailable
from signage.domain.operations import AlertKind
from signage.live import Live
from signage.proof.doubts import doubts
from signage.storage.alerts import Alerts
from signage.storage.plays import Plays
from signage.storage.screens import Screens

HELD = timedelta(seconds=50)  # at two looks in a row: a screen between two items is no alarm
LOOKED_BACK = timedelta(minutes=5)  # every play of the chain in this time is read at every look
KINDS = {Health.SILENT: AlertKind.NO_CONTACT, Health.DARK: AlertKind.DARK, Health.OTHER: AlertKind.NOT_AS_EXPECTED}

Trouble = tuple[AlertKind, str, str]  # kind, screen, store


@dataclass(slots=True)
class Watch:
    """One per worker process. `look` may raise Unavailable when the database doesn't answer; the next one goes on."""

    screens: Screens
    live: Live
    plays: Plays
    alerts: Alerts
    _since: dict[Trouble, datetime] = field(default_factory=dict)

    def look(self, now: datetime) -> None:
        """Begin an alert for every trouble that has held for a minute, end those that are over."""
        try:
            there = self._troubles(now)
        except Unavailable:
            there = [(AlertKind.LIVE_AWAY, "", "")]
        blind = (AlertKind.LIVE_AWAY, "", "") in there  # then nothing is known of any screen, good or bad
        self._since = {trouble: self._since.get(trouble, now) for trouble in there}
        standing = {(alert.kind, alert.screen_id): alert for alert in self.alerts.open()}
        for (kind, screen_id, store_id), since in self._since.items():
            if (kind, screen_id) not in standing and now - since >= HELD:
                self.alerts.begin(kind, screen_id, store_id, "", now)
        troubled = {(kind, screen_id) for kind, screen_id, _ in there}
        for key, alert in standing.items():
            if key not in troubled and not blind:
                self.alerts.end(alert.alert_id, now)

    def _troubles(self, now: datetime) -> list[Trouble]:
        stores = {store.store_id: store.zone for store in self.screens.stores()}
        screens = [one for one in self.screens.screens() if self.screens.has_key(one.screen_id)]
        ids = [one.screen_id for one in screens]
        seen, reports, lights = self.live.seen(ids), self.live.reports(ids), self.live.lights(ids)
        found: list[Trouble] = []
        for one in screens:
            expected, sensed = self.live.shown(one.screen_id), lights.get(one.screen_id)
            how = health(
                seen_at=seen.get(one.screen_id), report=reports.get(one.screen_id), now=now,
                expected=(expected.decision_id, expected.at) if expected else None,
                light=Light.UNKNOWN if sensed is None else Light.ON if sensed else Light.OFF,
                lit_now=lit(one, stores[one.store_id], now),
            )  # fmt: skip
            if how in KINDS:
                found.append((KINDS[how], one.screen_id, one.store_id))
        return found + self._doubted(ids, {one.screen_id: one.store_id for one in screens}, now)

    def _doubted(self, ids: Sequence[str], store_of: dict[str, str], now: datetime) -> list[Trouble]:
        told = self.plays.told(ids, now - LOOKED_BACK, now)
        screens: Collection[str] = {doubt.screen_id for doubt in doubts(told)}
        return [(AlertKind.PLAYS_DOUBTED, screen_id, store_of[screen_id]) for screen_id in sorted(screens)]
