"""The service at its edge: locked, plain about what is wrong, and described by its own document."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from recommender.app import create_app
from recommender.domain.errors import RecommenderUnreachable
from recommender.remote import Connection, RemoteCatalog
from recommender.settings import Settings
from tests.recommender.shop import EKIMAE, MILK, NOW, UNKNOWN
from tests.servers import free_port

KEY = {"Authorization": "Bearer door-key"}


@pytest.fixture
def client(settings: Settings) -> Iterator[FlaskClient]:
    with create_app(settings, lambda: NOW).test_client() as client:
        yield client


def stock(name: str, gtin: str = MILK, **changed: object) -> dict[str, object]:
    event: dict[str, object] = {
        "specversion": "1.0", "type": "Stock Changed", "source": "till", "id": name, "time": NOW.isoformat(),
        "data": {"gtin": gtin, "store_id": EKIMAE, "quantity": 1},
    }  # fmt: skip
    return event | changed


def test_every_route_but_three_wants_the_key(client: FlaskClient) -> None:
    for rule in client.application.url_map.iter_rules():
        method = "POST" if "POST" in (rule.methods or ()) else "GET"
        path = rule.rule.replace("<gtin>", MILK)
        for headers in ({}, {"Authorization": "Bearer wrong"}, {"Authorization": "Basic door-key"}):
            answer = client.open(path, method=method, headers=headers, json={} if method == "POST" else None)
            assert answer.status_code == (200 if path in ("/healthz", "/readyz", "/openapi.json") else 401), path


def test_without_a_key_the_service_does_not_open(settings: Settings) -> None:
    with pytest.raises(ValueError, match="SHELFCAST_RECOMMENDER_KEY"):
        create_app(settings.model_copy(update={"recommender_key": ""}))


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (b"{", "application/json", 400),
        (b"{}", "text/plain", 415),
        (b"\xff\xfe", "application/json", 400),
        (b"[" * 100_000, "application/json", 400),
        (b"x" * 1_100_000, "application/json", 413),
        (json.dumps([stock(str(n)) for n in range(1001)]).encode(), "application/json", 413),
    ],
)
def test_what_cannot_be_read_is_said_plainly(client: FlaskClient, body: bytes, kind: str, status: int) -> None:
    answer = client.post("/v1/events", data=body, headers=KEY | {"Content-Type": kind})
    assert answer.status_code == status
    assert answer.mimetype == "application/problem+json"
    assert answer.json is not None
    assert answer.json["status"] == status


def test_a_mixed_batch_gets_an_answer_for_each(client: FlaskClient) -> None:
    wrong = [
        stock("2", UNKNOWN), stock("3", type="Stock Stolen"), stock("4", data={"gtin": MILK}), stock("5", data=[]),
        stock("6", specversion="0.3"), stock("7", time="yesterday"), "nonsense", None, stock("8", gtin="4901234567890"),
        stock("9", data={"gtin": MILK, "store_id": EKIMAE, "quantity": True}),
        stock("10", data={"gtin": MILK, "store_id": EKIMAE, "quantity": 1, "member_id": "ada"}),
    ]  # fmt: skip
    answer = client.post("/v1/events", json=[stock("1"), *wrong, stock("1")], headers=KEY)
    assert answer.status_code == 207
    assert answer.json is not None
    outcomes = [result["outcome"] for result in answer.json["results"]]
    assert outcomes == ["recorded", *["refused"] * len(wrong), "duplicate"]
    assert all(result["reason"] for result in answer.json["results"][1:-1])
    assert client.post("/v1/events", json=stock("1"), headers=KEY).status_code == 200


@pytest.mark.parametrize(
    "query", ["", "?store_id=elm&gtin=12", "?store_id=&gtin=" + MILK, "?store_id=elm" + f"&gtin={MILK}" * 501]
)
def test_wrong_questions_name_the_field(client: FlaskClient, query: str) -> None:
    answer = client.get(f"/v1/offers{query}", headers=KEY)
    assert answer.status_code == 422
    assert answer.json is not None
    assert answer.json["fields"]


@pytest.mark.parametrize("now", ["0001-01-01T00:00:00Z", "1970-01-01T00:00:00Z", "9999-12-31T23:59:59Z"])
def test_a_time_that_cannot_be_now_is_a_wrong_field(client: FlaskClient, now: str) -> None:
    for path in ("code", "picks", "consent", "erase", "affinity"):
        body = {"session": "s", "now": now, "store_id": EKIMAE, "limit": 3, "code": "M1.X", "granted": True}
        answer = client.post(f"/v1/members/{path}", json=body | {"purpose": "recommend_phone"}, headers=KEY)
        assert answer.status_code == 422 and answer.json is not None, path
        assert [field["field"] for field in answer.json["fields"]] == ["now"]


@pytest.mark.parametrize("shown", [["12"], [MILK] * 101])
def test_what_was_shown_already_is_told_by_gtin_and_not_without_end(client: FlaskClient, shown: list[str]) -> None:
    place = {"store_id": EKIMAE, "at": NOW.isoformat()}
    answers = [
        client.get(f"/v1/products/{MILK}/goes-with", query_string={"store_id": EKIMAE, "without": shown}, headers=KEY),
        client.post("/v1/crowd/top", json={"place": place, "limit": 3, "without": shown}, headers=KEY),
        client.post(
            "/v1/members/picks",
            json={"session": "s", "store_id": EKIMAE, "now": NOW.isoformat(), "limit": 3, "without": shown},
            headers=KEY,
        ),
    ]
    for answer in answers:
        assert answer.status_code == 422
        assert answer.json is not None
        assert [field["field"].partition(".")[0] for field in answer.json["fields"]] == ["without"]


def test_a_session_never_stands_in_an_address(client: FlaskClient) -> None:
    answer = client.get("/openapi.json")
    assert answer.json is not None
    assert answer.json["openapi"].startswith("3.1")
    paths = answer.json["paths"]
    assert {
        "/v1/events",
        "/v1/products",
        "/v1/offers",
        "/v1/crowd/scores",
        "/v1/members/affinity",
        "/v1/sales/units",
    } <= set(paths)
    for path, operations in paths.items():
        for operation in operations.values():
            names = {p["name"] for p in operation.get("parameters", [])}
            assert not names & {"session", "code", "link"}, path


def test_unknown_addresses_and_methods_are_problems(client: FlaskClient) -> None:
    assert client.get("/v1/nothing", headers=KEY).mimetype == "application/problem+json"
    assert client.delete("/v1/products", headers=KEY).status_code == 405


def test_an_address_that_did_not_answer_is_let_alone_for_a_moment() -> None:
    now = 0.0
    port = free_port()
    catalog = RemoteCatalog(Connection(f"http://127.0.0.1:{port}", "k", timeout_s=0.2, monotonic=lambda: now))
    with pytest.raises(RecommenderUnreachable, match="refused"):
        catalog.products([MILK])
    with pytest.raises(RecommenderUnreachable, match="a moment ago"):
        catalog.products([MILK])
    now = 2.0
    with pytest.raises(RecommenderUnreachable, match="refused"):
        catalog.products([MILK])


def test_a_service_that_is_gone_or_talks_nonsense_is_unreachable(tmp_path: Path) -> None:
    with pytest.raises(RecommenderUnreachable):
        RemoteCatalog(Connection("http://127.0.0.1:1", "k", timeout_s=0.2)).products([MILK])
    with pytest.raises(ValueError, match="RECOMMENDER_URL"):
        Connection("file:///etc/passwd", "k")
