"""A filled history for every test of the recommender: made once, copied."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from recommender.domain.limits import Limits
from recommender.history.events import Intake
from recommender.history.importer import Importer
from recommender.settings import Settings
from recommender.storage.engine import open_engine
from recommender.storage.migrate import upgrade
from tests.postgres import PostgresServer
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


@pytest.fixture(scope="session")
def _filled_postgres(postgres: PostgresServer, tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = tmp_path_factory.mktemp("shop")
    url = postgres.database()
    fill(Settings(data_dir=folder, history_url=url, recommender_url="", redis_url=""), folder)
    return url


@pytest.fixture(params=["sqlite", "postgresql"])
def on_either(request: pytest.FixtureRequest, settings: Settings) -> Iterator[Engine]:
    """The filled history on both databases, one after the other."""
    url = settings.database
    if request.param == "postgresql":
        url = request.getfixturevalue("postgres").copy(request.getfixturevalue("_filled_postgres"))
    engine = open_engine(url)
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
    return Importer(history, Intake(KEY, "UTC", Limits.read("retailer=1,*=10")), lambda: NOW, lambda _: None)
