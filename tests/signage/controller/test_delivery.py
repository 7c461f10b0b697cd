"""A promised number of plays: counted from the ledger and from what is on its way, asked of busy hours, leased with care."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Engine

from signage.controller.loop import Controller
from signage.domain.campaign import Flight, Level
from signage.domain.play import EndedWhy, Play
from signage.storage.cells import Cell, Cells
from signage.storage.plays import insert_plays
from tests.signage.controller.conftest import Stage
from tests.world import START

HOUR = timedelta(hours=1)
TODAY = Flight(START - 12 * HOUR, START + 12 * HOUR)  # it is noon
SCREENS = ("entrance", "aisle", "checkout", "edge")


def promise(stage: Stage, name: str, goal: int, **more: Any) -> str:
    return stage.approve(name, level=Level.GUARANTEED, goal_plays=goal, flight=TODAY, **more)


def ask(stage: Stage, screens: Sequence[str] = SCREENS) -> list[dict[str, Any]]:
    return [stage.controller.next_item(screen, "r", None) for screen in screens]


def told(engine: Engine, screen_id: str, spot_id: str, decisions: Sequence[str], at: datetime) -> None:
    """These plays come back, whole."""
    campaign = spot_id.replace("spt", "cmp")
    with engine.begin() as connection:
        plays = [
            Play(
                screen_id, name, n, spot_id, campaign, name, "", "", "", at, 10_000, 10_000, EndedWhy.FINISHED, False, False
            )
            for n, name in enumerate(decisions)
        ]  # fmt: skip
        insert_plays(connection, "ekimae", plays, at)


def figure(controller: Controller, spot_id: str, screen_id: str = "dairy") -> str:
    """Said of a screen where it was not shown yet: a spot that was shown last stands back before anything is asked."""
    gates = controller.why_not(screen_id, spot_id, lang="en")["gates"]
    return next(gate["text"] for gate in gates if gate["gate"] == "pacing")


def test_screens_that_ask_in_one_moment_do_not_overdo_it(stage: Stage) -> None:
    """One play an hour and none so far: the hour before noon asks for one, and for one of the eleven that are missing."""
    sure = promise(stage, "sure", 24)
    stage.approve("open")
    assert [show["item"]["spot"] == sure for show in ask(stage)] == [True, True, False, False]
    late = "Behind plan: 2 of 12 plays by now, made up at no more than twice its plan"
    assert figure(stage.controller, sure) == late
    stage.tick(15 * 60)
    assert [show["item"]["spot"] == sure for show in ask(stage, ("edge", "aisle"))].count(True) == 1


def test_a_play_on_its_way_is_counted_once_and_forgotten_when_it_never_comes(stage: Stage, engine: Engine) -> None:
    sure = promise(stage, "sure", 480)
    (one, other) = ask(stage, ("entrance", "aisle"))
    assert figure(stage.controller, sure) == "Behind plan: 2 of 240 plays by now"
    told(engine, "entrance", sure, [one["decision"]], stage.clock())
    stage.tick(30)
    assert figure(stage.controller, sure) == "Behind plan: 2 of 240 plays by now"
    stage.tick(120)
    assert figure(stage.controller, sure) == "Behind plan: 1 of 241 plays by now"
    told(engine, "aisle", sure, [other["decision"]], stage.clock())
    assert figure(Controller(stage.rooms), sure) == "Behind plan: 2 of 241 plays by now"  # counted anew from the ledger


def test_plays_of_before_the_flight_are_none_of_it(stage: Stage, engine: Engine) -> None:
    sure = promise(stage, "sure", 480)
    told(engine, "entrance", sure, [f"d{n}" for n in range(50)], TODAY.start - 2 * HOUR)
    told(engine, "aisle", sure, [f"e{n}" for n in range(7)], TODAY.start + HOUR)
    assert figure(stage.controller, sure) == "Behind plan: 7 of 240 plays by now"


def test_busy_hours_are_asked_for_more(stage: Stage, engine: Engine) -> None:
    """On Mondays nobody came before ten, for four weeks."""
    weeks = [START - 12 * HOUR - timedelta(days=7 * n) for n in range(1, 4)]
    quarters = [start + n * timedelta(minutes=15) for start in weeks for n in range(96)]
    night = START - 12 * HOUR, START - 2 * HOUR
    nobody = {at for at in quarters if any(night[0] <= at + timedelta(days=7 * n) < night[1] for n in range(1, 4))}
    cells = [Cell("entrance", at, 300, 0 if at in nobody else 100, 0, 0, False) for at in quarters]
    Cells(engine).put(cells)
    sure = promise(stage, "sure", 480)
    assert 60 < int(figure(stage.controller, sure, "entrance").split(" of ")[1].split()[0]) < 170


def test_a_lease_gives_a_screens_part_of_the_plan_and_no_more(stage: Stage) -> None:
    """Five screens in the chain: 1,440 plays a day are twelve an hour on each."""
    promise(stage, "much", 1_440)
    promise(stage, "capped", 1_440, cap_per_hour=5)
    promise(stage, "little", 24 * 4)
    stage.approve("plain")
    items = {item["spot"]: item["cap_per_hour"] for item in stage.controller.manifest("entrance")["items"]}
    assert items == {"spt_much": 12, "spt_capped": 5, "spt_plain": 0}
