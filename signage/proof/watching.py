"""What players say of themselves and how their sockets end in; stretches of one condition on disk out."""

import threading
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial

from signage.domain.condition import Condition
from signage.domain.errors import Unavailable
from signage.storage.conditions import Stretch, put_stretch
from signage.storage.writer import GroupWriter

BRIDGED = timedelta(seconds=90)  # reports come every 30 s: a longer silence begins a new stretch
WRITTEN_EVERY = timedelta(seconds=60)


class Watching:
    """One per web process. A stretch is written when it begins, once a minute while it lasts, and when it ends."""

    def __init__(self, writer: GroupWriter) -> None:
        self._writer = writer
        self._open: dict[str, tuple[Stretch, datetime]] = {}  # the stretch, and the end of it that is on disk
        self._lock = threading.Lock()

    def note(self, screen_id: str, condition: Condition, detail: str, at: datetime) -> None:
        """The screen is in this condition now. Nobody waits for the disk."""
        with self._lock:
            before, written = self._open.get(screen_id, (None, at))
            same = before is not None and (before.condition, before.detail) == (condition, detail)
            if before is not None and same and at - before.until <= BRIDGED:
                now = replace(before, until=max(at, before.until))
                due = now.until - written >= WRITTEN_EVERY
                self._open[screen_id] = now, now.until if due else written
                rows = [now] if due else []
            else:
                now = Stretch(screen_id, at, at, condition, detail)
                self._open[screen_id] = now, at
                rows = [now] if before is None or before.until == written else [before, now]
        self._write(rows)

    def ended(self, screen_id: str, condition: Condition, at: datetime) -> None:
        """The screen's socket ended; nothing of it stays in memory."""
        self.note(screen_id, condition, "", at)
        with self._lock:
            self._open.pop(screen_id, None)

    def _write(self, rows: list[Stretch]) -> None:
        with suppress(Unavailable):  # evidence for a report: a player must not wait or be put off for it
            for row in rows:
                self._writer.send(partial(put_stretch, stretch=row))
