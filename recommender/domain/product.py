"""Products and what they cost and how many there are, as the catalogue knows them."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from recommender.domain.usual_price import Sale


class PriceKind(StrEnum):
    EACH = "each"
    WEIGHT = "weight"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Product:
    """One trade item. `size` as recorded, never converted.

    `public_safe`: may history bring it up on a screen? Both the product and its category must say so.
    """

    gtin: str
    name_ja: str
    name_en: str
    short_ja: str
    brand: str  # "national" | "private" | a maker's name
    size: str
    category: str
    category_ja: str
    category_en: str
    family: str
    pictogram: str
    price_kind: PriceKind
    tax_percent: int
    law_class: str  # none | alcohol | tobacco | medicine | …
    public_safe: bool
    maker: str = ""
    in_models: bool = True  # fuel and unclassified lines stay out
    origin_ja: str = ""  # "" = not known, here and below
    origin_en: str = ""
    allergens_ja: str = ""
    allergens_en: str = ""
    sample_facts: bool = False  # origin and allergens are made up, and labelled wherever shown


AGE_LIMITED = frozenset({"alcohol", "tobacco", "age_limited"})  # law classes that minors may not be sold


@dataclass(frozen=True, slots=True)
class Standing:
    """What the rules of a list look at, in one store, now. `quantity` is None when no stock was ever told."""

    in_models: bool
    public_safe: bool
    law_class: str
    quantity: int | None


@dataclass(frozen=True, slots=True)
class Price:
    """Tax-included amount in minor units of an ISO 4217 currency. `simulated` prices are labelled wherever shown.

    `before_minor`: what it cost before its last change, None when it never cost anything else. It proves no reference price:
    nobody may show it; `sale` knows the one that may be shown, while it is lower than before.
    """

    amount_minor: int
    currency: str
    since: datetime
    simulated: bool = False
    before_minor: int | None = None
    sale: Sale | None = None

    @property
    def cut(self) -> bool:
        """Did its last change make it cheaper?"""
        return self.before_minor is not None and self.amount_minor < self.before_minor


@dataclass(frozen=True, slots=True)
class Stock:
    """`next_delivery` is a day of the store's calendar, None when nobody told it."""

    quantity: int
    as_of: datetime
    simulated: bool = False
    next_delivery: date | None = None


@dataclass(frozen=True, slots=True)
class Offer:
    """A product in one store, now. None = not known: show no number."""

    gtin: str
    store_id: str
    price: Price | None
    stock: Stock | None
