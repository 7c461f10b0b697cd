"""Idempotency keys in, the first answer out: a POST that arrives twice is carried out once."""

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, Engine, delete, insert, or_, select, update

from signage.domain.clock import millis
from signage.storage.engine import write
from signage.storage.schema import idempotency

KEPT = timedelta(hours=24)
AT_WORK = 0  # the status of a request that isn't answered yet
GIVEN_UP = timedelta(minutes=5)  # its process died


class Idempotency:
    """Answers by (key, route), kept for a day."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def begin(self, key: str, route: str, request_sha256: str, now: datetime) -> tuple[str, int, str] | None:
        """None: it is yours to carry out. Else (request hash, status, body) of the first; status 0 = still at work."""

        def work(connection: Connection) -> tuple[str, int, str] | None:
            abandoned = (idempotency.c.status == AT_WORK) & (idempotency.c.created_at < millis(now - GIVEN_UP))
            connection.execute(delete(idempotency).where(or_(idempotency.c.created_at < millis(now - KEPT), abandoned)))
            row = connection.execute(select(idempotency).where(*_is(key, route))).first()
            if row is not None:
                return row.request_sha256, row.status, row.body
            values = {"key": key, "route": route, "request_sha256": request_sha256, "status": AT_WORK, "body": ""}
            connection.execute(insert(idempotency).values(**values, created_at=millis(now)))
            return None

        return write(self._engine, work)

    def finish(self, key: str, route: str, status: int, body: str) -> None:
        """Keep the answer for those who ask again."""
        statement = update(idempotency).where(*_is(key, route)).values(status=status, body=body)
        write(self._engine, lambda connection: connection.execute(statement))

    def release(self, key: str, route: str) -> None:
        """It failed: the next attempt may carry it out."""
        write(self._engine, lambda connection: connection.execute(delete(idempotency).where(*_is(key, route))))


def _is(key: str, route: str) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return idempotency.c.key == key, idempotency.c.route == route
