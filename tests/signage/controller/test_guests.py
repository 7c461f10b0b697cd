"""The member's moment: greeted, shown picks in public words, forgotten; and nothing of it stays behind."""

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from redis import Redis
from sqlalchemy import Engine, func, select

from recommender.domain.product import Offer, Product
from recommender.domain.recommendation import Affinity, ReasonCode, Scored
from signage.controller.guests import REFUSED
from signage.domain.campaign import Flight, Level
from signage.storage.schema import audience_samples, decisions
from tests.signage.controller.conftest import AFFINITY, Stage, snapshot, wait_for
from tests.signage.controller.shop import BREAD, MILK, PILLS, SODA, TEA, WATER


def test_the_greeting_is_pushed_in_public_words(stage: Stage) -> None:
    session = stage.controller.greet("entrance", AFFINITY)
    (show,) = stage.pushed("show")
    item, card = show["item"], show["item"]["card"]
    assert (show["now"], item["level"], item["guest"]) == (True, "member", True)
    assert item["expires_ms"] == int(session.expires_at.timestamp() * 1000)
    assert item["length_ms"] <= 10_000
    assert (card["template"], card["title"], card["tag"]) == ("moment", "いらっしゃいませ", "会員コードを確認しました")
    assert card["lines"][0] == "お名前は表示しません"
    assert [(p["gtin"], p["reason"]) for p in card["products"]] == [
        (MILK, "本日のおすすめ"), (BREAD, "本日のおすすめ"), (SODA, "ご一緒にいかがですか"),
    ]  # fmt: skip
    assert "そろそろ" not in json.dumps(show, ensure_ascii=False)
    assert session.session_id not in json.dumps(show)


def test_a_greeting_asks_for_its_products_once(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Sequence[str]] = []
    products, offers = stage.catalog.products, stage.catalog.offers

    def heard_products(gtins: Sequence[str]) -> dict[str, Product]:
        asked.append(gtins)
        return products(gtins)

    def heard_offers(store_id: str, gtins: Sequence[str]) -> dict[str, Offer]:
        asked.append(gtins)
        return offers(store_id, gtins)

    stage.next()  # whatever a store's first decision finds out
    monkeypatch.setattr(stage.catalog, "products", heard_products)
    monkeypatch.setattr(stage.catalog, "offers", heard_offers)
    stage.controller.greet("entrance", AFFINITY)
    assert [tuple(gtins) for gtins in asked] == 2 * [tuple(item.gtin for item in AFFINITY.items)]


def test_picks_follow_until_the_minute_is_over(stage: Stage) -> None:
    stage.approve("open")
    stage.controller.greet("entrance", AFFINITY)
    picks = [stage.next()["item"] for _ in range(5)]
    assert {item["spot"] for item in picks} == {"system_pick"}
    assert {item["card"]["template"] for item in picks} == {"product"}
    assert {item["card"]["products"][0]["gtin"] for item in picks} == {MILK, BREAD, SODA}
    assert all(item["guest"] for item in picks)
    after = stage.next()["item"]  # sixty seconds later, by our clock
    assert after["guest"] is False and after["spot"] != "system_pick"


def test_a_pick_never_outlasts_the_session(stage: Stage) -> None:
    stage.controller.greet("entrance", AFFINITY)
    stage.tick(45)
    assert stage.next()["item"]["length_ms"] == 5_000


def test_sensitive_products_and_those_that_are_out_stay_off_the_screen(stage: Stage) -> None:
    stage.catalog.stock[MILK] = 0
    items = (
        Scored(PILLS, 1.0, ReasonCode.DUE_AGAIN),
        Scored(MILK, 0.9, ReasonCode.DUE_AGAIN),
        Scored(WATER, 0.1, ReasonCode.DISCOVERY),
    )
    stage.controller.greet("entrance", Affinity(items, "m1"))
    (show,) = stage.pushed("show")
    assert [product["gtin"] for product in show["item"]["card"]["products"]] == [WATER]
    assert stage.next()["item"]["card"]["products"][0]["gtin"] == WATER


def test_a_member_without_history_is_greeted_and_the_loop_goes_on(stage: Stage) -> None:
    stage.controller.greet("entrance", Affinity((), "none"))
    (show,) = stage.pushed("show")
    assert (show["item"]["spot"], show["item"]["card"]["products"]) == ("system_moment", [])
    assert stage.next()["item"]["spot"].startswith("house_")


def test_a_member_held_out_is_greeted_without_products_and_the_record_says_so(stage: Stage) -> None:
    stage.controller.greet("entrance", replace(AFFINITY, withheld=True))
    (show,) = stage.pushed("show")
    assert (show["item"]["card"]["template"], show["item"]["card"]["products"]) == ("moment", [])
    record = stage.record(stage.next())
    assert (record["guest"], record["holdout"], record["withheld"]) == (True, "member", True)
    assert (record["level"], record["failed"]["holdout"]) == ("house", 1)
    assert "ghost" in record
    stage.controller.greet("aisle", replace(AFFINITY, withheld=False))
    assert stage.record(stage.next("aisle"))["withheld"] is False


