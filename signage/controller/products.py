"""Products as a screen prints them: words, tile, price and stock of one store, now."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from recommender.domain.product import AGE_LIMITED, Offer, Product
from signage.controller.rooms import Rooms, Site
from signage.domain.clock import local
from signage.domain.place import Orientation
from signage.domain.price import LEASED, ON_SHOW, price_words
from signage.domain.stock import CHECK_SHELF, StockWords, Surface, Tone, stock_words
from signage.domain.words import legal, second_line

SPARE = 3, 9  # products asked for beyond those wanted: for one, for a list


class Assortment:
    """What can be on a card in one store at one moment: nothing is asked for twice. Stock 0 is never among it; unknown
    stock is."""

    def __init__(self, rooms: Rooms, site: Site) -> None:
        self._rooms = rooms
        self._site = site
        self._told: dict[tuple[str, ...], list[tuple[Product, Offer]]] = {}

    def find(self, gtins: Sequence[str], limit: int, *, listed: bool = False) -> list[tuple[Product, Offer]]:
        """The first `limit` of these that are there and read differently from each other.

        `listed`: nobody chose them by name, a list did, maybe minutes ago: only what every list may show.
        """
        found: dict[tuple[str, str], tuple[Product, Offer]] = {}
        for product, offer in self._there(gtins, limit + SPARE[limit > 1], listed=listed):
            found.setdefault(self._reads(product), (product, offer))
            if len(found) == limit:
                break
        return list(found.values())

    def _there(self, gtins: Sequence[str], at_once: int, *, listed: bool) -> Iterator[tuple[Product, Offer]]:
        """Mostly the first few are all that is wanted."""
        for start in range(0, len(gtins), at_once):
            asked = tuple(gtins[start : start + at_once])
            if asked not in self._told:
                self._told[asked] = self._ask(asked)
            for product, offer in self._told[asked]:
                barred = listed and (not product.public_safe or product.law_class in AGE_LIMITED)
                if not barred and (offer.stock is None or offer.stock.quantity > 0):
                    yield product, offer

    def _ask(self, gtins: Sequence[str]) -> list[tuple[Product, Offer]]:
        """Those that are known, in their order."""
        store_id = self._site.store.store_id
        products = self._rooms.catalog.products(gtins)
        offers = self._rooms.catalog.offers(store_id, list(products))
        known = [(gtin, products[gtin]) for gtin in gtins if gtin in products]
        return [(product, offers.get(gtin) or Offer(gtin, store_id, None, None)) for gtin, product in known]

    def print(
        self, product: Product, offer: Offer, now: datetime, reason: str, *, leased: bool, short: bool = False
    ) -> dict[str, Any]:
        """The product as show.json has it. A leased card is shown later and offline, so it says no stock.

        `short`: brand and size as in a narrow list.
        """
        lang = self._site.lang
        name, sub = self._reads(product, short=short)
        family = self._rooms.families[product.family]
        unsaid = StockWords(CHECK_SHELF.say(lang), Tone.MUTED, 0)
        here = local(now, self._site.store.zone)
        lasts = here + (LEASED if leased else ON_SHOW)  # what is proved now may not be by then
        stock = (
            unsaid if leased else stock_words(offer.stock, here, lang, Surface.SCREEN, limits=self._rooms.stock_limits)
        )
        price = price_words(offer.price, product.price_kind, lang, lasts)
        return {
            "gtin": product.gtin,
            "name": name,
            "short": product.category_en if lang == "en" else product.short_ja,
            "sub": sub,
            "family": family.name(lang),
            "tint": family.tint,
            "deep": family.deep,
            "pictogram": product.pictogram,
            "letter": family.letter(lang),
            "reason": reason,
            "price": asdict(price)
            | ({"dates": ""} if self.legal([product]) else {}),  # the law's line needs their room
            "stock": asdict(stock),
        }

    def legal(self, products: Iterable[Product]) -> str:
        """The line that the law wants beside alcohol and tobacco, "" otherwise."""
        return legal({product.law_class for product in products}, self._site.store.currency, self._site.lang)

    def _reads(self, product: Product, *, short: bool = False) -> tuple[str, str]:
        lang = self._site.lang
        short = short or self._site.screen.orientation is Orientation.STRIP
        name = product.name_en if lang == "en" else product.name_ja
        return name, second_line(product.brand, product.size, lang, short=short)
