"""The schema from empty, and the ways a database can be in the way."""

import threading
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine, inspect, text
from sqlalchemy.exc import OperationalError

from recommender.storage.engine import open_engine, write
from recommender.storage.migrate import VERSION_TABLE, upgrade
from recommender.storage.schema import metadata


def test_from_empty_the_database_is_what_the_schema_says(blank: Engine) -> None:
    with blank.connect() as connection:
        context = MigrationContext.configure(connection, opts={"version_table": VERSION_TABLE, "compare_type": True})
        assert compare_metadata(context, metadata) == []
    assert set(inspect(blank).get_table_names()) == {*metadata.tables, VERSION_TABLE}


def test_upgrading_again_changes_nothing(blank: Engine) -> None:
    upgrade(blank)
    with blank.connect() as connection:
        assert connection.execute(text(f"SELECT count(*) FROM {VERSION_TABLE}")).scalar() == 1


def test_a_migration_is_all_or_nothing(tmp_path: Path) -> None:
    engine = open_engine(f"sqlite:///{tmp_path / 'half.db'}")
    write(
        engine, lambda connection: connection.exec_driver_sql("CREATE TABLE sessions (x)")
    )  # in the way of the last tables
    with pytest.raises(OperationalError, match="already exists"):
        upgrade(engine)
    assert inspect(engine).get_table_names() == ["sessions"]
    engine.dispose()


def test_history_keeps_no_identifier_as_it_was_told(blank: Engine) -> None:
    columns = {c["name"]: str(c["type"]) for c in inspect(blank).get_columns("identifiers")}
    assert columns == {"id": "INTEGER", "namespace": "TEXT", "value_hash": "BLOB", "profile_id": "BIGINT"}


def test_a_writer_waits_for_another_writer(blank: Engine) -> None:
    holding, release = threading.Event(), threading.Event()

    def _hold(connection: object) -> None:
        holding.set()
        release.wait(5)

    other = threading.Thread(target=write, args=(blank, _hold))
    other.start()
    holding.wait(5)
    threading.Timer(0.2, release.set).start()
    write(blank, lambda c: c.exec_driver_sql("INSERT INTO stores (store_id, zone) VALUES ('elm', 'UTC')"))
    other.join()
    with blank.connect() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM stores").scalar() == 1


def test_a_writer_gives_up_at_its_deadline(blank: Engine) -> None:
    with (
        blank.connect().execution_options(immediate=True) as other,
        other.begin(),
        pytest.raises(OperationalError, match="locked"),
    ):
        write(blank, lambda c: c.exec_driver_sql("DELETE FROM stores"), deadline_s=0.1)


def test_what_fails_leaves_nothing_behind(blank: Engine) -> None:
    def _half(connection: object) -> None:
        connection.exec_driver_sql("INSERT INTO stores (store_id, zone) VALUES ('elm', 'UTC')")  # type: ignore[attr-defined]
        raise ValueError("power cut")

    with pytest.raises(ValueError, match="power cut"):
        write(blank, _half)
    with blank.connect() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM stores").scalar() == 0
