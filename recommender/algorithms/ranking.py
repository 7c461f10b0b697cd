"""Scores -> the best items first, the same way for serving and judging."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from recommender.algorithms.algorithm import Scores

FIRST = 256


def best_first(scores: Scores) -> Iterator[int]:
    """Indices from the highest score down, ties by index. Sorts a few of them; all of them only when asked for more."""
    few = top(scores, FIRST)
    yield from few.tolist()
    if len(few) < len(scores):
        yield from np.argsort(-scores, kind="stable")[len(few) :].tolist()


def top(scores: Scores, limit: int) -> NDArray[np.int64]:
    """The indices of the `limit` highest scores, best first, ties by index."""
    if limit >= len(scores) or limit < 1:
        return np.argsort(-scores, kind="stable")[: max(limit, 0)]
    edge = np.partition(scores, len(scores) - limit)[len(scores) - limit]
    near = np.flatnonzero(scores >= edge)
    return near[np.argsort(-scores[near], kind="stable")[:limit]]
