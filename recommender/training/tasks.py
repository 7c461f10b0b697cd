"""Held-out weeks -> questions with known answers, in a fixed order, so that others can judge the same lists.

Items are indices into the training weeks' known products; a basket is a household's day.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from recommender.domain.history import MemberHistory
from recommender.training.complete_journey import Journey, displays, product_id
from recommender.training.matrix import Purchases

HORIZON_WEEKS = 4
MIN_BASKETS = 3
SHELF_QUERIES, SHELF_SEED = 6000, 0
FOLDS, FOLD_SEED = 5, 1
ON_DISPLAY, DRAWS, DISPLAY_SEED = 20, 5, 0

Indices = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Household:
    """What was bought until the cut and where last; then the first basket, all of four weeks, and what of it was new."""

    household_id: int
    history: MemberHistory
    store_id: str
    next: Indices
    period: Indices
    new: Indices


@dataclass(frozen=True, slots=True)
class Shelf:
    """One item of a basket, its store, and the rest of the basket."""

    item: int
    store_id: str
    truth: Indices


@dataclass(frozen=True, slots=True)
class Fold:
    """Households of known age held out of training, and their baskets: store, age, day and items."""

    households: NDArray[np.int64]
    baskets: list[tuple[str, str, int, Indices]]


@dataclass(frozen=True, slots=True)
class Display:
    """20 products on display in a store's week, and by how many households each was bought there."""

    store_id: str
    items: Indices
    bought: NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Held:
    """Rows of the weeks after the cut whose products are known, `item` beside each row."""

    rows: Purchases
    item: Indices
    week: NDArray[np.int64]


def hold_out(journey: Journey, cut: int, gtins: NDArray[np.int64]) -> Held:
    later = journey.during(cut + 1, cut + HORIZON_WEEKS)
    rows, week = journey.purchases.where(later), journey.week[later]
    known = np.isin(rows.gtin, gtins)
    rows = rows.where(known)
    return Held(rows, np.searchsorted(gtins, rows.gtin), week[known])


def households(train: Purchases, held: Held, gtins: NDArray[np.int64]) -> Iterator[Household]:
    """Those with at least three days until the cut and anything after it, by number."""
    ids, start, count = np.unique(train.profile, return_index=True, return_counts=True)
    for household, first, n in zip(ids.tolist(), start.tolist(), count.tolist(), strict=True):
        mine, theirs = slice(first, first + n), held.rows.profile == household
        history = MemberHistory.of(train.gtin[mine], train.day[mine])
        if history.baskets < MIN_BASKETS or not theirs.any():
            continue
        day, item = held.rows.day[theirs], held.item[theirs]
        period = np.unique(item)
        yield Household(
            household, history, str(train.stores[train.store[first + n - 1]]),
            next=np.unique(item[day == day.min()]),
            period=period,
            new=period[~np.isin(gtins[period], history.gtin)],
        )  # fmt: skip


def shelf(held: Held) -> Iterator[Shelf]:
    """6,000 lines of baskets of two products or more, drawn with a fixed seed."""
    basket, _ = held.rows.baskets()
    size = np.bincount(basket)
    rows = np.flatnonzero(size[basket] >= 2)
    order = np.argsort(basket, kind="stable")
    start = np.concatenate([[0], np.cumsum(size)])
    for row in rows[np.random.default_rng(SHELF_SEED).permutation(len(rows))[:SHELF_QUERIES]]:
        whole = held.item[order[start[basket[row]] : start[basket[row] + 1]]]
        store = str(held.rows.stores[held.rows.store[row]])
        yield Shelf(int(held.item[row]), store, np.unique(whole[whole != held.item[row]]))


def folds(journey: Journey, held: Held) -> Iterator[Fold]:
    """Households of known age, five times a fifth of them; a fold's baskets in the order in which they appear."""
    profile = held.rows.profile
    known = np.array(sorted(set(profile.tolist()) & journey.age.keys()), np.int64)
    drawn = np.random.default_rng(FOLD_SEED).integers(0, FOLDS, len(known))
    for fold in range(FOLDS):
        out = known[drawn == fold]
        here = np.isin(profile, out)
        rows, item = held.rows.where(here), held.item[here]
        basket, first = rows.baskets()
        order, start = np.argsort(basket, kind="stable"), np.cumsum(np.bincount(basket))[:-1]
        truth = np.split(item[order], start)
        yield Fold(
            out,
            [
                (str(rows.stores[rows.store[f]]), journey.age[int(rows.profile[f])], int(rows.day[f]), t)
                for f, t in sorted(zip(first, truth, strict=True), key=lambda x: x[0])
            ],
        )


def promoted(held: Held, cut: int, gtins: NDArray[np.int64]) -> Iterator[Display]:
    """Up to five draws of 20 displayed products for each store and week in which any of them was bought."""
    plan = displays(cut + 1, cut + HORIZON_WEEKS)
    index = {product_id(g): i for i, g in enumerate(gtins.tolist())}
    plan = plan[plan.product_id.isin(index.keys())]
    stores = held.rows.stores[held.rows.store].astype(np.int64)
    buyers: dict[tuple[int, int, int], set[int]] = {}
    rows = zip(stores.tolist(), held.week.tolist(), held.item.tolist(), held.rows.profile.tolist(), strict=True)
    for store, week, item, household in rows:
        buyers.setdefault((store, week, item), set()).add(household)
    rng = np.random.default_rng(DISPLAY_SEED)
    for (store, week), group in plan.groupby(["store_id", "week"]):
        items = np.array([index[p] for p in group.product_id.tolist()], np.int64)
        bought = np.array([len(buyers.get((store, week, i), ())) for i in items.tolist()], np.float64)
        if len(items) < ON_DISPLAY or not bought.sum():
            continue
        for _ in range(DRAWS):
            drawn = rng.choice(len(items), ON_DISPLAY, replace=False)
            if bought[drawn].sum():
                yield Display(str(store), items[drawn], bought[drawn])
