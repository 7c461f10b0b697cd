"""Door `catalog` with one store's promoted products looked up beforehand: two questions for a whole manifest."""

from collections.abc import Collection, Sequence

from recommender.catalog import Catalog
from recommender.domain.product import Offer, Product
from recommender.domain.recommendation import Scored


class Prefetched:
    """Answers from what it holds; what it doesn't hold it asks the catalogue, as anybody would."""

    def __init__(self, catalog: Catalog, store_id: str, gtins: Collection[str]) -> None:
        self._catalog = catalog
        self._store_id = store_id
        self._held = frozenset(gtins)
        self._products = catalog.products(list(gtins)) if gtins else {}
        self._offers = catalog.offers(store_id, list(gtins)) if gtins else {}

    def products(self, gtins: Sequence[str]) -> dict[str, Product]:
        if not self._held.issuperset(gtins):
            return self._catalog.products(gtins)
        return {gtin: self._products[gtin] for gtin in gtins if gtin in self._products}

    def offers(self, store_id: str, gtins: Sequence[str]) -> dict[str, Offer]:
        if store_id != self._store_id or not self._held.issuperset(gtins):
            return self._catalog.offers(store_id, gtins)
        return {gtin: self._offers[gtin] for gtin in gtins if gtin in self._offers}

    def search(self, text: str, limit: int = 20) -> list[Product]:
        return self._catalog.search(text, limit)

    def goes_with(self, gtin: str, store_id: str, limit: int) -> list[Scored]:
        return self._catalog.goes_with(gtin, store_id, limit)
