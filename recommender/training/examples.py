"""The last four weeks -> what the learned ranker is taught: members as they stood before them, and what they then bought.

Candidates and features come from the functions that serve, on models of the weeks before; so nothing that is learned
could not have been known. Rows are made member by member, and most of those that weren't bought are left out at once.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from recommender.algorithms.algorithm import Lines, Query
from recommender.algorithms.features import NAMES, Matrix
from recommender.algorithms.heads import BOUGHT, Examples

HORIZON = 28  # days
MIN_BASKETS = 3
MEMBERS = 4000  # at most; drawn with a fixed seed
KEPT_KNOWN, KEPT_NEW = 0.35, 0.16  # shares of the rows that were not bought
FEWEST = 150  # bought rows for each head; below, nothing is learned
SEED = 0

Rows = Callable[[Query], tuple[NDArray[np.int64], Matrix]]


@dataclass(frozen=True, slots=True)
class Asker:
    """A member before the last four weeks, all they bought in them, and what of it in the first basket."""

    query: Query
    bought: NDArray[np.int32]
    next: NDArray[np.int32]


def askers(lines: Lines, cut: int) -> Iterator[Asker]:
    """Asked on the day after `cut`: those with three baskets up to it and one later, by number, MEMBERS at most."""
    order = np.lexsort((lines.item, lines.day[lines.basket], lines.buyer[lines.basket]))
    item, basket = lines.item[order], lines.basket[order]
    buyer, day = lines.buyer[basket], lines.day[basket]
    start = np.searchsorted(buyer, np.arange(int(lines.buyer.max(initial=-1)) + 2))
    early = np.bincount(lines.buyer[(lines.buyer >= 0) & (lines.day <= cut)], minlength=len(start) - 1)
    late = np.unique(buyer[(day > cut) & (buyer >= 0)])
    chosen = late[early[late] >= MIN_BASKETS]
    if len(chosen) > MEMBERS:
        chosen = np.sort(np.random.default_rng(SEED).choice(chosen, MEMBERS, replace=False))
    for who in chosen.tolist():
        mine = slice(start[who], start[who + 1])
        before = day[mine] <= cut
        after = day[mine][~before]
        if not before.any():
            continue
        days = np.unique(day[mine][before])
        age = len(days) - 1 - np.searchsorted(days, day[mine][before])
        store = str(lines.stores[lines.store[basket[mine][before][-1]]])
        since = (cut + 1 - day[mine][before]).astype(np.int64)
        query = Query(store, item[mine][before].astype(np.int64), age, since, day=cut + 1)
        yield Asker(query, np.unique(item[mine][~before]), np.unique(item[mine][~before][after == after.min()]))


def examples(lines: Lines, cut: int, rows: Rows) -> Examples | None:
    """`rows`: what serving does with a member -> their candidates and features. None when there is too little to learn from."""
    rng = np.random.default_rng(SEED)
    kept: list[tuple[Matrix, NDArray[np.float32], NDArray[np.float32], NDArray[np.int64]]] = []
    for number, asker in enumerate(askers(lines, cut)):
        item, features = rows(asker.query)
        bought = np.isin(item, asker.bought).astype(np.float32) + np.isin(item, asker.next)
        share = np.where(features[:, BOUGHT] > 0, KEPT_KNOWN, KEPT_NEW)
        chosen = (bought > 0) | (rng.random(len(item)) < share)
        weight = np.where(bought > 0, 1.0, 1 / share)[chosen].astype(np.float32)
        kept.append((features[chosen], bought[chosen].astype(np.float32), weight, np.full(len(weight), number)))
    if not kept:
        return None
    features, bought, weight, whose = (np.concatenate(column) for column in zip(*kept, strict=True))
    known = features[bought > 0, BOUGHT] > 0
    if min(int(known.sum()), int((~known).sum())) < FEWEST:
        return None
    assert features.shape[1] == len(NAMES)
    return Examples(features, bought, weight, whose)
