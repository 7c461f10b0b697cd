"""Add-or-replace and add-or-ignore, the same on SQLite and PostgreSQL."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Table, or_
from sqlalchemy.dialects.postgresql import insert as postgres_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

Rows = Sequence[Mapping[str, Any]]
COUNTED = {"preserve_rowcount": True}  # else an INSERT of many says -1 on PostgreSQL


def insert_into(connection: Connection, table: Table) -> Any:
    """The dialect's own INSERT, which knows ON CONFLICT."""
    return (sqlite_insert if connection.dialect.name == "sqlite" else postgres_insert)(table)


def upsert(connection: Connection, table: Table, rows: Rows, newer: str | None = None) -> int:
    """Inserts `rows`, or replaces what has the same key and differs; gives how many rows changed.

    With `newer` (a column) only a row with a greater value there replaces: what is late never overwrites."""
    if not rows:
        return 0
    statement = insert_into(connection, table)
    key = [c.name for c in table.primary_key]
    values = {name: statement.excluded[name] for name in rows[0] if name not in key}
    if newer:
        when = statement.excluded[newer] > table.c[newer]
    else:
        when = or_(*(table.c[name].is_distinct_from(value) for name, value in values.items()))
    replace = statement.on_conflict_do_update(index_elements=key, set_=values, where=when)
    return connection.execute(replace, rows, execution_options=COUNTED).rowcount


def add(connection: Connection, table: Table, rows: Rows) -> int:
    """Inserts the `rows` whose key is not there yet; gives how many."""
    if not rows:
        return 0
    ignore = insert_into(connection, table).on_conflict_do_nothing()
    return connection.execute(ignore, rows, execution_options=COUNTED).rowcount
