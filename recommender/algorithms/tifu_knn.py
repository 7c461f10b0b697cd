"""Decayed frequencies of one's own and of the most similar members: TIFU-KNN, for comparison only.

Hu et al., "Modeling Personalized Item Frequency Information for Next-basket Recommendation" (SIGIR 2020). It holds a row
for each member, so it is judged and never published.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Self

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from recommender.algorithms.algorithm import Lines, Query, Scores

NEIGHBOURS = 100
WITHIN, BETWEEN = 0.98, 0.9  # decay per basket of a group, and per group
GROUP = 7  # baskets
OWN = 0.4  # weight of one's own row


@dataclass(frozen=True)
class TifuKnn:
    """A sparse row for each member, and its squared length."""

    start: NDArray[np.int64]
    item: NDArray[np.int32]
    value: NDArray[np.float32]
    length: NDArray[np.float32]
    items: NDArray[np.int64]

    @classmethod
    def fit(cls, lines: Lines) -> Self:
        buyer, age, baskets = ages(lines)
        known = buyer >= 0
        weight = _weights(age[known], baskets[buyer[known]])
        shape = (int(lines.buyer.max(initial=-1)) + 1, lines.items)
        rows = sp.csr_matrix((weight, (buyer[known], lines.item[known])), shape=shape, dtype=np.float32)
        length = np.asarray(rows.multiply(rows).sum(1), np.float32).ravel()
        return cls(rows.indptr.astype(np.int64), rows.indices, rows.data, length, np.array(lines.items, np.int64))

    def scores(self, query: Query) -> Scores:
        size, members = int(self.items), len(self.length)
        own = np.zeros(size, np.float32)
        if len(query.item):
            weight = _weights(query.age, np.full(len(query.age), int(query.age.max()) + 1))
            own = np.bincount(query.item, weight, minlength=size).astype(np.float32)
        if not members:
            return np.clip(own, 0, 1)
        far = self.length - 2 * (self._rows @ own)  # squared distance but for what is the same for all
        near = np.argpartition(far, min(NEIGHBOURS, members) - 1)[:NEIGHBOURS]
        theirs = np.asarray(self._rows[near].mean(0), np.float32).ravel()
        return np.clip(OWN * own + (1 - OWN) * theirs, 0, 1).astype(np.float32)

    @cached_property
    def _rows(self) -> sp.csr_matrix:
        return sp.csr_matrix((self.value, self.item, self.start), shape=(len(self.length), int(self.items)))


def ages(lines: Lines) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """(per line: its buyer; how many of their baskets ago it was, 0 for anonymous ones; per buyer: baskets)."""
    baskets = np.bincount(lines.buyer[lines.buyer >= 0], minlength=int(lines.buyer.max(initial=-1)) + 1)
    order = np.lexsort((lines.day, lines.buyer))
    place = np.empty(len(order), np.int64)
    place[order] = np.arange(len(order)) - np.searchsorted(lines.buyer[order], lines.buyer[order])
    age = np.append(baskets, 0)[lines.buyer] - 1 - place
    return lines.buyer[lines.basket].astype(np.int64), np.maximum(age, 0)[lines.basket], baskets


def _weights(age: NDArray[np.int64], baskets: NDArray[np.int64]) -> NDArray[np.float32]:
    groups = (baskets + GROUP - 1) // GROUP
    weight: NDArray[np.float32] = (WITHIN ** (age % GROUP) * BETWEEN ** (age // GROUP) / (GROUP * groups)).astype(
        np.float32
    )
    return weight
