"""What sells in a store now: its share of recent baskets, shrunk to the chain's, which is shrunk to the chain's past.

Empirical-Bayes shrinkage with a Beta prior (Efron & Morris 1975): a small store borrows the chain's opinion.
"""

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from recommender.algorithms.algorithm import Lines, Query, Scores
from recommender.algorithms.by_store import counted, here

WINDOW_DAYS = 28
STORE_PRIOR = 800.0  # baskets that the chain's opinion is worth in a store
CHAIN_PRIOR = 2000.0  # baskets that the past is worth in the chain


@dataclass(frozen=True, slots=True)
class Popular:
    """chain: (items,) share of baskets with the item. A store's recent counts are a sparse row each, its baskets a number."""

    chain: NDArray[np.float32]
    stores: NDArray[np.str_]
    baskets: NDArray[np.float32]
    start: NDArray[np.int64]
    item: NDArray[np.int32]
    count: NDArray[np.float32]

    @classmethod
    def fit(cls, lines: Lines) -> Self:
        recent = lines.day > (lines.day.max() if len(lines.day) else 0) - WINDOW_DAYS
        baskets, counts = counted(lines, recent)
        past = np.bincount(lines.item, minlength=lines.items) / max(1, len(lines.day))
        chain = np.asarray(counts.sum(0)).ravel() + CHAIN_PRIOR * past
        return cls(
            chain=(chain / (recent.sum() + CHAIN_PRIOR)).astype(np.float32),
            stores=lines.stores,
            baskets=baskets,
            start=counts.indptr.astype(np.int64),
            item=counts.indices,
            count=counts.data,
        )

    def scores(self, query: Query) -> Scores:
        """The share of baskets in the store of `query` that hold each item; of the chain's for a store it doesn't know."""
        capped: Scores = np.minimum(here(self.chain, STORE_PRIOR, self, query.store), np.float32(1.0))
        return capped
