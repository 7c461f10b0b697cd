"""Who did what, when: one row beside every change that a person makes; where its room allows, in the same transaction."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, Engine, func, insert, select, true

from signage.domain.clock import from_millis, millis
from signage.storage.engine import write
from signage.storage.schema import audit, users


@dataclass(frozen=True, slots=True)
class Entry:
    """`who` is the person's name, "" for the system itself."""

    at: datetime
    who: str
    verb: str
    subject: str
    detail: str


def note(connection: Connection, now: datetime, user_id: str, verb: str, subject: str, *, detail: str = "") -> None:
    """Add the row to the caller's transaction, so that no change goes unrecorded and no record lacks its change."""
    connection.execute(
        insert(audit).values(at=millis(now), user_id=user_id, verb=verb, subject=subject, detail=detail[:500])
    )


class Audit:
    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def add(self, now: datetime, user_id: str, verb: str, subject: str, *, detail: str = "") -> None:
        """A row of its own, for changes that another room has just made."""
        write(self._engine, lambda connection: note(connection, now, user_id, verb, subject, detail=detail))

    def latest(self, limit: int = 100, start: int = 0) -> list[Entry]:
        """The newest entries first, from `start` on."""
        return self._read(true(), limit, start)

    def count(self) -> int:
        with self._engine.connect() as connection:
            return connection.scalar(select(func.count()).select_from(audit)) or 0

    def of(self, subjects: Collection[str], limit: int = 100) -> list[Entry]:
        """What was done with these, the newest first."""
        return self._read(audit.c.subject.in_(subjects), limit)

    def _read(self, which: ColumnElement[bool], limit: int, start: int = 0) -> list[Entry]:
        query = (
            select(audit, users.c.name)
            .outerjoin(users, users.c.id == audit.c.user_id)
            .where(which)
            .order_by(audit.c.id.desc())
            .limit(limit)
            .offset(start)
        )
        with self._engine.connect() as connection:
            return [
                Entry(from_millis(row.at), row.name or "", row.verb, row.subject, row.detail)
                for row in connection.execute(query)
            ]
