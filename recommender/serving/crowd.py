"""A place and time -> scores for products, without a person anywhere: what sells in this store now.

The hour is not used: conditioning on it made lists no better on real data.
"""

from collections.abc import Collection, Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from recommender.algorithms.algorithm import Query, Scores
from recommender.algorithms.demand import Demand
from recommender.algorithms.newcomers import Newcomers, mean
from recommender.algorithms.popular import Popular
from recommender.algorithms.promotions import Promotions
from recommender.algorithms.ranking import best_first
from recommender.algorithms.ranking import top as best
from recommender.algorithms.segments import Segments
from recommender.artifacts import Artifacts
from recommender.domain.items import Items
from recommender.domain.recommendation import CrowdScores, Place, ReasonCode, Scored, Slot
from recommender.serving.filters import PER_CATEGORY, choose
from recommender.serving.rules import Barred, anything

GROUPS = ("19-24", "25-34", "35-44", "45-54", "55-64", "65+")  # as Lines.group numbers them
BANDS = {"adults": (0, 1, 2, 3, 4), "seniors": (5,)}  # of the camera; whoever else stands there has no age here
PROMOTED = 0.75  # power of what promotions add to sales
BEST = 20  # best sellers that the scores of a place are measured against


def scores(artifacts: Artifacts, place: Place, gtins: Sequence[str]) -> CrowdScores:
    """0-1 for each of `gtins`, 1 for the best seller of the place; 0 for unknown products and before the first training."""
    items = artifacts.get(Items)
    if items is None:
        return CrowdScores(dict.fromkeys(gtins, 0.0), artifacts.version)
    index = items.locate(gtins)
    known = np.zeros(len(gtins))
    known[index >= 0] = promoted(artifacts, place.store_id, len(items), index[index >= 0])
    return CrowdScores(dict(zip(gtins, known.tolist(), strict=True)), artifacts.version)


def promoted(artifacts: Artifacts, store_id: str, size: int, item: NDArray[np.int64]) -> Scores:
    """(item,) 0-1: how much of each this store will sell, by the learned model; by its popularity before there is one. A
    newcomer as much as those that are like it."""
    demand, new = artifacts.get(Demand), artifacts.get(Newcomers)
    shares = _shares(artifacts, store_id, size)
    rows = item[:, None] if new is None else new.stand_ins(item)
    if demand is None or not len(demand.trees):
        return _rooted(mean(shares, rows), float(shares.max(initial=0.0)))
    asked = np.unique(np.concatenate([rows[rows >= 0], best(shares, BEST)]))
    sold = demand.of(store_id, asked)
    return _rooted(mean(sold, np.where(rows >= 0, np.searchsorted(asked, rows), -1)), float(sold.max(initial=0.0)))


def top(
    artifacts: Artifacts,
    place: Place,
    limit: int,
    family: str = "",
    *,
    without: Collection[str] = (),
    barred: Barred = anything,
) -> list[Scored]:
    """What suits this place and audience, public-safe only, no two with the same words, two of a category while there are
    others; [] before the first training. barred: the rules of this moment."""
    items = artifacts.get(Items)
    if items is None:
        return []
    query = Query(place.store_id, groups=BANDS.get(place.audience, ()), day=place.at.date().toordinal())
    relevant = segment(artifacts, query, len(items))
    ranked: Iterable[int] = best_first(relevant)
    if family:  # ranking a family's few hundred is quicker than ranking all and leaving most out
        mine = np.flatnonzero(items.family == family)
        ranked = (int(mine[i]) for i in best_first(relevant[mine]))
    chosen = choose(
        items, ranked, limit, public=True, family=family, without=without, per_category=PER_CATEGORY, barred=barred
    )
    new = artifacts.get(Newcomers)
    return [
        Scored(items.gtin14(i), float(relevant[i]), newness(new, i) or ReasonCode.POPULAR_HERE, slot=Slot.HERE)
        for i in chosen
    ]


def newness(new: Newcomers | None, index: int) -> ReasonCode | None:
    """What is true of an item that hardly anybody bought yet; None of every other."""
    return None if new is None or index not in new.item else ReasonCode.DISCOVERY


def segment(artifacts: Artifacts, query: Query, size: int) -> Scores:
    """(items,) 0-1 for a store, a day and age groups (empty = unknown), a newcomer as those that are like it."""
    shares, _ = here(artifacts, query, size)
    new = artifacts.get(Newcomers)
    shares = shares if new is None else new.lifted(shares)
    return _rooted(shares, float(shares.max(initial=0.0)))


def here(artifacts: Artifacts, query: Query, size: int) -> tuple[Scores, str]:
    """(items,) shares of baskets as that day's promotions raise them, and the step: segment; popular for a store that is new,
    which is thought to sell what the chain sells of late, and before the whole training."""
    segments, promotions = artifacts.get(Segments), artifacts.get(Promotions)
    if segments is None or not (query.groups or query.store in segments.stores):
        shares, step = _shares(artifacts, query.store, size), "popular"
    else:
        shares, step = segments.scores(query), "segment"
    if promotions is not None:
        shares = shares * promotions.of(query.store, query.day, 1) ** np.float32(PROMOTED)
    return shares, step


def _shares(artifacts: Artifacts, store_id: str, size: int) -> Scores:
    popular = artifacts.get(Popular)
    return np.zeros(size, np.float32) if popular is None else popular.scores(Query(store_id))


def _rooted(shares: Scores, highest: float) -> Scores:
    """The square root of a share of the highest, so that more than bananas is above 0.1."""
    relevant: Scores = np.sqrt(shares / np.float32(max(highest, 1e-9)))
    return relevant
