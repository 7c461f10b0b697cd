"""Decision records in and out: a row with what is asked for by, and the record itself as text."""

from datetime import datetime

from sqlalchemy import Connection, Engine, delete, insert, select

from signage.domain.clock import millis
from signage.domain.decision import Decision
from signage.storage.schema import decisions as table
from signage.storage.schema import inventories


def put_decision(connection: Connection, decision: Decision, body: str) -> None:
    """`body` is the record as decide writes it."""
    connection.execute(
        insert(table).values(
            id=decision.decision_id, screen_id=decision.screen_id, store_id=decision.store_id, at=millis(decision.at),
            spot_id=decision.spot_id, guest=int(decision.guest), inventory=decision.inventory, body=body,
        )
    )  # fmt: skip


def prune(connection: Connection, before: datetime) -> int:
    """Delete the records made before that time and the inventories that no record names any more; how many records."""
    gone = connection.execute(delete(table).where(table.c.at < millis(before))).rowcount
    named = select(table.c.inventory).distinct()
    connection.execute(
        delete(inventories).where(inventories.c.created_at < millis(before), inventories.c.version.not_in(named))
    )
    return gone


class Decisions:
    """Questions to the records; answers are record texts."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def get(self, decision_id: str) -> str | None:
        with self._engine.connect() as connection:
            return connection.execute(select(table.c.body).where(table.c.id == decision_id)).scalar_one_or_none()

    def recent(self, screen_id: str, limit: int) -> list[str]:
        """The screen's latest records, newest first."""
        query = select(table.c.body).where(table.c.screen_id == screen_id).order_by(table.c.at.desc()).limit(limit)
        with self._engine.connect() as connection:
            return list(connection.scalars(query))
