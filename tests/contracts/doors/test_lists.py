"""What happens in the shop is in the next list, and what may not be shown is in none: in process and over HTTP alike."""

from collections.abc import Callable, Collection
from datetime import timedelta

import pytest
from redis import Redis

from recommender.domain.event import (
    Event,
    OrderCompleted,
    OrderedProduct,
    OrderRefunded,
    ProductViewed,
    ShelfScanned,
    StockChanged,
)
from recommender.domain.recommendation import Place, ReasonCode, Scored, Slot
from tests.contracts.doors.conftest import House
from tests.recommender.shop import ADA, BREAD, EKIMAE, GAS, JAM, MILK, NOW, PAIN, UNKNOWN, WINE

MINE = "hh1"  # buys bread and jam, at one store


def picks(house: House, member: str = MINE) -> dict[str, float]:
    """GTIN -> score on their own phone."""
    shown = house.doors.personal.picks(house.session(member), EKIMAE, house.clock(), 6)
    return {s.gtin: s.score for s in shown}


def tell(house: House, number: str, payload: object, member: str = MINE) -> None:
    house.doors.record.record(Event("app", number, house.clock(), payload, user_id=member))  # type: ignore[arg-type]


def test_a_purchase_changes_the_next_list_and_its_refund_the_one_after(house: House) -> None:
    before = picks(house)
    order = OrderCompleted("web-1", EKIMAE, "JPY", (OrderedProduct("1", MILK, 1, 250),))
    tell(house, "1", order)
    session = house.session(MINE)
    shown = {s.gtin: s for s in house.doors.personal.picks(session, EKIMAE, house.clock(), 6)}
    assert (shown[MILK].reason, shown[MILK].slot) == (ReasonCode.DUE_AGAIN, Slot.AGAIN)
    assert shown[MILK].score > before[MILK]
    tell(house, "2", OrderRefunded("web-1"))
    assert picks(house) == before


def test_a_view_or_a_scan_changes_the_next_list_for_a_while(house: House) -> None:
    before = picks(house)
    tell(house, "1", ProductViewed(MILK, EKIMAE))
    seen = picks(house)
    assert before[MILK] < seen[MILK] < 1
    house.clock.tick(3 * 86_400)
    assert picks(house)[MILK] < seen[MILK]
    tell(house, "2", ShelfScanned(MILK, EKIMAE))
    assert picks(house)[MILK] > before[MILK]
    assert picks(house, "hh2") == picks(house, "hh2")  # nobody else's


def test_after_a_flush_lists_are_as_before(house: House) -> None:
    tell(house, "1", ProductViewed(MILK, EKIMAE))
    before = picks(house)
    with Redis.from_url(house.settings.redis_url) as redis:
        assert redis.keys("rec:recent:*")
        redis.flushall()
    assert picks(house) == before


def test_erased_members_and_those_who_withdrew_are_not_kept_in_redis(house: House) -> None:
    from recommender.domain.member import Purpose

    with Redis.from_url(house.settings.redis_url) as redis:
        picks(house)
        house.doors.personal.consent(house.session(MINE), Purpose.RECOMMEND_PHONE, False, house.clock())
        assert not redis.keys("rec:recent:*")
        picks(house, ADA)
        assert redis.keys("rec:recent:*")
        house.doors.personal.erase(house.session(ADA), house.clock())
        assert not redis.keys("rec:recent:*")


def test_a_code_at_a_screen_touches_no_key_of_the_member(house: House) -> None:
    """A key written or read in that second would join the member to who stood there."""
    code = house.doors.personal.code(house.session(), NOW)
    house.doors.personal.affinity(code.text, EKIMAE, NOW)
    with Redis.from_url(house.settings.redis_url) as redis:
        assert not redis.keys("rec:recent:*")


def test_what_is_sold_out_in_a_store_is_in_no_list_of_that_store(house: House) -> None:
    def _lists() -> list[set[str]]:
        house.clock.tick(30)
        now = house.clock()
        code = house.doors.personal.code(house.session(), now).text
        return [
            set(picks(house)),
            {s.gtin for s in house.doors.personal.affinity(code, EKIMAE, now).items},
            {s.gtin for s in house.doors.crowd.top(Place(EKIMAE, now), 6)},
            {s.gtin for s in house.doors.catalog.goes_with(JAM, EKIMAE, 6)},
        ]

    assert all(BREAD in shown for shown in _lists())
    house.doors.record.record(Event("till", "1", house.clock(), StockChanged(BREAD, EKIMAE, 0)))
    assert not any(BREAD in shown for shown in _lists())
    assert BREAD in {s.gtin for s in house.doors.crowd.top(Place("elm", NOW), 6)}
    later = house.clock() + timedelta(seconds=1)
    house.clock.tick(2)
    house.doors.record.record(Event("till", "2", later, StockChanged(BREAD, EKIMAE, 3)))
    assert all(BREAD in shown for shown in _lists())


def test_age_limited_products_are_in_no_list_and_nor_is_what_is_no_product(house: House) -> None:
    theirs = picks(house, "hh2")  # buys wine every week
    assert PAIN in picks(house, ADA)  # one's own phone may say it
    beside = {s.gtin for s in house.doors.catalog.goes_with(BREAD, EKIMAE, 6)}
    for shown in (theirs, beside):
        assert not {WINE, GAS} & set(shown)
        assert len(shown) >= 3


def test_what_was_shown_already_is_in_no_list(house: House) -> None:
    session, place = house.session(), Place(EKIMAE, NOW)
    doors: list[Callable[[Collection[str]], list[Scored]]] = [
        lambda shown: house.doors.personal.picks(session, EKIMAE, NOW, 6, without=shown),
        lambda shown: house.doors.crowd.top(place, 6, without=shown),
        lambda shown: house.doors.catalog.goes_with(JAM, EKIMAE, 6, without=shown),
    ]
    for ask in doors:
        every = {s.gtin for s in ask(())}
        assert {BREAD, MILK} <= every
        assert {s.gtin for s in ask([BREAD, UNKNOWN, "nonsense"])} == every - {BREAD}
        with pytest.raises(ValueError, match="at most 100"):
            ask([f"{n:014d}" for n in range(101)])
