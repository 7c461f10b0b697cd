"""Held-out purchases -> how good the shipped lists are, beside every model alone.

Judged is what production code says: models are fitted, published and opened as in service, and ranked by the functions
that serve. Those are handed down, since training and serving don't import each other.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from recommender.algorithms.algorithm import Algorithm, Query
from recommender.algorithms.candidates import NEW
from recommender.algorithms.popular import Popular
from recommender.algorithms.promotions import WEEK, Promotions
from recommender.algorithms.ranking import top
from recommender.algorithms.segments import Segments
from recommender.artifacts import Artifacts
from recommender.domain.history import OrderLine
from recommender.training import complete_journey, retailer, tasks
from recommender.training.answers import RANKS, SHIPPED, Answers
from recommender.training.baselines import Baselines, lines_sold, of_shelf
from recommender.training.fit import NothingToLearn, Progress
from recommender.training.matrix import Purchases, encode, known_gtins, plain_items
from recommender.training.metrics import cells_below, rows
from recommender.training.planned import LOOK_BACK
from recommender.training.report import Report
from recommender.training.session import Serving, Session, published

JOURNEY = "Complete Journey"


def evaluate(
    serving: Serving,
    *,
    cut: int,
    now: datetime,
    progress: Progress,
    lists: Path | None = None,
    households: set[int] | None = None,
    plugged: Mapping[str, type[Algorithm]],
) -> Report:
    """Complete Journey: trains on the weeks up to `cut`, judges on the four after. lists: a folder for the ranked lists.
    now: when, for the report.

    households: the history is cut to these first, and only members' tasks are judged. Raises complete_journey.NoData and
    NothingToLearn.
    """
    progress("read", 0.0)
    journey = complete_journey.read(households)
    train = journey.purchases.where(journey.during(1, cut))
    gtins = known_gtins(train)
    if not len(gtins):
        raise NothingToLearn("no product was bought by enough people in these weeks")
    items = plain_items(gtins, journey.types)
    held = tasks.hold_out(journey, cut, gtins)
    if not len(held.item):
        raise NothingToLearn("nothing of what was learned was bought in the weeks after")
    plan = complete_journey.plan(cut + 1 - LOOK_BACK // WEEK, cut + tasks.HORIZON_WEEKS, gtins, train.stores)
    lines = replace(encode(train, gtins, items.category), plan=plan)
    session = Session(serving, plugged, items, lines, progress)
    with session.trained() as (artifacts, beside):
        answers = _members(session, artifacts, beside, tasks.households(train, held, gtins))
        if households is None:
            progress("shelf", 0.85)
            answers["shelf"] = _shelf(session, artifacts, beside, tasks.shelf(held))
            answers["promoted"] = _promoted(session, artifacts, beside, tasks.promoted(held, cut, gtins))
    below: list[str] = []
    if households is None:
        progress("segments", 0.9)
        answers["segment"], below = _segments(session, journey, train, held)
    if lists is not None:
        lists.mkdir(parents=True, exist_ok=True)
        numbers = [complete_journey.product_id(int(g)) for g in gtins]
        for name, answer in answers.items():
            answer.write(lists / f"{name}.csv", "product_id", numbers)
    report = session.report(answers, JOURNEY, cut, now)
    if households is None:
        report.tasks["segment"][SHIPPED]["cells_below"] = below
    progress("judged", 1.0)
    return report


def evaluate_history(
    serving: Serving,
    orders: Iterable[OrderLine],
    categories: Mapping[int, str],
    *,
    name: str,
    now: datetime,
    progress: Progress,
    lists: Path | None = None,
    plugged: Mapping[str, type[Algorithm]],
) -> Report:
    """Another retailer's order lines: trains on everything but each member's last shop-day, judges on that ("next").

    categories: GTIN -> category, of the products that are described. name: what the report calls the data. Raises
    NothingToLearn.
    """
    progress("read", 0.0)
    train, members = retailer.last_baskets(*retailer.purchases(orders))
    gtins = known_gtins(train)
    if not len(gtins) or not members:
        raise NothingToLearn("nobody came often enough, or no product was bought by enough people")
    items = plain_items(gtins, categories)
    session = Session(serving, plugged, items, encode(train, gtins, items.category), progress)
    answers = Answers(("member_id",), 10)
    with session.trained() as (artifacts, beside):
        for member in members:
            scores, _, shown = session.ask(artifacts, beside, member.history, member.store_id, member.day)
            index = items.find(member.gtin)
            answers.baskets.append(member.history.baskets)
            ranked = {model: top(s, RANKS) for model, s in scores.items()}
            answers.add((member.name,), index[index >= 0], **ranked, as_shown=shown)
    if lists is not None:
        lists.mkdir(parents=True, exist_ok=True)
        answers.write(lists / "next.csv", "gtin", [items.gtin14(i) for i in range(len(items))])
    progress("judged", 1.0)
    return session.report({"next": answers}, name, None, now)


def _members(
    session: Session, artifacts: Artifacts, beside: Baselines, households: Iterable[tasks.Household]
) -> dict[str, Answers]:
    """next and period as ranked and as a phone shows them; new with what was bought before left out."""
    answers = {name: Answers(("household_id",), 10) for name in ("next", "period", "new")}
    today = int(session.lines.day.max()) + 1
    session.progress("members", 0.6)
    for home in households:
        scores, bought, shown = session.ask(artifacts, beside, home.history, home.store_id, today)
        ranked = {model: top(s, RANKS) for model, s in scores.items()}
        answers["next"].add((home.household_id,), home.next, **ranked, as_shown=shown)
        answers["period"].add((home.household_id,), home.period, **ranked, as_shown=shown)
        for name in ("frequency", "decayed_frequency"):  # say nothing of what was never bought
            del scores[name]
        fresh = {model: s.copy() for model, s in scores.items()}  # some models give everybody the same array
        for s in fresh.values():
            s[bought] = -1.0
        answers["new"].add((home.household_id,), home.new, **{model: top(s, RANKS) for model, s in fresh.items()})
        if len(home.new):
            session.new_recall.append(float(np.isin(home.new, top(fresh[SHIPPED], NEW)).mean()))
        for answer in answers.values():
            answer.baskets.append(home.history.baskets)
    return answers


def _shelf(session: Session, artifacts: Artifacts, beside: Baselines, queries: Iterable[tasks.Shelf]) -> Answers:
    answers = Answers(("query",), 6)
    for number, query in enumerate(queries):
        ranked = {name: top(s, RANKS) for name, s in of_shelf(artifacts, query.item, query.store_id, beside)}
        shipped = session.serving.shelf(artifacts, np.array([query.item]), query.store_id)
        answers.add((number,), query.truth, shipped=top(shipped, RANKS), **ranked)
    return answers


def _promoted(session: Session, artifacts: Artifacts, beside: Baselines, displays: Iterable[tasks.Display]) -> Answers:
    answers, popular = Answers(("task",), 5), artifacts.get(Popular)
    assert popular is not None  # every version here has it
    for number, display in enumerate(displays):
        ways = {
            SHIPPED: session.serving.promoted(artifacts, display.store_id, len(session.items), display.items),
            "popularity": beside.households[display.items],
            "store_popularity": popular.scores(Query(display.store_id))[display.items],
        }
        ranked = {model: display.items[top(s, tasks.ON_DISPLAY)] for model, s in ways.items()}
        answers.add((number,), display.items, **ranked)
        answers.gains.append(display.bought)
    return answers


def _segments(
    session: Session, journey: complete_journey.Journey, train: Purchases, held: tasks.Held
) -> tuple[Answers, list[str]]:
    """The answers, and the stores and ages where the shipped lists are significantly worse than the chain's popularity."""
    answers, cells = Answers(("fold", "row"), 10), list[tuple[str, str]]()
    names = session.serving.groups
    groups = {who: names.index(age) for who, age in journey.age.items() if age in names}
    for number, fold in enumerate(tasks.folds(journey, held)):
        others = train.where(~np.isin(train.profile, fold.households))
        rest = encode(others, session.items.gtin, session.items.category, groups)
        rest = replace(rest, plan=session.lines.plan)
        models = [session.items, Popular.fit(rest), Segments.fit(rest), Promotions.fit(rest)]
        with published(rest, models) as artifacts:
            rankings = _Rankings(session, artifacts, top(lines_sold(rest), RANKS))
            for row, (store_id, age, day, truth) in enumerate(fold.baskets):
                answers.add((number, row), truth, **rankings.of(store_id, age, day))
        cells += [(store_id, age) for store_id, age, *_ in fold.baskets]
    difference = np.nan_to_num(
        rows(answers.ranked[SHIPPED], answers.truth, 10)[:, 0]
        - rows(answers.ranked["popularity"], answers.truth, 10)[:, 0]
    )
    below = [*cells_below(difference, [s for s, _ in cells]), *cells_below(difference, [age for _, age in cells])]
    return answers, below


class _Rankings:
    """Each model's ranking for a store, an age and a day, worked out once."""

    def __init__(self, session: Session, artifacts: Artifacts, chain: NDArray[np.int64]) -> None:
        self._session, self._artifacts, self._chain = session, artifacts, chain
        self._known: dict[tuple[str, str, int], dict[str, NDArray[np.int64]]] = {}

    def of(self, store_id: str, age: str, day: int) -> dict[str, NDArray[np.int64]]:
        if (store_id, age, day) not in self._known:
            serving, popular = self._session.serving, self._artifacts.get(Popular)
            assert popular is not None  # fitted above
            group = tuple(g for g, name in enumerate(serving.groups) if name == age)
            ours = serving.segment(self._artifacts, Query(store_id, groups=group, day=day), len(self._session.items))
            store = top(popular.scores(Query(store_id)), RANKS)
            self._known[store_id, age, day] = {
                SHIPPED: top(ours, RANKS),
                "popularity": self._chain,
                "store_popularity": store,
            }
        return self._known[store_id, age, day]
