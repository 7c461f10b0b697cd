"""Door `record`: one verb. Something happened; afterwards history knows it."""

from collections.abc import Sequence
from enum import StrEnum
from typing import Protocol

from recommender.domain.event import Event


class Outcome(StrEnum):
    RECORDED = "recorded"
    DUPLICATE = "duplicate"  # this (source, event_id) is known; nothing changed


class RefusedEvent(ValueError):
    """The event can't be true as told (unknown product, negative stock, a time in the future). str() says why."""


class Record(Protocol):
    def record(self, event: Event) -> Outcome:
        """Durable when it returns. Raises RefusedEvent."""
        ...

    def record_all(self, events: Sequence[Event]) -> list[Outcome | RefusedEvent]:
        """The same verb for a batch in one transaction: one answer per event, a bad one never blocks the rest."""
        ...
