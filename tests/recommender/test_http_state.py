"""The service about itself: is it ready, what has it done, how good are its lists; and its description is the truth."""

import json
import re
import shutil
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from recommender.app import create_app, open_desk
from recommender.artifacts import StoreStatus
from recommender.http.metrics import Metrics
from recommender.http.state import state_blueprint
from recommender.serving.health import Health
from recommender.settings import Settings
from recommender.training.fit import train
from recommender.training.kept import keep
from tests.recommender.judged import told
from tests.recommender.shop import ADA, EKIMAE, MILK, NOW
from tests.world import MovableClock

KEY = {"Authorization": "Bearer door-key"}
METRIC = re.compile(r"^(\w+)(?:\{([^}]*)\})? (\S+)$")


@pytest.fixture
def clock() -> MovableClock:
    return MovableClock(NOW)


@pytest.fixture
def client(settings: Settings, clock: MovableClock) -> Iterator[FlaskClient]:
    with create_app(settings, clock).test_client() as client:
        yield client


def metrics(client: FlaskClient) -> dict[str, float]:
    """As Prometheus reads them: `name{label="value"}` -> figure."""
    lines = client.get("/metrics", headers=KEY).text.splitlines()
    return {line.rpartition(" ")[0]: float(line.rpartition(" ")[2]) for line in lines if METRIC.match(line)}


def test_before_training_it_is_ready_and_says_that_it_knows_nothing(client: FlaskClient) -> None:
    answer = client.get("/readyz")
    assert answer.status_code == 200
    assert answer.json == {
        "ready": True, "freshness": "degraded", "parts": {"database": True, "redis": False},
        "models": {"version": "none", "made_at": None, "age_s": None, "refused": {}},
    }  # fmt: skip


def test_the_models_are_named_with_their_age(settings: Settings, redis_url: str, clock: MovableClock) -> None:
    train(settings, progress=lambda stage, share: None, only="popular")
    with create_app(settings.model_copy(update={"redis_url": redis_url}), clock).test_client() as client:
        told = client.get("/readyz").json
        assert told is not None and told["freshness"] == "live" and told["models"]["version"] == "000001"
        clock.now = datetime.fromisoformat(told["models"]["made_at"]) + timedelta(days=30)
        assert client.get("/readyz").json["models"]["age_s"] == 30 * 86_400
        seen = metrics(client)
        assert seen['recommender_models_info{version="000001"}'] == 1 and seen["recommender_models_refused"] == 0
        assert seen["recommender_models_age_seconds"] == 30 * 86_400
        assert seen['recommender_part_up{part="redis"}'] == 1


def test_a_damaged_version_is_said_while_the_one_before_is_served(settings: Settings) -> None:
    train(settings, progress=lambda stage, share: None, only="popular")
    shutil.copytree(settings.artifacts / "000001", settings.artifacts / "000002")
    (settings.artifacts / "000002" / "manifest.json").write_text("{")
    (settings.artifacts / "CURRENT").write_text("000002")
    with create_app(settings, lambda: NOW).test_client() as client:
        told = client.get("/readyz").json
        assert told is not None and told["ready"] and told["freshness"] == "degraded"
        assert told["models"]["version"] == "000001" and list(told["models"]["refused"]) == ["000002"]
        assert metrics(client)["recommender_models_refused"] == 1


def test_without_its_database_it_is_not_ready() -> None:
    health = Health(StoreStatus("000007", NOW, "000007", {}), database=False, live=True, counts={})
    app = Flask("away")
    app.register_blueprint(
        state_blueprint(lambda: health, lambda: None, Metrics(lambda: health, lambda: NOW), lambda: NOW)
    )
    answer = app.test_client().get("/readyz")
    assert answer.status_code == 503 and answer.json is not None
    assert answer.json["parts"] == {"database": False, "redis": True} and answer.json["models"]["version"] == "000007"


def test_what_was_asked_is_counted_by_door_and_status(client: FlaskClient) -> None:
    client.get(f"/v1/products?gtin={MILK}", headers=KEY)
    client.get("/v1/products?gtin=12", headers=KEY)
    client.get("/v1/products", headers={"Authorization": "Bearer guess"})
    for made_up in ("/v1/secret-1", "/v9/products", "/"):
        client.get(made_up, headers=KEY)
    data = {"gtin": MILK, "store_id": EKIMAE, "quantity": 1}
    stock = {
        "specversion": "1.0", "type": "Stock Changed", "source": "till", "id": "1", "time": NOW.isoformat(), "data": data,
    }  # fmt: skip
    client.post("/v1/events", json=[stock, stock | {"id": "2", "type": "Stock Stolen"}], headers=KEY)
    client.post("/v1/events", json=stock, headers=KEY)
    seen = metrics(client)
    for status in (200, 401, 422):
        assert seen[f'recommender_requests_total{{door="catalog",status="{status}"}}'] == 1
    assert seen['recommender_requests_total{door="record",status="207"}'] == 1
    assert seen['recommender_requests_total{door="service",status="404"}'] == 3, "no address becomes a label"
    assert seen['recommender_request_seconds_count{door="catalog"}'] == 3
    for outcome in ("recorded", "refused", "duplicate"):
        assert seen[f'recommender_events_total{{outcome="{outcome}"}}'] == 1


