"""What a player gets when it asks: the exact shape, live words, no two alike, and a record of it all."""

import json
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from recommender.domain.usual_price import Sale, Unproved, Usual
from signage.controller.house import CAMERA, WELCOME
from signage.decide import record
from signage.decide.choose import rerun
from signage.domain.campaign import Flight, Level, Restriction
from signage.domain.content import Card, Template
from signage.domain.errors import NotFound
from signage.domain.play import EndedWhy, Play
from signage.storage.plays import insert_plays
from tests.signage.controller.conftest import Stage, snapshot
from tests.signage.controller.shop import BEER, MILK, PIZZA, SODA, TWIN

EXAMPLE = json.loads(Path("player/protocol/show.json").read_text(encoding="utf-8"))


def shape(example: object, value: object, path: str = "$") -> None:
    """`value` has the fields and types of `example`; None stands for "nothing here"."""
    if isinstance(example, dict) and isinstance(value, dict):
        assert set(example) <= set(value), path
        for name, inner in example.items():
            shape(inner, value[name], f"{path}.{name}")
    elif isinstance(example, list) and isinstance(value, list):
        for number, inner in enumerate(value):
            shape(example[0] if example else inner, inner, f"{path}[{number}]")
    elif value is not None and example is not None:
        assert isinstance(value, type(example)), f"{path}: {value!r}"


def test_the_answer_has_the_shape_of_the_contract(stage: Stage) -> None:
    stage.approve("soda", SODA)
    for screen in ("entrance", "aisle", "checkout", "edge", "dairy"):
        for _ in range(12):
            show = stage.next(screen)
            shape(EXAMPLE, show)
            json.dumps(show, allow_nan=False)
            assert (show["request"], show["now"]) == (f"r{stage.requests}", False)


def test_a_product_card_says_price_stock_and_where_to_look(stage: Stage) -> None:
    stage.approve("soda", SODA, sponsored=True)
    stage.catalog.stock[SODA] = 2
    stage.controller.on_snapshot(snapshot(stage))
    (show,) = [show for show in (stage.next() for _ in range(3)) if show["item"]["spot"] == "spt_soda"][:1]
    card = show["item"]["card"]
    (product,) = card["products"]
    assert (product["name"], product["sub"], product["family"]) == ("炭酸飲料", "ナショナルブランド・12 oz", "飲料")
    assert {k: v for k, v in product["price"].items() if v} == {"digits": "598", "unit": "円", "tax": "税込"}
    assert (product["stock"]["words"], product["stock"]["tone"]) == ("あと2点", "red")
    assert product["reason"] == card["tag"] == "広告"
    assert card["qr"]["caption"] == "在庫と産地を見る"


def test_a_usual_price_stands_on_every_surface_of_a_screen_only_with_its_proof(stage: Stage) -> None:
    stage.approve("soda", SODA)
    start = stage.clock() - timedelta(days=20)

    def told(sale: Sale) -> tuple[list[str], ...]:
        stage.catalog.sales[SODA] = sale
        show = next(show for show in (stage.next() for _ in range(9)) if show["item"]["spot"] == "spt_soda")
        stage.record(show)
        leased = next(i for i in stage.controller.manifest("entrance")["items"] if i["spot"] == "spt_soda")
        preview = stage.controller.preview(Card(Template.PRODUCT, SODA), (), "ekimae")
        cards = [show["item"]["card"], leased["card"], preview["cards"]["ja"]["aisle"]]
        usual = [product["price"]["usual"] for card in cards for product in card["products"]]
        why = stage.controller.why_not("entrance", "spt_soda")["prices"]
        assert why == preview["prices"]["ja"] == stage.controller.explain(show["decision"], "ja")["prices"]
        return usual, why

    proof = Usual(698, start - timedelta(days=56), start, stage.clock() + timedelta(hours=20))
    usual, why = told(Sale(start, usual=proof))
    assert usual == ["698円(税込)", "", "698円(税込)"], "a lease of a day outlasts the proof"
    assert "炭酸飲料:当店通常価格 698円 と比較して表示します" in why[0]
    usual, _ = told(Sale(start, usual=replace(proof, ends=stage.clock() + timedelta(minutes=2))))
    assert usual == ["", "", ""], "it may still be on show when the proof has ended"
    usual, why = told(Sale(start, unproved=Unproved.TOO_SHORT))
    assert usual == ["", "", ""] and "2週間に足りません" in why[0]


def test_a_store_abroad_speaks_english_and_dollars(stage: Stage) -> None:
    stage.approve("soda", SODA)
    shows = [stage.next("dairy") for _ in range(4)]
    (product,) = next(show for show in shows if show["item"]["spot"] == "spt_soda")["item"]["card"]["products"]
    assert (product["name"], product["price"]["unit"], product["price"]["digits"]) == ("Soft drink", "$", "3.99")
    assert (product["price"]["tax"], product["price"]["raised_cents"]) == ("", True)


def test_a_list_never_shows_two_alike_nor_what_is_out(stage: Stage) -> None:
    stage.catalog.stock[MILK] = 0
    for screen in ("aisle", "edge", "entrance"):
        lists = [stage.next(screen)["item"]["card"] for _ in range(25)]
        for card in lists:
            words = [(product["name"], product["sub"]) for product in card["products"]]
            assert len(set(words)) == len(words)
            assert MILK not in [product["gtin"] for product in card["products"]]
        assert {card["template"] for card in lists} >= {"edge": {"trio"}, "aisle": {"ranking", "product"}}.get(
            screen, set()
        )
    assert PIZZA != TWIN


