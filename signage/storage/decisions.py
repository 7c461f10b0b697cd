"""Decision records in and out: a row with what is asked for by, and the record itself as text."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from sqlalchemy import Connection, Engine, insert, select

from signage.domain.clock import millis
from signage.domain.decision import Decision
from signage.storage.schema import decisions as table

MANY = 500  # rows or ids at a time


def put_decision(connection: Connection, decision: Decision, body: str) -> None:
    """`body` is the record as decide writes it."""
    connection.execute(
        insert(table).values(
            id=decision.decision_id, screen_id=decision.screen_id, store_id=decision.store_id, at=millis(decision.at),
            spot_id=decision.spot_id, guest=int(decision.guest), inventory=decision.inventory, body=body,
        )
    )  # fmt: skip


class Decisions:
    """Questions to the records; answers are record texts."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def get(self, decision_id: str) -> str | None:
        with self._engine.connect() as connection:
            return connection.execute(select(table.c.body).where(table.c.id == decision_id)).scalar_one_or_none()

    def recent(self, screen_id: str, limit: int, until: datetime | None = None) -> list[str]:
        """The screen's latest records, or the last ones of before `until`; newest first."""
        query = select(table.c.body).where(table.c.screen_id == screen_id).order_by(table.c.at.desc()).limit(limit)
        if until is not None:
            query = query.where(table.c.at < millis(until))
        with self._engine.connect() as connection:
            return list(connection.scalars(query))

    def texts(self, decision_ids: Sequence[str]) -> dict[str, str]:
        """The records among these, by id."""
        found: dict[str, str] = {}
        with self._engine.connect() as connection:
            for start in range(0, len(decision_ids), MANY):
                query = select(table.c.id, table.c.body).where(table.c.id.in_(decision_ids[start : start + MANY]))
                found |= {decision_id: body for decision_id, body in connection.execute(query)}
        return found

    def between(self, start: datetime, end: datetime) -> Iterator[str]:
        """Every screen's records of [start, end), by time; read as they are asked for."""
        query = (
            select(table.c.body)
            .where(table.c.at >= millis(start), table.c.at < millis(end))
            .order_by(table.c.at, table.c.id)
            .execution_options(yield_per=MANY)
        )
        with self._engine.connect() as connection:
            yield from connection.scalars(query)
