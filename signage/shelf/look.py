"""Products as the phone shows them: tile, names, price and stock in words; and the store that a page speaks of."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import request

from recommender.domain.product import Offer, Product, Stock
from signage.bundle.find import MissingFile, path
from signage.domain.clock import from_millis, local
from signage.domain.errors import Unavailable
from signage.domain.families import Families, read_families
from signage.domain.place import Store
from signage.domain.price import PriceWords, price_words
from signage.domain.stock import StockLimits, StockWords, Surface, Tone, stock_words
from signage.domain.words import Words, legal, second_line
from signage.shelf import texts
from signage.shelf.frame import lang, say
from signage.shelf.ports import ShelfPorts

SAFE = re.compile(r"[a-z0-9_-]+")
COLOUR = re.compile(r"#[0-9A-Fa-f]{6}")
MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Card:
    """`pictogram` is an address, "" when the family's `letter` stands in; `dated` says how old the stock's words are.

    `simulated`: are its price, its stock made up?
    """

    gtin: str
    name: str
    second: str
    short_second: str
    family: str
    family_name: str
    pictogram: str
    letter: str
    price: PriceWords
    stock: StockWords
    dated: str
    sold_out: bool
    law_class: str
    simulated: tuple[bool, bool]
    reason: str = ""

    @property
    def reads(self) -> tuple[str, str]:
        """What tells it from another product in a list."""
        return self.name, self.second


class Shelf:
    """Makes cards in this request's language; holds the table of families."""

    def __init__(self, ports: ShelfPorts) -> None:
        self._ports = ports
        self._families = load_families()

    def cards(self, store: Store, gtins: Sequence[str]) -> dict[str, Card]:
        """The known ones among `gtins`, by GTIN."""
        products = self._ports.catalog.products(gtins)
        offers = self._ports.catalog.offers(store.store_id, list(products))
        return {gtin: self.card(product, store, offers.get(gtin)) for gtin, product in products.items()}

    def card(self, product: Product, store: Store, offer: Offer | None) -> Card:
        here, language, limits = local(self._ports.clock(), store.zone), lang(), self._ports.stock_limits
        price, stock = (offer.price, offer.stock) if offer else (None, None)
        words = stock_words(stock, here, language, Surface.PHONE, limits=limits)
        family = self._families[product.family]
        return Card(
            gtin=product.gtin,
            name=name(product),
            second=second_line(product.brand, product.size, language),
            short_second=second_line(product.brand, product.size, language, short=True),
            family=family.family,
            family_name=family.name(language),
            pictogram=_pictogram(product.pictogram),
            letter=family.letter(language),
            price=price_words(price, product.price_kind, language, here),
            stock=words,
            dated=_dated(stock, words, here, limits),
            sold_out=stock is not None and words.as_of_ms > 0 and stock.quantity <= 0,
            law_class=product.law_class,
            simulated=(bool(price and price.simulated), bool(stock and stock.simulated)),
        )

    def note(self, cards: Sequence[Card], *more: Words) -> str:
        """The page's one line on where its figures come from: what is simulated is said, in the demo and out of it."""
        parts = [texts.DEMO_DATA] if self._ports.demo else []
        simulated = any(card.simulated[0] for card in cards), any(card.simulated[1] for card in cards)
        if any(simulated):
            parts.append(texts.SIMULATED[simulated])
        return (" " if lang() == "en" else "").join(say(words) for words in (*parts, *more))


def distinct(cards: Iterable[Card], unlike: Iterable[Card] = ()) -> list[Card]:
    """The cards in their order, without those that read like one before or like one of `unlike`."""
    seen = {card.reads for card in unlike}
    kept = []
    for card in cards:
        if card.reads not in seen:
            seen.add(card.reads)
            kept.append(card)
    return kept


def law_line(cards: Iterable[Card], store: Store) -> str:
    """What the law wants said on a page with these products, "" for nothing."""
    return legal({card.law_class for card in cards}, store.currency, lang())


def load_families() -> Families:
    return read_families(path("assets", "families.csv").read_text("utf-8"))


def families_css(families: Families) -> str:
    """The tiles' colours as a style sheet: pages carry no style of their own, and the table stays the only source."""
    rules = [".tile { background: #E8EAF0; color: #2F3850; }"]
    for family in families.values():
        if SAFE.fullmatch(family.family) and COLOUR.fullmatch(family.tint) and COLOUR.fullmatch(family.deep):
            rules.append(f".tile-{family.family} {{ background: {family.tint}; color: {family.deep}; }}")
    return "\n".join(rules) + "\n"


def name(product: Product) -> str:
    """The product's name in this request's language."""
    return product.name_en if lang() == "en" else product.name_ja


def item_number(gtin: str) -> str:
    """The last four digits of the number that a label shows: of a retailer's own number without our check digit."""
    return gtin[9:13] if gtin.startswith("02") else gtin[10:]


def store_name(store: Store) -> str:
    return store.name_en if lang() == "en" else store.name_ja


def store_asked(ports: ShelfPorts) -> Store:
    """The store in `?s=`, the first one when that isn't known. Raises Unavailable while there is none at all."""
    known = ports.store(request.args.get("s", "")[:64])
    if known is not None:
        return known
    first = next(iter(ports.stores()), None)
    if first is None:
        raise Unavailable("no_store", texts.NO_STORE.en, texts.NO_STORE.ja)
    return first


def known_product(ports: ShelfPorts, gtin: str) -> Product | None:
    return ports.catalog.products([gtin]).get(gtin)


def _pictogram(wanted: str) -> str:
    """Address of a pictogram that set-up has fetched; "" for none: without script a page can't mend a broken picture."""
    if not SAFE.fullmatch(wanted):
        return ""
    try:
        path("assets", "ready", "pictograms", f"{wanted}.svg")
    except MissingFile:
        return ""
    return f"/assets/pictograms/{wanted}.svg"


def _dated(stock: Stock | None, words: StockWords, here: datetime, limits: StockLimits) -> str:
    """15:02 現在(1分前), on the store's clock as `here` has it."""
    if stock is None or words.tone is Tone.MUTED:
        stale = stock is not None and here > stock.as_of
        return say(texts.STALE_STOCK, n=limits.fresh // MINUTE) if stale else ""
    as_of = from_millis(words.as_of_ms)
    minutes = max(timedelta(), here - as_of) // MINUTE
    age = say(texts.MINUTES_AGO, n=minutes) if minutes else say(texts.JUST_NOW)
    return say(texts.AS_OF, time=f"{as_of.astimezone(here.tzinfo):%H:%M}", age=age)
