"""A scanned label in, an event in history out, later: a history that is slow or down never keeps a shopper waiting."""

import queue
import threading
import uuid

import structlog

from recommender.domain.event import Event, ShelfScanned
from recommender.record import Record, RefusedEvent
from signage.domain.clock import Clock

WAITING = 1_000
BATCH = 100

log = structlog.get_logger()


class Scans:
    """Nobody was promised a scan: what doesn't fit or can't be recorded is logged and let go."""

    def __init__(self, record: Record, clock: Clock) -> None:
        self._record = record
        self._clock = clock
        self._waiting: queue.Queue[Event | None] = queue.Queue(WAITING)
        self._starting = threading.Lock()
        self._thread: threading.Thread | None = None

    def scanned(self, gtin: str, store_id: str) -> None:
        """Tell history that a phone opened this product's label in this store. Returns at once; names no phone."""
        event = Event("shelf", str(uuid.uuid4()), self._clock(), ShelfScanned(gtin, store_id))
        try:
            self._waiting.put_nowait(event)
        except queue.Full:
            log.warning("shelf_scan_dropped", gtin=gtin, store=store_id)
        with self._starting:  # not with the app: a thread from before a server's fork isn't there after it
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="shelf-scans", daemon=True)
                self._thread.start()

    def close(self) -> None:
        """Record what waits, then stop."""
        if self._thread is not None:
            self._waiting.put(None)
            self._thread.join()

    def _run(self) -> None:
        while batch := self._take():
            try:
                answers = self._record.record_all(batch)
            except Exception:  # the edge of this thread: the next scan must find it alive
                log.exception("shelf_scans_lost", count=len(batch))
                continue
            for refused in (answer for answer in answers if isinstance(answer, RefusedEvent)):
                log.warning("shelf_scan_refused", why=str(refused))

    def _take(self) -> list[Event]:
        """Waits for a scan and takes what else is there; [] at the end."""
        batch: list[Event] = []
        while not batch or (len(batch) < BATCH and not self._waiting.empty()):
            event = self._waiting.get()
            if event is None:
                self._waiting.put(None)  # still the end when this batch is recorded
                return batch
            batch.append(event)
        return batch
