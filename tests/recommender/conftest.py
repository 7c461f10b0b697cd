"""A filled history for every test of the recommender: made once, copied."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from recommender.history.importer import Importer
from recommender.settings import Settings
from recommender.storage.engine import open_engine
from recommender.storage.migrate import upgrade
from tests.recommender.shop import NOW, fill

KEY = bytes(range(32))


@pytest.fixture(scope="session")
def _filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("shop")
    data = folder / "data"
    fill(Settings(data_dir=data, history_url="", recommender_url="", redis_url=""), folder)
    return data


@pytest.fixture
def settings(_filled: Path, tmp_path: Path) -> Settings:
    """Of a history that holds the world of tests.recommender.shop; no Redis."""
    shutil.copytree(_filled, tmp_path / "data")
    return Settings(data_dir=tmp_path / "data", recommender_key="door-key", recommender_url="", redis_url="")


@pytest.fixture
def history(settings: Settings) -> Iterator[Engine]:
    engine = open_engine(settings.database)
    yield engine
    engine.dispose()


@pytest.fixture
def blank(tmp_path: Path) -> Iterator[Engine]:
    """A migrated history with nothing in it."""
    engine = open_engine(f"sqlite:///{tmp_path / 'blank.db'}")
    upgrade(engine)
    yield engine
    engine.dispose()


@pytest.fixture
def importer(history: Engine) -> Importer:
    return Importer(history, KEY, "UTC", lambda: NOW, lambda _: None)
