"""A member's history and where they stand -> their list: what is due again, what suits, what sells here; never empty."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from recommender.algorithms import blend
from recommender.algorithms.algorithm import Algorithm, Query, Scores
from recommender.algorithms.als import Als
from recommender.algorithms.cosine import Cosine
from recommender.algorithms.facts import Facts
from recommender.algorithms.heads import Heads
from recommender.algorithms.item_item import ItemItem
from recommender.algorithms.plugged import plugged
from recommender.algorithms.popular import Popular
from recommender.algorithms.ranking import best_first
from recommender.algorithms.repeat import Repeat
from recommender.algorithms.two_stage import Stages
from recommender.artifacts import Artifacts
from recommender.domain.history import MemberHistory
from recommender.domain.items import Items
from recommender.domain.recommendation import ReasonCode, Scored
from recommender.serving.filters import choose

PER_CATEGORY = 2
DISCOVERY_EVERY = 4  # the 4th, 8th, … place is for something never bought
ENOUGH_BASKETS = 3  # below, a taste can't be told from chance


@dataclass(frozen=True, slots=True)
class Suited:
    """(items,) each: the scores to rank by, the blend behind them, and whether the member ever bought the item."""

    total: Scores
    blend: blend.Blend
    bought: NDArray[np.bool_]


def rank(
    artifacts: Artifacts,
    history: MemberHistory,
    store_id: str,
    now: datetime,
    limit: int,
    *,
    public: bool,
    without: Collection[str] = (),
) -> list[Scored]:
    """At most `limit` picks, best first, no two with the same words, the best at 1.0; [] only before the first training.

    public: for a screen; public-safe products only and no details. without: GTINs that must not come. Purchases dated
    after `now` are not believed. Fewer than three shop-days: what sells in the store fills up.
    """
    items = artifacts.get(Items)
    if items is None:
        return []
    history = MemberHistory.of(history.gtin, history.day, until=now.date().toordinal() + 1)  # a zone may be a day ahead
    suited = suit(artifacts, items, history, store_id, now.date().toordinal())
    chosen = choose(items, _slots(suited), limit, public=public, without=without, per_category=PER_CATEGORY)
    best = max((float(suited.total[i]) for i in chosen), default=1.0) or 1.0
    return [_scored(items, suited, history, i, best, details=not public) for i in chosen]


def suit(artifacts: Artifacts, items: Items, history: MemberHistory, store_id: str, today: int) -> Suited:
    """The scores behind the list, before anything is filtered. today: `date.toordinal()`.

    Learned chances for the candidates, and below them the plain blend for the rest; the blend alone for somebody with few
    baskets, or before there was enough to learn from.
    """
    query = _query(items, history, store_id, today)
    enough = history.baskets >= ENOUGH_BASKETS
    popular = _scores(artifacts, Popular, query, len(items))
    again = _scores(artifacts, Repeat, query, len(items))
    taste = _scores(artifacts, Als if enough else None, query, len(items))
    goes = _scores(artifacts, ItemItem, query.latest(), len(items))
    bought = np.zeros(len(items), bool)
    bought[query.item] = True
    mixed = blend.member(again, popular, taste, goes)
    learned = _learned(artifacts, query) if enough and len(query.item) else None
    return Suited(mixed.total if learned is None else _above(mixed.total, *learned), mixed, bought)


def _learned(artifacts: Artifacts, query: Query) -> tuple[NDArray[np.int64], Scores] | None:
    """Candidates and the chance of each; None when this version has no heads."""
    heads = artifacts.get(Heads)
    models = [artifacts.get(kind) for kind in (Facts, Popular, Als, Cosine, ItemItem)]
    if heads is None or any(model is None for model in models):
        return None
    own = tuple(model for kind in plugged().values() if (model := artifacts.get(kind)) is not None)
    item, features = Stages(*models, own).rows(query)  # type: ignore[arg-type, call-arg]  # five models, none of them None
    return item, heads.chances(features)


def _above(rest: Scores, item: NDArray[np.int64], chances: Scores) -> Scores:
    """Chances for the candidates; everything else keeps its order below the least of them."""
    total: Scores = rest * (chances.min(initial=1.0) / max(float(rest.max(initial=0.0)), 1e-9) * np.float32(0.99))
    total[item] = chances
    return total


def _query(items: Items, history: MemberHistory, store_id: str, today: int) -> Query:
    index = items.find(history.gtin)
    known = index >= 0
    age = history.baskets - 1 - history.basket[known].astype(np.int64)
    since = np.maximum(0, today - history.day[known].astype(np.int64))
    return Query(store_id, index[known], age, since)


def _scores(artifacts: Artifacts, kind: type[Algorithm] | None, query: Query, size: int) -> Scores:
    """Zeros when this version has no such model: the first, quick training gives popularity alone."""
    model = None if kind is None else artifacts.get(kind)
    return np.zeros(size, np.float32) if model is None else model.scores(query)


def _slots(suited: Suited) -> Iterator[int]:
    """Best first, but every few places one that was never bought, the most suitable left."""
    total, fresh = suited.total, np.where(suited.bought, -1.0, suited.total)
    given: set[int] = set()
    all_of_them, new_ones = best_first(total), best_first(fresh.astype(np.float32))
    for place in range(1, len(total) + 1):
        source = new_ones if place % DISCOVERY_EVERY == 0 else all_of_them
        index = next((i for i in source if i not in given), None)
        if index is None:
            return
        given.add(index)
        yield index


def _scored(items: Items, suited: Suited, history: MemberHistory, index: int, best: float, *, details: bool) -> Scored:
    reason, detail = _why(items, suited, history, index)
    score = min(1.0, float(suited.total[index]) / best)
    return Scored(items.gtin14(index), score, reason, detail if details else "")


def _why(items: Items, suited: Suited, history: MemberHistory, index: int) -> tuple[ReasonCode, str]:
    """What brought the item here, and for a purchase the usual time between two of them."""
    if suited.bought[index]:
        days = np.unique(history.day[history.gtin == items.gtin[index]])
        return ReasonCode.DUE_AGAIN, _days(float(np.median(np.diff(days)))) if len(days) > 1 else ""
    taste, goes = float(suited.blend.taste[index]), float(suited.blend.goes[index])
    if not taste and not goes:
        return ReasonCode.POPULAR_HERE, ""
    return (ReasonCode.GOES_WITH if goes > taste else ReasonCode.DISCOVERY), ""


def _days(interval: float) -> str:
    days = max(1, round(interval))
    return "1 day" if days == 1 else f"{days} days"
