"""Door `record`: one verb. Something happened; afterwards history knows it."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Protocol

from recommender.domain.event import Answer, Change, Event, Outcome, PartlyRecorded, RefusedEvent
from recommender.history.events import Intake
from recommender.storage.engine import Engine, write

__all__ = ["LocalRecord", "Outcome", "PartlyRecorded", "Record", "RefusedEvent"]


class Record(Protocol):
    def record(self, event: Event) -> Outcome | PartlyRecorded:
        """Durable when it returns. Raises RefusedEvent, and ConflictingEvent for a known id with another content."""
        ...

    def record_all(self, events: Sequence[Event]) -> Sequence[Answer]:
        """The same verb for a batch in one transaction: one answer per event, a bad one never blocks the rest."""
        ...


class LocalRecord:
    """The door in process. `tell` is given the changes of stock or price after their commit."""

    def __init__(
        self, engine: Engine, intake: Intake, clock: Callable[[], datetime], tell: Callable[[Sequence[Change]], None]
    ) -> None:
        self._engine = engine
        self._intake = intake
        self._clock = clock
        self._tell = tell

    def record(self, event: Event) -> Outcome | PartlyRecorded:
        answer = self.record_all([event])[0]
        if isinstance(answer, RefusedEvent):
            raise answer
        return answer

    def record_all(self, events: Sequence[Event]) -> Sequence[Answer]:
        if not events:
            return []
        now = self._clock()
        answers, changes = write(self._engine, lambda connection: self._intake.apply(connection, events, now))
        self._tell(changes)
        return answers
