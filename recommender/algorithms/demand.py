"""How much of an item a store sells in four weeks: what to put on its screens. Learned from the chain's own past.

Poisson regression by gradient-boosted trees (LightGBM) on the store's, the chain's and the kind's sales over several
windows. Trees find by themselves how far a small store is to be believed.
"""

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Self

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from recommender.algorithms.algorithm import Lines, Query, Scores
from recommender.algorithms.heads import Text, grow
from recommender.algorithms.trees import Trees

MONTH = 28
WINDOWS = (7, 28, 84, 10**6)  # days
ROWS = 500_000  # store and item pairs to learn from
FEWEST_BASKETS = 50  # of a store to be learned from
FEWEST_ROWS = 2000  # with fewer the trees could not split
ROUNDS = 150
KIND_PRIOR = 50.0  # sales of a kind that the store's share of all is worth
TREES = {
    "objective": "poisson", "num_leaves": 31, "learning_rate": 0.08, "min_child_samples": 200, "feature_fraction": 0.6,
    "lambda_l2": 5.0, "max_bin": 63,
}  # fmt: skip


@dataclass(frozen=True)
class Demand:
    """Baskets per week. of_store: four sparse (stores, items) under each other, one per window; of_chain: (4, items);
    traffic: (2, stores) of the last month and of all days; kind: (items,); of_kind: (stores, kinds) the store's share of a
    kind; buyers: (items,); trees: the model's text."""

    stores: NDArray[np.str_]
    start: NDArray[np.int64]
    item: NDArray[np.int32]
    sold: NDArray[np.float32]
    of_chain: NDArray[np.float32]
    traffic: NDArray[np.float32]
    kind: NDArray[np.int32]
    of_kind: NDArray[np.float32]
    buyers: NDArray[np.float32]
    trees: Text

    @classmethod
    def fit(cls, lines: Lines) -> Self:
        """Learns on the last four weeks from what was known before them. Without four weeks before: no trees."""
        end = int(lines.day.max(initial=0))
        before = lines.until(end - MONTH)
        counts = cls._count(lines)
        if not len(before.item) or int(before.day.min()) >= end - 2 * MONTH:
            return counts
        return replace(counts, trees=_learn(cls._count(before), lines, end - MONTH))

    @classmethod
    def _count(cls, lines: Lines) -> Self:
        """Everything but the trees."""
        end, first = int(lines.day.max(initial=0)), int(lines.day.min(initial=10**7))
        day, store = lines.day[lines.basket], lines.store[lines.basket]
        weeks = [max(1.0, min(w, end - first + 1) / 7) for w in WINDOWS]
        shape = (len(lines.stores), lines.items)
        late = [day > end - window for window in WINDOWS]
        sales = [
            sp.csr_matrix((np.full(int(of.sum()), 1 / n, np.float32), (store[of], lines.item[of])), shape=shape)
            for of, n in zip(late, weeks, strict=True)
        ]
        whole = sp.vstack(sales).tocsr()
        whole.sort_indices()
        baskets = np.bincount(lines.store, minlength=shape[0]).astype(np.float64)
        month = np.bincount(lines.store[lines.day > end - MONTH], minlength=shape[0]) / weeks[1]
        share = baskets / max(1.0, baskets.sum())
        kind = lines.kinds()
        kinds = int(kind.max(initial=0)) + 1
        of_kind = np.bincount(store.astype(np.int64) * kinds + kind[lines.item], minlength=shape[0] * kinds)
        of_kind = of_kind.reshape(shape[0], kinds)
        return cls(
            stores=lines.stores,
            start=whole.indptr.astype(np.int64),
            item=whole.indices.astype(np.int32),
            sold=whole.data.astype(np.float32),
            of_chain=np.stack([np.asarray(s.sum(0), np.float32).ravel() for s in sales]),
            traffic=np.stack([month, share]).astype(np.float32),
            kind=kind,
            of_kind=((of_kind + KIND_PRIOR * share[:, None]) / (of_kind.sum(0) + KIND_PRIOR)).astype(np.float32),
            buyers=_buyers(lines),
            trees=np.zeros(0, np.uint8),
        )

    def scores(self, query: Query) -> Scores:
        """1 - exp(-baskets expected to hold the item in four weeks), by the store of `query`; history makes no difference."""
        return self.of(query.store, np.arange(len(self.kind)))

    def of(self, store: str, item: NDArray[np.int64]) -> Scores:
        """As `scores`, for these items only, which is much quicker. A store it doesn't know is the
        average of all; without trees it is its share of the item's kind."""
        at = int(np.searchsorted(self.stores, store))
        known = at < len(self.stores) and self.stores[at] == store
        if not known or not len(self.trees):
            share = self.of_kind[at, self.kind[item]] if known else np.float32(1 / max(1, len(self.stores)))
            plain: Scores = (1 - np.exp(-share * self.of_chain[-1, item])).astype(np.float32)
            return plain
        rate = self._model.predict(self._rows(np.full(len(item), at), item))
        learned: Scores = (1 - np.exp(-np.maximum(rate, 0))).astype(np.float32)
        return learned

    @cached_property
    def _model(self) -> Trees:
        return Trees(self.trees.tobytes())

    @cached_property
    def _sales(self) -> list[sp.csr_matrix]:
        stores, size = len(self.stores), len(self.kind)
        whole = sp.csr_matrix((self.sold, self.item, self.start), shape=(len(WINDOWS) * stores, size))
        return [whole[w * stores : (w + 1) * stores] for w in range(len(WINDOWS))]

    def _rows(self, store: NDArray[np.int64], item: NDArray[np.int64]) -> NDArray[np.float32]:
        """(pairs, columns)"""
        here = [np.asarray(sales[store, item], np.float32).ravel() for sales in self._sales]
        chain = [window[item] for window in self.of_chain]
        month, share = self.traffic[0, store], self.traffic[1, store]
        kinds = self.of_kind[store, self.kind[item]]
        expected = (share * chain[3], share * chain[1], kinds * chain[3], kinds / np.maximum(share, np.float32(1e-9)))
        return np.stack([*here, *chain, self.buyers[item], month, share, *expected], 1)


def _buyers(lines: Lines) -> NDArray[np.float32]:
    buyer = lines.buyer[lines.basket]
    known = buyer >= 0
    pairs = np.unique(buyer[known].astype(np.int64) * lines.items + lines.item[known])
    return np.bincount(pairs % lines.items, minlength=lines.items).astype(np.float32)


def _learn(before: Demand, lines: Lines, last: int) -> Text:
    """Pairs drawn with a fixed seed, items by the root of their sales -> trees."""
    after = lines.day > last
    busy = np.flatnonzero(np.bincount(lines.store[~after], minlength=len(lines.stores)) >= FEWEST_BASKETS)
    often = np.sqrt(before.of_chain[2].astype(np.float64))
    if not len(busy) or not often.sum():
        return np.zeros(0, np.uint8)
    rows = min(ROWS, len(busy) * lines.items)
    if rows < FEWEST_ROWS:
        return np.zeros(0, np.uint8)
    rng = np.random.default_rng(0)
    store = rng.choice(busy, rows)
    item = rng.choice(lines.items, rows, p=often / often.sum())
    later = after[lines.basket]
    places = (lines.store[lines.basket[later]], lines.item[later])
    shape = (len(lines.stores), lines.items)
    sold = sp.csr_matrix((np.ones(int(later.sum()), np.float32), places), shape=shape)
    target = np.asarray(sold[store, item], np.float32).ravel()
    return grow(before._rows(store, item), target, None, TREES, ROUNDS)
