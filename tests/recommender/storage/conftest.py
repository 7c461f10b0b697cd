"""The laws of this room hold on both databases: each test of them runs on SQLite and on PostgreSQL."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from recommender.storage.engine import open_engine
from recommender.storage.migrate import upgrade


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


@pytest.fixture
def history(on_either: Engine) -> Engine:
    return on_either
