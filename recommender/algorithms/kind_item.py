"""What goes with a kind of product, for items that are too new or too rare to tell: P(j | kind of i), shrunk to the chain.

The middle step of a hierarchical estimate: item, kind, all. The chain's shares weigh a basket by its size, since a line
drawn at random comes from a large basket, and so does whoever scans a label.
"""

from dataclasses import dataclass
from typing import Self

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from recommender.algorithms.algorithm import Lines, Query, Scores

PRIOR = 1000.0  # baskets that the chain's opinion is worth
FEWEST = 3  # together less often is chance
CHUNK = 200  # kinds counted at once


@dataclass(frozen=True, slots=True)
class KindItem:
    """kind: (items,). A sparse row for each kind: items and in how many of its baskets. baskets: (kinds,).
    large, past: (items,) the share of baskets with the item, weighed by size, and plain."""

    kind: NDArray[np.int32]
    start: NDArray[np.int64]
    item: NDArray[np.int32]
    together: NDArray[np.float32]
    baskets: NDArray[np.float32]
    large: NDArray[np.float32]
    past: NDArray[np.float32]

    @classmethod
    def fit(cls, lines: Lines) -> Self:
        kind, shape = lines.kinds(), (len(lines.day), lines.items)
        held = sp.csr_matrix((np.ones(len(lines.item), np.float32), (lines.basket, lines.item)), shape=shape)
        kinds = int(kind.max(initial=0)) + 1
        cells = np.unique(lines.basket.astype(np.int64) * kinds + kind[lines.item])
        of_kind = sp.csc_matrix((np.ones(len(cells), np.float32), (cells // kinds, cells % kinds)), (shape[0], kinds))
        together = sp.vstack([_counted(of_kind[:, at : at + CHUNK], held) for at in range(0, kinds, CHUNK)]).tocsr()
        together.sort_indices()
        size = np.bincount(lines.basket, minlength=len(lines.day)).astype(np.float32)
        return cls(
            kind=kind,
            start=together.indptr.astype(np.int64),
            item=together.indices.astype(np.int32),
            together=together.data,
            baskets=np.asarray(of_kind.sum(0), np.float32).ravel(),
            large=np.asarray(held.T @ size, np.float32).ravel() / np.float32(max(1.0, size.sum())),
            past=np.bincount(lines.item, minlength=lines.items).astype(np.float32) / np.float32(max(1, len(lines.day))),
        )

    def scores(self, query: Query) -> Scores:
        """The mean over the items of `query`; what is in it scores 0. Ages and place make no difference."""
        if not len(query.item):
            return self.large.copy()
        out = np.zeros(len(self.kind), np.float32)
        for k in self.kind[query.item]:
            total = self.baskets[k] + np.float32(PRIOR)
            row = slice(self.start[k], self.start[k + 1])
            out += self.large * (np.float32(PRIOR) / total)
            out[self.item[row]] += self.together[row] / total
        out /= np.float32(len(query.item))
        out[query.item] = 0.0
        return np.minimum(out, np.float32(1.0))


def _counted(of_kind: sp.csc_matrix, held: sp.csr_matrix) -> sp.csr_matrix:
    counts = (of_kind.T @ held).tocsr()
    counts.data[counts.data < FEWEST] = 0
    counts.eliminate_zeros()
    return counts
