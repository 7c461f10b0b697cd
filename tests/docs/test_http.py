"""docs/http.md has every route of the running applications with who may call it, and no other."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

import recommender.settings
from recommender.app import create_app as create_recommender
from signage.app.web import Web, create_app
from signage.settings import Settings

TEXT, OF_RECOMMENDER = (
    (Path(__file__).parents[2] / "docs" / "http.md").read_text().split("\n## The recommender's service\n")
)
ROW = re.compile(r"^\| (GET|POST|PATCH|DELETE|WS) \| `([^`]+)` \| (\w+) \|", re.M)
Routes = set[tuple[str, str]]


def routes(app: Flask) -> Iterator[tuple[str, str, str]]:
    """(method, path, endpoint), static files left out."""
    for rule in app.url_map.iter_rules():
        if not rule.endpoint.endswith("static"):
            for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}:
                yield "WS" if rule.websocket else method, rule.rule, rule.endpoint


@pytest.fixture
def web(database_url: str, redis_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Flask]:
    """The whole web process, demo and all, that listens to nobody."""
    for name, value in {
        "SHELFCAST_DATA_DIR": str(tmp_path), "SHELFCAST_DATABASE_URL": database_url, "REDIS_URL": redis_url,
        "SHELFCAST_SECRET_KEY": "k" * 64, "SHELFCAST_CAMERA_KEY": "c" * 64, "SHELFCAST_DEMO": "1",
    }.items():  # fmt: skip
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(Web, "start", lambda _self: None)
    app = create_app(Settings())
    yield app
    app.extensions["shelfcast"].close()


@pytest.fixture
def service(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Flask:
    monkeypatch.setenv("SHELFCAST_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("SHELFCAST_RECOMMENDER_KEY", "key")
    return create_recommender(recommender.settings.Settings())


def test_every_route_of_the_web_process_is_documented_and_no_other(web: Flask) -> None:
    told = [(method, path) for method, path, _who in ROW.findall(TEXT)]
    there = {(method, path) for method, path, _endpoint in routes(web)}
    assert len(set(told)) == len(told)
    assert set(told) == there


def test_it_says_who_may_call(web: Flask) -> None:
    endpoints = {(method, path): endpoint for method, path, endpoint in routes(web)}
    for method, path, who in ROW.findall(TEXT):
        view = web.view_functions[endpoints[method, path]]
        if hasattr(view, "needs_role"):
            assert who == ("anybody" if view.needs_role is None else view.needs_role.value), path
        else:
            assert (who == "demo") == path.startswith("/demo"), path
            assert who in {"anybody", "player", "camera", "member", "demo"}, path


@pytest.mark.parametrize(
    ("who", "status"),
    [("player", {401}), ("camera", {401}), ("member", {200, 400})],
    ids=["player", "camera", "member"],
)
def test_nobody_else_gets_in(web: Flask, who: str, status: set[int]) -> None:
    """Without its key a machine gets 401; a phone that isn't signed in gets a page, and no cookie."""
    client, asked = web.test_client(), 0
    for method, path, needed in ROW.findall(TEXT):
        if needed == who and method != "WS":
            answer = client.open(re.sub(r"<[^>]+>", "none", path), method=method)
            assert answer.status_code in status, (method, path)
            assert "Set-Cookie" not in answer.headers or "Max-Age=0" in answer.headers["Set-Cookie"]
            asked += 1
    assert asked


def test_every_route_of_the_recommenders_service_is_documented_and_no_other(service: Flask) -> None:
    told = {(method, path) for method, path, _who in ROW.findall(OF_RECOMMENDER)}
    assert told == {(method, path) for method, path, _endpoint in routes(service)}


def test_the_service_asks_for_its_key_where_the_table_says_so(service: Flask) -> None:
    client = service.test_client()
    for method, path, who in ROW.findall(OF_RECOMMENDER):
        status = client.open(path.replace("<gtin>", "02000010000029"), method=method).status_code
        assert (status == 401) == (who == "key"), path


def test_the_description_knows_every_route(service: Flask) -> None:
    described = service.test_client().get("/openapi.json").json
    assert described is not None and described["openapi"].startswith("3.1")
    paths = {path.replace("{gtin}", "<gtin>") for path in described["paths"]}
    assert paths == {path for _method, path, _who in ROW.findall(OF_RECOMMENDER)} - {"/openapi.json"}
