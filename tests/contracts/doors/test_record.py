"""What the door `record` promises, in process and over HTTP alike."""

import queue
from datetime import timedelta
from typing import get_args

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from recommender.domain.event import (
    Change,
    ChangeKind,
    ConflictingEvent,
    Event,
    IdentityLinked,
    IdentityRevoked,
    ItemVoided,
    LeftOut,
    OrderCancelled,
    OrderCompleted,
    OrderedProduct,
    OrderRefunded,
    PartlyRecorded,
    Payload,
    PriceChanged,
    ProductAdded,
    ProductRemoved,
    ProductShown,
    ProductViewed,
    ReturnedProduct,
    ShelfScanned,
    StockChanged,
    StoreCheckedIn,
)
from recommender.record import Outcome, RefusedEvent
from tests.contracts.doors.conftest import House
from tests.recommender.shop import ADA, EKIMAE, JAM, MILK, NOW, UNKNOWN


def stock(house: House) -> int | None:
    level = house.doors.catalog.offers(EKIMAE, [MILK])[MILK].stock
    return None if level is None else level.quantity


def test_an_event_is_recorded_once(house: House) -> None:
    event = Event("till", "1", NOW, StockChanged(MILK, EKIMAE, 5))
    assert house.doors.record.record(event) is Outcome.RECORDED
    assert house.doors.record.record(event) is Outcome.DUPLICATE
    with pytest.raises(ConflictingEvent, match="another content"):
        house.doors.record.record(Event("till", "1", NOW, StockChanged(MILK, EKIMAE, 0)))
    assert stock(house) == 5
    assert house.doors.record.record(Event("other", "1", NOW, ShelfScanned(MILK, EKIMAE))) is Outcome.RECORDED


def test_what_was_not_taken_of_an_order_is_told(house: House) -> None:
    lines = (OrderedProduct("a", MILK, 1, 258), OrderedProduct("b", UNKNOWN, 1, 5))
    told = Event("shop", "1", NOW, OrderCompleted("o1", EKIMAE, "JPY", lines), user_id=ADA, anonymous_id="browser")
    assert house.doors.record.record(told) == PartlyRecorded((LeftOut("b", "unknown product"),))
    account = house.doors.personal.account(house.session())
    assert (account.lines_total, account.recent[0].gtin, account.recent[0].amount_minor) == (29, MILK, 258)
    house.doors.record.record(Event("shop", "2", NOW, ItemVoided("o1", "a")))
    assert house.doors.personal.account(house.session()).lines_total == 28


def test_only_some_kinds_name_somebody(house: House) -> None:
    with pytest.raises(RefusedEvent, match=r"names nobody|unknown fields"):
        house.doors.record.record(Event("till", "1", NOW, StoreCheckedIn(EKIMAE), user_id=ADA))


def test_what_comes_late_never_overwrites(house: House) -> None:
    told = [Event("till", str(n), NOW - timedelta(minutes=n), StockChanged(MILK, EKIMAE, n)) for n in (3, 1, 2)]
    assert house.doors.record.record_all(told) == [Outcome.RECORDED] * 3
    assert stock(house) == 1
    house.doors.record.record(Event("till", "9", NOW - timedelta(days=1), StockChanged(MILK, EKIMAE, 9)))
    assert stock(house) == 1


@given(levels=st.lists(st.integers(0, 50), min_size=1, max_size=8), data=st.data())
@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_order_of_arrival_is_irrelevant(house: House, levels: list[int], data: st.DataObject) -> None:
    run = data.draw(st.uuids()).hex  # events of other examples are known by now
    house.clock.tick(3600)
    start = house.clock() - timedelta(seconds=len(levels))
    told = [
        Event(run, str(n), start + timedelta(seconds=n), StockChanged(JAM, EKIMAE, level))
        for n, level in enumerate(levels)
    ]
    for event in data.draw(st.permutations(told)):
        house.doors.record.record(event)
    level = house.doors.catalog.offers(EKIMAE, [JAM])[JAM].stock
    assert level is not None
    assert (level.quantity, level.as_of) == (levels[-1], told[-1].at)