def test_how_a_members_list_came_about_is_counted(settings: Settings, redis_url: str, clock: MovableClock) -> None:
    train(settings, progress=lambda stage, share: None)
    desk = open_desk(settings, clock)
    identifier = desk.find("retailer", ADA)
    assert identifier is not None
    desk.consent_to_all(identifier)
    asked = {"session": desk.session(identifier), "now": NOW.isoformat(), "store_id": EKIMAE, "limit": 3}
    desk.engine.dispose()
    with create_app(settings.model_copy(update={"redis_url": redis_url}), clock).test_client() as client:
        for _ in range(2):
            assert client.post("/v1/members/picks", json=asked, headers=KEY).status_code == 200
        seen = metrics(client)
    assert sum(count for name, count in seen.items() if name.startswith("recommender_list_total")) == 2
    assert (
        seen['recommender_member_state_total{name="rebuilt"}']
        == seen['recommender_member_state_total{name="hit"}']
        == 1
    )


def test_the_evaluation_is_told_when_there_is_one(client: FlaskClient, settings: Settings) -> None:
    assert client.get("/v1/evaluation", headers=KEY).status_code == 204
    keep(settings.artifacts, json.dumps(told()))
    answer = client.get("/v1/evaluation", headers=KEY).json
    assert answer is not None and answer["on"]["members"] == 2469
    assert answer["tasks"][0]["models"][1]["ahead"] == {"mean": 0.17, "low": 0.16, "high": 0.18}


def operations(client: FlaskClient) -> Iterator[tuple[str, str, dict[str, Any]]]:
    described = client.get("/openapi.json").json
    assert described is not None
    for path, methods in described["paths"].items():
        for method, operation in methods.items():
            yield method.upper(), path, operation


def test_every_route_is_described_with_its_parameters_body_and_answers(client: FlaskClient) -> None:
    there = {
        (method, re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule))
        for rule in client.application.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
        if rule.rule != "/openapi.json"
    }
    assert {(method, path) for method, path, _ in operations(client)} == there
    for method, path, operation in operations(client):
        named = {one["name"] for one in operation.get("parameters", []) if one["in"] == "path"}
        assert named == set(re.findall(r"{(\w+)}", path)), path
        assert ("requestBody" in operation) == (method == "POST"), path
        good = {status: told for status, told in operation["responses"].items() if status.startswith("2")}
        assert good, path
        assert all(
            status == "204" or "schema" in next(iter(told["content"].values())) for status, told in good.items()
        ), path
        assert ("security" in operation) == (path not in {"/healthz", "/readyz"}), path


def test_references_of_the_description_lead_somewhere(client: FlaskClient) -> None:
    text = client.get("/openapi.json").text
    described = json.loads(text)
    for name in set(re.findall(r'"#/components/schemas/([^"]+)"', text)):
        assert name in described["components"]["schemas"], name


@pytest.mark.parametrize(
    ("method", "path", "options", "status"),
    [
        ("GET", "/v1/products", {"headers": {}}, 401),
        ("GET", "/v1/offers", {}, 422),
        ("POST", "/v1/crowd/top", {"json": {}}, 422),
        ("POST", "/v1/crowd/top", {"data": b"{", "content_type": "application/json"}, 400),
        ("POST", "/v1/crowd/top", {"data": b"{}", "content_type": "text/plain"}, 415),
        ("POST", "/v1/events", {"data": b"x" * 1_100_000, "content_type": "application/json"}, 413),
        ("POST", "/v1/members/account", {"json": {"session": "nobody's"}}, 403),
        ("POST", "/v1/members/affinity", {"json": {"code": "M1.X", "store_id": EKIMAE, "now": NOW.isoformat()}}, 403),
    ],
)
def test_errors_are_the_problems_that_were_described(
    client: FlaskClient, method: str, path: str, options: dict[str, Any], status: int
) -> None:
    answer = client.open(path, method=method, **{"headers": KEY, **options})
    assert answer.status_code == status and answer.mimetype == "application/problem+json"
    [described] = [one for asked, at, one in operations(client) if (asked, at) == (method, path)]
    assert set(described["responses"][str(status)]["content"]) == {"application/problem+json"}
    known = client.get("/openapi.json").json["components"]["schemas"]["Problem"]
    assert set(known["required"]) <= set(answer.json) <= set(known["properties"])
