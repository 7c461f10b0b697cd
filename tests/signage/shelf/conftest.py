"""The shopper's pages on the real doors, and a floor of screens as the composition root would connect it."""

import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from mimetypes import guess_type
from pathlib import Path

import pytest
from flask import Flask, Response
from flask.testing import FlaskClient
from werkzeug.serving import WSGIRequestHandler, make_server

from recommender.app import Doors, open_doors
from recommender.domain.member import CodeRefused, Refusal
from recommender.domain.recommendation import Affinity
from recommender.settings import Settings
from signage.bundle.find import path
from signage.domain.place import Store
from signage.http import install
from signage.shelf.ports import ShelfPorts
from signage.shelf.routes import blueprint
from signage.shelf.scans import Scans
from tests.once import made_once
from tests.signage.shelf.history import build
from tests.world import EKIMAE, ELM, MovableClock

HONDORI = Store("hondori", "本通り店", "Main Street", "Asia/Tokyo", "JPY", "ja", simulated=True)
TOKEN = "entrance-token"


@dataclass
class Floor:
    """Stands for the controller: which screen shows for which code, and what was asked of it."""

    doors: Doors
    clock: MovableClock
    shown: dict[str, str] = field(default_factory=dict)
    chosen: dict[str, Affinity] = field(default_factory=dict)

    def scan(self, screen_id: str, code: str) -> Refusal | None:
        try:
            self.chosen[code] = self.doors.personal.affinity(code, "ekimae", self.clock())
        except CodeRefused as refused:
            return refused.why
        self.shown[code] = screen_id
        return None

    def end(self, code: str) -> bool:
        return self.shown.pop(code, None) is not None


@pytest.fixture(scope="session")
def _history(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Imported and trained once; each test gets a copy."""
    return made_once(tmp_path_factory, "history", build)


@pytest.fixture
def data_dir(_history: Path, tmp_path: Path) -> Path:
    return shutil.copytree(_history, tmp_path / "data")


@pytest.fixture
def doors(data_dir: Path, redis_url: str, clock: MovableClock) -> Iterator[Doors]:
    doors = open_doors(Settings(data_dir=data_dir, redis_url=redis_url), clock)
    yield doors
    doors.close()


@pytest.fixture
def floor(doors: Doors, clock: MovableClock) -> Floor:
    return Floor(doors, clock)


@pytest.fixture
def scans(doors: Doors, clock: MovableClock) -> Iterator[Scans]:
    scans = Scans(doors.record, clock)
    yield scans
    scans.close()


def make_ports(doors: Doors, floor: Floor, scans: Scans, clock: MovableClock) -> ShelfPorts:
    return ShelfPorts(
        catalog=doors.catalog,
        personal=doors.personal,
        stores=lambda: [EKIMAE, ELM, HONDORI],
        store={store.store_id: store for store in (EKIMAE, ELM, HONDORI)}.get,
        verify_screen_token={TOKEN: "entrance"}.get,
        scan=floor.scan,
        scanned=scans.scanned,
        showing=floor.shown.get,
        chosen=floor.chosen.get,
        end_by_code=floor.end,
        screen_name={"entrance": "入口1"}.__getitem__,
        may_try=lambda what, address: True,
        clock=clock,
        base_url="http://localhost",
        demo=True,
    )


@pytest.fixture
def ports(doors: Doors, floor: Floor, scans: Scans, clock: MovableClock) -> ShelfPorts:
    return make_ports(doors, floor, scans, clock)


def make_app(ports: ShelfPorts) -> Flask:
    """The room in an app of its own, with the pictograms (and, to look at, a font) that another room serves."""
    app = Flask("phone")
    app.testing = True
    install(app)
    app.register_blueprint(blueprint(ports))

    @app.get("/assets/<kind>/<name>")
    def fetched(kind: str, name: str) -> Response:
        """Read whole: a browser that goes away in the middle of an open file would leave it open."""
        return Response(path("assets", "ready", kind, name).read_bytes(), mimetype=guess_type(name)[0])

    return app


@pytest.fixture
def app(ports: ShelfPorts) -> Flask:
    return make_app(ports)


@pytest.fixture
def phone(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture(scope="session")
def _shared(_history: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """An app for tests that change nothing but the count of scans: opening the doors takes longer than such a test."""
    clock = MovableClock()
    folder = shutil.copytree(_history, tmp_path_factory.mktemp("shared") / "data")
    doors = open_doors(Settings(data_dir=folder, redis_url=""), clock)
    scans = Scans(doors.record, clock)
    yield make_app(make_ports(doors, Floor(doors, clock), scans, clock))
    scans.close()
    doors.close()


@pytest.fixture
def visitor(_shared: Flask) -> FlaskClient:
    """A phone that only reads, at noon."""
    return _shared.test_client()


@contextmanager
def serving(app: Flask) -> Iterator[str]:
    """The app on a real port; its address."""
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=_Quiet)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


class _Quiet(WSGIRequestHandler):
    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Not in the tests' output."""


@pytest.fixture
def address(app: Flask) -> Iterator[str]:
    with serving(app) as address:
        yield address


@pytest.fixture(scope="session")
def public_address(_shared: Flask) -> Iterator[str]:
    """Where a phone that only reads finds the pages."""
    with serving(_shared) as address:
        yield address
