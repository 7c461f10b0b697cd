"""What a store has on display or in its leaflet, and how much more of it sells for that: known ahead, unlike sales.

Empirical-Bayes shrinkage of relative risks with a gamma prior (Clayton & Kaldor 1987): each item's own experience on
display, held back by that of all items.
"""

from dataclasses import dataclass, replace
from typing import Self

import numpy as np
from numpy.typing import NDArray

from recommender.algorithms.algorithm import Lines, Plan, Scores

LEARNED_DAYS = 84
PRIOR = 20.0  # expected sales that the experience of all items is worth
WAYS = 4  # neither, display, leaflet, both: as Plan.way numbers them
WEEK, MONTH = 7, 28


@dataclass(frozen=True)
class Promotions:
    """lift: (WAYS, items) sales in that state / sales at any time. The plan that is left to come, from a week before the end
    of the history: a store's rows from `start`. chain: (items,) the lift over all stores in the week after the end."""

    lift: NDArray[np.float32]
    chain: NDArray[np.float32]
    stores: NDArray[np.str_]
    start: NDArray[np.int64]
    item: NDArray[np.int32]
    first: NDArray[np.int32]
    last: NDArray[np.int32]
    way: NDArray[np.int8]

    @classmethod
    def fit(cls, lines: Lines) -> Self:
        """A plan that ends with the history tells nothing of the days after it: then every lift is 1."""
        plan, end = _one_at_a_time(lines.plan, lines.items), int(lines.day.max(initial=0))
        ahead = bool(len(plan.last)) and int(plan.last.max()) > end
        lift = _lift(lines, plan, end) if ahead else np.ones((WAYS, lines.items))
        left = plan.where((plan.last > end - WEEK) & ahead)
        model = cls(
            lift=lift.astype(np.float32),
            chain=np.ones(lines.items, np.float32),
            stores=lines.stores,
            start=np.searchsorted(left.store, np.arange(len(lines.stores) + 1)),
            item=left.item,
            first=left.first,
            last=left.last,
            way=left.way,
        )
        told = [model.of(str(lines.stores[at]), end + 1, WEEK) for at in np.unique(left.store)]
        if not told:
            return model
        chain: Scores = np.stack(told).astype(np.float64).mean(0).astype(np.float32)
        return replace(model, chain=chain)

    def of(self, store: str, first: int, days: int) -> Scores:
        """(items,) how much more than at any time each will sell in the store on these days (1 = as always), from the day
        `first` on; the chain's for a store without a plan."""
        at = int(np.searchsorted(self.stores, store))
        known = at < len(self.stores) and self.stores[at] == store
        rows = slice(self.start[at], self.start[at + 1]) if known else slice(0, 0)
        if rows.start == rows.stop:
            return self.chain
        item, way = self.item[rows], self.way[rows]
        covered = np.minimum(self.last[rows], first + days - 1) - np.maximum(self.first[rows], first) + 1
        on = covered > 0
        more = (self.lift[way[on], item[on]] - self.lift[0, item[on]]) * (covered[on] / np.float32(days))
        out: Scores = self.lift[0] + np.bincount(item[on], more, len(self.chain)).astype(np.float32)
        return out


def _one_at_a_time(plan: Plan, items: int) -> Plan:
    """By store, item and first day; of two rows at once for one item of a store, the one that began later counts."""
    pair = plan.store.astype(np.int64) * items + plan.item
    order = np.lexsort((plan.first, pair))
    plan, pair = plan.where(order), pair[order]
    last = plan.last.copy()
    same = pair[1:] == pair[:-1]
    last[:-1][same] = np.minimum(last[:-1][same], plan.first[1:][same] - 1)
    return Plan(plan.store, plan.item, plan.first, last, plan.way).where(last >= plan.first)


def _lift(lines: Lines, plan: Plan, end: int) -> NDArray[np.float64]:
    """Sales in each state against those expected there, over the last weeks and the stores whose plan is known."""
    since = end - LEARNED_DAYS
    begins = np.full(len(lines.stores), 10**7)
    ends = np.zeros(len(lines.stores), np.int64)
    np.minimum.at(begins, plan.store, plan.first)
    np.maximum.at(ends, plan.store, plan.last)
    kept = (lines.day > since) & (lines.day >= begins[lines.store]) & (lines.day <= ends[lines.store])
    mine = kept[lines.basket]
    item, basket = lines.item[mine], lines.basket[mine]
    sold, baskets = np.bincount(item, minlength=lines.items), int(kept.sum())
    share = sold / max(1, baskets)
    way = _way(plan, lines.items, lines.store[basket], item, lines.day[basket])
    observed = np.bincount(way.astype(np.int64) * lines.items + item, minlength=WAYS * lines.items)
    by_day = np.zeros((len(lines.stores), LEARNED_DAYS + 1))
    np.add.at(by_day, (lines.store[kept], lines.day[kept] - since), 1)
    until = by_day.cumsum(1)
    first, last = (np.clip(day - since, 0, LEARNED_DAYS) for day in (plan.first - 1, plan.last))
    exposed = (until[plan.store, last] - until[plan.store, first]) * share[plan.item]
    expected = np.bincount(plan.way.astype(np.int64) * lines.items + plan.item, exposed, WAYS * lines.items)
    observed, expected = observed.reshape(WAYS, -1), expected.reshape(WAYS, -1)
    expected[0] = np.maximum(sold - expected.sum(0), 0)
    usual = (observed.sum(1) + PRIOR) / (expected.sum(1) + PRIOR)
    lift: NDArray[np.float64] = (observed + PRIOR * usual[:, None]) / (expected + PRIOR)
    return lift


def _way(
    plan: Plan, items: int, store: NDArray[np.int32], item: NDArray[np.int32], day: NDArray[np.int32]
) -> NDArray[np.int8]:
    """The state in which each line was sold; `plan` as _one_at_a_time gives it."""
    if not len(plan.item):
        return np.zeros(len(item), np.int8)
    zero = int(min(plan.first.min(), day.min(initial=10**7)))
    span = int(max(plan.last.max(), day.max(initial=0))) - zero + 1
    planned = (plan.store.astype(np.int64) * items + plan.item) * span + (plan.first - zero)
    asked = (store.astype(np.int64) * items + item) * span + (day - zero)
    at = np.searchsorted(planned, asked, side="right") - 1
    row = np.maximum(at, 0)
    on = (at >= 0) & (plan.store[row] == store) & (plan.item[row] == item) & (plan.last[row] >= day)
    found: NDArray[np.int8] = np.where(on, plan.way[row], 0).astype(np.int8)
    return found
