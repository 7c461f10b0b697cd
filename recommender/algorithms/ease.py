"""A linear item-item model in closed form: EASE, for comparison only.

Steck, "Embarrassingly Shallow Autoencoders for Sparse Data" (WWW 2019), on log counts. The inverse is dense, so only the
items that most members bought take part; the rest score 0.
"""

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from recommender.algorithms.algorithm import Lines, Query, Scores
from recommender.algorithms.cosine import by_member

ITEMS = 4000
RIDGE = 500.0


@dataclass(frozen=True, slots=True)
class Ease:
    """item: the items that take part, ascending; weights: (them, them) with a zero diagonal; items: how many there are."""

    item: NDArray[np.int64]
    weights: NDArray[np.float32]
    items: NDArray[np.int64]

    @classmethod
    def fit(cls, lines: Lines) -> Self:
        bought = by_member(lines)
        often = np.bincount(bought.indices, minlength=lines.items)
        item = np.sort(np.argsort(-often, kind="stable")[:ITEMS])
        some = bought[:, item]
        some.data = np.log1p(some.data)
        gram = np.asarray((some.T @ some).todense(), np.float64)
        gram[np.diag_indices_from(gram)] += RIDGE
        inverse = np.linalg.inv(gram)
        weights = inverse / -np.diag(inverse)
        np.fill_diagonal(weights, 0.0)
        return cls(item.astype(np.int64), weights.astype(np.float32), np.array(lines.items, np.int64))

    def scores(self, query: Query) -> Scores:
        out = np.zeros(int(self.items), np.float32)
        counts = np.bincount(query.item, minlength=len(out))[self.item]
        bought = np.flatnonzero(counts)
        out[self.item] = np.log1p(counts[bought]).astype(np.float32) @ self.weights[bought]
        out /= max(1.0, float(out.max(initial=0.0)))  # a clip at 1 would make equals of what is bought most
        return np.maximum(out, np.float32(0.0))
