"""The demo's till: every minute it tells history each shelf's level, as a stock system would (simulated, so marked)."""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from itertools import islice
from typing import NoReturn

import structlog

from recommender.domain.errors import RecommenderUnreachable
from recommender.domain.event import Event, StockChanged
from recommender.domain.product import Stock
from signage.demo.stock import Shelves
from signage.domain.clock import Clock, local, millis
from signage.domain.place import Store

TICK = timedelta(minutes=1)
HOT = 200  # best sellers are told every minute: a number on a screen may not be older than two
ROUND = 8  # ticks within which every other shelf is told once: a phone doubts what is older than ten minutes
BATCH = 500  # events a transaction: others wait for none longer than a few milliseconds
PAUSES_S = (2, 5, 10, 30, 60)  # while the recommender is away
log = structlog.get_logger()

RecordAll = Callable[[Sequence[Event]], object]
Levels = Callable[[str, Sequence[str]], dict[str, Stock]]


def next_delivery(store: Store, at: datetime) -> str:
    """The delivery comes every night: the next day of the store's calendar."""
    return (local(at, store.zone).date() + timedelta(days=1)).isoformat()


def _told(store: Store, levels: dict[str, int], at: datetime) -> Iterator[Event]:
    delivery = next_delivery(store, at)
    for gtin, quantity in levels.items():
        payload = StockChanged(gtin, store.store_id, quantity, simulated=True, next_delivery=delivery)
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
        self._ticks = 0

    def tick(self) -> None:
        """Tells what is due. The first tick, and the first after midnight, restock and tell everything."""
        now = self._clock()
        self._ticks += 1
        for store, shelves in self._stores:
            here = local(now, store.zone)
            before = self._last.get(store.store_id)
            if before is None or before.date() != here.date():
                levels = shelves.levels(here)
            else:
                levels = self._sell(store, shelves, before, here)
            _send(_told(store, levels, now), self._record_all)
            self._last[store.store_id] = here

    def _sell(self, store: Store, shelves: Shelves, before: datetime, here: datetime) -> dict[str, int]:
        gtins = [str(gtin) for gtin in shelves.weekly.sort_values(ascending=False).index]
        known, sold = self._levels(store.store_id, gtins), shelves.sold(before, here)
        due = {
            gtin for turn, gtin in enumerate(gtins) if turn < HOT or turn % ROUND == self._ticks % ROUND or gtin in sold
        }
        return {
            gtin: max(0, known[gtin].quantity - sold.get(gtin, 0)) for gtin in gtins if gtin in due and gtin in known
        }


def keep_telling(tick: Callable[[], None], sleep: Callable[[float], object]) -> NoReturn:
    """Ticks for ever. While the recommender can't be asked it tries again, later and later; what was sold meanwhile is told
    then."""
    failures = 0
    while True:
        try:
            tick()
            failures, pause_s = 0, TICK.total_seconds()
        except RecommenderUnreachable as error:
            pause_s = PAUSES_S[min(failures, len(PAUSES_S) - 1)]
            failures += 1
            log.warning("till_waits", why=str(error), again_in_s=pause_s)
        sleep(pause_s)
