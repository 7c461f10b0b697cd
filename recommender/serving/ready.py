"""A version that was just opened -> one that answers at once, or the reason why it can't be served."""

import numpy as np

from recommender.algorithms.algorithm import Query
from recommender.artifacts import Artifacts
from recommender.domain.history import MemberHistory
from recommender.domain.items import Items
from recommender.serving import crowd, personal, shelf

SHOP_DAYS = 3 * personal.ENOUGH_BASKETS
DAY = 700_000  # any


def prepare(artifacts: Artifacts) -> None:
    """Asks every door's functions once, for a made-up member: trees are planted and arrays are read from the disk before
    anybody waits for them, and models of another release fail here. Raises what they raise."""
    items = artifacts.get(Items)
    if items is None or not len(items):
        raise ValueError("it knows no products")
    few = np.resize(items.gtin[:SHOP_DAYS], SHOP_DAYS)
    history = MemberHistory.of(few, np.arange(DAY - SHOP_DAYS, DAY, dtype=np.int32))
    personal.suit(artifacts, items, history, "", DAY)
    crowd.segment(artifacts, Query(groups=crowd.BANDS["adults"]), len(items))
    crowd.promoted(artifacts, "", len(items), np.arange(min(crowd.BEST, len(items))))
    shelf.scores(artifacts, np.zeros(1, np.int64), "")
