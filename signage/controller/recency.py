"""What a screen showed lately: pushes remembered here, plays from the ledger. decide/lately counts them."""

from collections import defaultdict, deque
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from signage.decide.lately import HOUR, Shown
from signage.storage.plays import Plays

LEDGER_FRESH = timedelta(seconds=20)
TICK = timedelta(milliseconds=1)
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
    """Plays come back late and pushes are known at once, so both are kept.

    Another process' pushes are known here only by their plays. A screen's socket, and so its pushes, stay with one.
    """

    def __init__(self, plays: Plays) -> None:
        self._plays = plays
        self._pushes: dict[str, deque[Push]] = defaultdict(lambda: deque(maxlen=REMEMBERED))
        self._guests: dict[str, datetime] = {}
        self._ledger: dict[str, tuple[datetime, list[Shown]]] = {}

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

    def set_back(self, screen_id: str, now: datetime) -> None:
        """When this machine's clock went back, what was shown stays in the past, and so do caps and separation."""
        pushes = self._pushes[screen_id]
        if not pushes or pushes[-1].at <= now:
            return
        self._forget_guest(screen_id)
        ahead = pushes[-1].at - now + TICK
        self._pushes[screen_id] = deque((replace(push, at=push.at - ahead) for push in pushes), maxlen=REMEMBERED)

    def shown(self, screen_id: str, at: datetime) -> tuple[list[Shown], list[Shown]]:
        """(pushes, plays) that began in the hour before `at`."""
        pushed = [(push.spot_id, push.at) for push in self._pushes[screen_id] if at - HOUR <= push.at < at]
        return pushed, [(spot_id, began) for spot_id, began in self._played(screen_id, at) if at - HOUR <= began < at]

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

    def _played(self, screen_id: str, at: datetime) -> list[Shown]:
        kept = self._ledger.get(screen_id)
        if kept is None or not kept[0] <= at < kept[0] + LEDGER_FRESH:
            rows = [(spot_id, started) for spot_id, started, _ in self._plays.recent(screen_id, at - HOUR)]
            kept = self._ledger[screen_id] = at, rows
        return kept[1]
