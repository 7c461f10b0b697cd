"""The demo's till: every minute it tells history each shelf's level, as a stock system would (simulated, so marked)."""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from itertools import islice

from recommender.domain.event import Event, StockChanged
from recommender.domain.product import Stock
from signage.demo.stock import Shelves
from signage.domain.clock import Clock, local, millis
from signage.domain.place import Store

TICK = timedelta(minutes=1)
BATCH = 500  # events a transaction: others wait for none longer than a few milliseconds

RecordAll = Callable[[Sequence[Event]], object]
Levels = Callable[[str, Sequence[str]], dict[str, Stock]]


def _told(store: Store, levels: dict[str, int], at: datetime) -> Iterator[Event]:
    for gtin, quantity in levels.items():
        payload = StockChanged(gtin, store.store_id, quantity, simulated=True)
        yield Event("demo/till", f"{store.store_id}-{gtin}-{millis(at)}", at, payload)


def _send(events: Iterator[Event], record_all: RecordAll) -> None:
    while batch := list(islice(events, BATCH)):
        record_all(batch)


class Till:
    """`levels(store_id, gtins)` asks the catalogue what is there now, so that a change by hand is kept until the night."""

    def __init__(
        self, stores: Sequence[tuple[Store, Shelves]], levels: Levels, record_all: RecordAll, clock: Clock
    ) -> None:
        self._stores = stores
        self._levels = levels
        self._record_all = record_all
        self._clock = clock
        self._last: dict[str, datetime] = {}

    def tick(self) -> None:
        """Tells every level as it is now. The first tick, and the first after midnight, restock."""
        now = self._clock()
        for store, shelves in self._stores:
            here = local(now, store.zone)
            before = self._last.get(store.store_id)
            restock = before is None or before.date() != here.date()
            levels = shelves.levels(here) if restock or before is None else self._sell(store, shelves, before, here)
            _send(_told(store, levels, now), self._record_all)
            self._last[store.store_id] = here

    def _sell(self, store: Store, shelves: Shelves, before: datetime, here: datetime) -> dict[str, int]:
        known = self._levels(store.store_id, [str(gtin) for gtin in shelves.weekly.index])
        sold = shelves.sold(before, here)
        return {gtin: max(0, stock.quantity - sold.get(gtin, 0)) for gtin, stock in known.items()}
