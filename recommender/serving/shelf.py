"""A product that somebody looks at, nobody knows who -> what is bought together with it."""

from collections.abc import Collection

import numpy as np
from numpy.typing import NDArray

from recommender.algorithms import blend
from recommender.algorithms.algorithm import Query, Scores
from recommender.algorithms.item_item import ItemItem
from recommender.algorithms.kind_item import KindItem
from recommender.algorithms.newcomers import Newcomers
from recommender.algorithms.popular import Popular
from recommender.algorithms.ranking import best_first
from recommender.algorithms.store_taste import StoreTaste
from recommender.artifacts import Artifacts
from recommender.domain.items import Items
from recommender.domain.recommendation import ReasonCode, Scored, Slot
from recommender.serving.crowd import newness
from recommender.serving.filters import PER_CATEGORY, choose
from recommender.serving.rules import Barred, anything


def goes_with(
    artifacts: Artifacts,
    gtin: str,
    store_id: str,
    limit: int,
    *,
    without: Collection[str] = (),
    barred: Barred = anything,
) -> list[Scored]:
    """Best first; goes_with where the pair was seen, popular_here for the rest and for a product that no model knows.

    [] before training only. barred: the rules of this moment.
    """
    items = artifacts.get(Items)
    if items is None:
        return []
    index = int(items.locate([gtin])[0])
    total, seen = (None if index < 0 else scores(artifacts, np.array([index]), store_id)) or _popular(
        artifacts, items, store_id
    )
    chosen = choose(
        items,
        best_first(total),
        limit,
        without={gtin, *without},
        per_category=PER_CATEGORY,
        unlike=index,
        barred=barred,
    )
    best = max(float(total.max(initial=0.0)), 1e-9)
    return [_scored(items, i, float(total[i]) / best, bool(seen[i] > 0), artifacts.get(Newcomers)) for i in chosen]


def _popular(artifacts: Artifacts, items: Items, store_id: str) -> tuple[Scores, Scores]:
    """As `scores`, when nothing is known of what goes with the product: what sells in the store."""
    popular, nothing = artifacts.get(Popular), np.zeros(len(items), np.float32)
    return nothing if popular is None else popular.scores(Query(store_id)), nothing


def _scored(items: Items, index: int, score: float, together: bool, new: Newcomers | None) -> Scored:
    if together:
        return Scored(items.gtin14(index), score, ReasonCode.GOES_WITH, slot=Slot.WITH)
    return Scored(items.gtin14(index), score, newness(new, index) or ReasonCode.POPULAR_HERE, slot=Slot.HERE)


def scores(artifacts: Artifacts, looked_at: NDArray[np.int64], store_id: str) -> tuple[Scores, Scores] | None:
    """(items,) each: P(j in the basket | items looked at), here and now, and the part of it that was seen; None untrained.

    Item, kind, chain: each estimate is held back by the next, and the whole is corrected for what the store sells.
    """
    taste, together, kinds = artifacts.get(StoreTaste), artifacts.get(ItemItem), artifacts.get(KindItem)
    if taste is None or together is None or kinds is None:
        return None
    query = Query(store_id, looked_at, np.zeros(len(looked_at), np.int64))
    seen = together.scores(query)
    anywhere = blend.with_prior(seen, together.doubt(query), kinds.scores(query))
    total = blend.here_and_now(anywhere, taste.scores(query), kinds.past)
    new = artifacts.get(Newcomers)
    total = total if new is None else new.lifted(total)
    total[looked_at] = 0.0
    return total, seen
