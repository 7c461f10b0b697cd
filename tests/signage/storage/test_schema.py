"""The database that migrations make is the schema that the code believes in, and it can't name a person."""

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine, Float, Integer, LargeBinary, inspect

from signage.storage.engine import open_engine
from signage.storage.migrate import current, upgrade
from signage.storage.schema import metadata

PERSONAL = ("member", "customer", "household", "person", "shopper", "alias", "affinity", "identif", "loyalty")


def test_from_empty_the_migrations_make_exactly_the_schema(engine: Engine, empty_url: str) -> None:
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
    declared = open_engine(empty_url)
    metadata.create_all(declared)
    for table in metadata.tables:
        assert _columns(engine, table) == _columns(declared, table)
    assert set(inspect(engine).get_table_names()) == {*metadata.tables, "alembic_version"}
    declared.dispose()


def _columns(engine: Engine, table: str) -> list[dict[str, str]]:
    columns = inspect(engine).get_columns(table)
    return [{name: str(value) for name, value in column.items()} for column in columns]


def test_upgrading_again_changes_nothing(engine: Engine) -> None:
    before = current(engine)
    upgrade(engine)
    assert before is not None
    assert current(engine) == before


def test_a_failed_migration_leaves_nothing_behind(empty_url: str) -> None:
    engine = open_engine(empty_url)
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE users (id TEXT)")  # in the way of the first revision
    with pytest.raises(Exception, match="users"):
        upgrade(engine)
    assert inspect(engine).get_table_names() == ["users"]
    engine.dispose()


def test_no_column_can_hold_a_member(engine: Engine) -> None:
    there = inspect(engine)
    names = [name for table in metadata.tables for name in (table, *(c["name"] for c in there.get_columns(table)))]
    assert len(names) > 100
    assert not [name for name in names for word in PERSONAL if word in name.lower()]


def test_of_an_audience_there_are_counts_only() -> None:
    words = {"samples": {"screen_id", "source"}, "cells": {"screen_id"}, "exposures": set[str]()}
    for name, allowed in words.items():
        table = metadata.tables[name if name == "exposures" else f"audience_{name}"]
        assert {column.name for column in table.c if not isinstance(column.type, Integer | Float)} == allowed
    binary = {f"{t.name}.{c.name}" for t in metadata.tables.values() for c in t.c if isinstance(c.type, LargeBinary)}
    assert binary == {"screens.key_hash", "screens.key_next_hash", "registrations.poll_secret_hash"}


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_sqlite_is_set_up_to_lose_nothing_that_was_acknowledged(engine: Engine) -> None:
    with engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
        assert connection.exec_driver_sql("PRAGMA synchronous").scalar() == 2  # FULL
        assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1
