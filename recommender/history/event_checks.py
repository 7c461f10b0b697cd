"""Can this event be true as it is told? Looks at the event alone, but for the products and the time there are."""

from collections.abc import Collection
from datetime import date, datetime, timedelta
from typing import assert_never

from recommender.domain.event import (
    Event,
    IdentityLinked,
    IdentityRevoked,
    ItemVoided,
    OrderCancelled,
    OrderCompleted,
    OrderRefunded,
    PriceChanged,
    ProductAdded,
    ProductRemoved,
    ProductShown,
    ProductViewed,
    RefusedEvent,
    ShelfScanned,
    StockChanged,
    StoreCheckedIn,
)
from recommender.domain.money import is_currency
from recommender.history.orders import check_order, check_return
from recommender.storage.schema import EVERY_STORE

AHEAD = timedelta(minutes=5)
ID_LENGTH = 200
AMOUNT_LIMIT = 10**12
PERSONAL = (  # the kinds that may name somebody
    OrderCompleted, OrderRefunded, OrderCancelled, ItemVoided, ProductViewed, ProductAdded, ProductRemoved, ShelfScanned,
)  # fmt: skip


def check(event: Event, known: Collection[str], now: datetime) -> None:
    """`known`: GTINs of products there are, among those told. Raises RefusedEvent."""
    _check_envelope(event, now)
    told = event.payload
    match told:
        case StockChanged() | PriceChanged():
            _check_offer(told, known)
        case ShelfScanned() | ProductShown() | ProductViewed() | ProductAdded() | ProductRemoved():
            _check_seen(told, known)
        case StoreCheckedIn():
            _need_store(told.store_id)
        case IdentityRevoked() if told.linked_id:
            fine = len(told.linked_id) <= ID_LENGTH and told.linked_id.isprintable()
            _need(fine, "linked_id is too long or not printable")
        case IdentityLinked() | IdentityRevoked():
            _check_pair((told.namespace_a, told.value_a), (told.namespace_b, told.value_b))
        case OrderCompleted():
            check_order(told)
        case OrderRefunded() | OrderCancelled() | ItemVoided():
            check_return(told)
        case _:
            assert_never(told)


def _check_offer(told: StockChanged | PriceChanged, known: Collection[str]) -> None:
    _need(told.gtin in known, "unknown product")
    if told.store_id != EVERY_STORE or isinstance(told, StockChanged):
        _need_store(told.store_id)
    if isinstance(told, StockChanged):
        _need(0 <= told.quantity < AMOUNT_LIMIT, "a stock level is 0 or more")
        _need(_is_day(told.next_delivery), "next_delivery is no day such as 2026-11-23")
    else:
        _need(0 <= told.amount_minor < AMOUNT_LIMIT, "a price is 0 or more")
        _need(is_currency(told.currency), "not an ISO 4217 currency")


def _check_seen(
    told: ShelfScanned | ProductShown | ProductViewed | ProductAdded | ProductRemoved, known: Collection[str]
) -> None:
    _need(told.gtin in known, "unknown product")
    if told.store_id or isinstance(told, ShelfScanned | ProductShown):
        _need_store(told.store_id)
    screen = told.screen_id if isinstance(told, ProductShown) else ""
    _need(len(screen) <= ID_LENGTH and screen.isprintable(), "screen_id is too long or not printable")


def _check_pair(a: tuple[str, str], b: tuple[str, str]) -> None:
    fine = all(part.strip() and len(part) <= ID_LENGTH and part.isprintable() for part in (*a, *b))
    _need(fine, "an identifier is blank, too long or not printable")
    _need(a != b, "an identifier can't be linked to itself")


def _check_envelope(event: Event, now: datetime) -> None:
    for name, text in (("source", event.source), ("id", event.event_id)):
        _need(
            bool(text) and len(text) <= ID_LENGTH and text.isprintable(), f"{name} is blank, too long or not printable"
        )
    _need(event.at.tzinfo is not None, "the time has no zone")
    _need(event.at <= now + AHEAD, "the time is in the future")
    _need(event.at.year >= 2000, "the time is before 2000")
    for name, text in (("user_id", event.user_id), ("anonymous_id", event.anonymous_id)):
        _need(
            len(text) <= ID_LENGTH and text == text.strip() and text.isprintable(),
            f"{name} is too long or not printable",
        )
    _need(not (event.user_id or event.anonymous_id) or isinstance(event.payload, PERSONAL), "this type names nobody")


def _need_store(store_id: str) -> None:
    _need(0 < len(store_id) <= 64 and store_id.isprintable(), "store_id is blank, too long or not printable")


def _is_day(text: str) -> bool:
    """Is it blank, or a day exactly as we write one?"""
    try:
        return not text or date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _need(true: bool, otherwise: str) -> None:
    if not true:
        raise RefusedEvent(otherwise)
