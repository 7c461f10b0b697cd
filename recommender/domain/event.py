"""Events that enter by the `record` door. (source, event_id) is unique: a second arrival changes nothing."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Outcome(StrEnum):
    RECORDED = "recorded"
    DUPLICATE = "duplicate"  # this (source, event_id) is known; nothing changed


class RefusedEvent(ValueError):
    """The event can't be true as told (unknown product, negative stock, a time in the future). str() says why."""


@dataclass(frozen=True, slots=True)
class StockChanged:
    gtin: str
    store_id: str
    quantity: int  # the new level, >= 0
    simulated: bool = False
    next_delivery: str = ""  # 2026-11-23, the store's calendar; "" = not known


@dataclass(frozen=True, slots=True)
class PriceChanged:
    gtin: str
    store_id: str  # "" = every store
    amount_minor: int
    currency: str
    simulated: bool = False


@dataclass(frozen=True, slots=True)
class ShelfScanned:
    """A phone opened a shelf page. No phone is named."""

    gtin: str
    store_id: str


@dataclass(frozen=True, slots=True)
class StoreCheckedIn:
    """A member's code was accepted. Store and hour only: a time to the second would be a join key to the audience."""

    store_id: str


@dataclass(frozen=True, slots=True)
class ProductShown:
    """A promoted product was on a screen (a completed play), told by proof. Place and time, nobody."""

    gtin: str
    store_id: str
    screen_id: str


@dataclass(frozen=True, slots=True)
class IdentityLinked:
    """Two identifiers belong to one person, says `source`. Values are hashed with the history's key before storage."""

    namespace_a: str
    value_a: str
    namespace_b: str
    value_b: str


@dataclass(frozen=True, slots=True)
class IdentityRevoked:
    """Takes back the edge that the event `linked_id` of the same source made."""

    linked_id: str


Payload = StockChanged | PriceChanged | ShelfScanned | StoreCheckedIn | ProductShown | IdentityLinked | IdentityRevoked


@dataclass(frozen=True, slots=True)
class Event:
    """CloudEvents' source, id and time with one of our payloads. `at` is aware; the future beyond 5 min is refused."""

    source: str
    event_id: str
    at: datetime
    payload: Payload


class ChangeKind(StrEnum):
    STOCK = "stock"
    PRICE = "price"


@dataclass(frozen=True, slots=True)
class Change:
    """Told after a stock or price is stored and is the newest. `quantity` is None for a price; `store_id` "" = every store."""

    kind: ChangeKind
    gtin: str
    store_id: str
    quantity: int | None = None
