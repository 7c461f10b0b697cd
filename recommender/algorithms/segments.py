"""What suits a place and an age group when nobody is known: a base list, and how far this store and group are from it.

Empirical-Bayes shrinkage of relative risks with a gamma prior (Clayton & Kaldor 1987): (observed + K) / (expected + K), so
a cell with few baskets changes nothing. Members weigh alike in the base list, however often they come; conditioning
without shrinkage makes lists worse.
"""

from dataclasses import dataclass
from typing import Self

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from recommender.algorithms.algorithm import Lines, Query, Scores

WINDOW_DAYS = 28
STORE_PRIOR = 10.0  # sales that "as everywhere" is worth
GROUP_PRIOR = 200.0  # age says little once the place is known: a weaker prior made lists worse


@dataclass(frozen=True, slots=True)
class Segments:
    """base, usual: (items,) shares of baskets, now with members weighing alike, and over all days. A store's sales are a
    sparse row each and a total; groups: (age groups, items) and group_total."""

    base: NDArray[np.float32]
    usual: NDArray[np.float32]
    stores: NDArray[np.str_]
    total: NDArray[np.float32]
    start: NDArray[np.int64]
    item: NDArray[np.int32]
    sold: NDArray[np.float32]
    groups: NDArray[np.float32]
    group_total: NDArray[np.float32]

    @classmethod
    def fit(cls, lines: Lines) -> Self:
        recent = lines.day > int(lines.day.max(initial=0)) - WINDOW_DAYS
        everywhere = np.ones(len(lines.day), bool)
        base = np.sqrt(_shares(lines, recent, 1.0) * _shares(lines, everywhere, 1.0))
        weight = _weights(lines, everywhere, 0.5)
        of_line = weight[lines.basket]
        shape = (len(lines.stores), lines.items)
        sales = sp.csr_matrix((of_line, (lines.store[lines.basket], lines.item)), shape=shape)
        groups, group_total = _groups(lines, weight)
        return cls(
            base=base.astype(np.float32),
            usual=_shares(lines, everywhere, 0.5).astype(np.float32),
            stores=lines.stores,
            total=np.bincount(lines.store, weight, minlength=len(lines.stores)).astype(np.float32),
            start=sales.indptr.astype(np.int64),
            item=sales.indices.astype(np.int32),
            sold=sales.data.astype(np.float32),
            groups=groups,
            group_total=group_total,
        )

    def scores(self, query: Query) -> Scores:
        """The base list as this store and these age groups, pooled by what they buy, change it; history makes no difference."""
        out = self.base.copy()
        at = int(np.searchsorted(self.stores, query.store))
        if at < len(self.stores) and self.stores[at] == query.store:
            sold = np.zeros(len(out), np.float32)
            row = slice(self.start[at], self.start[at + 1])
            sold[self.item[row]] = self.sold[row]
            out *= (sold + STORE_PRIOR) / (self.usual * self.total[at] + STORE_PRIOR)
        groups = [g for g in query.groups if g < len(self.groups)]
        if groups:
            expected = self.usual * self.group_total[groups].sum()
            out *= (self.groups[groups].sum(0) + GROUP_PRIOR) / (expected + GROUP_PRIOR)
        return np.clip(out, 0.0, 1.0).astype(np.float32)


def _weights(lines: Lines, kept: NDArray[np.bool_], power: float) -> NDArray[np.float64]:
    """Per basket 1 / (its member's baskets) ^ power; 0 for those not kept, 1 for an anonymous one."""
    often = np.bincount(lines.buyer[kept & (lines.buyer >= 0)], minlength=int(lines.buyer.max(initial=-1)) + 1)
    mine = np.where(lines.buyer >= 0, np.append(often, 1)[lines.buyer], 1)
    weight: NDArray[np.float64] = kept / np.maximum(mine, 1) ** power
    return weight


def _shares(lines: Lines, kept: NDArray[np.bool_], power: float) -> NDArray[np.float64]:
    weight = _weights(lines, kept, power)
    shares: NDArray[np.float64] = np.bincount(lines.item, weight[lines.basket], lines.items) / max(1e-9, weight.sum())
    return shares


def _groups(lines: Lines, weight: NDArray[np.float64]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """(groups, items) sales and (groups,) baskets, weighed."""
    count = int(lines.group.max(initial=-1)) + 1
    group = np.append(lines.group, -1)[lines.buyer] if count else np.full(len(lines.day), -1)
    mine = group[lines.basket] >= 0
    place = group[lines.basket[mine]].astype(np.int64) * lines.items + lines.item[mine]
    sales = np.bincount(place, weight[lines.basket[mine]], minlength=count * lines.items)
    known = group >= 0
    total = np.bincount(group[known], weight[known], minlength=count)
    return sales.reshape(count, lines.items).astype(np.float32), total.astype(np.float32)
