"""A place and time -> scores for products, without a person anywhere: what sells in this store now.

The hour is not used: conditioning on it made lists no better on real data.
"""

from collections.abc import Collection, Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from recommender.algorithms.algorithm import Query, Scores
from recommender.algorithms.demand import Demand
from recommender.algorithms.popular import Popular
from recommender.algorithms.ranking import best_first
from recommender.algorithms.ranking import top as best
from recommender.algorithms.segments import Segments
from recommender.artifacts import Artifacts
from recommender.domain.items import Items
from recommender.domain.recommendation import CrowdScores, Place, ReasonCode, Scored
from recommender.serving.filters import choose

GROUPS = ("19-24", "25-34", "35-44", "45-54", "55-64", "65+")  # as Lines.group numbers them
BANDS = {"adults": (0, 1, 2, 3, 4), "seniors": (5,)}  # of the camera; whoever else stands there has no age here
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
    """(item,) 0-1: how much of each this store will sell, by the learned model; by its popularity before there is one."""
    demand = artifacts.get(Demand)
    shares = _shares(artifacts, store_id, size)
    if demand is None or not len(demand.trees):
        return _rooted(shares, float(shares.max(initial=0.0)))[item]
    sold = demand.of(store_id, np.concatenate([item, best(shares, BEST)]))
    return _rooted(sold[: len(item)], float(sold.max(initial=0.0)))


def top(
    artifacts: Artifacts, place: Place, limit: int, family: str = "", *, without: Collection[str] = ()
) -> list[Scored]:
    """What suits this place and audience, public-safe only, no two with the same words; [] before the first training."""
    items = artifacts.get(Items)
    if items is None:
        return []
    relevant = segment(artifacts, place.store_id, BANDS.get(place.audience, ()), len(items))
    ranked: Iterable[int] = best_first(relevant)
    if family:  # ranking a family's few hundred is quicker than ranking all and leaving most out
        mine = np.flatnonzero(items.family == family)
        ranked = (int(mine[i]) for i in best_first(relevant[mine]))
    chosen = choose(items, ranked, limit, public=True, family=family, without=without)
    return [Scored(items.gtin14(i), float(relevant[i]), ReasonCode.POPULAR_HERE) for i in chosen]


def segment(artifacts: Artifacts, store_id: str, groups: tuple[int, ...], size: int) -> Scores:
    """(items,) 0-1 for a store and age groups (empty = unknown); the store's popularity before the whole training."""
    segments = artifacts.get(Segments)
    shares = _shares(artifacts, store_id, size) if segments is None else segments.scores(Query(store_id, groups=groups))
    return _rooted(shares, float(shares.max(initial=0.0)))


def _shares(artifacts: Artifacts, store_id: str, size: int) -> Scores:
    popular = artifacts.get(Popular)
    return np.zeros(size, np.float32) if popular is None else popular.scores(Query(store_id))


def _rooted(shares: Scores, highest: float) -> Scores:
    """The square root of a share of the highest, so that more than bananas is above 0.1."""
    relevant: Scores = np.sqrt(shares / np.float32(max(highest, 1e-9)))
    return relevant
