"""What doesn't wait: approvals, withdrawals, stock at 0, a child before a beer; and what does."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import Engine, func, select

from signage.domain.campaign import CampaignState, Flight, Level, Targeting
from signage.domain.content import Card, Template
from signage.domain.errors import Conflict, NotFound
from signage.domain.place import Zone
from signage.storage.campaign_rows import CampaignSpot
from signage.storage.schema import audience_samples
from tests.signage.controller.conftest import AFFINITY, Stage, snapshot, wait_for
from tests.signage.controller.shop import BEER, MILK, PIZZA, SODA
from tests.world import EKIMAE


def test_an_approved_campaign_is_pushed_where_it_may_run(stage: Stage) -> None:
    stage.next()
    stage.approve("soda", SODA, targeting=Targeting(zones=frozenset({Zone.ENTRANCE})))
    stage.controller.campaigns_changed(["ekimae"])
    (show,) = stage.pushed("show")
    assert (show["item"]["spot"], show["now"], show["request"]) == ("spt_soda", True, "")
    assert stage.pushed("show", "aisle") == []
    assert stage.pushed("manifest_changed")
    stage.controller.campaigns_changed([])  # nothing new any more
    assert len(stage.pushed("show")) == 1


def test_an_approval_is_pushed_though_the_minutes_rebuilding_came_before_its_word(stage: Stage) -> None:
    stage.approve("old")
    stage.controller.campaigns_changed(["ekimae"])
    stage.approve("fair")
    stage.tick(61)
    stage.next()  # what it chooses from is built anew, and holds the fair already
    pushed = len(stage.pushed("show"))
    stage.controller.campaigns_changed(["ekimae"])
    assert [show["item"]["spot"] for show in stage.pushed("show")[pushed:]] == ["spt_fair"]
    stage.tick(61)
    stage.next()
    stage.controller.campaigns_changed(["ekimae"])
    assert len(stage.pushed("show")) == pushed + 1, "told once"


def test_a_controller_that_never_chose_before_knows_what_is_new(stage: Stage) -> None:
    stage.approve("old", SODA)
    stage.controller.campaigns_changed(["ekimae"])
    wait_for(lambda: stage.rooms.inventories.latest("ekimae"))
    fresh = type(stage.controller)(stage.rooms)
    stage.approve("new", PIZZA)
    fresh.campaigns_changed(["ekimae"])
    assert [show["item"]["spot"] for show in stage.pushed("show")] == ["spt_old", "spt_new"]


def test_a_withdrawn_campaign_leaves_at_once(stage: Stage) -> None:
    stage.approve("soda", SODA)
    stage.controller.campaigns_changed(["ekimae"])
    stage.tick(1)
    stage.move("soda", CampaignState.WITHDRAWN)
    stage.controller.campaigns_changed(["ekimae"])
    assert stage.pushed("withdraw") == [{"type": "withdraw", "v": 1, "spots": ["spt_soda"]}]
    assert stage.pushed("show")[-1]["item"]["spot"] != "spt_soda"
    assert "spt_soda" not in [stage.next()["item"]["spot"] for _ in range(6)]


def test_a_takeover_takes_the_screen_and_an_open_campaign_does_not_take_it_back(stage: Stage) -> None:
    flight = Flight(stage.clock(), stage.clock() + timedelta(hours=1))
    stage.approve("alarm", level=Level.TAKEOVER, flight=flight)
    stage.controller.campaigns_changed(["ekimae"])
    stage.approve("soda", SODA)
    stage.controller.campaigns_changed(["ekimae"])
    assert [show["item"]["spot"] for show in stage.pushed("show")] == ["spt_alarm"]
    assert {stage.next()["item"]["spot"] for _ in range(3)} == {"spt_alarm"}
    stage.tick(3600)
    assert stage.next()["item"]["spot"] != "spt_alarm"


def test_two_takeovers_take_turns_an_emergency_takes_the_screen_from_both(stage: Stage) -> None:
    flight = Flight(stage.clock(), stage.clock() + timedelta(hours=1))
    for name in ("first", "second"):
        stage.approve(name, level=Level.TAKEOVER, flight=flight)
    stage.approve("soda", SODA)
    stage.controller.campaigns_changed(["ekimae"])
    shown = [stage.next()["item"]["spot"] for _ in range(4)]
    assert set(shown[:2]) == {"spt_first", "spt_second"} and shown[:2] == shown[2:]
    stage.approve("fire", level=Level.EMERGENCY)
    stage.controller.campaigns_changed(["ekimae"])
    assert {stage.next()["item"]["spot"] for _ in range(3)} == {"spt_fire"}


def test_stock_at_zero_takes_a_product_off_the_screens(stage: Stage) -> None:
    stage.approve("soda", SODA)
    stage.controller.campaigns_changed(["ekimae"])
    stage.tick(1)
    stage.catalog.stock[SODA] = 0
    stage.controller.stock_changed("ekimae", SODA, 0)
    assert stage.pushed("withdraw")[-1]["spots"] == ["spt_soda"]
    assert stage.pushed("show")[-1]["item"]["spot"] != "spt_soda"
    answer = stage.controller.why_not("entrance", "spt_soda")
    assert answer["text"] == "放映されていません:在庫が0のため(11:59現在)。"
    stage.catalog.stock[SODA] = 5
    stage.controller.stock_changed("ekimae", SODA, 5)
    gates = {gate["gate"]: gate["text"] for gate in stage.controller.why_not("entrance", "spt_soda")["gates"]}
    assert gates["stock"] == "在庫は5点です"


def test_a_best_seller_that_sells_out_leaves_the_card_it_is_on(stage: Stage) -> None:
    while MILK not in [product["gtin"] for product in stage.next("aisle")["item"]["card"]["products"]]:
        assert stage.requests < 60
    stage.catalog.stock[MILK] = 0
    stage.tick(1)
    stage.controller.stock_changed("ekimae", MILK, 0)
    (show,) = stage.pushed("show", "aisle")
    assert MILK not in [product["gtin"] for product in show["item"]["card"]["products"]]


def test_a_possible_child_ends_the_beer_at_once_and_its_absence_does_not_bring_it_back(stage: Stage) -> None:
    stage.approve("beer", BEER)
    stage.controller.on_snapshot(snapshot(stage))
    assert stage.next()["item"]["spot"] != "spt_beer"  # that snapshot is ten seconds old
    stage.controller.on_snapshot(snapshot(stage))
    assert stage.controller.next_item("entrance", "r", None)["item"]["spot"] == "spt_beer"
    stage.tick(0.5)
    stage.controller.on_snapshot(snapshot(stage, present=3, near=0))  # near or far: no interruption
    assert stage.pushed("show") == []
    stage.tick(0.5)
    stage.controller.on_snapshot(snapshot(stage, present=3, child=1, adult=2, possible_child=True))
    (show,) = stage.pushed("show")
    assert show["now"] and show["item"]["spot"] != "spt_beer"
    stage.tick(0.5)
    stage.controller.on_snapshot(snapshot(stage))
    assert len(stage.pushed("show")) == 1


def test_a_beer_that_is_only_prepared_is_replaced_too(stage: Stage) -> None:
    stage.approve("beer", BEER)
    stage.next()
    stage.tick(1)
    stage.controller.on_snapshot(snapshot(stage))
    assert stage.controller.next_item("entrance", "r", None)["item"]["spot"] == "spt_beer"
    stage.tick(1)
    after = stage.controller.next_item("entrance", "r2", None)  # prepared; the beer still stands on the screen
    assert after["item"]["spot"] != "spt_beer"
    stage.tick(0.5)
    stage.controller.on_snapshot(snapshot(stage, child=1, possible_child=True))
    assert len(stage.pushed("show")) == 1


def _without_redis(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing can be asked; the screen's socket is held here, so it still hears."""
    dead = type(stage.rooms.live)("redis://127.0.0.1:1/0")
    for name in ("fronts", "guest", "snapshot", "put_snapshot", "drop_snapshot", "shown", "put_shown", "revision"):
        monkeypatch.setattr(stage.rooms.live, name, getattr(dead, name))


