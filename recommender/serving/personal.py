"""A member's history and where they stand -> their list: what is due again, what suits, what sells here; never empty."""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from itertools import pairwise
from statistics import median

import numpy as np
import structlog
from numpy.typing import NDArray

from recommender.algorithms import blend
from recommender.algorithms.algorithm import Algorithm, Query, Scores
from recommender.algorithms.als import Als
from recommender.algorithms.cosine import Cosine
from recommender.algorithms.facts import Facts
from recommender.algorithms.heads import Heads
from recommender.algorithms.item_item import ItemItem
from recommender.algorithms.newcomers import Newcomers
from recommender.algorithms.plugged import BadModel, plugged
from recommender.algorithms.popular import Popular
from recommender.algorithms.promotions import Promotions
from recommender.algorithms.ranking import best_first
from recommender.algorithms.repeat import Repeat
from recommender.algorithms.two_stage import Stages
from recommender.artifacts import NONE, Artifacts
from recommender.domain.history import NOTHING_SEEN, MemberHistory, Seen
from recommender.domain.items import Items
from recommender.domain.recommendation import ReasonCode, Scored, Slot
from recommender.serving.crowd import here
from recommender.serving.filters import PER_CATEGORY, choose
from recommender.serving.rules import Barred, anything
from recommender.serving.seen import raised

DISCOVERY_EVERY = 4  # the 4th, 8th, … place is for something never bought
ENOUGH_BASKETS = 3  # below, a taste can't be told from chance
UNTRAINED = "untrained"  # the last step of the fallback
log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Suited:
    """(items,) each: the scores to rank by, the blend behind them, and whether the member ever bought the item. step: how
    far the fallback went: learned, blend, segment, popular."""

    total: Scores
    blend: blend.Blend
    bought: NDArray[np.bool_]
    step: str


def rank(
    artifacts: Artifacts,
    history: MemberHistory,
    store_id: str,
    now: datetime,
    limit: int,
    *,
    public: bool,
    seen: Seen = NOTHING_SEEN,
    without: Collection[str] = (),
    barred: Barred = anything,
    tell: Callable[[str], None] = lambda step: None,
) -> list[Scored]:
    """At most `limit` picks, best first, no two with the same words, the best at 1.0; [] only before the first training.

    public: for a screen; public-safe products only and no details. without: GTINs that must not come. Purchases dated
    after `now` are not believed. Fewer than three shop-days: what suits the store fills up. seen: what they looked at of
    late comes up a little. barred: the rules of this moment. tell: hears the fallback's step.
    """
    items = artifacts.get(Items)
    if items is None:
        tell(UNTRAINED)
        return []
    history = history.until(now.date().toordinal() + 1)  # a zone may be a day ahead
    suited = suit(artifacts, items, history, store_id, now.date().toordinal())
    tell(UNTRAINED if artifacts.version == NONE else suited.step)
    suited = _with_newcomers(artifacts, suited)
    suited = replace(suited, total=raised(suited.total, items, history, seen, now))
    chosen = choose(
        items, _slots(suited), limit, public=public, without=without, per_category=PER_CATEGORY, barred=barred
    )
    best = max((float(suited.total[i]) for i in chosen), default=1.0) or 1.0
    return [_scored(items, suited, history, i, best, details=not public) for i in chosen]


def suit(artifacts: Artifacts, items: Items, history: MemberHistory, store_id: str, today: int) -> Suited:
    """The scores behind the list, before anything is filtered. today: `date.toordinal()`.

    Learned chances for the candidates, and below them the plain blend for the rest; the blend alone before there was
    enough to learn from; for somebody with few baskets what suits the store in the place of what others like them buy.
    """
    query = _query(items, history, store_id, today)
    bought = np.zeros(len(items), bool)
    bought[query.item] = True
    again = _scores(artifacts, Repeat, query, len(items))
    stages = _stages(artifacts)
    if history.baskets < ENOUGH_BASKETS or not len(query.item) or stages is None:
        mixed, step = _plain(artifacts, query, again, few=history.baskets < ENOUGH_BASKETS)
        return Suited(mixed.total, mixed, bought, step)
    sources = stages.sources(query)
    mixed = blend.member(again, sources.popular, sources.taste, sources.goes)
    heads = artifacts.get(Heads)
    if heads is None:
        return Suited(mixed.total, mixed, bought, "blend")
    item, features = stages.rows(query, sources)
    return Suited(_above(mixed.total, item, heads.chances(features)), mixed, bought, "learned")


