"""Held-out weeks of the Complete Journey -> how good the shipped lists are, beside plain baselines.

Judged is what production code says: models are fitted, published and opened as in service, and ranked by the functions
that serve. Those are handed down, since training and serving don't import each other.
"""

import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from recommender.algorithms.algorithm import Lines, Query, Scores
from recommender.algorithms.popular import Popular
from recommender.algorithms.ranking import top
from recommender.artifacts import Artifacts, Store
from recommender.domain.history import MemberHistory
from recommender.domain.items import Items
from recommender.domain.recommendation import Scored
from recommender.training import complete_journey, tasks
from recommender.training.answers import RANKS, Answers, baselines
from recommender.training.fit import Progress, facts, fit
from recommender.training.matrix import encode, known_gtins

Figures = dict[str, dict[str, dict[str, float]]]  # task -> model -> metric


@dataclass(frozen=True, slots=True)
class Serving:
    """The functions of `recommender.serving` under test. Scores have one element per item."""

    member: Callable[[Artifacts, Items, MemberHistory, str], Scores]
    shown: Callable[[Artifacts, MemberHistory, str, datetime, int], list[Scored]]
    shelf: Callable[[Artifacts, NDArray[np.int64], str], Scores]
    crowd: Callable[[Artifacts, str, int], Scores]


def evaluate(
    serving: Serving, *, cut: int, progress: Progress, lists: Path | None = None, households: set[int] | None = None
) -> Figures:
    """Trains on the weeks up to `cut`, judges on the four after. lists: a folder for the ranked lists (CSV, 20 ranks).

    households: the history is cut to these first, and only members' tasks are judged. Raises complete_journey.NoData.
    """
    progress("read", 0.0)
    journey = complete_journey.read(households)
    train = journey.purchases.where(journey.during(1, cut))
    gtins = known_gtins(train)
    items = _items(gtins, journey)
    held = tasks.hold_out(journey, cut, gtins)
    lines = encode(train, gtins)
    with _published(lines, [items, *fit(lines, progress)]) as artifacts:
        progress("members", 0.7)
        answers = _members(serving, artifacts, items, tasks.households(train, held, gtins), int(lines.day.max()))
        if households is None:
            progress("crowds", 0.8)
            answers["shelf"] = _shelf(serving, artifacts, len(items), tasks.shelf(held))
            answers["promoted"] = _promoted(serving, artifacts, len(items), tasks.promoted(held, cut, gtins))
    if households is None:
        answers["segment"] = Answers(("fold", "row"), 10)
        for number, fold in enumerate(tasks.folds(journey, held)):
            rest = encode(train.where(~np.isin(train.profile, fold.households)), gtins)
            with _published(rest, [items, Popular.fit(rest)]) as artifacts:
                _segment(serving, artifacts, number, fold, answers["segment"])
    if lists is not None:
        lists.mkdir(parents=True, exist_ok=True)
        for name, answer in answers.items():
            answer.write(lists / f"{name}.csv", items)
    progress("judged", 1.0)
    return {name: answer.figures(len(items)) for name, answer in answers.items()}


def table(figures: Figures) -> str:
    """The figures as text, one row per task and model."""
    rows = [f"{'task':9}{'model':12}"]
    for task, models in figures.items():
        for model, values in models.items():
            told = (f"{name} {value:.0f}" if name == "n" else f"{name} {value:.4f}" for name, value in values.items())
            rows.append(f"{task:9}{model:12}{'  '.join(told)}")
    return "\n".join(rows)


def _members(
    serving: Serving, artifacts: Artifacts, items: Items, households: Iterable[tasks.Household], last_day: int
) -> dict[str, Answers]:
    """next and period as ranked and as a phone shows them; new with what was bought before left out."""
    answers = {name: Answers(("household_id",), 10) for name in ("next", "period", "new")}
    now = datetime.combine(datetime.fromordinal(last_day), datetime.min.time(), UTC)
    for household in households:
        index = items.find(household.history.gtin)
        bought = index[index >= 0]
        scores = {"shipped": serving.member(artifacts, items, household.history, household.store_id)}
        scores |= baselines(artifacts, household.store_id, bought)
        ranked = {model: top(s, RANKS) for model, s in scores.items()}
        shown = serving.shown(artifacts, household.history, household.store_id, now, RANKS)
        ranked["as_shown"] = items.locate([s.gtin for s in shown])
        key = (household.household_id,)
        answers["next"].add(key, household.next, **ranked)
        answers["period"].add(key, household.period, **ranked)
        del scores["frequency"]  # says nothing of what was never bought
        for s in scores.values():
            s[bought] = -1.0
        answers["new"].add(key, household.new, **{model: top(s, RANKS) for model, s in scores.items()})
    return answers


def _shelf(serving: Serving, artifacts: Artifacts, size: int, queries: Iterable[tasks.Shelf]) -> Answers:
    answers = Answers(("query",), 6)
    for number, query in enumerate(queries):
        store = serving.crowd(artifacts, query.store_id, size)
        store[query.item] = -1.0
        shipped = serving.shelf(artifacts, np.array([query.item]), query.store_id)
        answers.add((number,), query.truth, shipped=top(shipped, RANKS), popularity=top(store, RANKS))
    return answers


def _segment(serving: Serving, artifacts: Artifacts, number: int, fold: tasks.Fold, answers: Answers) -> None:
    everywhere = _chain(artifacts)
    chain = top(everywhere, RANKS)
    by_store: dict[str, NDArray[np.int64]] = {}
    for row, (store_id, truth) in enumerate(fold.baskets):
        if store_id not in by_store:
            by_store[store_id] = top(serving.crowd(artifacts, store_id, len(everywhere)), RANKS)
        answers.add((number, row), truth, shipped=by_store[store_id], popularity=chain)


def _promoted(serving: Serving, artifacts: Artifacts, size: int, displays: Iterable[tasks.Display]) -> Answers:
    answers = Answers(("task",), 5)
    chain = _chain(artifacts)
    for number, display in enumerate(displays):
        here, everywhere = serving.crowd(artifacts, display.store_id, size)[display.items], chain[display.items]
        shipped, plain = display.items[top(here, RANKS)], display.items[top(everywhere, RANKS)]
        answers.add((number,), display.items, shipped=shipped, popularity=plain)
        answers.gains.append(display.bought)
    return answers


def _chain(artifacts: Artifacts) -> Scores:
    popular = artifacts.get(Popular)
    assert popular is not None  # every version here has it
    return popular.scores(Query())


@contextmanager
def _published(lines: Lines, models: list[object]) -> Iterator[Artifacts]:
    """The models as a server opens them, out of a folder that is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="evaluate-") as folder:
        store = Store(Path(folder))
        store.publish(models, facts(lines))
        yield store.current()


def _items(gtins: NDArray[np.int64], journey: complete_journey.Journey) -> Items:
    """All public-safe, each with words of its own: the data set has no names. Its product types are the categories."""
    count = len(gtins)
    types = np.array([journey.types[g] for g in gtins.tolist()], np.str_)
    return Items(
        gtin=gtins,
        public_safe=np.ones(count, bool),
        words=np.arange(count, dtype=np.int32),
        category=np.unique(types, return_inverse=True)[1].astype(np.int32).reshape(-1),
        family=np.zeros(count, "U1"),
    )
