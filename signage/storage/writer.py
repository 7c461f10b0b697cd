"""Many small writes in, few commits out: whoever submits gets the answer after the disk has it."""

import queue
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, InvalidStateError
from dataclasses import dataclass, field
from typing import Any, TypeVar

import structlog
from sqlalchemy import Connection, Engine
from sqlalchemy.exc import SQLAlchemyError

from signage.domain.errors import Unavailable
from signage.storage.engine import DEADLINE_S, busy, writing

QUEUE = 2_000  # waiting writes; beyond that whoever submits waits too
GROUP = 256  # writes under one commit
GATHER_S = 0.03  # what nobody waits for may wait for others: a commit costs more than a hundred of its writes

T = TypeVar("T")
log = structlog.get_logger()


@dataclass(slots=True)
class _Job:
    work: Callable[[Connection], Any]
    awaited: bool
    done: "Future[Any]" = field(default_factory=Future)


class GroupWriter:
    """One writer per process. Safe in threads and greenlets; its own thread starts with the first write."""

    def __init__(self, engine: Engine, *, deadline_s: float = DEADLINE_S, gather_s: float = GATHER_S) -> None:
        self._engine = engine
        self._gather_s = gather_s
        self._deadline_s = deadline_s
        self._queue: queue.Queue[_Job | None] = queue.Queue(QUEUE)
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._closed = False

    def submit(self, work: Callable[[Connection], T]) -> T:
        """Run `work` on the writing connection; returns its answer once the commit is on disk.

        Raises what `work` raised (its own writes are undone, its group's are not) or Unavailable.
        """
        done: Future[T] = self._put(_Job(work, awaited=True))
        try:
            return done.result(2 * self._deadline_s)
        except TimeoutError as error:
            raise busy() from error

    def send(self, work: Callable[[Connection], object]) -> None:
        """Queue `work` and go on; a failure is logged. Unavailable when the queue stays full or is closed."""
        self._put(_Job(work, awaited=False)).add_done_callback(_log_failure)

    def close(self) -> None:
        """Commit what waits, then end. Later writes raise Unavailable."""
        with self._lock:
            if self._closed:
                return
            self._closed = True
            thread = self._thread
        if thread:
            self._queue.put(None)
            thread.join()

    def _put(self, job: _Job) -> "Future[Any]":
        with self._lock:
            if self._closed:
                raise busy()
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="group-writer", daemon=True)
                self._thread.start()
        try:
            self._queue.put(job, timeout=self._deadline_s)
        except queue.Full as error:
            raise busy() from error
        return job.done

    def _run(self) -> None:
        while (group := self._take()) is not None:
            if group:
                self._commit(group)

    def _take(self) -> list[_Job] | None:
        """At least one, with all that waits or comes before somebody waits for it; None after the end mark."""
        first = self._queue.get()
        if first is None:
            return None
        group, until = [first], time.monotonic() + self._gather_s
        while len(group) < GROUP:
            if group[-1].awaited:
                until = 0.0
            left = until - time.monotonic()
            try:
                job = self._queue.get(timeout=left) if left > 0 else self._queue.get_nowait()
            except queue.Empty:
                break
            if job is None:
                self._queue.put(None)
                break
            group.append(job)
        return group

    def _commit(self, group: list[_Job]) -> None:
        outcomes: list[tuple[_Job, Any, Exception | None]] = []
        try:
            with writing(self._engine, self._deadline_s) as connection:
                for job in group:
                    outcomes.append(_attempt(connection, job))
                    time.sleep(0)  # a long group must not hold up the event loop
        except (SQLAlchemyError, Unavailable) as error:
            outcomes = [(job, None, error) for job in group]
        for job, answer, failure in outcomes:
            _settle(job.done, answer, failure)


def _attempt(connection: Connection, job: _Job) -> tuple[_Job, Any, Exception | None]:
    try:
        with connection.begin_nested():
            return job, job.work(connection), None
    except Exception as error:  # somebody else's code; it is handed back to them, and the group goes on
        return job, None, error


def _settle(done: "Future[Any]", answer: Any, error: Exception | None) -> None:
    try:
        done.set_exception(error) if error else done.set_result(answer)
    except InvalidStateError:
        log.warning("write_answered_late")


def _log_failure(done: "Future[Any]") -> None:
    if (error := done.exception()) is not None:
        log.error("write_failed", error=repr(error))
