"""Audience samples in and out: counts only, at most one a second and screen."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Engine, select
from sqlalchemy.dialects import postgresql, sqlite

from signage.domain.audience import AudienceSnapshot, AudienceSource
from signage.domain.clock import from_millis, millis
from signage.storage.schema import audience_samples as table


@dataclass(frozen=True, slots=True)
class Sample:
    """One second before one screen; see AudienceSnapshot for the words."""

    screen_id: str
    at: datetime
    source: AudienceSource
    present: int
    facing: int
    near: int
    arrived: int
    child: int
    adult: int
    senior: int
    attention_s: float


def put(connection: Connection, snapshot: AudienceSnapshot) -> None:
    """Keep the snapshot as the sample of its second; a second one of the same second adds its arrivals and attention."""
    insert_into = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    statement = insert_into(table).values(
        screen_id=snapshot.screen_id, at=millis(snapshot.taken_at) // 1000 * 1000, source=str(snapshot.source),
        present=snapshot.present, facing=snapshot.facing, near=snapshot.near, arrived=snapshot.arrived,
        child=snapshot.child, adult=snapshot.adult, senior=snapshot.senior, attention_s=snapshot.attention_s,
    )  # fmt: skip
    added = {name: table.c[name] + statement.excluded[name] for name in ("arrived", "attention_s")}
    connection.execute(statement.on_conflict_do_update(index_elements=["screen_id", "at"], set_=added))


class Samples:
    """Questions to the samples."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def range(self, screen_ids: Sequence[str], start: datetime, end: datetime) -> list[Sample]:
        """Samples of these screens in [start, end), by screen and time."""
        query = (
            select(table)
            .where(table.c.screen_id.in_(screen_ids), table.c.at >= millis(start), table.c.at < millis(end))
            .order_by(table.c.screen_id, table.c.at)
        )
        with self._engine.connect() as connection:
            return [
                Sample(row.screen_id, from_millis(row.at), AudienceSource(row.source), row.present, row.facing, row.near,
                       row.arrived, row.child, row.adult, row.senior, row.attention_s)
                for row in connection.execute(query)
            ]  # fmt: skip
