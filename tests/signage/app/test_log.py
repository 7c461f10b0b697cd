"""The log for those who judge it: checked by day, written as Parquet with what came of it, and re-run byte for byte."""

import json
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from functools import cache
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner
from sqlalchemy import Engine

from signage.app.log import Log
from signage.cli import main
from signage.decide import record
from signage.decide.choose import decide, why_not
from signage.decide.holdout import SWITCHBACK
from signage.decide.lineup import Lineup
from signage.domain.decision import Decision, Gate, Holdout
from signage.storage.decisions import put_decision
from signage.storage.inventories import make_inventory, put_inventory
from tests.signage.app.logged import decisions, keep, stock
from tests.signage.decide.making import NEUTRAL, context_of, inventory_of
from tests.world import START, World

DAY = START.date()
TEST = replace(NEUTRAL, holdout=Holdout(SWITCHBACK, 30))


@cache
def morning() -> list[Decision]:
    """Three hours with an experiment on."""
    return decisions(1_100, context=TEST)


def test_a_sound_day_can_be_judged(engine: Engine, database_url: str) -> None:
    keep(engine, morning(), seen=False)
    (day,) = Log(database_url).check(DAY, DAY)
    assert 0.95 <= day.mean_weight <= 1.05
    assert (day.doubts(), day.records, day.drawn, day.broken) == ([], 1_100, 1_100, 0)
    assert 1 < day.effective <= 1_100
    assert day.floor >= 0.01


@pytest.mark.parametrize(
    ("wrong", "doubt"),
    [
        (lambda one: replace(one, propensity=one.propensity / 2), "broken"),
        (lambda one: replace(one, draw=one.draw[:1]), "broken"),
        (lambda one: replace(one, policy="standin-1"), "standins"),
        (lambda one: replace(one, chosen=one.draw[-1].number, propensity=one.draw[-1].probability), "weights"),
    ],
)
def test_a_day_that_lies_is_found_out(
    engine: Engine, database_url: str, wrong: Callable[[Decision], Decision], doubt: str
) -> None:
    keep(engine, [wrong(one) for one in morning()[:400]], seen=False)
    (day,) = Log(database_url).check(DAY, DAY)
    assert {"few", doubt} <= set(day.doubts())


def test_every_choice_of_a_day_is_made_again(engine: Engine, database_url: str) -> None:
    made = morning()
    keep(engine, made, seen=False)
    spots = len(stock().spots)
    for one in made:
        assert len(one.draw) + sum(one.failed.values()) == spots  # won, drawn, or one first failing gate
        assert len(record.dump(one).encode()) <= 4096
    log = Log(database_url)
    told = log.replay(DAY)
    assert (told.same, told.different, told.without) == (1_100, (), 0)
    assert log.replay(DAY + timedelta(days=1)).same == 0


def test_a_record_that_was_changed_is_named(engine: Engine, database_url: str) -> None:
    *_, good, moved, skewed, lost = decisions(12)  # by then scores differ
    other = next(d for d in moved.draw if d.number != moved.chosen)
    moved = replace(moved, chosen=other.number)
    skewed = replace(skewed, draw=tuple(d._replace(score=round(d.score / 2, 3)) for d in skewed.draw))
    keep(engine, [good, moved, skewed, replace(lost, inventory="0" * 64)], seen=False)
    told = Log(database_url).replay(DAY)
    assert (told.same, set(told.different), told.without) == (1, {moved.decision_id, skewed.decision_id}, 1)


def test_the_export_has_the_decisions_and_what_came_of_them(engine: Engine, database_url: str, tmp_path: Path) -> None:
    made = morning()[:360]
    keep(engine, made)
    assert Log(database_url).export(DAY, DAY, tmp_path / "log.parquet") == 360
    rows = pq.read_table(tmp_path / "log.parquet").to_pylist()
    assert [row["decision"] for row in rows] == [one.decision_id for one in made]
    assert all(row["played"] and row["completed"] for row in rows)
    assert {row["attention"] for row in rows if row["spot"] == "good"} <= {0.4}
    assert {row["attention"] for row in rows if row["spot"] != "good"} == {0.1}
    ghosts = [(row["arm"], row["ghost_spot"], row["ghost_campaign"]) for row in rows if row["ghost_spot"]]
    assert ghosts and {arm for arm, *_ in ghosts} == {"off"}
    assert {spot for _, spot, _ in ghosts} & {row["spot"] for row in rows} == set()
    for row, one in zip(rows, made, strict=True):
        assert row["propensity"] == one.propensity
        assert sum(drawn["chance"] for drawn in row["draw"]) == pytest.approx(1.0)
        assert (row["arm"] == "off") is (one.ghost is not None)
    assert any(one.failed.get(Gate.HOLDOUT) for one in made)


def test_the_verbs(
    engine: Engine, world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, database_url: str
) -> None:
    monkeypatch.setenv("SHELFCAST_DATABASE_URL", database_url)
    keep(engine, decisions(20), seen=False)
    days, out = ["--first", "2026-11-16", "--last", "2026-11-16"], tmp_path / "log.parquet"
    run = CliRunner().invoke
    exported = run(main, ["log", "export", *days, "--out", str(out)])
    assert (exported.exit_code, exported.output) == (0, f"20 decisions written to {out}\n")
    checked = run(main, ["log", "check", *days])
    assert checked.exit_code == 1
    assert "Can't be judged: fewer than 1,000 decisions were left to chance" in checked.output
    assert json.loads(run(main, ["log", "check", *days, "--json"]).output)["records"] == 20
    assert run(main, ["log", "check", "--first", "2026-11-01", "--last", "2026-11-02"]).exit_code == 1
    again = run(main, ["replay", "--day", "2026-11-16"])
    assert (again.exit_code, again.output) == (0, "20 the same, 0 different, 0 without their inventory\n")


@pytest.mark.soak
def test_10_000_generated_records_are_made_again(engine: Engine, database_url: str) -> None:
    """Five hundred inventories with every kind of condition, twenty situations each: through the tables and back."""
    largest, gates = 0, Counter[Gate]()
    for n in range(500):
        spots = inventory_of(n).spots
        kept = make_inventory("ekimae", spots)
        lineup, made = Lineup(kept), []
        for m in range(20 * n, 20 * n + 20):
            context = replace(context_of(m), now=START + m * timedelta(seconds=1))
            one = decide(kept, context, seed=m, decision_id=f"{m:036d}", lineup=lineup)
            drawn = {kept.spots[d.number].spot_id for d in one.draw}
            firsts = Counter[Gate]()
            for spot in spots:
                failing = [
                    answer.gate for answer in why_not(kept, context, spot.spot_id, lineup=lineup) if not answer.passed
                ]
                assert bool(failing) is (spot.spot_id not in drawn)
                firsts.update(failing[:1])
            assert firsts == one.failed
            gates += firsts
            made.append(one)
            largest = max(largest, len(record.dump(one).encode()))
        with engine.begin() as connection:
            put_inventory(connection, kept, START)
            for one in made:
                put_decision(connection, one, record.dump(one))
    told = Log(database_url).replay(DAY)
    print(f"{told.same} of 10,000 the same; the largest record has {largest} bytes; first failing gates: {dict(gates)}")
    assert (told.same, told.different, told.without) == (10_000, (), 0)
    assert set(gates) >= set(Gate) - {Gate.HOLDOUT, Gate.OUTRANKED}
    assert largest <= 4_096
