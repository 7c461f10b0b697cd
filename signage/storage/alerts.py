"""Alerts in and out: one open row for each screen and kind; the row is the queue of what the webhook is to be told."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from sqlalchemy import Connection, Engine, insert, select, update
from sqlalchemy.engine import Row

from signage.domain.clock import from_millis, millis
from signage.domain.operations import AlertKind
from signage.storage.engine import write
from signage.storage.schema import alerts as table

MOST_ATTEMPTS = 12
FIRST_WAIT, LONGEST_WAIT = timedelta(minutes=1), timedelta(hours=1)
AT_ONCE = 50


@dataclass(frozen=True, slots=True)
class Alert:
    """`screen_id` "" = the whole installation. `ended_at` None while it lasts."""

    alert_id: str
    kind: AlertKind
    screen_id: str
    store_id: str
    at: datetime
    ended_at: datetime | None
    detail: str
    attempts: int


class Alerts:
    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def open(self) -> list[Alert]:
        """Those that last, oldest first."""
        query = select(table).where(table.c.ended_at.is_(None)).order_by(table.c.at)
        with self._engine.connect() as connection:
            return [_alert(row) for row in connection.execute(query)]

    def begin(self, kind: AlertKind, screen_id: str, store_id: str, detail: str, now: datetime) -> bool:
        """It holds from now on, and is to be told. False when it did already, also in another worker's eyes."""
        same = (table.c.kind == kind, table.c.screen_id == screen_id, table.c.ended_at.is_(None))

        def work(connection: Connection) -> bool:
            if connection.execute(select(table.c.id).where(*same)).first() is not None:
                return False
            values = {
                "id": str(uuid4()), "kind": kind, "screen_id": screen_id, "store_id": store_id, "at": millis(now),
                "detail": detail, "next_try_at": millis(now),
            }  # fmt: skip
            connection.execute(insert(table).values(values))
            return True

        return write(self._engine, work)

    def end(self, alert_id: str, now: datetime) -> None:
        """It is over, and that is to be told too."""
        over = update(table).where(table.c.id == alert_id, table.c.ended_at.is_(None))
        values = {"ended_at": millis(now), "next_try_at": millis(now), "attempts": 0, "told_at": None}
        write(self._engine, lambda connection: connection.execute(over.values(values)))

    def claim(self, now: datetime) -> list[Alert]:
        """What is due to be told. Each is given out once, and again after its wait: twice as long each time, up to 1 h."""

        def work(connection: Connection) -> list[Alert]:
            due = select(table).where(table.c.next_try_at <= millis(now)).order_by(table.c.next_try_at).limit(AT_ONCE)
            found = [_alert(row) for row in connection.execute(due)]
            for alert in found:
                tried = alert.attempts + 1
                wait = min(FIRST_WAIT * 2**alert.attempts, LONGEST_WAIT)
                again = millis(now + wait) if tried < MOST_ATTEMPTS else None
                mine = update(table).where(table.c.id == alert.alert_id)
                connection.execute(mine.values(attempts=tried, next_try_at=again))
            return found

        return write(self._engine, work)

    def told(self, alert: Alert, now: datetime) -> None:
        """It was heard, as it was when it was claimed: one that has ended since is told once more."""
        same = table.c.ended_at == (millis(alert.ended_at) if alert.ended_at else None)
        mine = update(table).where(table.c.id == alert.alert_id, same)
        values = {"told_at": millis(now), "next_try_at": None, "error": ""}
        write(self._engine, lambda connection: connection.execute(mine.values(values)))

    def failed(self, alert: Alert, error: str) -> None:
        mine = update(table).where(table.c.id == alert.alert_id)
        write(self._engine, lambda connection: connection.execute(mine.values(error=error[:500])))


def _alert(row: Row[Any]) -> Alert:
    return Alert(
        row.id, AlertKind(row.kind), row.screen_id, row.store_id, from_millis(row.at),
        from_millis(row.ended_at) if row.ended_at is not None else None, row.detail, row.attempts,
    )  # fmt: skip
