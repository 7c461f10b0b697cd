"""Order lines as storage streams them -> items and lines as algorithms read them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from recommender.algorithms.algorithm import Lines
from recommender.domain.items import Items, numbered
from recommender.storage.interactions import LineBatch

_NOTHING = np.zeros(0, np.int32)
_NOBODY: Mapping[int, int] = {}
MIN_BUYERS = 5  # an item that fewer bought tells more about them than about the item


@dataclass(frozen=True, slots=True)
class Purchases:
    """Raw columns, one element per line: profile -1 = anonymous; store an index into `stores`; day `date.toordinal()`."""

    profile: NDArray[np.int64]
    store: NDArray[np.int32]
    day: NDArray[np.int32]
    gtin: NDArray[np.int64]
    order: NDArray[np.int64]
    stores: NDArray[np.str_]

    @classmethod
    def collect(cls, batches: Iterable[LineBatch], codes: Mapping[str, int]) -> Self:
        """Storage's batches and its store codes -> all of them in one piece."""
        kept = [(b.profile, b.store, b.day, b.gtin, b.order) for b in batches]
        stores = np.array(sorted(codes), np.str_)
        place = np.full(max(codes.values(), default=0) + 1, -1, np.int32)
        place[[codes[s] for s in stores]] = np.arange(len(stores), dtype=np.int32)
        if not kept:
            none = np.zeros(0, np.int64)
            return cls(none, none.astype(np.int32), none.astype(np.int32), none, none, stores)
        profile, store, day, gtin, order = (np.concatenate(column) for column in zip(*kept, strict=True))
        return cls(profile, place[store], day, gtin, order, stores)

    def where(self, keep: NDArray[np.bool_]) -> "Purchases":
        return Purchases(
            self.profile[keep], self.store[keep], self.day[keep], self.gtin[keep], self.order[keep], self.stores
        )

    def baskets(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """(line -> its basket 0, 1, 2 …; basket -> its first line). A member's shop-day or an anonymous order."""
        known = self.profile >= 0
        who, what = np.where(known, self.profile, -1), np.where(known, self.day, self.order)
        _, first, basket = np.unique(_pairs(who, what), return_index=True, return_inverse=True)
        return basket.reshape(-1), first


def known_gtins(purchases: Purchases) -> NDArray[np.int64]:
    """Products that enough different people bought, ascending; an anonymous order counts as somebody."""
    buyer = np.where(purchases.profile >= 0, purchases.profile, -1 - purchases.order)
    gtin, item = np.unique(purchases.gtin, return_inverse=True)
    bought_by = np.unique(_pairs(item.reshape(-1), buyer), return_index=True)[1]
    return gtin[np.bincount(item.reshape(-1)[bought_by], minlength=len(gtin)) >= MIN_BUYERS]


def encode(
    purchases: Purchases,
    gtins: NDArray[np.int64],
    kind: NDArray[np.int32] = _NOTHING,
    groups: Mapping[int, int] = _NOBODY,
) -> Lines:
    """Lines of the products `gtins` (ascending), each once per basket. Baskets with none of them count as baskets too.

    kind: each product's, as Lines says. groups: profile -> age group, of those for whom it is known.
    """
    basket, first = purchases.baskets()
    at = np.minimum(np.searchsorted(gtins, purchases.gtin), max(len(gtins) - 1, 0))
    known = gtins[at] == purchases.gtin if len(gtins) else np.zeros(len(at), bool)
    once = np.unique(_pairs(basket[known], at[known]), return_index=True)[1]
    buyers, buyer = np.unique(purchases.profile[first], return_inverse=True)
    return Lines(
        items=len(gtins),
        item=at[known][once].astype(np.int32),
        basket=basket[known][once].astype(np.int32),
        store=purchases.store[first].astype(np.int32),
        day=purchases.day[first].astype(np.int32),
        buyer=(buyer.reshape(-1) - int(len(buyers) > 0 and buyers[0] < 0)).astype(np.int32),
        stores=purchases.stores,
        kind=kind,
        group=np.array([groups.get(b, -1) for b in buyers.tolist() if b >= 0] if groups else [], np.int32),
    )


def plain_items(gtins: NDArray[np.int64], categories: Mapping[int, str]) -> Items:
    """For judging: all public-safe, each with words of its own; of the category that `categories` names, "" for the rest."""
    named = [categories.get(g, "") for g in gtins.tolist()]
    return Items(
        gtin=gtins,
        public_safe=np.ones(len(gtins), bool),
        words=np.arange(len(gtins), dtype=np.int32),
        category=numbered(named),
        family=np.zeros(len(gtins), "U1"),
    )


def _pairs(a: NDArray[np.int64], b: NDArray[np.int64]) -> NDArray[np.int64]:
    """Two columns -> one number each pair, in the order of the pairs: unique() of numbers is many times quicker than of rows."""
    if not len(a):
        return np.zeros(0, np.int64)
    low = int(b.min())
    return (a.astype(np.int64) - int(a.min())) * (int(b.max()) - low + 1) + (b.astype(np.int64) - low)
