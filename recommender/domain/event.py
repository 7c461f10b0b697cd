"""Events that enter by the `record` door. (source, event_id) is unique: a second arrival changes nothing."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Outcome(StrEnum):
    RECORDED = "recorded"
    DUPLICATE = "duplicate"  # this (source, event_id) is known; nothing changed


class RefusedEvent(ValueError):
    """The event can't be true as told (unknown product, negative stock, a time in the future). str() says why."""


class ConflictingEvent(RefusedEvent):
    """This (source, event_id) is known and said something else; nothing changed."""


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A line of an order that was not taken: its line_id, and why."""

    line_id: str
    reason: str


@dataclass(frozen=True, slots=True)
class PartlyRecorded:
    """The event is recorded, but for these lines."""

    left_out: tuple[LeftOut, ...]


Answer = Outcome | PartlyRecorded | RefusedEvent


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
    """A phone opened a shelf page. Ours names no phone; an app that does is kept with the hour only."""

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
    confirmed: bool = False  # the retailer's own word that two numbers are one person: no limit holds it up


@dataclass(frozen=True, slots=True)
class IdentityRevoked:
    """Takes back the link that the event `linked_id` of the same source made; or, without it, all that the source said
    about these two identifiers."""

    linked_id: str = ""
    namespace_a: str = ""
    value_a: str = ""
    namespace_b: str = ""
    value_b: str = ""


@dataclass(frozen=True, slots=True)
class OrderedProduct:
    """One line. `line_id` is the order's own; `gtin` 14 digits, or what was told instead; `amount_minor` of the whole line."""

    line_id: str
    gtin: str
    quantity: int
    amount_minor: int


@dataclass(frozen=True, slots=True)
class OrderCompleted:
    order_id: str
    store_id: str
    currency: str  # ISO 4217, one for all lines
    products: tuple[OrderedProduct, ...]
    channel: str = ""


@dataclass(frozen=True, slots=True)
class ReturnedProduct:
    """A line by its `line_id`, or "" = any line of the product `gtin`. `quantity` None = all of it."""

    line_id: str
    gtin: str
    quantity: int | None = None


@dataclass(frozen=True, slots=True)
class OrderRefunded:
    """Without `products` the whole order."""

    order_id: str
    products: tuple[ReturnedProduct, ...] = ()


@dataclass(frozen=True, slots=True)
class OrderCancelled:
    order_id: str


@dataclass(frozen=True, slots=True)
class ItemVoided:
    """A till took a line back: by its `line_id`, or by `gtin`. `quantity` None = all of it."""

    order_id: str
    line_id: str = ""
    gtin: str = ""
    quantity: int | None = None


@dataclass(frozen=True, slots=True)
class ProductViewed:
    gtin: str
    store_id: str = ""


@dataclass(frozen=True, slots=True)
class ProductAdded:
    """Put into a cart."""

    gtin: str
    store_id: str = ""


@dataclass(frozen=True, slots=True)
class ProductRemoved:
    """Taken out of a cart again."""

    gtin: str
    store_id: str = ""


Payload = (
    StockChanged | PriceChanged | ShelfScanned | StoreCheckedIn | ProductShown | IdentityLinked | IdentityRevoked
    | OrderCompleted | OrderRefunded | OrderCancelled | ItemVoided | ProductViewed | ProductAdded | ProductRemoved
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Event:
    """CloudEvents' source, id and time with one of our payloads. `at` is aware; the future beyond 5 min is refused.

    `user_id`: the member's number; `anonymous_id`: of their browser or app. "" = not told. Both together link the two."""

    source: str
    event_id: str
    at: datetime
    payload: Payload
    user_id: str = ""
    anonymous_id: str = ""

    @property
    def key(self) -> tuple[str, str]:
        """What makes it one of a kind."""
        return self.source, self.event_id


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