def test_without_data_or_campaigns_the_screen_still_has_something(stage: Stage) -> None:
    stage.crowd.trained = False
    for screen in ("entrance", "aisle", "checkout", "edge"):
        shows = [stage.next(screen)["item"]["spot"] for _ in range(6)]
        assert all(one != other for one, other in pairwise(shows))


def test_a_lively_rotation_of_the_houses_own(stage: Stage) -> None:
    shown = [stage.next()["item"] for _ in range(30)]
    assert len({item["spot"] for item in shown}) >= 7
    assert len({product["family"] for item in shown for product in item["card"]["products"]}) >= 4


def test_the_camera_notice_comes_at_least_every_ten_minutes(stage: Stage) -> None:
    for name in "abcde":
        stage.approve(name)
    spots = [stage.next()["item"]["spot"] for _ in range(140)]
    at = [10 * n for n, spot in enumerate(spots) if spot == CAMERA]
    assert at[0] <= 80
    assert max(later - sooner for sooner, later in pairwise(at)) <= 600
    assert CAMERA not in [stage.next("aisle")["item"]["spot"] for _ in range(20)]  # no camera there


def test_the_record_is_kept_small_and_can_be_run_again(stage: Stage) -> None:
    stage.approve("soda", SODA)
    show = stage.next()
    body = stage.record(show)
    decision = record.load(json.dumps(body))
    stored = stage.rooms.inventories.load(decision.inventory)
    assert stored is not None
    assert stored.spots[decision.chosen].spot_id == show["item"]["spot"] == decision.spot_id
    assert rerun(decision, stored) == decision
    assert decision.latency_us > 0
    assert len(json.dumps(body, ensure_ascii=False)) <= 4096


def test_what_stands_in_for_a_card_that_is_empty_says_so(stage: Stage) -> None:
    """A card of a product that the catalog doesn't know is drawn, and can't be filled."""
    stage.approve("soda", SODA)
    assert {stage.record(stage.next())["policy"] for _ in range(3)} <= {"softmax-3", "asked-1"}
    stage.approve("ghost", "04900000000009")
    stage.controller.campaigns_changed(["ekimae"])
    records = []
    for _ in range(8):
        show = stage.next("aisle")
        assert show["item"] is not None and show["item"]["spot"] != "spt_ghost"
        records.append(stage.record(show))
    standins = [body for body in records if body["policy"] == "standin-1"]
    assert standins and {body["spot"] for body in standins} == {WELCOME}
    assert {body["policy"] for body in records if body["spot"] != WELCOME} == {"softmax-3"}


def test_a_draw_that_nothing_can_stand_in_for_is_not_logged_as_shown(stage: Stage) -> None:
    flight = Flight(stage.clock(), stage.clock() + timedelta(hours=1))
    stage.approve("ghost", "04900000000009", level=Level.TAKEOVER, flight=flight)
    show = stage.next("aisle")
    body = stage.record(show)
    assert (show["item"], body["policy"], body["chosen"], body["propensity"]) == (None, "standin-1", -1, 0.0)


def test_alcohol_is_restricted_whatever_its_campaign_says(stage: Stage) -> None:
    stage.approve("beer", BEER, restriction=Restriction.NONE)
    assert "spt_beer" not in [stage.next()["item"]["spot"] for _ in range(6)]  # nobody knows who is there
    stage.tick(1)
    stage.controller.on_snapshot(snapshot(stage))
    show = stage.controller.next_item("entrance", "r", None)
    assert show["item"]["spot"] == "spt_beer"
    assert show["item"]["card"]["legal"] == "20歳未満の飲酒は法律で禁止されています"
    stage.tick(1)
    stage.controller.on_snapshot(snapshot(stage, unknown=1, present=3))
    assert stage.controller.why_not("entrance", "spt_beer")["passes"] is False


def test_a_guaranteed_campaign_yields_when_its_plays_are_ahead(stage: Stage) -> None:
    flight = Flight(stage.clock() - timedelta(hours=1), stage.clock() + timedelta(hours=9))
    stage.approve("sure", level=Level.GUARANTEED, goal_plays=100, flight=flight)
    stage.approve("open")
    assert [stage.next()["item"]["spot"] for _ in range(4)] == ["spt_sure", "spt_open"] * 2
    ledger = [_play(f"{n}", stage.clock() - timedelta(minutes=n)) for n in range(40)]
    stage.rooms.writer.submit(lambda connection: insert_plays(connection, "ekimae", ledger, stage.clock()))
    stage.tick(60)
    assert "spt_sure" not in [stage.next()["item"]["spot"] for _ in range(8)]


def _play(play_id: str, started: datetime) -> Play:
    return Play(
        "aisle", play_id, 1, "spt_sure", "cmp_sure", "", "sure", "", "", started, 10_000, 10_000,
        EndedWhy.FINISHED, offline=False, guest=False,
    )  # fmt: skip


def test_an_unknown_screen_is_not_found(stage: Stage) -> None:
    with pytest.raises(NotFound):
        stage.controller.next_item("nowhere", "r", None)
