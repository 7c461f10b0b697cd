"""Items that share baskets, by plain cosine as the library `implicit` does it: for comparison only.

Sarwar et al., "Item-based Collaborative Filtering Recommendation Algorithms" (WWW 2001), a basket in the place of a user.
"""

from dataclasses import dataclass
from typing import Self

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from recommender.algorithms.algorithm import Lines, Query, Scores
from recommender.algorithms.bm25 import nearest

NEIGHBOURS = 100


@dataclass(frozen=True, slots=True)
class BasketCosine:
    """A sparse row for each item: its nearest, itself among them, and how near."""

    start: NDArray[np.int64]
    item: NDArray[np.int32]
    near: NDArray[np.float32]

    @classmethod
    def fit(cls, lines: Lines) -> Self:
        if not len(lines.item):
            return cls(np.zeros(lines.items + 1, np.int64), np.zeros(0, np.int32), np.zeros(0, np.float32))
        ones = np.ones(len(lines.item))  # doubles: the library takes no others
        held = sp.csr_matrix((ones, (lines.basket, lines.item)), shape=(len(lines.day), lines.items))
        length = np.sqrt(np.asarray(held.sum(0)).ravel())
        return cls(*nearest((held @ sp.diags(1 / np.maximum(length, 1))).tocsr(), NEIGHBOURS))

    def scores(self, query: Query) -> Scores:
        """The mean over the items of `query`. Ages and place make no difference."""
        out = np.zeros(len(self.start) - 1, np.float32)
        for i in query.item:
            row = slice(self.start[i], self.start[i + 1])
            out[self.item[row]] += self.near[row]
        return np.clip(out / max(1, len(query.item)), 0.0, 1.0).astype(np.float32)
