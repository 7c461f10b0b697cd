"""What similar members bought of late: UP-CF, for comparison only.

Faggioli, Polato & Aiolli, "Recency Aware Collaborative Filtering for Next Basket Recommendation" (UMAP 2020). It holds a
row for each member, so it is judged and never published.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Self

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from recommender.algorithms.algorithm import Lines, Query, Scores
from recommender.algorithms.tifu_knn import ages

RECENT = 25  # baskets
ASYMMETRY = 0.25  # weight of one's own length in the cosine
LOCALITY = 5  # power of the similarity: the near ones count


@dataclass(frozen=True)
class UpCf:
    """A sparse row for each member: the share of their recent baskets with an item; bought: how many items they ever did."""

    start: NDArray[np.int64]
    item: NDArray[np.int32]
    often: NDArray[np.float32]
    bought: NDArray[np.float32]
    items: NDArray[np.int64]

    @classmethod
    def fit(cls, lines: Lines) -> Self:
        buyer, age, baskets = ages(lines)
        known = buyer >= 0
        share = (age[known] < RECENT) / np.minimum(baskets[buyer[known]], RECENT)
        shape = (len(baskets), lines.items)
        rows = sp.csr_matrix((share.astype(np.float32), (buyer[known], lines.item[known])), shape=shape)
        bought = np.diff(rows.indptr).astype(np.float32)
        return cls(rows.indptr.astype(np.int64), rows.indices, rows.data, bought, np.array(lines.items, np.int64))

    def scores(self, query: Query) -> Scores:
        size, members = int(self.items), len(self.bought)
        if not members or not len(query.item):
            return np.zeros(size, np.float32)
        own = np.zeros(size, np.float32)
        own[query.item] = 1
        lengths = own.sum() ** ASYMMETRY * np.maximum(self.bought, 1) ** (1 - ASYMMETRY)
        near = ((self._ever @ own) / lengths) ** LOCALITY
        found: Scores = np.asarray(self._often.T @ near, np.float32) / np.float32(max(1e-9, near.sum()))
        return np.clip(found, 0, 1)

    @cached_property
    def _often(self) -> sp.csr_matrix:
        return sp.csr_matrix((self.often, self.item, self.start), shape=(len(self.bought), int(self.items)))

    @cached_property
    def _ever(self) -> sp.csr_matrix:
        ones = np.ones(len(self.item), np.float32)
        return sp.csr_matrix((ones, self.item, self.start), shape=self._often.shape)
