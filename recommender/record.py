"""Door `record`: one verb. Something happened; afterwards history knows it."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Protocol

from recommender.domain.event import Change, Event, Outcome, RefusedEvent
from recommender.history.events import apply
from recommender.storage.engine import Engine, write

__all__ = ["LocalRecord", "Outcome", "Record", "RefusedEvent"]


class Record(Protocol):
    def record(self, event: Event) -> Outcome:
        """Durable when it returns. Raises RefusedEvent."""
        ...

    def record_all(self, events: Sequence[Event]) -> list[Outcome | RefusedEvent]:
        """The same verb for a batch in one transaction: one answer per event, a bad one never blocks the rest."""
        ...


class LocalRecord:
    """The door in process. `key` hashes identifiers; `tell` is given the changes of stock or price after their commit."""

    def __init__(
        self, engine: Engine, key: bytes, clock: Callable[[], datetime], tell: Callable[[Sequence[Change]], None]
    ) -> None:
        self._engine = engine
        self._key = key
        self._clock = clock
        self._tell = tell

    def record(self, event: Event) -> Outcome:
        answer = self.record_all([event])[0]
        if isinstance(answer, RefusedEvent):
            raise answer
        return answer

    def record_all(self, events: Sequence[Event]) -> list[Outcome | RefusedEvent]:
        if not events:
            return []
        now = self._clock()
        answers, changes = write(self._engine, lambda connection: apply(connection, self._key, events, now))
        self._tell(changes)
        return answers
