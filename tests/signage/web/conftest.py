"""The real pages over a real database, Valkey, catalogue and controller, as app.py composes them."""

import mimetypes
import re
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

import pytest
from flask import Flask, Response
from flask.testing import FlaskClient
from sqlalchemy import Engine
from werkzeug.serving import make_server

from recommender.app import products_import
from recommender.artifacts import Store as Artifacts
from recommender.catalog import LocalCatalog
from recommender.crowd import LocalCrowd
from recommender.domain.gtin import restricted
from recommender.sales import SalesCell
from recommender.serving.rules import anything, live_rules
from recommender.settings import Settings as OfRecommender
from recommender.storage import products as product_rows
from recommender.storage.engine import open_engine as open_history
from recommender.storage.engine import write as write_history
from recommender.storage.migrate import upgrade as upgrade_history
from recommender.training.kept import kept
from signage import http
from signage.bundle import find
from signage.controller.countries import country_of
from signage.controller.loop import Controller
from signage.controller.rooms import Rooms
from signage.controller.tokens import ScreenTokens
from signage.domain.families import read_families
from signage.jobs import Worker, creative_handlers
from signage.live import Live
from signage.media.store import MediaStore
from signage.settings import Settings
from signage.storage.alerts import Alerts
from signage.storage.audit import Audit
from signage.storage.campaigns import Campaigns
from signage.storage.cells import Cells
from signage.storage.conditions import Conditions
from signage.storage.creatives import Creatives
from signage.storage.decisions import Decisions
from signage.storage.enforcing import Retention
from signage.storage.idempotency import Idempotency
from signage.storage.inventories import Inventories
from signage.storage.jobs import Jobs
from signage.storage.learned import Learned
from signage.storage.notices import Notices
from signage.storage.plays import Plays
from signage.storage.retention import lines
from signage.storage.uploads import Uploads
from signage.storage.users import Role, Users
from signage.storage.writer import GroupWriter
from signage.web import passwords, studio
from signage.web.ports import Storage, WebPorts
from tests.world import MovableClock, World

MILK, PIZZA, LASAGNA = restricted(1000002), restricted(1000003), restricted(1000004)
YOGURTS = {restricted(1000005): "6 oz", restricted(1000006): "32 oz"}  # one name
PASSWORD = "correct horse battery"


@dataclass
class Heard:
    """What the pages told the rooms above, besides the controller's doing it."""

    changed: list[list[str]] = field(default_factory=list)
    revoked: list[str] = field(default_factory=list)
    messages: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    sales: list[SalesCell] = field(default_factory=list)  # what the door tells

    def told(self, screen_id: str, message: dict[str, Any]) -> None:
        self.messages.append((screen_id, message))


@dataclass
class Studio:
    app: Flask
    ports: WebPorts
    controller: Controller
    heard: Heard
    worker: Worker

    def client(self, lang: str = "en") -> FlaskClient:
        client = self.app.test_client()
        client.environ_base["HTTP_ACCEPT_LANGUAGE"] = lang
        client.environ_base["HTTP_ACCEPT"] = "text/html"
        return client

    def person(self, role: Role, store_id: str = "", name: str = "") -> str:
        """A login of this role -> its e-mail address."""
        email = f"{name or role.value}-{store_id or 'hq'}@example.jp"
        self.ports.storage.users.add(
            email=email, name=name or role.value, role=role, store_id=store_id, password_hash=hashed(), by="",
            now=self.ports.clock(),
        )  # fmt: skip
        return email

    def logged_in(self, role: Role, store_id: str = "", lang: str = "en", name: str = "") -> FlaskClient:
        client, email = self.client(lang), self.person(role, store_id, name)
        user = self.ports.storage.users.by_email(email)
        assert user is not None
        with client.session_transaction() as session:  # what login leaves; test_access goes through the door itself
            session["_user_id"], session["_fresh"] = f"{user.user_id}:{user.epoch}", True
        return client


_HASHED: list[str] = []


def hashed() -> str:
    """Argon2 is slow on purpose: one hash serves every login of the run."""
    if not _HASHED:
        _HASHED.append(passwords.hashed(PASSWORD))
    return _HASHED[0]


def token(client: FlaskClient, page: str = "/login") -> str:
    """The session's CSRF token, which every page carries: the lightest one is asked, unless it is about the page."""
    found = re.search(r'name="csrf-token" content="([^"]+)"', client.get(page).text)
    assert found, page
    return found[1]


def post(
    client: FlaskClient, path: str, data: dict[str, Any] | None = None, *, page: str = "/login", **options: Any
) -> Any:
    """A form post as a browser sends it."""
    return client.post(path, data={"csrf_token": token(client, page)} | (data or {}), **options)


