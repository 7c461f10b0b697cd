"""A store's clock set ahead: flights and dayparts follow it, the record keeps the true time and says by how much."""

from dataclasses import replace
from datetime import timedelta

from signage.controller.loop import Controller
from signage.decide import record
from signage.domain.campaign import Daypart, Flight
from tests.signage.controller.conftest import Stage
from tests.signage.controller.shop import MILK

DAYS = frozenset(range(7))
EVENING = (Daypart(DAYS, 17 * 60, 21 * 60),)  # the world's clock begins at noon in Tokyo
AHEAD = timedelta(hours=6)


def ahead(stage: Stage, by: dict[str, timedelta]) -> Controller:
    stage.rooms = replace(stage.rooms, store_ahead=lambda store_id: by.get(store_id, timedelta(0)))
    stage.controller = Controller(stage.rooms)
    return stage.controller


def test_an_evening_campaign_runs_when_the_clock_says_evening(stage: Stage) -> None:
    spot = stage.approve("dinner", MILK, dayparts=EVENING)
    by = {"ekimae": timedelta(0)}
    controller = ahead(stage, by)
    assert stage.next()["item"]["spot"] != spot
    by["ekimae"] = AHEAD
    controller.time_moved("ekimae")
    pushed = stage.pushed("show")[-1]
    assert (pushed["item"]["spot"], pushed["now"]) == (spot, True)
    stage.record(pushed)
    made = record.load(stage.rooms.decisions.get(pushed["decision"]) or "")
    assert (made.store_ahead, made.daypart) == (AHEAD, "mon-18")
    assert abs(made.at - stage.clock()) < timedelta(minutes=1)

    by["ekimae"] = timedelta(0)
    told = controller.explain(pushed["decision"], "en")
    assert told["winner"]["spot"] == spot
    assert "daypart" not in {loser["gate"] for loser in told["losers"] if loser["spot"] == spot}
    assert not controller.why_not("entrance", spot)["passes"]


def test_a_flight_of_tomorrow_runs_today(stage: Stage) -> None:
    tomorrow = Flight(stage.clock() + timedelta(hours=24), stage.clock() + timedelta(hours=48))
    spot = stage.approve("tomorrow", MILK, flight=tomorrow)
    ahead(stage, {"ekimae": timedelta(hours=25)})
    assert stage.next()["item"]["spot"] == spot
    assert stage.next("dairy")["item"]["spot"] != spot, "the other store's clock stands"


def test_a_loser_is_judged_by_the_clock_of_then(stage: Stage) -> None:
    morning = stage.approve("breakfast", MILK, dayparts=(Daypart(DAYS, 6 * 60, 11 * 60),))
    by = {"ekimae": AHEAD}
    controller = ahead(stage, by)
    shown = stage.next()
    stage.record(shown)
    by.clear()
    (loser,) = (one for one in controller.explain(shown["decision"], "en")["losers"] if one["spot"] == morning)
    assert loser["gate"] == "daypart"
    assert "18:00" in loser["text"]
