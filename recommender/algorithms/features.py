"""One member and some items -> what a learned ranker looks at, the same for training and serving. Plain numpy, ~3 ms."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from recommender.algorithms.algorithm import Query, Scores
from recommender.algorithms.facts import Facts

Matrix = NDArray[np.float32]
Column = NDArray[np.float64]

OWN = (
    "times", "decay96", "decay90", "decay99", "age", "since", "first", "mean_gap", "gap", "due", "month", "last5", "rate",
    "months", "last_gap", "spread", "visits_gap", "visits_due",
)  # fmt: skip
KIND = (
    "kind_times", "kind_items", "kind_month", "kind_new", "kind_decay", "kind_since", "kind_gap", "kind_due", "kind_share",
)  # fmt: skip
ITEM = (
    "now", "week", "past", "trend", "store", "buyers", "again", "usual_gap", "seen", "idle", "kind_popular", "tried",
    "kind_trend", "kind_tried",
)  # fmt: skip
MEMBER = ("baskets", "basket_size", "visit_gap", "visit_since", "repeats")
TASTE = ("taste", "near", "near_lately", "goes", "taste_faded", "near_faded", "promising", "taste_place", "first_place")
PROMOTED = ("lift", "lift_month", "lift_before", "lift_chain")
NAMES = OWN + KIND + ITEM + MEMBER + TASTE + PROMOTED

DECAYS = (0.96, 0.90, 0.99)
OWN_GAPS = 2.0  # gaps of one's own that the item's usual gap is worth
LONG_AGO = 10**6


@dataclass(frozen=True, slots=True)
class Sources:
    """(items,) each: what the algorithms say of this member and place. first: the order in which candidates were taken.
    lift…: how promotions raise sales in the coming week and four weeks and did in the week before; and in all stores."""

    popular: Scores
    taste: Scores
    near: Scores
    near_lately: Scores
    goes: Scores
    taste_faded: Scores
    near_faded: Scores
    first: Scores
    lift: Scores
    lift_month: Scores
    lift_before: Scores
    lift_chain: Scores


def features(facts: Facts, query: Query, sources: Sources, item: NDArray[np.int64]) -> Matrix:
    """`item`: the candidates, any order -> (candidates, len(NAMES)); NaN where there is nothing to say.

    `query.item` must not be empty and `query.since` must be as long.
    """
    own, distinct, first = _own(facts, query, item)
    kind = _kind(facts, query, item, distinct, first)
    share = own[:, :1] / np.maximum(kind[:, :1], 1)
    place = np.stack([_places(sources.taste[item]), _places(sources.first[item])], 1)
    scores = (
        sources.taste, sources.near, sources.near_lately, sources.goes, sources.taste_faded, sources.near_faded, sources.first,
    )  # fmt: skip
    taste = np.stack([s[item] for s in scores], 1)
    lifts = (sources.lift, sources.lift_month, sources.lift_before, sources.lift_chain)
    promoted = np.stack([s[item] for s in lifts], 1)
    member = np.broadcast_to(_member(query, len(distinct)), (len(item), len(MEMBER)))
    return np.hstack([own, kind, share, _item(facts, sources, item), member, taste, place, promoted]).astype(np.float32)


def _own(facts: Facts, query: Query, item: NDArray[np.int64]) -> tuple[Column, NDArray[np.int64], NDArray[np.int64]]:
    """What the member did with each candidate; and the items they ever bought, ascending, and how many days ago first."""
    distinct, at, times = np.unique(query.item, return_inverse=True, return_counts=True)
    at = at.reshape(-1)
    baskets = int(query.age.max()) + 1
    since, first = _least_and_most(at, query.since, len(distinct))
    age, first_age = _least_and_most(at, query.age, len(distinct))
    decayed = [np.bincount(at, g**query.age) * (1 - g) / (1 - g**baskets) for g in DECAYS]
    gap = (first - since + OWN_GAPS * facts.gap[distinct]) / (times - 1 + OWN_GAPS)
    visits = (first_age - age + OWN_GAPS * baskets / (1 + times)) / (times - 1 + OWN_GAPS)
    mean_gap = np.where(times > 1, (first - since) / np.maximum(times - 1, 1), np.nan)
    columns = (
        times, *decayed, age, since, first, mean_gap, gap, since / gap,
        np.bincount(at, query.since < 28), np.bincount(at, query.age < 5), times / (first_age + 1),
        np.bincount(at, query.since < 56), *_gaps(at, query.since, len(distinct)), visits, age / visits,
    )  # fmt: skip
    known, row = _find(distinct, item)
    out = np.full((len(item), len(OWN)), np.nan)
    out[:, :4] = 0.0
    out[known] = np.stack(columns, 1)[row]
    return out, distinct, first


def _gaps(at: NDArray[np.int64], since: NDArray[np.int64], size: int) -> tuple[Column, Column]:
    """Days between the last two purchases of each item, and how much the gaps between its purchases vary; NaN without."""
    order = np.lexsort((-since, at))  # by item, oldest first
    of, days = at[order], since[order]
    gap, same = -np.diff(days), of[1:] == of[:-1]
    last = np.full(size, np.nan)
    last[of[1:][same]] = gap[same]  # the newest is written last
    many = np.bincount(of[1:][same], minlength=size)
    mean = np.bincount(of[1:][same], gap[same], minlength=size) / np.maximum(many, 1)
    square = np.bincount(of[1:][same], gap[same] ** 2, minlength=size) / np.maximum(many, 1)
    return last, np.where(many > 1, np.sqrt(np.maximum(square - mean**2, 0)), np.nan)


def _kind(
    facts: Facts, query: Query, item: NDArray[np.int64], distinct: NDArray[np.int64], first: NDArray[np.int64]
) -> NDArray[np.float64]:
    """What the member did with other items of each candidate's kind; all of KIND but the share."""
    kinds, at, lines = np.unique(facts.kind[query.item], return_inverse=True, return_counts=True)
    at = at.reshape(-1)
    since, longest = _least_and_most(at, query.since, len(kinds))
    days = np.bincount(np.unique(at * LONG_AGO + query.since) // LONG_AGO, minlength=len(kinds))
    gap = (longest - since + 30) / days
    of = np.searchsorted(kinds, facts.kind[distinct])
    items, tried = (np.bincount(some, minlength=len(kinds)) for some in (of, of[first < 56]))
    lately = np.bincount(at, query.since < 28)
    columns = (lines, items, lately, tried, np.bincount(at, DECAYS[0] ** query.age), since, gap, since / gap)
    known, row = _find(kinds, facts.kind[item])
    out = np.full((len(item), len(columns)), np.nan)
    out[:, :5] = 0.0
    out[known] = np.stack(columns, 1)[row]
    return out


def _item(facts: Facts, sources: Sources, item: NDArray[np.int64]) -> NDArray[np.float64]:
    month, past = facts.month[item], facts.past[item]
    columns = (
        month, facts.week[item], past, month / (past + 1e-5), sources.popular[item], facts.buyers[item], facts.again[item],
        facts.gap[item], facts.seen[item], facts.idle[item], facts.kind_share[facts.kind[item]], facts.tried[item],
        facts.kind_trend[facts.kind[item]], facts.kind_tried[facts.kind[item]],
    )  # fmt: skip
    return np.stack(columns, 1).astype(np.float64)


def _member(query: Query, distinct: int) -> Column:
    baskets, days = int(query.age.max()) + 1, np.unique(query.since)
    visit_gap = (days[-1] - days[0]) / max(1, len(days) - 1)
    lines = len(query.item)
    return np.array([baskets, lines / baskets, visit_gap, days[0], 1 - distinct / lines])


def _least_and_most(
    at: NDArray[np.int64], values: NDArray[np.int64], size: int
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    least, most = np.full(size, LONG_AGO), np.zeros(size, np.int64)
    np.minimum.at(least, at, values)
    np.maximum.at(most, at, values)
    return least, most


def _find(known: NDArray[np.integer], wanted: NDArray[np.integer]) -> tuple[NDArray[np.bool_], NDArray[np.int64]]:
    """(which of `wanted` are in the ascending `known`, the places of those)."""
    at = np.minimum(np.searchsorted(known, wanted), len(known) - 1)
    found = known[at] == wanted
    return found, at[found]


def _places(scores: Scores) -> NDArray[np.float64]:
    """0 for the highest."""
    places = np.empty(len(scores))
    places[np.argsort(-scores, kind="stable")] = np.arange(len(scores))
    return places