@pytest.mark.parametrize(
    ("payload", "why"),
    [
        (StockChanged(UNKNOWN, EKIMAE, 1), "unknown product"),
        (StockChanged(MILK, EKIMAE, -1), "a stock level is 0 or more"),
        (StockChanged(MILK, "", 1), "store_id is blank"),
        (StockChanged(MILK, EKIMAE, 0, next_delivery="tomorrow"), "next_delivery is no day"),
        (StockChanged(MILK, EKIMAE, 0, next_delivery="20261123"), "next_delivery is no day"),
        (PriceChanged(MILK, EKIMAE, -1, "JPY"), "a price is 0 or more"),
        (PriceChanged(MILK, EKIMAE, 1, "yen"), "not an ISO 4217 currency"),
        (ShelfScanned(UNKNOWN, EKIMAE), "unknown product"),
        (StoreCheckedIn("x" * 65), "store_id is blank, too long"),
        (IdentityLinked("a", "1", "a", "1"), "can't be linked to itself"),
        (IdentityLinked("a", " ", "a", "1"), "blank"),
        (IdentityRevoked("", "a", "1", "b", "2"), "made no such link"),
        (IdentityRevoked(), "blank"),
    ],
)
def test_what_cannot_be_true_is_refused_and_leaves_the_rest(house: House, payload: Payload, why: str) -> None:
    bad = Event("till", "bad", NOW, payload)
    with pytest.raises(RefusedEvent, match=why):
        house.doors.record.record(bad)
    first, second = house.doors.record.record_all([bad, Event("till", "good", NOW, StockChanged(MILK, EKIMAE, 7))])
    assert isinstance(first, RefusedEvent)
    assert (second, stock(house)) == (Outcome.RECORDED, 7)


def test_the_future_is_refused_beyond_five_minutes(house: House) -> None:
    house.doors.record.record(Event("till", "1", NOW + timedelta(minutes=5), StockChanged(MILK, EKIMAE, 1)))
    with pytest.raises(RefusedEvent, match="future"):
        house.doors.record.record(Event("till", "2", NOW + timedelta(minutes=6), StockChanged(MILK, EKIMAE, 2)))


def test_changes_are_told_after_they_are_stored_and_only_when_newest(house: House) -> None:
    heard: queue.Queue[tuple[Change, int | None]] = queue.Queue()
    listener = house.doors.listen_changes(lambda change: heard.put((change, stock(house))))
    assert listener.ready.wait(5)
    house.doors.record.record(Event("till", "1", NOW, StockChanged(MILK, EKIMAE, 0)))
    house.doors.record.record(Event("till", "2", NOW - timedelta(hours=1), StockChanged(MILK, EKIMAE, 8)))
    house.doors.record.record(Event("erp", "3", NOW, PriceChanged(MILK, "", 258, "JPY")))
    assert heard.get(timeout=5) == (Change(ChangeKind.STOCK, MILK, EKIMAE, 0), 0)
    assert heard.get(timeout=5)[0] == Change(ChangeKind.PRICE, MILK, "")
    listener.close()
    assert heard.empty()


def test_every_kind_of_event_is_taken(house: House) -> None:
    payloads = [
        ShelfScanned(MILK, EKIMAE),
        StoreCheckedIn(EKIMAE),
        ProductShown(MILK, EKIMAE, "entrance"),
        IdentityLinked("retailer", "ada", "app", "phone-1"),
        IdentityRevoked("3"),
        IdentityRevoked("comes later"),
        OrderCompleted(
            "o1", EKIMAE, "JPY", (OrderedProduct("a", MILK, 2, 516), OrderedProduct("b", JAM, 1, 300)), "app"
        ),
        OrderRefunded("o1", (ReturnedProduct("a", "", 1), ReturnedProduct("", JAM))),
        OrderRefunded("o1"),
        OrderCancelled("o2"),
        ItemVoided("o1", gtin=MILK, quantity=1),
        ProductViewed(MILK),
        ProductAdded(MILK, EKIMAE),
        ProductRemoved(MILK),
    ]
    told = [Event("all", str(n), NOW, payload) for n, payload in enumerate(payloads)]
    assert house.doors.record.record_all(told) == [Outcome.RECORDED] * len(told)
    assert {type(payload) for payload in payloads} | {StockChanged, PriceChanged} == set(get_args(Payload))
    assert house.doors.record.record_all(told) == [Outcome.DUPLICATE] * len(told)  # as they were told, in every field
    assert house.doors.record.record_all([]) == []
