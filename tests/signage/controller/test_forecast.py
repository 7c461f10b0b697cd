"""What a campaign would get before it is saved, by the production's own choice."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from signage.domain.campaign import Daypart, Flight, Level, Targeting
from signage.domain.content import Card, Template
from signage.domain.forecast import Forecast
from signage.storage.campaign_rows import Campaign, CampaignSpot
from tests.signage.controller.conftest import Stage
from tests.signage.controller.shop import BEER, MILK

ALL_WEEK = frozenset(range(7))
ENTRANCE = ["entrance"]


def asked(stage: Stage, screens: list[str] = ENTRANCE, lang: str = "ja", **changes: Any) -> Forecast:
    spot = CampaignSpot("spt_new", "new", 10_000, card=Card(Template.SERVICE, title_ja="新", title_en="new"))
    plain = {"level": Level.OPEN, "store_id": "", "spots": (spot,)} | changes
    found = stage.controller.forecast(Campaign("cmp_new", "new", **plain), screens, lang)
    assert found is not None
    return found


def test_an_open_campaign_takes_turns_with_what_is_there(stage: Stage) -> None:
    alone = asked(stage).plays
    stage.approve("rival")
    stage.controller.campaigns_changed([])
    shared = asked(stage).plays
    assert alone == pytest.approx(24 * 180, rel=0.05), (
        "every second of the items of ten seconds; the house has the others"
    )
    assert shared == pytest.approx(24 * 180, rel=0.05), "two take turns and leave the house none"
    for n in range(2):
        stage.approve(f"more{n}")
    stage.controller.campaigns_changed([])
    assert asked(stage).plays == pytest.approx(24 * 90, rel=0.1)


def test_hours_caps_and_goals_are_kept(stage: Stage) -> None:
    night = Daypart(ALL_WEEK, 22 * 60, 2 * 60)
    assert asked(stage, dayparts=(night,), cap_per_hour=3).plays == pytest.approx(12, abs=1)
    week = Flight(stage.clock(), stage.clock() + timedelta(days=7))
    assert asked(stage, level=Level.GUARANTEED, goal_plays=700, flight=week).plays == pytest.approx(100)
    takeover = Flight(stage.clock() + timedelta(hours=2), stage.clock() + timedelta(hours=4))
    found = asked(stage, level=Level.TAKEOVER, flight=takeover)
    assert (found.start, found.end) == (takeover.start, takeover.end)
    assert found.plays == pytest.approx(2 * 360, rel=0.02)


def test_what_is_for_a_day_that_is_not_near_is_told_what_that_day_would_bring(stage: Stage) -> None:
    """It is noon on a Monday."""
    monday = asked(stage, dayparts=(Daypart(frozenset({0}), 7 * 60, 11 * 60),))
    assert (monday.start - stage.clock(), monday.end - monday.start) == (timedelta(days=6, hours=19), timedelta(days=1))
    assert monday.plays == pytest.approx(4 * 180, rel=0.05)
    tuesday = asked(stage, dayparts=(Daypart(frozenset({1}), 7 * 60, 11 * 60),))
    assert (tuesday.start, tuesday.plays) == (stage.clock(), monday.plays)


def test_where_there_are_none_the_gate_that_stands_in_the_way_is_named(stage: Stage) -> None:
    def why(**changes: Any) -> str:
        found = asked(stage, **changes)
        assert found.plays == found.screens == 0
        return found.outlooks[0].why

    stage.catalog.stock[MILK] = 0
    assert why(gtins=(MILK,)) == "在庫が0のため(11:59現在)"
    assert why(gtins=(BEER,), screens=["edge"]) == "客層が不明のため、酒類は放映しません"
    assert why(targeting=Targeting(zones=frozenset({"aisle"}))) == "この売場(入口)は対象ではありません"
    over = Flight(stage.clock() - timedelta(days=1), stage.clock())
    assert why(flight=over, lang="en").startswith("its flight ended 2026-11-16 12:00")
    assert asked(stage, targeting=Targeting(guests_only=True)).members


def test_a_dark_panel_shows_nothing_and_screens_alike_are_asked_once(stage: Stage) -> None:
    found = asked(stage, ["entrance", "checkout", "aisle"])
    assert found.screens == 3 and len(found.outlooks) == 3
    assert found.plays == pytest.approx(sum(outlook.plays for outlook in found.outlooks))


def test_nothing_is_left_behind(stage: Stage) -> None:
    before = stage.controller.manifest("entrance")["etag"]
    asked(stage)
    stage.tick(11)
    assert stage.controller.manifest("entrance")["etag"] == before
    assert stage.heard == [] and stage.next()["item"]["spot"] != "spt_new"


def shown_an_hour(stage: Stage, spot_id: str) -> int:
    """Its plays on the entrance screen as deciding goes on: of an hour, after one to settle in."""
    began, plays = stage.clock(), 0
    while (gone := stage.clock() - began) < timedelta(hours=2):
        plays += (stage.next()["item"]["spot"] == spot_id) and gone >= timedelta(hours=1)
    return plays


@pytest.mark.parametrize("owner", ["", "ekimae"])
@pytest.mark.parametrize("percent", [10, 50])
def test_the_part_that_a_store_keeps_is_in_the_forecast_of_both_sides(stage: Stage, percent: int, owner: str) -> None:
    ekimae = stage.rooms.screens.store("ekimae")
    assert ekimae is not None
    stage.rooms.screens.save_store(replace(ekimae, own_percent=percent))
    for n in range(2):
        stage.approve(f"own{n}", store_id="ekimae")
    stage.approve("hq")
    stage.controller.campaigns_changed([])
    told = asked(stage, store_id=owner).plays / 24
    new = stage.approve("new", store_id=owner)
    stage.controller.campaigns_changed([])
    shown = shown_an_hour(stage, new)
    assert told == pytest.approx(shown, rel=0.05, abs=3)


def test_a_store_without_a_share_is_told_so(stage: Stage) -> None:
    ekimae = stage.rooms.screens.store("ekimae")
    assert ekimae is not None
    stage.rooms.screens.save_store(replace(ekimae, own_percent=0))
    found = asked(stage, store_id="ekimae", lang="en")
    assert found.plays == 0 and "0 %" in found.outlooks[0].why
    assert asked(stage).plays == pytest.approx(24 * 180, rel=0.05), "what is kept by nobody is headquarters'"
