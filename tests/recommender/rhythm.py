"""A shop large enough to learn from: everybody comes weekly, buys one thing every eighth time, one often, and one new thing.

Item 0-9: bought every eighth visit, exactly, by a tenth of the people each. 10-19: bought on most visits by the same
tenth. 20-99: a stray one each visit. Kinds: items that end in the same digit.
"""

from datetime import date
from functools import cache

import numpy as np

from recommender.algorithms.algorithm import Lines
from recommender.domain.gtin import restricted
from recommender.domain.items import Items
from recommender.training.matrix import Purchases, encode

TODAY = date(2026, 11, 16).toordinal()
PEOPLE, VISITS, ITEMS, PERIOD = 120, 28, 100, 8
STORES = np.array(["east", "west"])


@cache
def gtin(item: int) -> int:
    return int(restricted(2000 + item))


def purchases() -> Purchases:
    rng = np.random.default_rng(7)
    rows = []
    for person in range(PEOPLE):
        mine = person % 10
        for visit in range(VISITS):
            day = TODAY - 7 * (VISITS - 1 - visit)
            bought = [20 + int(rng.integers(80))]
            bought += [10 + mine] * bool(rng.random() < 0.7)
            bought += [mine] * ((visit + person // 10) % PERIOD == 0)
            rows += [(person, person % 2, day, gtin(item), 0) for item in bought]
    profile, store, day, item, order = np.array(rows, np.int64).T
    return Purchases(profile, store.astype(np.int32), day.astype(np.int32), item, order, STORES)


def items() -> Items:
    every = np.arange(ITEMS, dtype=np.int32)
    return Items(
        gtin=np.array([gtin(i) for i in range(ITEMS)], np.int64),
        public_safe=np.ones(ITEMS, bool),
        words=every,
        category=every % 10,
        family=np.full(ITEMS, "all"),
    )


def lines() -> Lines:
    table = items()
    return encode(purchases(), table.gtin, table.category)


def chain() -> Lines:
    """Thirty stores that sell alike, but that item 7 sells in every other one alone."""
    rng = np.random.default_rng(3)
    baskets, stores, items = 30 * 360, 30, ITEMS
    store = np.arange(baskets) % stores
    bought = rng.random((baskets, items)) < np.linspace(0.06, 0.01, items)
    bought[:, 7] = (store % 2 == 0) & (rng.random(baskets) < 0.5)
    basket, item = np.nonzero(bought)
    return Lines(
        items, item.astype(np.int32), basket.astype(np.int32), store.astype(np.int32),
        (TODAY - np.arange(baskets) // 90).astype(np.int32), np.full(baskets, -1, np.int32),
        np.array([f"{s:02}" for s in range(stores)]),
    )  # fmt: skip
