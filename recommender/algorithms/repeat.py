"""What somebody buys again and again: the share of their baskets that held an item, later baskets weighing more.

The personal frequency of Hu et al., "Modeling Personalized Item Frequency Information for Next-basket Recommendation"
(SIGIR 2020), with one decay per basket. Nothing is learned from others, so the newest purchase counts at once.
"""

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from recommender.algorithms.algorithm import Lines, Query, Scores

DECAY = 0.96  # per basket


@dataclass(frozen=True, slots=True)
class Repeat:
    """items: how many there are, shape ()."""

    items: NDArray[np.int64]

    @classmethod
    def fit(cls, lines: Lines) -> Self:
        return cls(np.array(lines.items, np.int64))

    def scores(self, query: Query) -> Scores:
        size = int(self.items)
        if not len(query.item):
            return np.zeros(size, np.float32)
        counts = np.bincount(query.item, DECAY ** query.age.astype(np.float64), minlength=size)
        everything = (1 - DECAY ** (int(query.age.max()) + 1)) / (1 - DECAY)  # every basket held it
        return np.minimum(counts / everything, 1.0).astype(np.float32)
