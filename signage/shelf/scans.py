"""A scanned label in, an event in history out, later: a history that is slow or down never keeps a shopper waiting."""

import queue
import threading
import uuid

import structlog

from recommender.domain.event import Event, ShelfScanned
from recommender.record import Record
from signage.domain.clock import Clock

WAITING = 1_000
BATCH = 100

log = structlog.get_logger()


class Scans:
    """Nobody was promised a scan: what doesn't fit or can't be recorded is logged and let go."""

    def __init__(self, record: Record, clock: Clock) -> None:
        self._record = record
        self._clock = clock
        self._waiting: queue.Queue[Event] = queue.Queue(WAITING)
        self._starting = threading.Lock()
        self._started = False

    def scanned(self, gtin: str, store_id: str) -> None:
        """Tell history that a phone opened this product's label in this store. Returns at once; names no phone."""
        event = Event("shelf", str(uuid.uuid4()), self._clock(), ShelfScanned(gtin, store_id))
        try:
            self._waiting.put_nowait(event)
        except queue.Full:
            log.warning("shelf_scan_dropped", gtin=gtin, store=store_id)
        self._start()

    def _start(self) -> None:
        """The thread begins with the first scan: one that began with the app wouldn't survive a server's fork."""
        with self._starting:
            if not self._started:
                threading.Thread(target=self._run, name="shelf-scans", daemon=True).start()
                self._started = True

    def _run(self) -> None:
        while True:
            batch = [self._waiting.get()]
            while len(batch) < BATCH and not self._waiting.empty():
                batch.append(self._waiting.get())
            try:
                self._record.record_all(batch)
            except Exception:  # the edge of this thread: the next scan must find it alive
                log.exception("shelf_scans_lost", count=len(batch))
