"""What is known of every item without asking who buys it: how much it sells, how often it is bought again, and when."""

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from recommender.algorithms.algorithm import Lines

MONTH, WEEK = 28, 7
DOUBT = 10.0  # buyers that the average of all items is worth
DOUBT_GAPS = 5.0
FEW = 1e-3  # lines per basket; keeps rare kinds calm
USUAL_GAP = 28.0  # days between two purchases, before anybody bought anything twice

Column = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Facts:
    """One element per item, `kind_share` one per kind.

    kind           its number, as in Lines
    month week past  share of the baskets of the last 28 and 7 days, and of all days
    buyers again   members who bought it; the share of them who did so twice (shrunk)
    gap            days between two purchases of one member (shrunk)
    seen idle      days since it was first and last sold
    tried          members who bought it for the first time in the last 28 days, per basket of those
    kind_share kind_trend  lines per basket that are of this kind, and how many of them in the last 28 days (1 = as always)
    kind_tried     as `tried`, of all items of the kind together
    """

    kind: NDArray[np.int32]
    month: Column
    week: Column
    past: Column
    buyers: Column
    again: Column
    gap: Column
    seen: Column
    idle: Column
    tried: Column
    kind_share: Column
    kind_trend: Column
    kind_tried: Column

    @classmethod
    def fit(cls, lines: Lines) -> Self:
        day = lines.day[lines.basket]
        end = int(lines.day.max(initial=0))
        buyers, again, gap = _rhythm(lines, day)
        first, last = np.full(lines.items, end), np.zeros(lines.items, np.int64)
        np.minimum.at(first, lines.item, day)
        np.maximum.at(last, lines.item, day)
        kind = lines.kinds()
        kinds, late = int(kind.max(initial=0)) + 1, day > end - MONTH
        of_kind = np.bincount(kind[lines.item], minlength=kinds) / max(1, len(lines.day))
        lately = np.bincount(kind[lines.item[late]], minlength=kinds) / max(1, int((lines.day > end - MONTH).sum()))
        tried = _tried(lines, day, end - MONTH)
        columns = (
            _share(lines, day, end - MONTH), _share(lines, day, end - WEEK), _share(lines, day, -1),
            buyers, again, gap, end - first, end - last, tried,
            of_kind, (lately + FEW) / (of_kind + FEW), np.bincount(kind, tried, minlength=kinds),
        )  # fmt: skip
        return cls(kind, *(column.astype(np.float32) for column in columns))


def _share(lines: Lines, day: NDArray[np.int32], after: int) -> NDArray[np.float64]:
    sold = np.bincount(lines.item[day > after], minlength=lines.items)
    share: NDArray[np.float64] = sold / max(1, int((lines.day > after).sum()))
    return share


def _tried(lines: Lines, day: NDArray[np.int32], after: int) -> NDArray[np.float64]:
    buyer = lines.buyer[lines.basket]
    known = buyer >= 0
    pairs = buyer[known].astype(np.int64) * lines.items + lines.item[known]
    ever, early = np.unique(pairs), np.unique(pairs[day[known] <= after])
    first = np.setdiff1d(ever, early, assume_unique=True) % lines.items
    tried: NDArray[np.float64] = np.bincount(first, minlength=lines.items) / max(1, int((lines.day > after).sum()))
    return tried


def _rhythm(lines: Lines, day: NDArray[np.int32]) -> tuple[NDArray[np.float64], ...]:
    """(items,) each: members who bought it, the share who did again, days between two purchases."""
    buyer = lines.buyer[lines.basket]
    known = buyer >= 0
    pair = buyer[known].astype(np.int64) * lines.items + lines.item[known]
    order = np.lexsort((day[known], pair))
    pair, when = pair[order], day[known][order]
    distinct, times = np.unique(pair, return_counts=True)
    buyers = np.bincount(distinct % lines.items, minlength=lines.items)
    twice = np.bincount(distinct[times > 1] % lines.items, minlength=lines.items)
    again = (twice + DOUBT * twice.sum() / max(1, buyers.sum())) / (buyers + DOUBT)
    same = pair[1:] == pair[:-1]
    days, item = np.diff(when)[same], pair[1:][same] % lines.items
    usual = float(days.mean()) if len(days) else USUAL_GAP
    total = np.bincount(item, days, minlength=lines.items) + DOUBT_GAPS * usual
    return buyers.astype(np.float64), again, total / (np.bincount(item, minlength=lines.items) + DOUBT_GAPS)