def _plain(artifacts: Artifacts, query: Query, again: Scores, *, few: bool) -> tuple[blend.Blend, str]:
    """The blend without candidates, and the step's name. few: too few baskets to tell a taste."""
    size = len(again)
    goes = _scores(artifacts, ItemItem, query.latest(), size)
    if few:
        shares, step = here(artifacts, query, size)
        return blend.member(again, shares, np.zeros(size, np.float32), goes), step
    popular, taste = _scores(artifacts, Popular, query, size), _scores(artifacts, Als, query, size)
    return blend.member(again, popular, taste, goes), "blend" if taste.any() else "popular"


def _stages(artifacts: Artifacts) -> Stages | None:
    """None when this version has not all of the models: the first, quick training gives popularity alone."""
    models = [artifacts.get(kind) for kind in (Facts, Popular, Als, Cosine, ItemItem, Promotions)]
    if any(model is None for model in models):
        return None
    own = tuple(model for kind in _own() if (model := artifacts.get(kind)) is not None)
    return Stages(*models, own)  # type: ignore[arg-type, call-arg]  # six models, none of them None


@cache
def _own() -> tuple[type[Algorithm], ...]:
    """A retailer's own models; none when one of them can't be loaded: lists go on without, and the next training says why."""
    try:
        return tuple(plugged().values())
    except BadModel as bad:
        log.error("own_models_left_out", why=str(bad))
        return ()


def _with_newcomers(artifacts: Artifacts, suited: Suited) -> Suited:
    new = artifacts.get(Newcomers)
    if new is None:
        return suited
    taste = suited.blend.taste.copy()
    taste[new.item] = 1.0  # a discovery, and not "popular here"
    return replace(suited, total=new.lifted(suited.total), blend=replace(suited.blend, taste=taste))


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
    return Query(store_id, index[known], age, since, day=today)


def _scores(artifacts: Artifacts, kind: type[Algorithm] | None, query: Query, size: int) -> Scores:
    """Zeros when this version has no such model."""
    model = None if kind is None else artifacts.get(kind)
    return np.zeros(size, np.float32) if model is None else model.scores(query)


def _slots(suited: Suited) -> Iterator[int]:
    """Best first, but every few places one that was never bought, the most suitable left."""
    total, fresh = suited.total, np.where(suited.bought, np.float32(-1.0), suited.total)
    given: set[int] = set()
    all_of_them, new_ones = best_first(total), best_first(fresh)
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
    slot = Slot.AGAIN if suited.bought[index] else Slot.DISCOVERY
    return Scored(items.gtin14(index), score, reason, detail if details else "", slot)


def _why(items: Items, suited: Suited, history: MemberHistory, index: int) -> tuple[ReasonCode, str]:
    """What brought the item here, and for a purchase the usual time between two of them."""
    if suited.bought[index]:
        days = history.day[history.gtin == items.gtin[index]].tolist()
        return ReasonCode.DUE_AGAIN, _days(median(b - a for a, b in pairwise(days))) if len(days) > 1 else ""
    taste, goes = float(suited.blend.taste[index]), float(suited.blend.goes[index])
    if not taste and not goes:
        return ReasonCode.POPULAR_HERE, ""
    return (ReasonCode.GOES_WITH if goes > taste else ReasonCode.DISCOVERY), ""


def _days(interval: float) -> str:
    days = max(1, round(interval))
    return "1 day" if days == 1 else f"{days} days"
