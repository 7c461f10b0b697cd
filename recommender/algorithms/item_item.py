"""What goes with an item: the share of its baskets that held another one, held back where its baskets are few.

P(j | i) shrunk to a prior (the store's popularity, say): (n_ij + K prior_j) / (n_i + K). This model gives the first
term and, as `doubt`, the weight of the second; `blend.with_prior` adds them.
"""

from dataclasses import dataclass
from typing import Self

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from recommender.algorithms.algorithm import Lines, Query, Scores

PRIOR = 100.0  # baskets that the prior is worth
FEWEST = 2  # together in one basket only is chance
NEIGHBOURS = 100
CHUNK = 2000  # items counted at once: bounds the memory of the co-occurrences


@dataclass(frozen=True, slots=True)
class ItemItem:
    """A sparse row for each item: `item` its neighbours, `together` how many baskets held both; baskets: (items,)."""

    start: NDArray[np.int64]
    item: NDArray[np.int32]
    together: NDArray[np.float32]
    baskets: NDArray[np.float32]

    @classmethod
    def fit(cls, lines: Lines) -> Self:
        ones = np.ones(len(lines.item), np.float32)
        held = sp.csc_matrix((ones, (lines.basket, lines.item)), shape=(len(lines.day), lines.items))
        by_basket = held.tocsr()
        rows = [_neighbours(held, by_basket, at) for at in range(0, lines.items, CHUNK)]
        sizes = np.concatenate([np.zeros(1, np.int64), *(size for size, _, _ in rows)])
        return cls(
            start=np.cumsum(sizes),
            item=np.concatenate([np.zeros(0, np.int32), *(item for _, item, _ in rows)]),
            together=np.concatenate([np.zeros(0, np.float32), *(count for _, _, count in rows)]),
            baskets=np.asarray(held.sum(0), np.float32).ravel(),
        )

    def scores(self, query: Query) -> Scores:
        """The mean over the items of `query`; what is in it scores 0. Ages make no difference."""
        out = np.zeros(len(self.baskets), np.float32)
        for i in query.item:
            row = slice(self.start[i], self.start[i + 1])
            out[self.item[row]] += self.together[row] / (self.baskets[i] + np.float32(PRIOR))
        out /= np.float32(max(1, len(query.item)))
        out[query.item] = 0.0
        return out

    def doubt(self, query: Query) -> float:
        """0-1: how much of the answer is left to the prior."""
        if not len(query.item):
            return 1.0
        return float(np.mean(PRIOR / (self.baskets[query.item] + PRIOR)))


def _neighbours(
    held: sp.csc_matrix, by_basket: sp.csr_matrix, at: int
) -> tuple[NDArray[np.int64], NDArray[np.int32], NDArray[np.float32]]:
    """(how many, which, together how often) for items at … at + CHUNK, each item's most frequent neighbours only."""
    both = (held[:, at : at + CHUNK].T @ by_basket).tocoo()
    keep = (both.data >= FEWEST) & (both.row + at != both.col)
    row, col, count = both.row[keep], both.col[keep], both.data[keep]
    order = np.lexsort((col, -count, row))
    row, col, count = row[order], col[order], count[order]
    place = np.arange(len(row)) - np.searchsorted(row, row)
    near = place < NEIGHBOURS
    sizes = np.bincount(row[near], minlength=both.shape[0])
    return sizes.astype(np.int64), col[near].astype(np.int32), count[near].astype(np.float32)
