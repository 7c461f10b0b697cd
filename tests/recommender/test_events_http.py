"""`POST /v1/events`: CloudEvents in Segment's shapes, one or many, and everything that may come instead."""

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine, text
from werkzeug.test import TestResponse

from recommender.app import create_app
from recommender.settings import Settings
from tests.recommender.shop import EKIMAE, JAM, MILK, NOW, UNKNOWN

KEY = {"Authorization": "Bearer door-key"}
ONE, BATCH = "application/cloudevents+json", "application/cloudevents-batch+json"


@pytest.fixture
def client(settings: Settings) -> Iterator[FlaskClient]:
    with create_app(settings, lambda: NOW).test_client() as client:
        yield client


def told(name: str, kind: str = "Order Completed", **data: Any) -> dict[str, Any]:
    """An order as Segment's libraries tell it: no store, whole units, much that nobody here needs."""
    order = {
        "order_id": "50314b8e", "checkout_id": "fksdjfsdjfisjf9sdfjsd9f", "affiliation": EKIMAE, "total": 27.5,
        "currency": "USD", "coupon": "hasbros",
        "products": [
            {"product_id": "507f1f77", "sku": MILK.lstrip("0"), "name": "Milk", "price": 2.58, "quantity": 2, "position": 1},
            {"product_id": "505bd76785", "gtin": JAM, "price": 3, "url": "https://www.example.com/product/path"},
        ],
    }  # fmt: skip
    return {
        "specversion": "1.0", "type": kind, "source": "shop", "id": name, "time": NOW.isoformat(), "traceparent": "00-ab",
        "data": order | data if kind.startswith("Order") else data,
    }  # fmt: skip


def post(client: FlaskClient, body: Any, kind: str = "application/json") -> TestResponse:
    return client.post("/v1/events", data=json.dumps(body), headers=KEY | {"Content-Type": kind})


def lines(history: Engine) -> list[tuple[Any, ...]]:
    query = "SELECT line_id, store_id, quantity, returned, amount_minor, currency, channel FROM order_lines"
    with history.connect() as connection:
        return [tuple(r) for r in connection.execute(text(f"{query} WHERE order_id = '50314b8e' ORDER BY 1"))]


def test_an_order_in_segments_shape_and_its_refund(client: FlaskClient, history: Engine) -> None:
    whole = told("1", userId="ada", anonymousId="browser-1")
    message = told("1b", order_id="x") | {"userid": "ada"}
    message["data"] = {"event": "Order Completed", "userId": "ada", "properties": message["data"]}
    for body, kind in ((whole, ONE), ([told("2", order_id="other")], BATCH), (message, "application/json")):
        answer = post(client, body, kind)
        assert (answer.status_code, answer.json["results"][0]["outcome"]) == (200, "recorded")  # type: ignore[index]
    assert lines(history) == [("1", EKIMAE, 2, 0, 516, "USD", ""), ("2", EKIMAE, 1, 0, 300, "USD", "")]
    part = told("3", "Order Refunded", products=[{"product_id": "x", "gtin": MILK, "quantity": 1}])
    assert post(client, part).status_code == 200
    assert [row[3] for row in lines(history)] == [1, 0]
    assert post(client, told("4", "Order Refunded", products=None)).status_code == 200
    assert [row[3] for row in lines(history)] == [2, 1]
    again = post(client, whole)
    assert (again.status_code, again.json["results"][0]) == (  # type: ignore[index]
        200, {"id": "1", "outcome": "duplicate", "status": 200, "reason": "", "left_out": []},
    )  # fmt: skip


def test_an_order_of_the_web_shop_names_no_store(client: FlaskClient, history: Engine) -> None:
    assert (
        post(client, told("1", affiliation=None, currency="JPY", products=[{"gtin": MILK, "price": 258}])).status_code
        == 200
    )
    assert lines(history) == [("1", "online", 1, 0, 258, "JPY", "online")]


def test_a_mixed_batch_answers_each_in_its_place(client: FlaskClient) -> None:
    unknown = [{"gtin": MILK, "price": 1}, {"gtin": UNKNOWN, "price": 1}, {"sku": "mug", "price": 1}]
    batch = [
        told("1"), told("2", "Product Viewed", sku=MILK, anonymousId="b"), told("1"), told("1", coupon="", total=0),
        told("1", order_id="changed"), told("3", order_id="o3", products=unknown), told("4", order_id="o4", currency="yen"),
        told("5", "Product Stolen"), told("6", "Product Added", product_id=MILK, userId=7),
    ]  # fmt: skip
    answer = post(client, batch, BATCH)
    assert answer.status_code == 207 and answer.json is not None
    results = answer.json["results"]
    assert [result["status"] for result in results] == [200, 200, 200, 200, 409, 200, 422, 422, 422]
    assert [result["id"] for result in results] == [event["id"] for event in batch]
    assert [line["line_id"] for line in results[5]["left_out"]] == ["2", "3"]
    assert results[5]["left_out"][0]["reason"] == "unknown product"


