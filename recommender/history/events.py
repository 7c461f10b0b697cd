"""Events that arrived by the door `record` -> rows. Late is right, twice is once, impossible is refused."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import assert_never

from recommender.domain.event import (
    Change,
    ChangeKind,
    Event,
    IdentityLinked,
    IdentityRevoked,
    Outcome,
    PriceChanged,
    ProductShown,
    RefusedEvent,
    ShelfScanned,
    StockChanged,
    StoreCheckedIn,
)
from recommender.domain.gtin import is_gtin14
from recommender.domain.instant import HOUR_MS, to_ms
from recommender.history import identity
from recommender.storage import interactions, offers, products
from recommender.storage.engine import Connection
from recommender.storage.interactions import EventRow, InteractionRow
from recommender.storage.members import Edge
from recommender.storage.offers import PriceRow, StockRow

AHEAD = timedelta(minutes=5)
ID_LENGTH = 200
AMOUNT_LIMIT = 10**12
Answer = Outcome | RefusedEvent


@dataclass(slots=True)
class _Rows:
    """What a batch comes to before it is stored, so that a thousand events are a handful of statements."""

    events: list[EventRow] = field(default_factory=list)
    interactions: list[InteractionRow] = field(default_factory=list)
    stock: list[StockRow] = field(default_factory=list)
    prices: list[PriceRow] = field(default_factory=list)


def apply(
    connection: Connection, key: bytes, batch: Sequence[Event], now: datetime
) -> tuple[list[Answer], list[Change]]:
    """One answer per event in their order, and the changes to tell once the transaction is committed."""
    seen = interactions.known_events(connection, {(event.source, event.event_id) for event in batch})
    wanted = {gtin for event in batch if (gtin := getattr(event.payload, "gtin", ""))}
    known = products.known_among(connection, [gtin for gtin in wanted if is_gtin14(gtin)])
    rows, answers = _Rows(), list[Answer]()
    for event in batch:
        try:
            _check_envelope(event, now)
            if (event.source, event.event_id) in seen:
                answers.append(Outcome.DUPLICATE)
                continue
            _apply(connection, key, event, known, rows)
        except RefusedEvent as refused:
            answers.append(refused)
            continue
        seen.add((event.source, event.event_id))
        answers.append(Outcome.RECORDED)
    interactions.add_events(connection, rows.events)
    interactions.add_interactions(connection, rows.interactions)
    newest_stock = offers.put_stock(connection, rows.stock)
    newest_prices = offers.put_prices(connection, rows.prices)
    changes = [Change(ChangeKind.STOCK, row.gtin, row.store_id, row.quantity) for row in newest_stock]
    changes += [Change(ChangeKind.PRICE, row.gtin, row.store_id) for row in newest_prices]
    return answers, changes


def _apply(connection: Connection, key: bytes, event: Event, known: Collection[str], rows: _Rows) -> None:
    told, at = event.payload, to_ms(event.at)
    match told:
        case StockChanged():
            _need(told.gtin in known, "unknown product")
            _need_store(told.store_id)
            _need(0 <= told.quantity < AMOUNT_LIMIT, "a stock level is 0 or more")
            _need(_is_day(told.next_delivery), "next_delivery is no day such as 2026-11-23")
            rows.stock.append(StockRow(told.gtin, told.store_id, told.quantity, at, told.simulated, told.next_delivery))
        case PriceChanged():
            _need(told.gtin in known, "unknown product")
            if told.store_id != offers.EVERY_STORE:
                _need_store(told.store_id)
            _need(0 <= told.amount_minor < AMOUNT_LIMIT, "a price is 0 or more")
            _need(
                len(told.currency) == 3 and told.currency.isascii() and told.currency.isupper(),
                "not an ISO 4217 currency",
            )
            rows.prices.append(PriceRow(told.gtin, told.store_id, told.amount_minor, told.currency, at, told.simulated))
        case ShelfScanned() | ProductShown():
            _need(told.gtin in known, "unknown product")
            _need_store(told.store_id)
            screen = told.screen_id if isinstance(told, ProductShown) else ""
            _need(len(screen) <= ID_LENGTH, "screen_id is too long")
            rows.interactions.append(InteractionRow(type(told).__name__, at, told.gtin, told.store_id, screen))
        case StoreCheckedIn():
            _need_store(told.store_id)
            at -= at % HOUR_MS  # nor may the list of events say it more finely
            rows.interactions.append(interactions.check_in(told.store_id, at))
        case IdentityLinked():
            _link(connection, key, event, told)
        case IdentityRevoked():
            gone = identity.revoke(connection, event.source, told.linked_id, at)
            _need(gone, "this source made no such link")
        case _:
            assert_never(told)
    rows.events.append(EventRow(event.source, event.event_id, type(told).__name__, at))


def _link(connection: Connection, key: bytes, event: Event, told: IdentityLinked) -> None:
    parts = (told.namespace_a, told.value_a, told.namespace_b, told.value_b)
    _need(all(part.strip() and len(part) <= ID_LENGTH for part in parts), "an identifier is blank or too long")
    _need(parts[:2] != parts[2:], "an identifier can't be linked to itself")
    (a,) = identity.resolve(connection, key, told.namespace_a, [told.value_a]).values()
    (b,) = identity.resolve(connection, key, told.namespace_b, [told.value_b]).values()
    identity.link(connection, Edge(event.source, event.event_id, a, b), to_ms(event.at))


def _check_envelope(event: Event, now: datetime) -> None:
    for name, text in (("source", event.source), ("id", event.event_id)):
        _need(
            bool(text) and len(text) <= ID_LENGTH and text.isprintable(), f"{name} is blank, too long or not printable"
        )
    _need(event.at.tzinfo is not None, "the time has no zone")
    _need(event.at <= now + AHEAD, "the time is in the future")
    _need(event.at.year >= 2000, "the time is before 2000")


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
