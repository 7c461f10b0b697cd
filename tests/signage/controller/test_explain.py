"""Why this, why not that: for the demo's board and the studio, in two languages."""

from datetime import timedelta

import pytest

from signage.domain.campaign import Flight, Targeting
from signage.domain.errors import NotFound
from signage.domain.place import Orientation
from tests.signage.controller.conftest import AFFINITY, Stage, snapshot
from tests.signage.controller.shop import BEER, MILK, SODA


def explained(stage: Stage, show: dict, lang: str = "ja") -> dict:
    stage.record(show)
    return stage.controller.explain(show["decision"], lang)


def test_a_winner_its_reasons_and_the_losers_first_failing_gates(stage: Stage) -> None:
    stage.approve("soda", SODA)
    stage.approve("beer", BEER)
    stage.approve("upright", targeting=Targeting(orientations=frozenset({Orientation.PORTRAIT})))
    stage.approve("out", MILK)
    stage.catalog.stock[MILK] = 0
    stage.tick(1)
    stage.controller.on_snapshot(snapshot(stage, child=1, possible_child=True))
    told = explained(stage, stage.controller.next_item("entrance", "r", None))
    assert told["winner"]["spot"] == "spt_soda"
    assert told["sentence"] == "「soda」:この店で人気(直近4週間の販売)。選ばれる確率は100%でした。"
    assert told["audience_name"] == "こどもの可能性" and told["latency_ms"] > 0
    losers = {loser["spot"]: loser["text"] for loser in told["losers"]}
    assert losers["spt_beer"] == "こどもの可能性があるため、酒類は対象外です"
    assert losers["spt_upright"] == "横型の素材がありません"
    assert losers["spt_out"] == "在庫が0のため(11:59現在)"
    assert losers["house_camera"] == "より強い優先順位(「通常」)のものがあります"


def test_a_card_with_titles_is_called_by_them_in_the_readers_language(stage: Stage) -> None:
    show = stage.next()
    stage.record(show)
    names = {lang: stage.controller.explain(show["decision"], lang) for lang in ("ja", "en")}
    losers = {lang: {one["spot"]: one["name"] for one in told["losers"]} for lang, told in names.items()}
    assert {losers[lang]["house_camera"] for lang in losers} == {"カメラ利用のお知らせ", "About the camera"}
    assert names["en"]["sentence"].startswith(str(names["en"]["winner"]["name"]))
    assert stage.controller.called("entrance", "house_welcome", "en") == "Welcome"
    assert stage.controller.called("entrance", "spt_gone", "en") == ""


def test_losers_of_the_draw_are_told_their_chance(stage: Stage) -> None:
    for name in "abc":
        stage.approve(name)
    told = explained(stage, stage.next(), "en")
    drawn = [loser for loser in told["losers"] if loser["gate"] is None]
    assert len(drawn) == told["in_draw"] - 1 == 2
    assert all(loser["text"].startswith("In the draw with a chance of ") for loser in drawn)
    assert told["sentence"].endswith("%.")


def test_what_could_have_run_stood_behind_a_guest_or_behind_what_somebody_asked_for(stage: Stage) -> None:
    """No loser has a chance in a draw that it was not in."""
    for name in "ab":
        stage.approve(name)
    stage.tick(1)
    stage.controller.show_now("entrance", "spt_a")
    asked = explained(stage, stage.pushed("show")[-1])
    stage.tick(60)
    stage.controller.greet("entrance", AFFINITY)
    greeted = explained(stage, stage.pushed("show")[-1])
    why = [next(loser["text"] for loser in told["losers"] if loser["spot"] == "spt_b") for told in (asked, greeted)]
    assert why == ["ほかのものが指名されました", "より強い優先順位(「会員」)のものがあります"]


def test_a_guests_decision_names_no_audience(stage: Stage) -> None:
    stage.controller.greet("entrance", AFFINITY)
    told = explained(stage, stage.pushed("show")[0])
    assert (told["guest"], told["audience"], told["audience_name"]) == (True, None, "")
    assert told["reasons"] == [{"code": "member_here", "text": "会員コードを確認"}]


def test_why_not_now_and_at_another_time(stage: Stage) -> None:
    start = stage.clock() + timedelta(hours=4)
    stage.approve("evening", flight=Flight(start, start + timedelta(hours=3)))
    stage.tick(2)
    now = stage.controller.why_not("entrance", "spt_evening")
    assert now["text"] == "放映されていません:放映期間の前です(2026-11-16 16:00から)。"
    assert [gate["gate"] for gate in now["gates"] if not gate["passed"]] == ["flight"]
    later = stage.controller.why_not("entrance", "spt_evening", start, "en")
    assert later["passes"] and later["text"].startswith("Its chance of being chosen is ")


def test_unknown_decisions_spots_and_screens_are_not_found(stage: Stage) -> None:
    for ask in (
        lambda: stage.controller.explain("nothing", "ja"),
        lambda: stage.controller.why_not("entrance", "nothing"),
        lambda: stage.controller.why_not("nowhere", "spt_soda"),
    ):
        with pytest.raises(NotFound):
            ask()
