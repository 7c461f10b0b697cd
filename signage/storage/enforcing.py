"""The retention table enforced: lines in, old rows gone, and a note of each round. One job does it, every minute."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, Engine, Table, delete, select, tuple_
from sqlalchemy.dialects import postgresql, sqlite

from signage.domain.clock import from_millis, millis
from signage.storage.engine import write
from signage.storage.retention import Line
from signage.storage.schema import retention as table

EARLY = timedelta(minutes=2)  # between two rounds nothing may outgrow its limit
Elsewhere = Callable[[datetime, datetime], int]
AT_ONCE = 2_000  # rows under one commit: nobody else who writes waits long


@dataclass(frozen=True, slots=True)
class Run:
    """When a line was enforced last, and how many rows (of logs: files) went: then, and in all."""

    at: datetime
    removed: int
    in_all: int


class Retention:
    """`elsewhere`: how to enforce lines that aren't in this database: now, and from when on to keep, in; how many went out."""

    def __init__(self, engine: Engine, lines: Sequence[Line], elsewhere: Mapping[str, Elsewhere] | None = None) -> None:
        self._engine = engine
        self.lines = tuple(lines)
        self._elsewhere = elsewhere or {}

    def enforce(self, now: datetime) -> dict[str, int]:
        """Remove what is older than its line allows, and note it -> how many rows went, by line."""
        gone: dict[str, int] = {}
        for line in self.lines:
            if line.keep is None:
                continue
            before = now - line.keep + EARLY
            if line.old is not None and line.table is not None:
                gone[line.name] = self._remove(line.table, line.old(millis(before)))
            elif line.name in self._elsewhere:
                gone[line.name] = self._elsewhere[line.name](now, before)
        write(self._engine, lambda connection: _note(connection, gone, now))
        return gone

    def runs(self) -> dict[str, Run]:
        """Each line's last run; absent: never, or it goes by itself."""
        with self._engine.connect() as connection:
            return {
                row.line: Run(from_millis(row.ran_at), row.removed, row.removed_in_all)
                for row in connection.execute(select(table))
            }

    def _remove(self, rows: Table, old: ColumnElement[bool]) -> int:
        key = tuple_(*rows.primary_key)
        some = delete(rows).where(key.in_(select(*rows.primary_key).where(old).limit(AT_ONCE)))
        count = 0
        while (now := write(self._engine, lambda connection: connection.execute(some).rowcount)) == AT_ONCE:
            count += now
        return count + now


def _note(connection: Connection, gone: Mapping[str, int], now: datetime) -> None:
    insert_into = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    statement = insert_into(table)
    new = statement.excluded
    connection.execute(
        statement.on_conflict_do_update(
            index_elements=["line"],
            set_={
                "ran_at": new.ran_at, "removed": new.removed, "removed_in_all": table.c.removed_in_all + new.removed,
            },
        ),
        [{"line": name, "ran_at": millis(now), "removed": n, "removed_in_all": n} for name, n in gone.items()],
    )  # fmt: skip
