"""Another retailer's order lines -> purchases to train on, and everybody's last basket to judge by."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from recommender.domain.history import MemberHistory, OrderLine
from recommender.training.matrix import Purchases

MIN_BASKETS = 3  # shop-days before the last one


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody before their last basket: what they bought, where they were last, the day of the last basket and what it held."""

    name: str
    history: MemberHistory
    store_id: str
    day: int
    gtin: NDArray[np.int64]


def purchases(lines: Iterable[OrderLine]) -> tuple[Purchases, list[str]]:
    """The lines as columns; and the members' names, by their profile number."""
    members, stores, orders = dict[str, int](), dict[str, int](), dict[str, int]()
    rows = [
        (
            members.setdefault(x.member, len(members)) if x.member else -1,
            stores.setdefault(x.store, len(stores)),
            x.day,
            x.gtin,
            orders.setdefault(x.order, len(orders)),
        )
        for x in lines
    ]
    profile, store, day, gtin, order = np.array(rows, np.int64).reshape(-1, 5).T
    names = np.array(sorted(stores), np.str_)
    place = np.searchsorted(names, np.array(list(stores), names.dtype)).astype(np.int32)
    columns = Purchases(
        profile, place[store] if len(store) else store.astype(np.int32), day.astype(np.int32), gtin, order, names
    )
    return columns, list(members)


def last_baskets(whole: Purchases, names: list[str]) -> tuple[Purchases, list[Member]]:
    """The history without the last shop-day of everybody who had MIN_BASKETS before it; and these members, by name."""
    order = np.lexsort((whole.gtin, whole.day, whole.profile))
    start = np.searchsorted(whole.profile[order], np.arange(len(names) + 1))
    held, members = np.zeros(len(whole.day), bool), []
    for number, name in enumerate(names):
        mine = order[start[number] : start[number + 1]]
        day = whole.day[mine]
        if len(np.unique(day)) <= MIN_BASKETS:
            continue
        last = day == day[-1]
        held[mine[last]] = True
        before = mine[~last]
        members.append(Member(
            name, MemberHistory.of(whole.gtin[before], whole.day[before]), str(whole.stores[whole.store[before[-1]]]),
            int(day[-1]), np.unique(whole.gtin[mine[last]]),
        ))  # fmt: skip
    return whole.where(~held), sorted(members, key=lambda m: m.name)
