"""What routes share: one error shape, pages for people, ETags, idempotency keys, headers."""

from typing import Any

import pytest
from flask import Flask, abort
from flask.testing import FlaskClient
from sqlalchemy import Engine

from signage.domain.errors import Conflict, Forbidden, Invalid, NotFound, RefusedFile, SignageError, Unavailable
from signage.http import install, json_body, once, with_etag
from signage.storage.idempotency import Idempotency
from tests.world import MovableClock

HTML = {  # as Chromium asks for a page
    "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,image/apng,*/*;q=0.8,"
    "application/signed-exchange;v=b3;q=0.7"
}


@pytest.fixture
def made() -> list[Any]:
    return []


@pytest.fixture
def client(engine: Engine, clock: MovableClock, made: list[Any]) -> FlaskClient:
    app = Flask(__name__)
    install(app, lambda status, code, text: f"<h1>{status} {code}</h1><p>{text}")
    answers = Idempotency(engine)

    @app.post("/v1/things")
    def create() -> Any:
        body = json_body(100)

        def work() -> tuple[int, Any]:
            if body.get("bad"):
                raise Invalid("bad", "Bad.", "だめ。")
            made.append(body)
            return 201, {"number": len(made)}

        return once(answers, clock(), work)

    @app.get("/v1/things/1")
    def thing() -> Any:
        return with_etag({"a": 1}, "e1")

    @app.get("/fail/<kind>")
    def fail(kind: str) -> Any:
        kinds = {kind.__name__: kind for kind in (NotFound, Invalid, Forbidden, Conflict, RefusedFile, Unavailable)}
        if kind in kinds:
            raise kinds[kind]("some_code", "In English.", "日本語で。", {"stock": 0})
        abort(int(kind))

    return app.test_client()


@pytest.mark.parametrize(
    ("kind", "status"),
    [(NotFound, 404), (Invalid, 400), (Forbidden, 403), (Conflict, 409), (RefusedFile, 422), (Unavailable, 503)],
)
def test_our_errors_have_one_shape(client: FlaskClient, kind: type[SignageError], status: int) -> None:
    answer = client.get(f"/fail/{kind.__name__}", headers={"Accept-Language": "en"})
    assert (answer.status_code, answer.mimetype) == (status, "application/problem+json")
    assert answer.get_json() == {
        "type": "about:blank", "title": "some_code", "status": status, "code": "some_code", "detail": "In English.", "stock": 0,
    }  # fmt: skip
    assert ("Retry-After" in answer.headers) == (status == 503)
    assert client.get(f"/fail/{kind.__name__}").get_json()["detail"] == "日本語で。"


def test_people_get_a_page_and_programs_never_do(client: FlaskClient) -> None:
    answer = client.get("/fail/404", headers=HTML)
    assert (answer.mimetype, answer.get_data(as_text=True)) == (
        "text/html",
        "<h1>404 not_found</h1><p>見つかりません。",
    )
    assert client.get("/v1/none", headers=HTML).mimetype == "application/problem+json"


def test_too_many_requests_say_when_to_come_back(client: FlaskClient) -> None:
    answer = client.get("/fail/429")
    assert (answer.status_code, answer.headers["Retry-After"], answer.get_json()["code"]) == (
        429,
        "60",
        "too_many_requests",
    )


def test_a_bug_shows_nothing_of_itself(client: FlaskClient) -> None:
    answer = client.get("/fail/nonsense")
    assert answer.status_code == 500
    assert "nonsense" not in answer.get_data(as_text=True)


def test_every_answer_carries_the_headers(client: FlaskClient) -> None:
    for path in ("/v1/things/1", "/fail/404"):
        headers = client.get(path).headers
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert "default-src 'self'" in headers["Content-Security-Policy"]
        assert "unsafe-inline" not in headers["Content-Security-Policy"]


@pytest.mark.parametrize(
    ("data", "kind", "status"),
    [(b"{", "application/json", 400), (b"[1]", "application/json", 400), (b"{}", "text/plain", 415),
     (b'{"a": "\\ud800"}', "application/json", 400),
     (b" " * 101, "application/json", 413), (b"{}", "application/json", 201)],
)  # fmt: skip
def test_a_body_is_a_json_object_of_a_stated_size(client: FlaskClient, data: bytes, kind: str, status: int) -> None:
    assert client.post("/v1/things", data=data, content_type=kind).status_code == status


def test_a_post_that_arrives_twice_is_carried_out_once(client: FlaskClient, made: list[Any]) -> None:
    key = {"Idempotency-Key": "k-1"}
    first = client.post("/v1/things", json={"a": 1}, headers=key)
    again = client.post("/v1/things", json={"a": 1}, headers=key)
    assert (first.status_code, again.status_code, first.json, again.json) == (201, 201, {"number": 1}, {"number": 1})
    assert again.headers["Idempotent-Replayed"] == "true"
    assert made == [{"a": 1}]
    other = client.post("/v1/things", json={"a": 2}, headers=key)
    assert (other.status_code, other.get_json()["code"]) == (400, "idempotency_key_reused")
    assert client.post("/v1/things", json={"a": 1}).json == {"number": 2}
    assert client.post("/v1/things", json={}, headers={"Idempotency-Key": "x" * 101}).status_code == 400


def test_a_failed_post_may_be_tried_again(client: FlaskClient, made: list[Any]) -> None:
    key = {"Idempotency-Key": "k-2"}
    for _ in range(2):
        assert client.post("/v1/things", json={"bad": 1}, headers=key).get_json()["code"] == "bad"
    assert made == []


def test_a_key_is_kept_for_a_day_and_an_abandoned_one_for_minutes(engine: Engine, clock: MovableClock) -> None:
    kept = Idempotency(engine)
    assert kept.begin("k", "r", "h", clock()) is None
    assert kept.begin("k", "r", "h", clock()) == ("h", 0, "")
    assert kept.begin("k", "other", "h", clock()) is None
    assert kept.begin("k", "r", "h", clock.tick(301)) is None
    kept.finish("k", "r", 201, "{}")
    assert kept.begin("k", "r", "h", clock.tick(86_000)) == ("h", 201, "{}")
    assert kept.begin("k", "r", "h", clock.tick(401)) is None


def test_two_at_once_do_not_both_work(client: FlaskClient, engine: Engine, clock: MovableClock) -> None:
    import hashlib

    body = b'{"a": 1}'
    Idempotency(engine).begin("k-3", "POST /v1/things", hashlib.sha256(body).hexdigest(), clock())
    answer = client.post("/v1/things", data=body, content_type="application/json", headers={"Idempotency-Key": "k-3"})
    assert answer.status_code == 409


def test_etags_save_a_transfer(client: FlaskClient) -> None:
    answer = client.get("/v1/things/1")
    assert (answer.json, answer.headers["ETag"]) == ({"a": 1}, '"e1"')
    assert client.get("/v1/things/1", headers={"If-None-Match": '"e1"'}).status_code == 304
