"""What people who bought these also bought: item-item cosine on log counts, heavy shoppers held back.

Sarwar et al., "Item-based Collaborative Filtering Recommendation Algorithms" (WWW 2001). Each member's row is brought to
length 1 before the items are compared, so that a household that buys everything says little about any of it.
"""

from dataclasses import dataclass
from itertools import pairwise
from typing import Self

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from recommender.algorithms.algorithm import Lines, Query, Scores

NEIGHBOURS = 100
CHUNK = 1000  # items compared at once: bounds the memory
DOUBT = 0.5  # added to an item's length: what few bought is near to nothing


@dataclass(frozen=True)
class Cosine:
    """A sparse row for each item: its nearest neighbours and how near, 0-1."""

    start: NDArray[np.int64]
    item: NDArray[np.int32]
    near: NDArray[np.float32]

    @classmethod
    def fit(cls, lines: Lines) -> Self:
        members = by_member(lines)
        members.data = np.log1p(members.data)
        length = np.sqrt(np.asarray(members.multiply(members).sum(1)).ravel())
        members = sp.diags(1 / np.maximum(length, 1e-9)) @ members
        length = np.sqrt(np.asarray(members.multiply(members).sum(0)).ravel())
        items = sp.csr_matrix(members @ sp.diags(1 / (length + DOUBT)), dtype=np.float32)
        turned = items.T.tocsr()
        rows = [_nearest(turned[at : at + CHUNK] @ items, at) for at in range(0, lines.items, CHUNK)]
        return cls(
            start=np.cumsum(np.concatenate([np.zeros(1, np.int64), *(size for size, _, _ in rows)])),
            item=np.concatenate([np.zeros(0, np.int32), *(item for _, item, _ in rows)]),
            near=np.concatenate([np.zeros(0, np.float32), *(near for _, _, near in rows)]),
        )

    def scores(self, query: Query) -> Scores:
        """The weighted mean over the items of `query`, each by the log of how often it was bought."""
        return self.faded(query, query.fade)[0]

    def faded(self, query: Query, *fades: float) -> list[Scores]:
        """The scores for each of `fades` in the place of the query's own."""
        item, counts = query.often(*fades)
        first, sizes = self.start[item], self.start[item + 1] - self.start[item]
        at = np.arange(int(sizes.sum())) + np.repeat(first - np.cumsum(sizes) + sizes, sizes)  # rows one after another
        of, near, out = self.item[at].astype(np.intp), self.near[at], list[Scores]()
        for times in counts:
            weight = np.log1p(times)
            found = np.bincount(of, np.repeat(weight, sizes) * near, minlength=len(self.start) - 1)
            out.append(np.clip(found / max(1.0, float(weight.sum())), 0.0, 1.0).astype(np.float32))
        return out


def by_member(lines: Lines) -> sp.csr_matrix:
    """(buyers, items): in how many baskets of theirs it was."""
    buyer = lines.buyer[lines.basket]
    known = buyer >= 0
    shape = (int(lines.buyer.max(initial=-1)) + 1, lines.items)
    return sp.csr_matrix((np.ones(int(known.sum()), np.float32), (buyer[known], lines.item[known])), shape=shape)


def _nearest(near: sp.csr_matrix, at: int) -> tuple[NDArray[np.int64], NDArray[np.int32], NDArray[np.float32]]:
    """(how many, which, how near) for the rows, which are items from `at` on; the nearest of each only, by number."""
    rows = []
    for row, (first, last) in enumerate(pairwise(near.indptr.tolist())):
        item, value = near.indices[first:last], near.data[first:last].copy()
        value[item == at + row] = 0.0
        if len(value) > NEIGHBOURS:
            few = np.argpartition(-value, NEIGHBOURS)[:NEIGHBOURS]
            item, value = item[few], value[few]
        order = np.argsort(item[value > 0])
        rows.append((item[value > 0][order], value[value > 0][order]))
    sizes = np.array([len(item) for item, _ in rows], np.int64)
    found, nearness = (np.concatenate(column) for column in zip(*rows, strict=True))
    return sizes, found.astype(np.int32), nearness.astype(np.float32)
