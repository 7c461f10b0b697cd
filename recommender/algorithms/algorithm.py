"""The one Protocol of all algorithms: purchases in, a model of plain arrays out; a query in, one score per item out."""

from dataclasses import dataclass, field, replace
from typing import Protocol, Self

import numpy as np
from numpy.typing import NDArray

Scores = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Plan:
    """What stores put on display or into their leaflet; one row per store, item and run of days.

    store  int32  its place in `Lines.stores`
    item   int32
    first last  int32  `date.toordinal()`, both included
    way    int8   1 = on display, 2 = in the leaflet, 3 = both
    """

    store: NDArray[np.int32]
    item: NDArray[np.int32]
    first: NDArray[np.int32]
    last: NDArray[np.int32]
    way: NDArray[np.int8]

    def where(self, kept: NDArray[np.bool_] | NDArray[np.intp]) -> "Plan":
        """Those rows, in that order."""
        return Plan(self.store[kept], self.item[kept], self.first[kept], self.last[kept], self.way[kept])


def _no_plan() -> Plan:
    none = np.zeros(0, np.int32)
    return Plan(none, none, none, none, np.zeros(0, np.int8))


@dataclass(frozen=True, slots=True)
class Lines:
    """Purchases that models learn from: one row per basket and item. A basket is a member's shop-day or an anonymous order.

    items   how many items there are; `item` is below it
    item    int32  per line
    basket  int32  per line: the place of its basket in the three arrays that follow
    store   int32  per basket: its place in `stores`
    day     int32  per basket: `date.toordinal()`, local
    buyer   int32  per basket: 0, 1, 2 …; equal for the baskets of one member, -1 for an anonymous one
    stores  str    ascending
    kind    int32  per item: equal numbers, one kind of product; empty = nothing is known of kinds
    group   int32  per buyer: their age group, -1 = unknown; empty = nobody's is known
    plan    of promotions, before the last day and after it
    """

    items: int
    item: NDArray[np.int32]
    basket: NDArray[np.int32]
    store: NDArray[np.int32]
    day: NDArray[np.int32]
    buyer: NDArray[np.int32]
    stores: NDArray[np.str_]
    kind: NDArray[np.int32] = field(default_factory=lambda: np.zeros(0, np.int32))
    group: NDArray[np.int32] = field(default_factory=lambda: np.zeros(0, np.int32))
    plan: Plan = field(default_factory=_no_plan)

    def kinds(self) -> NDArray[np.int32]:
        """(items,) as `kind`; all of one kind when nothing is known."""
        return self.kind if len(self.kind) else np.zeros(self.items, np.int32)

    def until(self, day: int) -> "Lines":
        """The baskets up to that day, and the whole plan. Items, stores and buyers keep their numbers."""
        kept = self.day <= day
        place = np.cumsum(kept, dtype=np.int32) - 1
        mine = kept[self.basket]
        return replace(
            self,
            item=self.item[mine],
            basket=place[self.basket[mine]],
            store=self.store[kept],
            day=self.day[kept],
            buyer=self.buyer[kept],
        )


def _no_items() -> NDArray[np.int64]:
    return np.zeros(0, np.int64)


@dataclass(frozen=True, slots=True)
class Query:
    """What is known of the asker: a place, and items that were bought or are looked at. Nobody's name.

    item   int64  indices; an item stands once for each basket that held it
    age    int64  how many baskets ago: 0 is the latest
    since  int64  how many days ago; empty when nobody asked by day
    groups the age groups that may stand in front of a screen, taken together; empty = unknown
    day    the day for which is asked, `date.toordinal()`
    fade   what is left of a purchase's weight after one more basket, for the models that count purchases
    """

    store: str = ""
    item: NDArray[np.int64] = field(default_factory=_no_items)
    age: NDArray[np.int64] = field(default_factory=_no_items)
    since: NDArray[np.int64] = field(default_factory=_no_items)
    groups: tuple[int, ...] = ()
    day: int = 0
    fade: float = 1.0

    def often(self, *fades: float) -> tuple[NDArray[np.int64], list[NDArray[np.float32]]]:
        """The distinct items, ascending, and how often each was bought: a column for each of `fades`."""
        item, at = np.unique(self.item, return_inverse=True)
        counts = [np.bincount(at.reshape(-1), fade**self.age, minlength=len(item)) for fade in fades]
        return item, [times.astype(np.float32) for times in counts]

    def latest(self) -> "Query":
        """The same place with the latest basket alone."""
        now = self.age == 0
        return Query(self.store, self.item[now], self.age[now])


class Algorithm(Protocol):
    """A frozen dataclass whose fields are arrays, so that it can be saved and mapped into memory as it is."""

    @classmethod
    def fit(cls, lines: Lines) -> Self:
        """Learns from `lines`; the order of the lines makes no difference."""
        ...

    def scores(self, query: Query) -> Scores:
        """float32 of shape (items,), finite, 0-1, higher is better. Never raises for a place or item it doesn't know."""
        ...