@pytest.mark.parametrize(
    ("changed", "status", "why"),
    [
        ({"order_id": "changed"}, 409, "known with another content"),
        ({"products": [{"gtin": MILK, "price": 1, "quantity": -2}]}, 422, "Order Refunded"),
        ({"products": [{"gtin": MILK, "price": 1, "quantity": 10**30}]}, 422, "too large"),
        ({"products": [{"gtin": MILK, "price": 1, "quantity": 1.5}]}, 422, "whole number"),
        ({"products": [{"gtin": MILK, "price": 1e300}]}, 422, "no amount of USD"),
        ({"products": [{"gtin": MILK, "price": float("nan")}]}, 422, "no amount of USD"),
        ({"products": [{"gtin": MILK, "price": 2.585}]}, 422, "no amount of USD"),
        ({"products": [{"gtin": MILK}]}, 422, "price is missing"),
        ({"products": [{"gtin": MILK, "price": 1, "currency": "JPY"}]}, 422, "several currencies"),
        ({"currency": None}, 422, "currency is missing"),
        ({"products": []}, 422, "products is empty"),
        ({"products": [MILK]}, 422, "a list of objects"),
        ({"products": [{"gtin": MILK, "price": 1}] * 1001}, 422, "more than 1000 lines"),
        ({"order_id": ["a"]}, 422, "order_id must be text"),
        ({"userId": "x" * 201}, 422, "userId must be text"),
        ({"userId": "\ud800"}, 422, "userId must be text"),
    ],
)
def test_an_order_that_cannot_be_true_says_why(
    client: FlaskClient, history: Engine, changed: dict[str, Any], status: int, why: str
) -> None:
    assert post(client, told("known")).status_code == 200
    before = lines(history)
    name = "known" if status == 409 else "new"
    answer = post(client, told(name, **{"order_id": "50314b8e", **changed}))
    assert (answer.status_code, answer.mimetype) == (status, "application/problem+json")
    assert answer.json is not None and why in answer.json["detail"]
    assert lines(history) == before


@pytest.mark.parametrize("days", [1, -30_000])
def test_events_of_tomorrow_and_of_1970_are_refused(client: FlaskClient, days: int) -> None:
    answer = post(
        client, told("1") | {"time": (NOW + timedelta(days=days)).isoformat() if days > 0 else "1970-01-01T00:00:00Z"}
    )
    assert answer.status_code == 422 and answer.json is not None
    assert ("in the future" if days > 0 else "before 2000") in answer.json["detail"]


def test_what_is_too_much_is_said_with_its_limit(client: FlaskClient) -> None:
    big = post(client, told("1", note="x" * 10 * 2**20))
    many = post(client, [{}] * 100_000, BATCH)
    assert (big.status_code, many.status_code) == (413, 413)
    assert big.json is not None and many.json is not None
    assert "1,048,576 bytes" in big.json["detail"] and "recommender import" in big.json["detail"]
    assert "1,000 events" in many.json["detail"]


def test_the_media_type_is_believed(client: FlaskClient) -> None:
    assert post(client, [told("1")], ONE).status_code == 400
    assert post(client, told("1"), BATCH).status_code == 400
    assert post(client, [], BATCH).status_code == 200
    assert post(client, told("1") | {"datacontenttype": "text/xml"}).status_code == 422
    assert post(client, told("1"), "text/plain").status_code == 415


def test_half_a_character_is_refused_and_keeps_nothing_else(client: FlaskClient) -> None:
    strange = told("\ud800"), told("5", "Stock Changed", gtin=MILK, store_id=EKIMAE, quantity=1, **{"\ud800": 1})
    answer = post(client, [*strange, told("1")], BATCH)
    assert answer.status_code == 207 and answer.json is not None
    results = answer.json["results"]
    assert [result["status"] for result in results] == [422, 422, 200]
    assert [result["id"] for result in results] == ["?", "5", "1"]
    assert post(client, strange[0]).status_code == 422


def test_a_copy_of_what_was_refused_is_not_called_known(client: FlaskClient, history: Engine) -> None:
    nothing = told("1", products=[{"gtin": UNKNOWN, "price": 1}])
    answer = post(client, [nothing, nothing, told("1")], BATCH)
    assert answer.json is not None
    assert [result["outcome"] for result in answer.json["results"]] == ["refused"] * 3, "each may be sent again"
    assert lines(history) == []
    assert post(client, told("1")).status_code == 200
    assert len(lines(history)) == 2
