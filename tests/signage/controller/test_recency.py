"""What a screen showed lately, and how a guest's products leave that memory."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import Engine

from signage.controller.recency import Push, Recency
from signage.storage.plays import Plays
from tests.world import START


@pytest.fixture
def recency(engine: Engine) -> Recency:
    return Recency(Plays(engine))


def push(seconds: float, gtin: str, guest_until: datetime | None = None) -> Push:
    return Push(START + timedelta(seconds=seconds), f"spt_{gtin}", f"d{seconds}", 10_000, (gtin,), guest_until)


def products(recency: Recency, seconds: float, screen_id: str = "entrance") -> list[tuple[str, ...]]:
    return [push.gtins for push in recency.latest(screen_id, 10, START + timedelta(seconds=seconds))]


def test_a_guests_products_go_with_the_next_item_for_everybody(recency: Recency) -> None:
    until = START + timedelta(seconds=60)
    for one in (push(0, "a"), push(10, "b", until), push(20, "c", until)):
        recency.note("entrance", one)
    assert products(recency, 21) == [("c",), ("b",), ("a",)]
    recency.note("entrance", push(30, "d"))
    assert products(recency, 31) == [("d",), (), (), ("a",)]


def test_a_guests_products_go_when_the_minute_is_over_though_nothing_follows(recency: Recency) -> None:
    recency.note("entrance", push(0, "b", START + timedelta(seconds=60)))
    assert products(recency, 59.9) == [("b",)]
    assert products(recency, 60) == [()]
    assert recency.latest("entrance", 1, START + timedelta(seconds=60))[0].guest_until is None


def test_a_screen_that_fell_silent_forgets_when_another_one_is_asked_about(recency: Recency) -> None:
    recency.note("entrance", push(0, "secret", START + timedelta(seconds=60)))
    recency.note("aisle", push(61, "a"))
    assert "secret" not in str([one.gtins for one in recency._pushes["entrance"]])


def test_a_guests_spots_still_count_as_shown(recency: Recency) -> None:
    recency.note("entrance", push(0, "b", START + timedelta(seconds=60)))
    pushed, played = recency.shown("entrance", START + timedelta(seconds=90))
    assert (pushed, played) == ([("spt_b", START)], [])


def test_a_clock_that_is_set_back_moves_nothing_into_the_future(recency: Recency) -> None:
    for seconds in (0, 10, 3_000):
        recency.note("entrance", push(seconds, f"{seconds}"))
    back = START - timedelta(hours=2)
    recency.set_back("entrance", back)
    pushed, _ = recency.shown("entrance", back)
    assert [(back - at).total_seconds() // 1 for _, at in pushed] == [3_000, 2_990, 0]
    recency.note("entrance", push(-7_200, "next"))
    recency.set_back("entrance", back)
    assert len(recency.shown("entrance", back + timedelta(seconds=1))[0]) == 4, "and only once"
