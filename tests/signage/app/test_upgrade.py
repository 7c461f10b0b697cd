"""A release that finds what a later one left says so in plain words, and leaves it as it is."""

import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from recommender.cli import main as recommender
from signage.cli import main as shelfcast
from signage.processes.valkey import free_port

BOTH = [(shelfcast, "signage.db", "alembic_version"), (recommender, "history.db", "recommender_version")]


@pytest.fixture
def later(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str, str], Path]:
    """`later(file, table)`: that database of the data directory as a later release left it."""
    for name in ("SHELFCAST_DATABASE_URL", "SHELFCAST_HISTORY_URL", "RECOMMENDER_URL", "REDIS_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("SHELFCAST_DATA_DIR", str(tmp_path))
    for verb, _file, _table in BOTH:
        assert CliRunner().invoke(verb, ["migrate"]).exit_code == 0

    def left(file: str, table: str) -> Path:
        with closing(sqlite3.connect(tmp_path / file)) as connection, connection:
            connection.execute(f"UPDATE {table} SET version_num = '9998'")
            connection.execute("CREATE TABLE of_tomorrow (a)")
        return tmp_path / file

    return left


def dumped(database: Path) -> list[str]:
    with closing(sqlite3.connect(database)) as connection:
        return list(connection.iterdump())


@pytest.mark.parametrize(("verb", "file", "table"), BOTH)
def test_a_later_releases_database_is_left_alone(
    verb: click.Group, file: str, table: str, later: Callable[[str, str], Path]
) -> None:
    database = later(file, table)
    before = dumped(database)
    said = CliRunner().invoke(verb, ["migrate"])
    assert said.exit_code == 1 and "Traceback" not in said.output
    assert "later release" in said.output and "9998" in said.output and "restore the backup" in said.output
    assert dumped(database) == before


def test_the_store_does_not_start_on_it(later: Callable[[str, str], Path]) -> None:
    database = later("signage.db", "alembic_version")
    before = dumped(database)
    command = [sys.executable, "-m", "signage", "run", "--port", str(free_port())]
    said = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert said.returncode == 1 and "Traceback" not in said.stderr
    assert "A later release of Shelfcast brought signage's database to shape 9998" in said.stderr
    assert dumped(database) == before
