"""The laws of this room hold on both databases: each test of them runs on SQLite and on PostgreSQL."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from recommender.settings import Settings
from recommender.storage.engine import open_engine
from recommender.storage.migrate import upgrade
from tests.postgres import PostgresServer
from tests.recommender.shop import fill


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An address with nothing behind it, not even tables."""
    if request.param == "postgresql":
        new: str = request.getfixturevalue("postgres").database()
        return new
    return f"sqlite:///{tmp_path / 'empty.db'}"


@pytest.fixture
def blank(empty_url: str) -> Iterator[Engine]:
    engine = open_engine(empty_url)
    upgrade(engine)
    yield engine
    engine.dispose()


@pytest.fixture(scope="session")
def _filled_postgres(postgres: PostgresServer, tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = tmp_path_factory.mktemp("shop")
    url = postgres.database()
    fill(Settings(data_dir=folder, history_url=url, recommender_url="", redis_url=""), folder)
    return url


@pytest.fixture(params=["sqlite", "postgresql"])
def history(request: pytest.FixtureRequest, settings: Settings) -> Iterator[Engine]:
    url = settings.database
    if request.param == "postgresql":
        url = request.getfixturevalue("postgres").copy(request.getfixturevalue("_filled_postgres"))
    engine = open_engine(url)
    yield engine
    engine.dispose()
