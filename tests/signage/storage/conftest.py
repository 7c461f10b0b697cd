"""The laws of this room hold on both databases: each test of them runs on SQLite and on PostgreSQL."""

from pathlib import Path

import pytest
from sqlalchemy import Engine

from signage.storage.engine import open_engine
from signage.storage.migrate import upgrade
from tests.postgres import PostgresServer
from tests.world import World, make_world


@pytest.fixture(scope="session")
def _blank_postgres(postgres: PostgresServer) -> str:
    """The URL of a migrated, empty database: copying it is quicker than migrating again."""
    url = postgres.database()
    engine = open_engine(url)
    upgrade(engine)
    engine.dispose()
    return url


@pytest.fixture(params=["sqlite", "postgresql"])
def backend(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def database_url(backend: str, request: pytest.FixtureRequest, _blank: Path, tmp_path: Path) -> str:
    if backend == "postgresql":
        copied: str = request.getfixturevalue("postgres").copy(request.getfixturevalue("_blank_postgres"))
        return copied
    path = tmp_path / "signage.db"
    path.write_bytes(_blank.read_bytes())
    return f"sqlite:///{path}"


@pytest.fixture
def world(engine: Engine) -> World:
    """Made in either: the file that others copy is SQLite's."""
    return make_world(engine)


@pytest.fixture
def empty_url(backend: str, request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An address with nothing behind it, not even tables."""
    if backend == "postgresql":
        new: str = request.getfixturevalue("postgres").database()
        return new
    return f"sqlite:///{tmp_path / 'empty.db'}"
