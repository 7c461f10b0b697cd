"""Items near each other by BM25 weights of who bought them, as the library `implicit` does it: for comparison only.

Robertson & Zaragoza, "The Probabilistic Relevance Framework: BM25 and Beyond" (2009), with an item in the place of a
document and a member in the place of a term. An item is its own nearest neighbour, so what was bought comes first.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar, Self

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from recommender.algorithms.algorithm import Lines, Query, Scores
from recommender.algorithms.cosine import by_member


@dataclass(frozen=True)
class Bm25:
    """A sparse row for each item: its nearest and how near. With the settings that did best on held-out weeks."""

    NEIGHBOURS: ClassVar[int] = 200
    SATURATION: ClassVar[float] = 10.0
    LENGTH: ClassVar[float] = 0.2

    start: NDArray[np.int64]
    item: NDArray[np.int32]
    near: NDArray[np.float32]

    @classmethod
    def fit(cls, lines: Lines) -> Self:
        from implicit.nearest_neighbours import bm25_weight  # noqa: PLC0415 - a second to import

        bought = by_member(lines)
        if not bought.nnz:
            return cls(np.zeros(lines.items + 1, np.int64), np.zeros(0, np.int32), np.zeros(0, np.float32))
        return cls(*nearest(bm25_weight(bought.T, cls.SATURATION, cls.LENGTH).T.tocsr(), cls.NEIGHBOURS))

    def scores(self, query: Query) -> Scores:
        """Each item's nearness to all that was bought, by how often, as a share of the nearest's. Ages make no difference."""
        size = len(self.start) - 1
        item, count = np.unique(query.item, return_counts=True)
        asked = sp.csr_matrix((count.astype(np.float32), item, [0, len(item)]), shape=(1, size))
        found = np.maximum(np.asarray((asked @ self._rows).toarray(), np.float32).ravel(), 0)
        share: Scores = (found / max(1e-9, float(found.max(initial=0.0)))).astype(np.float32)
        return share

    @cached_property
    def _rows(self) -> sp.csr_matrix:
        size = len(self.start) - 1
        return sp.csr_matrix((self.near, self.item, self.start), shape=(size, size))


@dataclass(frozen=True)
class Bm25Defaults(Bm25):
    """With the settings that the library's weighting has when none are given."""

    NEIGHBOURS: ClassVar[int] = 20
    SATURATION: ClassVar[float] = 100.0
    LENGTH: ClassVar[float] = 0.8


def nearest(
    weighted: sp.csr_matrix, neighbours: int
) -> tuple[NDArray[np.int64], NDArray[np.int32], NDArray[np.float32]]:
    """(rows, items) of weights -> each item's nearest by the library: where its row starts, which they are, and how near."""
    from implicit.nearest_neighbours import ItemItemRecommender  # noqa: PLC0415 - a second to import

    model = ItemItemRecommender(K=neighbours)
    model.fit(weighted, show_progress=False)
    near = sp.csr_matrix(model.similarity)
    return near.indptr.astype(np.int64), near.indices.astype(np.int32), near.data.astype(np.float32)
