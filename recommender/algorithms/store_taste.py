"""What a store sells: its share of its own baskets over a year, shrunk to the chain's, times the chain's trend.

Empirical-Bayes shrinkage with a Beta prior (Efron & Morris 1975): a small store borrows the chain's opinion. A month of one
store is too few baskets to tell a taste from chance, and a month of the chain holds feasts that will be over: so a store
speaks for all its days, and of the chain's trend the square root is believed.
"""

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from recommender.algorithms.algorithm import Lines, Query, Scores
from recommender.algorithms.by_store import counted, here

WINDOW_DAYS = 28
MEMORY_DAYS = 364
STORE_PRIOR = 400.0  # baskets that the chain's opinion is worth in a store
CHAIN_PRIOR = 2000.0  # baskets that the past is worth in the chain
TREND_POWER = 0.5


@dataclass(frozen=True, slots=True)
class StoreTaste:
    """(items,) each: past the share of a year's baskets with the item, trend what has become of it of late.
    A store's counts are a sparse row each, its baskets a number."""

    past: NDArray[np.float32]
    trend: NDArray[np.float32]
    stores: NDArray[np.str_]
    baskets: NDArray[np.float32]
    start: NDArray[np.int64]
    item: NDArray[np.int32]
    count: NDArray[np.float32]

    @classmethod
    def fit(cls, lines: Lines) -> Self:
        today = int(lines.day.max(initial=0))
        year, recent = lines.day > today - MEMORY_DAYS, lines.day > today - WINDOW_DAYS
        past = _sold(lines, year) / max(1, year.sum())
        chain = (_sold(lines, recent) + CHAIN_PRIOR * past) / (recent.sum() + CHAIN_PRIOR)
        baskets, counts = counted(lines, year)
        return cls(
            past=past.astype(np.float32),
            trend=((chain / np.where(past > 0, past, 1)) ** TREND_POWER).astype(np.float32),
            stores=lines.stores,
            baskets=baskets,
            start=counts.indptr.astype(np.int64),
            item=counts.indices,
            count=counts.data,
        )

    def scores(self, query: Query) -> Scores:
        """The share of baskets in the store of `query` that hold each item; of the chain's for a store it doesn't know."""
        shares = here(self.past, STORE_PRIOR, self, query.store) * self.trend
        capped: Scores = np.minimum(shares, np.float32(1.0))
        return capped


def _sold(lines: Lines, kept: NDArray[np.bool_]) -> NDArray[np.float64]:
    """(items,) in how many of the kept baskets each is."""
    return np.bincount(lines.item[kept[lines.basket]], minlength=lines.items).astype(np.float64)
