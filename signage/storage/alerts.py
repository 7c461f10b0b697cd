"""Alerts in and out: one open row for each screen and kind; the row is the queue of what the webhook is to be told."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from sqlalchemy import ColumnElement, Connection, Engine, func, insert, select, true, update
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
    """`screen_id` "" = the whole installation. `ended_at` None while it lasts.

    What the webhook knows of it: heard at `told_at`; else due (again) at `next_try_at`, None when nobody is to be told or
    it was tried too often; `error` is the last answer that was none.
    """

    alert_id: str
    kind: AlertKind
    screen_id: str
    store_id: str
    at: datetime
    ended_at: datetime | None
    detail: str
    attempts: int
    told_at: datetime | None = None
    next_try_at: datetime | None = None
    error: str = ""


class Alerts:
    """`telling`: is there anybody to be told? What begins or ends while there is nobody is never told later."""

    def __init__(self, engine: Engine, *, telling: bool = True) -> None:
        self._engine = engine
        self._telling = telling

    def open(self) -> list[Alert]:
        """Those that last, oldest first."""
        query = select(table).where(table.c.ended_at.is_(None)).order_by(table.c.at)
        with self._engine.connect() as connection:
            return [_alert(row) for row in connection.execute(query)]

    def recent(self, store_id: str | None, limit: int, start: int = 0) -> list[Alert]:
        """Those that last, then the newest, from `start` on; `store_id`: this store's and the whole installation's only."""
        query = (
            select(table)
            .where(_within(store_id))
            .order_by(table.c.ended_at.is_not(None), table.c.at.desc(), table.c.id)
        )
        with self._engine.connect() as connection:
            return [_alert(row) for row in connection.execute(query.limit(limit).offset(start))]

    def count(self, store_id: str | None) -> int:
        """How many `recent` could give."""
        with self._engine.connect() as connection:
            return connection.scalar(select(func.count()).select_from(table).where(_within(store_id))) or 0

    def begin(self, kind: AlertKind, screen_id: str, store_id: str, detail: str, now: datetime) -> bool:
        """It holds from now on, and is to be told. False when it did already, also in another worker's eyes."""
        same = (table.c.kind == kind, table.c.screen_id == screen_id, table.c.ended_at.is_(None))

        def work(connection: Connection) -> bool:
            if connection.execute(select(table.c.id).where(*same)).first() is not None:
                return False
            values = _new(kind, now) | {
                "screen_id": screen_id, "store_id": store_id, "detail": detail, "next_try_at": self._due(now),
            }  # fmt: skip
            connection.execute(insert(table).values(values))
            return True

        return write(self._engine, work)

    def test(self, now: datetime) -> bool:
        """An alert about nothing, over at once, to be told like any other. False while one still waits to be told."""
        waiting = select(table.c.id).where(table.c.kind == AlertKind.TEST, table.c.next_try_at.is_not(None))

        def work(connection: Connection) -> bool:
            if connection.execute(waiting).first() is not None:
                return False
            values = {"screen_id": "", "store_id": "", "ended_at": millis(now), "next_try_at": millis(now)}
            connection.execute(insert(table).values(_new(AlertKind.TEST, now) | values))
            return True

        return write(self._engine, work)

    def end(self, alert_id: str, now: datetime) -> None:
        """It is over, and that is to be told too."""
        over = update(table).where(table.c.id == alert_id, table.c.ended_at.is_(None))
        values = {"ended_at": millis(now), "next_try_at": self._due(now), "attempts": 0, "told_at": None}
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

    def _due(self, now: datetime) -> int | None:
        return millis(now) if self._telling else None


def _within(store_id: str | None) -> ColumnElement[bool]:
    return true() if store_id is None else table.c.store_id.in_({store_id, ""})


def _new(kind: AlertKind, now: datetime) -> dict[str, Any]:
    return {"id": str(uuid4()), "kind": kind, "at": millis(now)}


def _alert(row: Row[Any]) -> Alert:
    return Alert(
        row.id, AlertKind(row.kind), row.screen_id, row.store_id, from_millis(row.at), _moment(row.ended_at), row.detail,
        row.attempts, _moment(row.told_at), _moment(row.next_try_at), row.error,
    )  # fmt: skip


def _moment(ms: int | None) -> datetime | None:
    return None if ms is None else from_millis(ms)
