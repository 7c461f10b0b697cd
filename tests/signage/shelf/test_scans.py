"""Scans reach history later or not at all; nobody waits for them."""

import threading
from collections.abc import Sequence

import pytest

from recommender.domain.event import Event, ShelfScanned
from recommender.record import Outcome, RefusedEvent
from signage.shelf import scans as room
from signage.shelf.scans import Scans
from tests.signage.shelf.history import PIZZA
from tests.world import MovableClock


class SlowHistory:
    """A history (door `record`) that answers only when told, and fails as often as it is told."""

    def __init__(self, failures: int = 0) -> None:
        self.events: list[Event] = []
        self.failures = failures
        self.may_answer = threading.Event()
        self.asked = threading.Event()

    def record(self, event: Event) -> Outcome:
        raise NotImplementedError

    def record_all(self, events: Sequence[Event]) -> list[Outcome | RefusedEvent]:
        self.asked.set()
        assert self.may_answer.wait(10)
        if self.failures:
            self.failures -= 1
            raise ConnectionError("history is down")
        self.events += events
        return [Outcome.RECORDED for _ in events]


def test_nobody_waits_for_a_history_that_does_not_answer(clock: MovableClock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "WAITING", 5)
    history = SlowHistory()
    scans = Scans(history, clock)
    scans.scanned(PIZZA, "ekimae")
    assert history.asked.wait(10)  # it hangs from here on
    for _ in range(20):
        scans.scanned(PIZZA, "ekimae")
    history.may_answer.set()
    scans.close()
    assert len(history.events) == 1 + 5  # what didn't fit was let go


def test_a_failure_loses_its_own_batch_only(clock: MovableClock) -> None:
    history = SlowHistory(failures=1)
    scans = Scans(history, clock)
    scans.scanned(PIZZA, "ekimae")
    assert history.asked.wait(10)
    scans.scanned(PIZZA, "elm")
    history.may_answer.set()
    scans.close()
    assert [event.payload for event in history.events] == [ShelfScanned(PIZZA, "elm")]


def test_an_event_names_no_phone_and_is_one_of_a_kind(clock: MovableClock) -> None:
    history = SlowHistory()
    history.may_answer.set()
    scans = Scans(history, clock)
    for _ in range(50):
        scans.scanned(PIZZA, "ekimae")
    scans.close()
    assert len({event.event_id for event in history.events}) == 50
    assert {(event.source, event.at, event.payload) for event in history.events} == {
        ("shelf", clock(), ShelfScanned(PIZZA, "ekimae"))
    }