def test_no_audience_is_kept_beside_a_guest(stage: Stage, engine: Engine) -> None:
    stage.controller.on_snapshot(snapshot(stage))
    stage.controller.greet("entrance", AFFINITY)
    stage.tick(1)
    stage.controller.on_snapshot(snapshot(stage))
    assert stage.rooms.live.snapshot("entrance") is None
    body = stage.record(stage.pushed("show")[0])
    assert (body["guest"], body["audience"]) == (True, None)
    stage.rooms.writer.close()
    with engine.connect() as connection:
        assert connection.execute(select(func.count()).select_from(audience_samples)).scalar_one() == 1


def test_after_the_end_nothing_of_the_session_remains(stage: Stage, engine: Engine, redis_url: str) -> None:
    session = stage.controller.greet("entrance", AFFINITY)
    stage.next()
    assert stage.controller.end_guest("entrance") is True
    assert stage.controller.end_guest("entrance") is False
    assert stage.pushed("guest_end") == [{"type": "guest_end", "v": 1}]
    assert stage.next()["item"]["guest"] is False
    stage.rooms.writer.close()
    with Redis.from_url(redis_url, decode_responses=True) as redis:
        left = [f"{key} {redis.get(key)}" for key in redis.scan_iter("*")]
    with engine.connect() as connection:
        raw = connection.connection.driver_connection
        assert raw is not None
        left += list(raw.iterdump())
    for secret in (session.session_id, "due_again", '"affinity"'):
        assert not [row for row in left if secret in row]
    assert [row for row in left if "system_pick" in row and '"guest":true' in row]


@pytest.mark.parametrize("why", [*REFUSED, "no such reason"])
def test_a_refused_code_is_said_plainly(stage: Stage, why: str) -> None:
    for lang in ("ja", "en"):
        stage.controller.refuse_code("entrance", why, lang)
    ja, en = stage.pushed("notice")
    assert (ja["tone"], ja["lasts_ms"]) == ("refused", 5000)
    assert ja["text"] and en["text"] and ja["text"] != en["text"]
    if why == "used":
        assert ja["text"] == "このコードは使用済みです。画面を更新してください"


def test_redis_gone_leaves_the_screens_choosing(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    """Deciding needs no Redis; a guest does."""
    dead = type(stage.rooms.live)("redis://127.0.0.1:1/0")
    for name in ("fronts", "guest", "snapshot", "put_shown", "revision"):
        monkeypatch.setattr(stage.rooms.live, name, getattr(dead, name))
    assert stage.next()["item"] is not None
    wait_for(lambda: stage.rooms.decisions.recent("entrance", 1))


OTHER = Affinity((Scored(TEA, 0.99, ReasonCode.GOES_WITH), Scored(WATER, 0.01, ReasonCode.DISCOVERY)), "m2")


@pytest.mark.parametrize("level", [Level.OPEN, Level.TAKEOVER, Level.EMERGENCY])
def test_two_affinities_leave_the_same_records(stage: Stage, engine: Engine, level: Level) -> None:
    """A minute with each guest, with the same clock, chance and ids, among spots that promote what they like."""
    flight = Flight(stage.clock(), stage.clock() + timedelta(hours=1))
    for name, gtin in (("milk", MILK), ("tea", TEA), ("soda", SODA)):
        stage.approve(name, gtin, level=level, flight=flight)
    began, chance = stage.clock(), stage.rooms.rng.getstate()
    shown, bodies = zip(
        *[_minute(stage, engine, began, chance, affinity) for affinity in (AFFINITY, OTHER)], strict=True
    )
    assert bodies[0] == bodies[1]
    assert len(bodies[0]) == 6
    assert not {"due_again", "goes_with", "discovery", "popular_here"} & {
        reason for body in bodies[0] for reason in body["reasons"]
    }
    assert {body["model"] for body in bodies[0]} == {"none"}
    if level is Level.OPEN:  # so the two were shown different things
        assert shown[0] != shown[1]


def _minute(
    stage: Stage, engine: Engine, began: datetime, chance: tuple[Any, ...], affinity: Affinity
) -> tuple[list[Any], list[dict[str, Any]]]:
    """(the items shown, their records) of a controller that starts anew at that moment."""
    stage.clock.now = began
    stage.rooms.rng.setstate(chance)
    stage.heard.clear()
    rooms = replace(stage.rooms, monotonic_ns=lambda: 0)
    stage.controller = type(stage.controller)(rooms)
    stage.controller.greet("entrance", affinity)
    shows = [*stage.pushed("show"), *[stage.next() for _ in range(5)]]
    bodies = [stage.record(show) for show in shows]
    stage.controller.end_guest("entrance")
    with engine.begin() as connection:
        connection.execute(decisions.delete())
    return [show["item"] and show["item"]["card"] for show in shows], bodies


def test_picks_that_can_not_be_shown_leave_the_screen_to_the_draw(stage: Stage) -> None:
    """Nothing stands in: the gate knows before the draw."""
    stage.controller.greet("entrance", Affinity((Scored(PILLS, 1.0, ReasonCode.DUE_AGAIN),), "m1"))
    record = stage.record(stage.next())
    assert (record["policy"], record["level"], record["guest"]) == ("softmax-3", "house", True)
    assert record["failed"]["guest"] == 2  # the greeting is over, and there is nothing to pick