@pytest.mark.parametrize("allowed", [False, True])
def test_without_redis_a_child_still_ends_the_beer_and_keeps_it_away(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, allowed: bool
) -> None:
    stage.rooms.screens.save_store(replace(EKIMAE, restricted_without_camera=allowed))
    stage.approve("beer", BEER)
    stage.approve("soda", SODA)
    stage.controller.on_snapshot(snapshot(stage))
    stage.controller.show_now("entrance", "spt_beer")
    stage.tick(1)
    _without_redis(stage, monkeypatch)
    child = {"present": 3, "child": 1, "possible_child": True}
    stage.controller.on_snapshot(snapshot(stage, **child))
    assert stage.pushed("show")[-1]["item"]["spot"] != "spt_beer"
    for n in range(6):
        stage.tick(10)
        stage.controller.on_snapshot(snapshot(stage, **child))
        assert stage.controller.next_item("entrance", f"c{n}", None)["item"]["spot"] != "spt_beer"


def test_without_redis_a_guest_in_memory_is_still_a_guest(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    stage.controller.greet("entrance", AFFINITY)
    stage.tick(1)
    _without_redis(stage, monkeypatch)
    stage.controller.on_snapshot(snapshot(stage, child=1, possible_child=True))
    assert stage.record(stage.controller.next_item("entrance", "r", None))["audience"] == "unknown"
    assert len(stage.pushed("show")) == 1


@pytest.mark.parametrize("redis", [True, False])
def test_after_a_restart_what_may_not_stay_is_withdrawn_unseen(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, redis: bool
) -> None:
    stage.approve("beer", BEER)
    stage.controller.on_snapshot(snapshot(stage))
    stage.controller.show_now("entrance", "spt_beer")
    stage.next()  # prepared; the beer still stands on the screen, and the new process can't know
    fresh = type(stage.controller)(stage.rooms)
    if not redis:
        _without_redis(stage, monkeypatch)
    fresh.on_snapshot(snapshot(stage))
    assert stage.pushed("withdraw") == []  # adults
    fresh.on_snapshot(snapshot(stage, child=1, possible_child=True))
    assert stage.pushed("withdraw") == [{"type": "withdraw", "v": 1, "spots": ["spt_beer"]}]
    for n in range(2):
        stage.tick(10)
        fresh.next_item("entrance", f"r{n}", None)
    fresh.on_snapshot(snapshot(stage, child=1, possible_child=True))
    assert len(stage.pushed("withdraw")) == 1  # now it knows


def test_samples_are_kept_once_a_second(stage: Stage, engine: Engine) -> None:
    for _ in range(6):
        stage.tick(0.5)
        stage.controller.on_snapshot(snapshot(stage))
    wait_for(lambda: _samples(engine) >= 3)
    stage.rooms.writer.close()
    assert _samples(engine) in (3, 4)


def _samples(engine: Engine) -> int:
    with engine.connect() as connection:
        return connection.execute(select(func.count()).select_from(audience_samples)).scalar_one()


def test_a_snapshot_of_a_screen_that_is_not_there_is_refused(stage: Stage) -> None:
    with pytest.raises(NotFound):
        stage.controller.on_snapshot(snapshot(stage, screen_id="nowhere"))


def test_show_now_shows_or_says_which_gate(stage: Stage) -> None:
    spot_id = stage.approve("soda", SODA)
    stage.controller.show_now("entrance", spot_id)
    (show,) = stage.pushed("show")
    assert (show["item"]["spot"], stage.record(show)["propensity"]) == (spot_id, 1.0)
    beer = stage.approve("beer", BEER)
    stage.controller.campaigns_changed(["ekimae"])
    stage.tick(2)
    with pytest.raises(Conflict) as refused:
        stage.controller.show_now("entrance", beer)
    assert refused.value.figures == {"spot": beer, "gate": "audience_class"}
    with pytest.raises(Conflict):
        stage.controller.show_now("entrance", "spt_unknown")


def test_a_store_changes_only_its_own_campaigns(stage: Stage) -> None:
    spot = CampaignSpot("spt_own", "own", 10_000, card=Card(Template.SERVICE, title_ja="x", title_en="x"))
    stage.approve("own", store_id="elm", spots=(spot,))
    stage.controller.campaigns_changed([])
    assert stage.pushed("show", "dairy") and not stage.pushed("show", "entrance")
