"""The whole web process as `create_app` composes it, demo and all, over a filled shop; and everybody who may call it."""

import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule

from recommender.app import open_desk
from recommender.settings import Settings as OfRecommender
from signage.app.web import Web, create_app
from signage.settings import Settings
from signage.shelf.session import form_token
from signage.storage.users import Role
from tests.once import made_once
from tests.signage.shelf.history import ADA, build
from tests.signage.web.conftest import hashed
from tests.world import World

BASE = "http://localhost"


@dataclass(frozen=True)
class House:
    """`world`: its screens, with the keys of their players."""

    app: Flask
    web: Web
    world: World

    def client(self, lang: str = "en") -> FlaskClient:
        """A browser that nobody knows."""
        client = self.app.test_client()
        client.environ_base |= {"HTTP_ACCEPT_LANGUAGE": lang, "HTTP_ACCEPT": "text/html"}
        return client

    def person(self, role: Role, store_id: str = "") -> str:
        """A login -> its e-mail address."""
        email, users = f"{role}-{store_id or 'hq'}@example.jp", self.web.storage.users
        if users.by_email(email) is None:
            users.add(
                email=email, name=email, role=role, store_id=store_id, password_hash=hashed(), by="", now=self.web.clock()
            )  # fmt: skip
        return email

    def logged_in(self, role: Role, store_id: str = "", lang: str = "en") -> FlaskClient:
        """With what the login leaves in the session; test_sessions goes through the door itself."""
        client, user = self.client(lang), self.web.storage.users.by_email(self.person(role, store_id))
        assert user is not None
        with client.session_transaction() as session:
            session["_user_id"], session["_fresh"] = f"{user.user_id}:{user.epoch}", True
        return client

    def link(self) -> str:
        """A one-time link for Ada."""
        desk = open_desk(OfRecommender(), lambda: datetime.now(UTC))
        identifier = desk.find("retailer", ADA)
        assert identifier is not None
        link = desk.link(identifier)
        desk.engine.dispose()
        return link

    def member(self) -> tuple[FlaskClient, str]:
        """Ada's phone, signed in by a link, and the secret of its session."""
        phone = self.client()
        phone.post(f"/me/in/{self.link()}")
        cookie = phone.get_cookie("shelfcast_me", path="/me")
        assert cookie is not None
        return phone, cookie.value

    def rules(self, *methods: str) -> list[tuple[str, Rule]]:
        """(method, rule) of every route of the application, files that are shipped left out."""
        return [
            (method, rule)
            for rule in self.app.url_map.iter_rules()
            for method in sorted(rule.methods or ())
            if method in methods and not rule.endpoint.endswith("static") and not rule.websocket
        ]


def address(rule: Rule, values: dict[str, str] | None = None, otherwise: str = "none") -> str:
    """A rule with its places filled: by name, else with a number or `otherwise`."""
    return re.sub(
        r"<(?:(\w+)(?:\([^>]*\))?:)?(\w+)>",
        lambda found: (values or {}).get(found[2]) or ("1" if found[1] == "int" else otherwise),
        rule.rule,
    )


def csrf(client: FlaskClient, page: str = "/login") -> str:
    found = re.search(r'name="csrf-token" content="([^"]+)"', client.get(page).text)
    assert found, page
    return found[1]


def member_form(secret: str) -> dict[str, str]:
    return {"form": form_token(secret)}


@pytest.fixture
def public_url() -> str:
    """A test may be of another one."""
    return BASE


@pytest.fixture
def proxies() -> int:
    """How many a test's house stands behind."""
    return 0


@pytest.fixture
def house(
    *, database_url: str, redis_url: str, world: World, public_url: str, proxies: int, tmp_path: Path,
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch,
) -> Iterator[House]:  # fmt: skip
    """Listens to nobody; its history is trained and has members."""
    data = shutil.copytree(made_once(tmp_path_factory, "history", build), tmp_path / "data")
    for name, value in {
        "SHELFCAST_DATA_DIR": str(data), "SHELFCAST_DATABASE_URL": database_url, "REDIS_URL": redis_url,
        "SHELFCAST_HISTORY_URL": "", "RECOMMENDER_URL": "", "SHELFCAST_SECRET_KEY": "k" * 64,
        "SHELFCAST_CAMERA_KEY": "c" * 64, "SHELFCAST_DEMO": "1", "SHELFCAST_PUBLIC_URL": public_url,
        "SHELFCAST_UPLOAD_MAX_MB": "20", "SHELFCAST_HISTORY_ZONE": "Asia/Tokyo",
        "SHELFCAST_PROXIES": str(proxies),
    }.items():  # fmt: skip
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(Web, "start", lambda _self: None)
    app = create_app(Settings())
    web: Web = app.extensions["shelfcast"]
    yield House(app, web, world)
    web.scans.close()
    web.close()
