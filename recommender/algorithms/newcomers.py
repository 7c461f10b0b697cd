"""Products that nobody, or next to nobody, bought yet: tried as if they were one of the best sellers of their kind and maker.

The prior of an item without data is what is known of its like; the best rather than the average, so that it gets a chance
to show how it sells. With five buyers it stands on its own.
"""

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from recommender.algorithms.algorithm import Lines, Scores

KIN = 10  # best sellers of a kind and maker; of the kind alone where the maker has fewer


@dataclass(frozen=True, slots=True)
class Newcomers:
    """item: the newcomers' indices, ascending; kin: (newcomers, KIN) indices of items like each, -1 = no more."""

    item: NDArray[np.int64]
    kin: NDArray[np.int64]

    @classmethod
    def among(cls, lines: Lines, maker: NDArray[np.int32]) -> Self:
        """The items that no line of `lines` holds; maker: (items,) equal numbers, one maker or brand."""
        sold = np.bincount(lines.item, minlength=lines.items)
        kind = lines.kinds()
        best = np.argsort(-sold, kind="stable")[: int((sold > 0).sum())]
        new = np.flatnonzero(sold == 0)
        kin = np.full((len(new), KIN), -1, np.int64)
        for row, item in zip(kin, new.tolist(), strict=True):
            same_kind = best[kind[best] == kind[item]]
            same_maker = same_kind[maker[same_kind] == maker[item]]
            like = (same_maker if len(same_maker) >= KIN else same_kind)[:KIN]
            row[: len(like)] = like
        return cls(new, kin)

    def stand_ins(self, item: NDArray[np.int64]) -> NDArray[np.int64]:
        """(asked, KIN) -> for a newcomer its kin, for any other the item itself; -1 = no more."""
        rows = np.full((len(item), KIN), -1, np.int64)
        rows[:, 0] = item
        if len(self.item):
            at = np.minimum(np.searchsorted(self.item, item), len(self.item) - 1)
            new = (self.item[at] == item) & (self.kin[at, 0] >= 0)
            rows[new] = self.kin[at[new]]
        return rows

    def lifted(self, scores: Scores) -> Scores:
        """(items,) with the mean of its kin's scores for each newcomer; one without kin keeps its own."""
        out: Scores = scores.astype(np.float32)
        out[self.item] = mean(scores, self.stand_ins(self.item))
        return out


def mean(scores: Scores, rows: NDArray[np.int64]) -> Scores:
    """(rows,) the mean of the scores that each row names; -1 names none."""
    named = rows >= 0
    means: Scores = np.where(named, scores[rows], 0).sum(1) / np.maximum(named.sum(1), 1)
    return means
