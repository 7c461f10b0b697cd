"""What was learned reaches the screens, and an experiment withholds: the record says both, and a guest's minute knows neither."""

from dataclasses import replace

import pytest

from recommender.domain.product import Offer
from signage.controller.loop import Controller
from signage.domain.decision import Gate, Holdout
from signage.domain.response import Weight
from signage.storage.learned import Learnt, Progress, put_learned
from tests.signage.controller.conftest import AFFINITY, Stage
from tests.signage.controller.shop import BREAD, MILK, SODA, TEA


def teach(stage: Stage, version: int, weight: str, odds: float) -> None:
    before, now = stage.rooms.learned.progress(), stage.clock()
    learnt = Learnt(weights={weight: Weight(odds, 0.1, 0.0)})
    after = Progress(version, now, now)
    assert stage.rooms.writer.submit(lambda connection: put_learned(connection, before, after, learnt))


def test_a_better_spot_is_shown_more_often_within_two_minutes(stage: Stage) -> None:
    good = stage.approve("good")
    others = [
        stage.approve(name) for name in ("one", "two", "three")
    ]  # two alone would take turns, whatever was learned
    plain = stage.record(stage.next())
    assert "+r" not in plain["model"]
    teach(stage, 1, f"spot:{good}", 1.5)
    stage.tick(120)
    shown = [stage.next() for _ in range(12)]
    spots = [show["item"]["spot"] for show in shown]
    assert spots.count(good) > max(spots.count(other) for other in others)
    assert stage.record(shown[-1])["model"].endswith("+r1")
    teach(stage, 2, f"spot:{good}", -1.5)
    stage.tick(120)
    again = [stage.next() for _ in range(12)]
    spots = [show["item"]["spot"] for show in again]
    assert spots.count(good) < min(spots.count(other) for other in others)
    assert stage.record(again[-1])["model"].endswith("+r2")


def test_a_cut_price_brings_what_was_learned_of_cut_prices_and_the_record_says_so(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    offers = stage.catalog.offers

    def cut(store_id: str, gtins: list[str]) -> dict[str, Offer]:
        told = offers(store_id, gtins)
        return {g: replace(o, price=replace(o.price, before_minor=9_999)) if g == SODA else o for g, o in told.items()}

    monkeypatch.setattr(stage.catalog, "offers", cut)
    stage.crowd.trained = False  # all products alike
    cheaper = stage.approve("cheaper", gtins=(SODA,))
    for name, gtin in (("one", MILK), ("two", BREAD), ("three", TEA)):
        stage.approve(name, gtins=(gtin,))
    teach(stage, 1, "price:cut", 1.5)
    stage.tick(120)
    records = [stage.record(stage.next()) for _ in range(12)]
    spots = [body["spot"] for body in records]
    assert spots.count(cheaper) > 12 / 4 + 1
    assert {body["spot"] for body in records if body.get("cut")} == {cheaper}


def test_a_guests_minute_knows_nothing_of_it(stage: Stage) -> None:
    teach(stage, 1, f"spot:{stage.approve('good')}", 1.5)
    stage.controller.greet("entrance", AFFINITY)
    record = stage.record(stage.next())
    assert record["guest"] is True
    assert "+r" not in record["model"]


def test_an_experiment_withholds_and_names_the_ghost(stage: Stage) -> None:
    stage.approve("one")
    rooms = replace(stage.rooms, holdout=Holdout("all", 100))
    tested = replace(stage, controller=Controller(rooms), rooms=rooms)
    records = [tested.record(tested.next()) for _ in range(4)]
    assert {body["holdout"][0] for body in records} == {"all"}
    assert all(body["failed"][Gate.HOLDOUT] == 1 and body["spot"] != "spt_one" for body in records)
    assert [body["ghost"] for body in records if "ghost" in body]
    answer = tested.controller.why_not("entrance", "spt_one", lang="en")
    assert "withheld until" in answer["text"]
    # the lease holds it all the same: an offline player knows of no blocks
    assert "spt_one" in [item["spot"] for item in tested.controller.manifest("entrance")["items"]]


def test_show_now_is_no_part_of_an_experiment(stage: Stage) -> None:
    spot = stage.approve("one")
    rooms = replace(stage.rooms, holdout=Holdout("all", 100))
    Controller(rooms).show_now("entrance", spot)
    assert [message["item"]["spot"] for message in stage.pushed("show")] == [spot]
