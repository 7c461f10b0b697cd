"""Taste shared with others: implicit matrix factorisation by alternating least squares, for what is new to somebody.

Hu, Koren & Volinsky, "Collaborative Filtering for Implicit Feedback Datasets" (ICDM 2008), trained by `implicit`. Only the
items' factors are kept: a member's are solved from the history at each request, so no member is in the model's file
and the newest purchase counts at once.
"""

from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import cache
from typing import Self

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray
from threadpoolctl import ThreadpoolController

from recommender.algorithms.algorithm import Lines, Query, Scores

FACTORS = 64
REGULARISATION = 0.01
ITERATIONS = 10
SEED = 0


@dataclass(frozen=True, slots=True)
class Als:
    """factors: (items, f). gram: (f, f) = factors' x factors + the regularisation."""

    factors: NDArray[np.float32]
    gram: NDArray[np.float32]

    @classmethod
    def fit(cls, lines: Lines) -> Self:
        from implicit.cpu.als import AlternatingLeastSquares  # noqa: PLC0415  # a second to import; serving never needs it

        known = lines.buyer[lines.basket] >= 0
        places = (lines.buyer[lines.basket[known]], lines.item[known])
        shape = (int(lines.buyer.max(initial=-1)) + 1, lines.items)
        bought = sp.csr_matrix((np.ones(known.sum(), np.float32), places), shape=shape)
        size = min(FACTORS, max(1, min(shape)))
        if not bought.nnz:
            return cls(np.zeros((lines.items, size), np.float32), np.eye(size, dtype=np.float32))
        bought.data = np.log1p(bought.data)
        # implicit spreads the rows over the cores itself; its own libraries came in with it, so they are looked for anew
        with ThreadpoolController().limit(limits=1, user_api="blas"):
            model = AlternatingLeastSquares(
                factors=size, regularization=REGULARISATION, alpha=1.0, iterations=ITERATIONS, random_state=SEED
            )
            model.fit(bought, show_progress=False)
            factors = np.asarray(model.item_factors, np.float32)
            gram = factors.T @ factors + REGULARISATION * np.eye(size, dtype=np.float32)
        return cls(factors, gram.astype(np.float32))

    def scores(self, query: Query) -> Scores:
        return self.faded(query, query.fade)[0]

    def faded(self, query: Query, *fades: float) -> list[Scores]:
        """The scores for each of `fades` in the place of the query's own."""
        if not len(query.item):
            return [np.zeros(len(self.factors), np.float32) for _ in fades]
        item, counts = query.often(*fades)
        theirs = self.factors[item]
        with _one_core():  # so little work is ten times as slow on two
            return [self._suits(theirs, np.log1p(times)) for times in counts]

    def _suits(self, theirs: NDArray[np.float32], weight: NDArray[np.float32]) -> Scores:
        normal = self.gram + (theirs.T * (weight - 1)) @ theirs
        taste = np.linalg.solve(normal, theirs.T @ weight)
        return np.clip(self.factors @ taste, 0.0, 1.0).astype(np.float32)


@cache
def _threads() -> ThreadpoolController:
    return ThreadpoolController()


def _one_core() -> AbstractContextManager[object]:
    limited: AbstractContextManager[object] = _threads().limit(limits=1, user_api="blas")
    return limited
