"""What a screen showed lately: pushes remembered here, plays from the ledger; counts and waiting times out."""

from collections import Counter, defaultdict, deque
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from signage.storage.plays import Plays

HOUR = timedelta(hours=1)
LEDGER_FRESH = timedelta(seconds=20)
REMEMBERED = 720  # an hour of five-second items


@dataclass(frozen=True, slots=True)
class Push:
    """An item that went out to a screen; `gtins` are the products on it. `guest_until`: when the guest's time is over."""

    at: datetime
    spot_id: str
    decision_id: str
    length_ms: int
    gtins: tuple[str, ...]
    guest_until: datetime | None = None


class Recency:
    """Plays come back late and pushes are known at once, so both are counted; the larger count holds.

    Another process' pushes are known here only by their plays. A screen's socket, and so its pushes, stay with one.
    """

    def __init__(self, plays: Plays) -> None:
        self._plays = plays
        self._pushes: dict[str, deque[Push]] = defaultdict(lambda: deque(maxlen=REMEMBERED))
        self._guests: dict[str, datetime] = {}
        self._ledger: dict[str, tuple[datetime, list[tuple[str, datetime]]]] = {}

    def note(self, screen_id: str, push: Push) -> None:
        """A guest's products are remembered until the screen shows what is not for the guest, or that time is over."""
        self._forget_guests(push.at)
        if push.guest_until is None:
            self._forget_guest(screen_id)
        else:
            self._guests[screen_id] = push.guest_until
        self._pushes[screen_id].append(push)

    def latest(self, screen_id: str, count: int, now: datetime) -> list[Push]:
        """The last pushes, newest first."""
        self._forget_guests(now)
        return list(self._pushes[screen_id])[: -count - 1 : -1]

    def before(self, screen_id: str, at: datetime) -> tuple[dict[str, int], dict[str, float]]:
        """(plays in the hour before `at`, seconds since last shown), each by spot id."""
        pushed = [(push.spot_id, push.at) for push in self._pushes[screen_id] if at - HOUR <= push.at < at]
        played = [(spot_id, started) for spot_id, started in self._played(screen_id, at) if at - HOUR <= started < at]
        counts = Counter(spot_id for spot_id, _ in pushed) | Counter(spot_id for spot_id, _ in played)
        last: dict[str, datetime] = {}
        for spot_id, shown in (*pushed, *played):
            last[spot_id] = max(shown, last.get(spot_id, shown))
        return dict(counts), {spot_id: (at - shown).total_seconds() for spot_id, shown in last.items()}

    def _forget_guests(self, now: datetime) -> None:
        """Whichever screen is asked about: one that fell silent must not keep its guest's products."""
        for screen_id, until in list(self._guests.items()):
            if until <= now:
                self._forget_guest(screen_id)

    def _forget_guest(self, screen_id: str) -> None:
        if self._guests.pop(screen_id, None) is None:
            return
        pushes = self._pushes[screen_id]
        for index in range(len(pushes) - 1, -1, -1):
            if pushes[index].guest_until is None:
                break
            pushes[index] = replace(pushes[index], gtins=(), guest_until=None)

    def _played(self, screen_id: str, at: datetime) -> list[tuple[str, datetime]]:
        kept = self._ledger.get(screen_id)
        if kept is None or not kept[0] <= at < kept[0] + LEDGER_FRESH:
            rows = [(spot_id, started) for spot_id, started, _ in self._plays.recent(screen_id, at - HOUR)]
            kept = self._ledger[screen_id] = at, rows
        return kept[1]
