"""A place and time -> scores for products, without a person anywhere: what sells in this store now.

The audience class and the hour are not used yet: conditioning on them without pooling made lists worse on real data.
"""

from collections.abc import Collection, Iterable, Sequence

import numpy as np

from recommender.algorithms.algorithm import Query, Scores
from recommender.algorithms.popular import Popular
from recommender.algorithms.ranking import best_first
from recommender.artifacts import Artifacts
from recommender.domain.items import Items
from recommender.domain.recommendation import CrowdScores, Place, ReasonCode, Scored
from recommender.serving.filters import choose


def scores(artifacts: Artifacts, place: Place, gtins: Sequence[str]) -> CrowdScores:
    """0-1 for each of `gtins`, 1 for the best seller of the place; 0 for unknown products and before the first training."""
    items = artifacts.get(Items)
    if items is None:
        return CrowdScores(dict.fromkeys(gtins, 0.0), artifacts.version)
    index = items.locate(gtins)
    known = np.where(index >= 0, relevance(artifacts, place.store_id, len(items))[index], 0.0)
    return CrowdScores(dict(zip(gtins, known.tolist(), strict=True)), artifacts.version)


def top(
    artifacts: Artifacts, place: Place, limit: int, family: str = "", *, without: Collection[str] = ()
) -> list[Scored]:
    """Best sellers of the place, public-safe only, no two with the same words; [] before the first training."""
    items = artifacts.get(Items)
    if items is None:
        return []
    relevant = relevance(artifacts, place.store_id, len(items))
    ranked: Iterable[int] = best_first(relevant)
    if family:  # ranking a family's few hundred is quicker than ranking all and leaving most out
        mine = np.flatnonzero(items.family == family)
        ranked = (int(mine[i]) for i in best_first(relevant[mine]))
    chosen = choose(items, ranked, limit, public=True, family=family, without=without)
    return [Scored(items.gtin14(i), float(relevant[i]), ReasonCode.POPULAR_HERE) for i in chosen]


def relevance(artifacts: Artifacts, store_id: str, size: int) -> Scores:
    """(items,) 0-1. The square root of a share of baskets, so that more than bananas is above 0.1."""
    popular = artifacts.get(Popular)
    shares = np.zeros(size, np.float32) if popular is None else popular.scores(Query(store_id))
    best = np.float32(max(float(shares.max(initial=0.0)), 1e-9))
    relevant: Scores = np.sqrt(shares / best)
    return relevant
