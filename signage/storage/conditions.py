"""How each screen was, in stretches: rows in, rows out."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Engine, select
from sqlalchemy.dialects import postgresql, sqlite

from signage.domain.clock import from_millis, millis
from signage.domain.condition import Condition
from signage.storage.schema import conditions as table


@dataclass(frozen=True, slots=True)
class Stretch:
    """From `since` the screen was in this condition; it was last heard of in it at `until`."""

    screen_id: str
    since: datetime
    until: datetime
    condition: Condition
    detail: str = ""


def put_stretch(connection: Connection, stretch: Stretch) -> None:
    """Add it, or move the end of the one that began then."""
    insert_into = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    statement = insert_into(table).values(
        screen_id=stretch.screen_id, since=millis(stretch.since), until=millis(stretch.until),
        condition=str(stretch.condition), detail=stretch.detail,
    )  # fmt: skip
    connection.execute(
        statement.on_conflict_do_update(
            index_elements=["screen_id", "since"],
            set_={name: statement.excluded[name] for name in ("until", "condition", "detail")},
        )
    )


class Conditions:
    """Questions to the stretches."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def between(self, screen_ids: Sequence[str], start: datetime, end: datetime) -> list[Stretch]:
        """Those that touch [start, end], and of each screen the last one before, by screen and time."""
        found: list[Stretch] = []
        with self._engine.connect() as connection:
            for screen_id in screen_ids:
                mine = table.c.screen_id == screen_id
                before = connection.scalar(
                    select(table.c.since)
                    .where(mine, table.c.since < millis(start))
                    .order_by(table.c.since.desc())
                    .limit(1)
                )
                first = millis(start) if before is None else before
                query = select(table).where(mine, table.c.since >= first, table.c.since <= millis(end))
                found += [
                    Stretch(
                        row.screen_id,
                        from_millis(row.since),
                        from_millis(row.until),
                        Condition(row.condition),
                        row.detail,
                    )
                    for row in connection.execute(query.order_by(table.c.since))
                ]
        return found
