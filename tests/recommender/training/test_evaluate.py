"""The evaluation on a sample of the real households: its files say what its figures say."""

import csv
import json
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from recommender.app import serving
from recommender.training import complete_journey, tasks
from recommender.training.evaluate import evaluate
from recommender.training.kept import keep
from recommender.training.matrix import known_gtins
from recommender.training.report import Report

CUT = 44
NOW = datetime(2026, 11, 22, 7, 30, tzinfo=UTC)
SAMPLE = set(range(1, 81))  # household numbers


@pytest.fixture(scope="module")
def judged(tmp_path_factory: pytest.TempPathFactory) -> tuple[Report, Path]:
    lists = tmp_path_factory.mktemp("lists")
    stages: list[float] = []
    report = evaluate(
        serving(),
        cut=CUT,
        now=NOW,
        progress=lambda stage, done: stages.append(done),
        lists=lists,
        households=SAMPLE,
        plugged={},
    )
    assert stages == sorted(stages)
    assert stages[-1] == 1.0
    return report, lists


@pytest.fixture(scope="module")
def truth() -> tuple[list[tasks.Household], np.ndarray]:
    """The households as the evaluation asks about them, and the package's number of every item."""
    journey = complete_journey.read(SAMPLE)
    train = journey.purchases.where(journey.during(1, CUT))
    gtins = known_gtins(train)
    numbers = np.array([complete_journey.product_id(int(g)) for g in gtins])
    return list(tasks.households(train, tasks.hold_out(journey, CUT, gtins), gtins)), numbers


def test_every_model_stands_beside_ours(judged: tuple[Report, Path]) -> None:
    figures = judged[0].tasks
    assert set(figures) == {"next", "period", "new"}
    beside = {"popularity", "recent_popularity", "store_popularity", "tifuknn", "upcf", "ease", "als", "item_item"}
    beside |= {"bm25", "bm25defaults"}
    assert set(figures["new"]) == {"shipped", *beside}
    for task in ("next", "period"):
        assert set(figures[task]) == {"shipped", "as_shown", "frequency", "decayed_frequency", *beside}
        assert figures[task]["shipped"]["ndcg@10"] > 1.5 * figures[task]["popularity"]["ndcg@10"]
        assert figures[task]["shipped"]["ndcg@10"] > figures[task]["als"]["ndcg@10"]


def test_the_shipped_lists_say_how_far_ahead_they_are(judged: tuple[Report, Path]) -> None:
    """With an interval around the difference of the means; and figures for short and long histories that add up."""
    period = judged[0].tasks["period"]
    mean, low, high = period["shipped"]["ci_vs"]["popularity"]
    assert low < mean < high
    assert mean == pytest.approx(period["shipped"]["ndcg@10"] - period["popularity"]["ndcg@10"])
    strata = period["shipped"]["by_history"].values()
    assert sum(s["n"] for s in strata) == period["shipped"]["n"]
    assert sum(s["n"] * s["ndcg@10"] for s in strata) / period["shipped"]["n"] == pytest.approx(
        period["shipped"]["ndcg@10"]
    )


def test_on_what_and_when_is_told(judged: tuple[Report, Path]) -> None:
    data = judged[0].plain()["data"]
    assert (data["name"], data["cut"], data["made_at"]) == ("Complete Journey", CUT, "2026-11-22T07:30:00+00:00")
    assert data["members"] <= len(SAMPLE)
    assert data["first_day"] < data["last_day"] < "2017-11-06"  # the first day of week 45


def test_what_it_cost_is_told(judged: tuple[Report, Path]) -> None:
    told = json.loads(json.dumps(judged[0].plain()))
    assert told["cost"]["train_cpu_s"] > 0
    assert 0 < told["cost"]["list_ms_p50"] <= told["cost"]["list_ms_p95"]
    assert told["cost"]["peak_mb"] > 100
    assert 0 < told["new_recall"] <= 1


def test_what_was_found_can_be_kept_for_the_studio(judged: tuple[Report, Path], tmp_path: Path) -> None:
    found, report = keep(tmp_path, json.dumps(judged[0].plain())), judged[0]
    assert found.on.cut == CUT and found.on.members == report.data.members and found.on.made_at is not None
    assert [task.name for task in found.tasks] == list(report.tasks)
    ahead = {model.name: model.ahead.mean for model in found.tasks[0].models if model.ahead}
    assert ahead == {name: told[0] for name, told in report.tasks["next"]["shipped"]["ci_vs"].items()}


def test_the_files_hold_what_was_judged(
    judged: tuple[Report, Path], truth: tuple[list[tasks.Household], np.ndarray]
) -> None:
    """Hits in 10 of the next basket, counted again from next.csv alone."""
    report, lists = judged
    figures = report.tasks
    ranked: dict[int, list[tuple[int, int]]] = {}
    with (lists / "next.csv").open() as file:
        reader = csv.DictReader(file)
        assert reader.fieldnames == ["household_id", "rank", "product_id"]
        for row in reader:
            ranked.setdefault(int(row["household_id"]), []).append((int(row["rank"]), int(row["product_id"])))
    assert {len(rows) for rows in ranked.values()} == {20}
    assert all([rank for rank, _ in rows] == list(range(1, 21)) for rows in ranked.values())
    households, numbers = truth
    asked = [h for h in households if len(h.next)]
    hits = [any(product in numbers[h.next] for _, product in ranked[h.household_id][:10]) for h in asked]
    assert np.mean(hits) == pytest.approx(figures["next"]["shipped"]["phr@10"])
    assert len(hits) == figures["next"]["shipped"]["n"]


def test_popularity_is_the_same_list_for_everybody(
    judged: tuple[Report, Path], truth: tuple[list[tasks.Household], np.ndarray]
) -> None:
    """The ten that most households ever bought, counted again from the purchases; ties by number."""
    journey = complete_journey.read(SAMPLE)
    train = journey.purchases.where(journey.during(1, CUT))
    gtins = known_gtins(train)
    households = np.array([len(np.unique(train.profile[train.gtin == g])) for g in gtins.tolist()])
    best = np.argsort(-households, kind="stable")[:10]
    hits = [np.isin(best, h.next).any() for h in truth[0] if len(h.next)]
    assert np.mean(hits) == pytest.approx(judged[0].tasks["next"]["popularity"]["phr@10"])


def test_new_lists_hold_nothing_that_was_bought(
    judged: tuple[Report, Path], truth: tuple[list[tasks.Household], np.ndarray]
) -> None:
    _, lists = judged
    bought = {h.household_id: {complete_journey.product_id(int(g)) for g in h.history.gtin} for h in truth[0]}
    with (lists / "new.csv").open() as file:
        rows = [(int(r["household_id"]), int(r["product_id"])) for r in csv.DictReader(file)]
    assert rows
    assert not [row for row in rows if row[1] in bought[row[0]]]


def test_the_table_names_every_task_and_model(judged: tuple[Report, Path]) -> None:
    told = judged[0].table()
    assert all(
        word in told
        for word in ("next", "period", "new", "shipped", "as_shown", "frequency", "bm25", "ndcg@10 0.", "train_cpu_s")
    )
