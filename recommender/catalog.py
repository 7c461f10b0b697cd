"""Door `catalog`: products by GTIN, what they cost and how many there are, and what goes with them. Knows no person."""

from collections import OrderedDict
from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import Protocol

from recommender.artifacts import Store
from recommender.domain.facts import Facts, Told
from recommender.domain.gtin import LENGTHS, is_gtin14
from recommender.domain.product import Offer, Product
from recommender.domain.recommendation import Scored, left_out
from recommender.serving import shelf
from recommender.serving.rules import RulesOf
from recommender.storage import facts, offers, products
from recommender.storage.engine import Engine

REMEMBERED = 4096  # products; a store's screens and shelf pages ask for the same few again and again
SEARCH_TERMS = 8
SEARCH_LENGTH = 100


class Catalog(Protocol):
    """Opened by recommender.app in process, or by recommender.remote over HTTP. GTINs are 14 digits."""

    def products(self, gtins: Sequence[str]) -> dict[str, Product]:
        """The known ones among `gtins`, by GTIN."""
        ...

    def offers(self, store_id: str, gtins: Sequence[str]) -> dict[str, Offer]:
        """Price and stock in one store for each known product among `gtins`."""
        ...

    def search(self, text: str, limit: int = 20) -> list[Product]:
        """Products whose name, category or GTIN matches, best sellers first."""
        ...

    def facts(self, gtin: str, lot: str = "") -> Facts:
        """What is known of a product, and of one lot of it; the lot of what comes back is "" when nothing is known of it."""
        ...

    def goes_with(self, gtin: str, store_id: str, limit: int, *, without: Collection[str] = ()) -> list[Scored]:
        """What is bought together with `gtin`, best first, none that is sold out there or age-limited; filled up with what
        sells in the store; [] for an unknown product, or where nothing was ever sold. without: GTINs that were shown already.
        Raises ValueError for more than LEFT_OUT of them."""
        ...


class LocalCatalog:
    """The door in process. Remembers products until the catalogue changes; prices and stock are always read."""

    def __init__(self, engine: Engine, store: Store, rules: RulesOf) -> None:
        self._engine = engine
        self._store = store
        self._rules = rules
        self._version = -1
        self._remembered: OrderedDict[str, Product] = OrderedDict()

    def products(self, gtins: Sequence[str]) -> dict[str, Product]:
        version = products.catalogue_version(self._engine)
        remembered = self._remembered if version == self._version else OrderedDict()
        wanted = [gtin for gtin in dict.fromkeys(gtins) if is_gtin14(gtin)]
        found = {gtin: product for gtin in wanted if (product := remembered.get(gtin))}
        missing = [gtin for gtin in wanted if gtin not in found]
        if missing:
            found.update(products.by_gtin(self._engine, missing))
        self._version, self._remembered = version, remembered
        for gtin, product in found.items():
            remembered[gtin] = product
            remembered.move_to_end(gtin)
        while len(remembered) > REMEMBERED:
            remembered.popitem(last=False)
        return {gtin: found[gtin] for gtin in wanted if gtin in found}

    def offers(self, store_id: str, gtins: Sequence[str]) -> dict[str, Offer]:
        return offers.offers(self._engine, store_id, [gtin for gtin in dict.fromkeys(gtins) if is_gtin14(gtin)])

    def search(self, text: str, limit: int = 20) -> list[Product]:
        terms = products.fold(text[:SEARCH_LENGTH]).split()[:SEARCH_TERMS]
        number = terms[0] if len(terms) == 1 else ""
        gtin = number.zfill(14) if number.isascii() and number.isdigit() and len(number) in LENGTHS else None
        return products.search(self._engine, terms, gtin, limit) if terms else []

    def facts(self, gtin: str, lot: str = "") -> Facts:
        product = self.products([gtin]).get(gtin)
        if product is None:
            return Facts(gtin)
        told = facts.of(self._engine, gtin, {"", lot})
        own = _with_the_catalogues(told.get("", Facts(gtin)), product)
        return own.of_lot(told[lot]) if lot in told and lot else own

    def goes_with(self, gtin: str, store_id: str, limit: int, *, without: Collection[str] = ()) -> list[Scored]:
        shown = left_out(without)
        if not self.products([gtin]):
            return []
        barred = self._rules(store_id, False)
        return shelf.goes_with(self._store.current(), gtin, store_id, limit, without=shown, barred=barred)


def _with_the_catalogues(told: Facts, product: Product) -> Facts:
    """The list of products may say origin and allergens too: it is believed where nothing else was told."""
    origin, allergens = (
        told.origin or Told(product.origin_ja, product.origin_en),
        told.allergens or Told(product.allergens_ja, product.allergens_en),
    )
    taken = (origin, allergens) != (told.origin, told.allergens)
    return replace(told, origin=origin, allergens=allergens, sample=told.sample or (taken and product.sample_facts))