@pytest.fixture(scope="session")
def catalog(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalCatalog]:
    folder = tmp_path_factory.mktemp("history")
    engine = open_history(f"sqlite:///{folder / 'history.db'}")
    upgrade_history(engine)
    category = {
        "category": "MILK", "name_ja": "牛乳", "short_ja": "牛乳", "name_en": "Milk", "family": "dairy",
        "pictogram": "glass-of-milk", "price_kind": "each", "tax": 8, "law_class": "none", "public_safe": 1,
    }  # fmt: skip
    product = {
        "gtin": MILK, "name_ja": "牛乳 1L", "name_en": "Milk", "short_ja": "牛乳", "brand": "private", "size": "1 L",
        "category": "MILK", "maker": "",
    }  # fmt: skip
    pizza = product | {"gtin": PIZZA, "name_ja": "冷凍ピザ", "name_en": "Frozen pizza", "size": "12 oz"}

    long = "レンジで温めるだけの四種のチーズと完熟トマトのラザニア家族用"
    yogurts = [
        product | {"gtin": gtin, "name_ja": "ヨーグルト", "name_en": "Yogurt", "short_ja": "ヨーグルト", "size": size}
        for gtin, size in YOGURTS.items()
    ]
    lasagna = product | {"gtin": LASAGNA, "name_ja": long, "short_ja": long, "name_en": "Lasagna"}

    def fill(connection: Any) -> None:
        product_rows.put_categories(connection, [category])
        product_rows.put_products(connection, [product, pizza, lasagna, *yogurts])

    write_history(engine, fill)
    yield LocalCatalog(engine, Artifacts(folder / "artifacts"), live_rules(engine))
    engine.dispose()


@pytest.fixture
def controller(
    *, engine: Engine, world: World, live: Live, writer: GroupWriter, clock: MovableClock, catalog: LocalCatalog,
    tmp_path: Path,
) -> Controller:  # fmt: skip
    rooms = Rooms(
        screens=world.screens, inventories=Inventories(engine), decisions=Decisions(engine), plays=Plays(engine),
        cells=Cells(engine), learned=Learned(engine), writer=writer, live=live, catalog=catalog,
        crowd=LocalCrowd(Artifacts(tmp_path / "artifacts"), lambda store, public: anything),
        families=read_families(find.path("assets", "families.csv").read_text("utf-8")),
        tokens=ScreenTokens("test", clock), clock=clock, monotonic_ns=time.monotonic_ns, rng=Random(7),
        base_url="http://shelf.test",
    )  # fmt: skip
    return Controller(rooms)


@pytest.fixture
def studio_app(
    *, engine: Engine, world: World, live: Live, redis_url: str, clock: MovableClock, catalog: LocalCatalog,
    controller: Controller, tmp_path: Path,
) -> Studio:  # fmt: skip
    heard, jobs, creatives, media = Heard(), Jobs(engine), Creatives(engine), MediaStore(tmp_path / "media")

    def changed(store_ids: list[str]) -> None:
        heard.changed.append(store_ids)
        controller.campaigns_changed(store_ids)

    ports = WebPorts(
        storage=Storage(
            screens=world.screens, creatives=creatives, uploads=Uploads(engine),
            campaigns=Campaigns(engine), users=Users(engine), jobs=jobs,
            plays=Plays(engine), conditions=Conditions(engine), cells=Cells(engine), learned=Learned(engine),
            notices=Notices(engine), retention=Retention(engine, lines(Settings())),
            audit=Audit(engine), alerts=Alerts(engine),
            decisions=Decisions(engine), inventories=Inventories(engine), idempotency=Idempotency(engine), media=media,
            catalog=catalog,
        ),
        clock=clock, redis_url=redis_url, upload_max_mb=20, campaigns_changed=changed, show_now=controller.show_now,
        explain=controller.explain, preview=controller.preview, evaluation=lambda: kept(tmp_path / "artifacts"),
        sold=lambda gtins, stores, start, end: [
            cell for cell in heard.sales
            if cell.gtin in gtins and cell.store_id in stores and start <= cell.start < end
        ],
        country_of=country_of, shown=live.shown_on, seen=live.seen,
        screen_revoked=heard.revoked.append, reports=live.reports, lights=live.lights, tell_player=heard.told,
        answer=live.answer, patience_s=0.2,
        why_not=lambda screen_id, spot_id, lang, at: controller.why_not(screen_id, spot_id, at, lang),
        forecast=controller.forecast, suppose=controller.suppose,
        families=read_families(find.path("assets", "families.csv").read_text("utf-8")),
        enqueue=lambda kind, subject: jobs.add(kind, subject, clock()),
        import_products=products_import(OfRecommender(data_dir=tmp_path, redis_url=redis_url), clock),
    )  # fmt: skip
    app = Flask("studio")
    app.secret_key = "test"
    http.install(app, studio.error_page)
    studio.install(app, ports)
    worker = Worker(jobs, creative_handlers(creatives, jobs, media, lambda _id: changed([])), clock)
    return Studio(app, ports, controller, heard, worker)


def _whole(file: Path) -> Response:
    """Read at once: a page that is left while it loads must leave no open file behind."""
    return Response(file.read_bytes(), mimetype=mimetypes.guess_type(file)[0])


@pytest.fixture
def served(studio_app: Studio) -> Iterator[str]:
    """The pages on a real port, with the fonts and player files that the channel serves -> their base URL."""

    @studio_app.app.get("/assets/<path:name>")
    def assets(name: str) -> Response:
        return _whole(find.path("assets", "ready", name))

    @studio_app.app.get("/player/<path:name>")
    def player(name: str) -> Response:
        return _whole(find.path("player", name))

    server = make_server("127.0.0.1", 0, studio_app.app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    yield f"http://127.0.0.1:{server.port}"
    server.shutdown()
    thread.join()
