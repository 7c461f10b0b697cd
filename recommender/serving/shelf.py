"""A product that somebody looks at, nobody knows who -> what is bought together with it."""

from collections.abc import Collection

import numpy as np
from numpy.typing import NDArray

from recommender.algorithms import blend
from recommender.algorithms.algorithm import Query, Scores
from recommender.algorithms.item_item import ItemItem
from recommender.algorithms.kind_item import KindItem
from recommender.algorithms.popular import Popular
from recommender.algorithms.ranking import best_first
from recommender.artifacts import Artifacts
from recommender.domain.items import Items
from recommender.domain.recommendation import ReasonCode, Scored
from recommender.serving.filters import choose

PER_CATEGORY = 2


def goes_with(
    artifacts: Artifacts, gtin: str, store_id: str, limit: int, *, without: Collection[str] = ()
) -> list[Scored]:
    """Best first; goes_with where the pair was seen, popular_here for the rest. [] for an unknown product or before training."""
    items = artifacts.get(Items)
    index = -1 if items is None else int(items.locate([gtin])[0])
    scored = None if index < 0 else scores(artifacts, np.array([index]), store_id)
    if items is None or scored is None:
        return []
    total, seen = scored
    chosen = choose(items, best_first(total), limit, without={gtin, *without}, per_category=PER_CATEGORY, unlike=index)
    best = max(float(total.max()), 1e-9)
    reasons = [ReasonCode.GOES_WITH if seen[i] > 0 else ReasonCode.POPULAR_HERE for i in chosen]
    return [Scored(items.gtin14(i), float(total[i]) / best, why) for i, why in zip(chosen, reasons, strict=True)]


def scores(artifacts: Artifacts, looked_at: NDArray[np.int64], store_id: str) -> tuple[Scores, Scores] | None:
    """(items,) each: P(j in the basket | items looked at), here and now, and the part of it that was seen; None untrained.

    Item, kind, chain: each estimate is held back by the next, and the whole is corrected for the store's sales of late.
    """
    popular, together, kinds = artifacts.get(Popular), artifacts.get(ItemItem), artifacts.get(KindItem)
    if popular is None or together is None or kinds is None:
        return None
    query = Query(store_id, looked_at, np.zeros(len(looked_at), np.int64))
    seen = together.scores(query)
    anywhere = blend.with_prior(seen, together.doubt(query), kinds.scores(query))
    total = blend.here_and_now(anywhere, popular.scores(query), kinds.past)
    total[looked_at] = 0.0
    return total, seen
