"""How many registration codes one address may hold at once."""

from datetime import timedelta

import pytest
from werkzeug.exceptions import TooManyRequests

from signage.channel.crowding import MOST_OF_ONE, Crowding
from signage.domain.errors import Unavailable
from signage.storage.screens import CODE_LASTS
from tests.world import MovableClock


def take(crowding: Crowding, clock: MovableClock, times: int, address: str = "192.0.2.1") -> None:
    for _ in range(times):
        with crowding.place(address, clock()):
            pass


def test_a_place_comes_free_when_its_code_lapses(clock: MovableClock) -> None:
    crowding = Crowding()
    take(crowding, clock, 1)
    clock.tick(60)
    take(crowding, clock, MOST_OF_ONE - 1)
    with pytest.raises(TooManyRequests) as refused:
        take(crowding, clock, 1)
    assert refused.value.retry_after == (CODE_LASTS - timedelta(seconds=60)).total_seconds()
    take(crowding, clock, MOST_OF_ONE, "192.0.2.2")
    clock.tick(CODE_LASTS.total_seconds() - 60)
    take(crowding, clock, 1)
    with pytest.raises(TooManyRequests):
        take(crowding, clock, 1)


def test_who_could_not_be_registered_takes_no_place(clock: MovableClock) -> None:
    crowding = Crowding()
    for _ in range(2 * MOST_OF_ONE):
        with pytest.raises(Unavailable), crowding.place("192.0.2.1", clock()):
            raise Unavailable("database_busy", "Busy.", "混雑。")
    take(crowding, clock, MOST_OF_ONE)


def test_it_remembers_no_longer_than_a_code_lasts(clock: MovableClock) -> None:
    crowding = Crowding()
    for number in range(150):
        take(crowding, clock, 1, f"192.0.2.{number}")
    clock.tick(CODE_LASTS.total_seconds())
    take(crowding, clock, 1)
    assert len(crowding._taken) == 1
