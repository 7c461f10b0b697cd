"""Door `catalog` as the manifests of one store's screens ask it: the same question goes out once."""

from collections.abc import Callable, Collection, Sequence
from typing import TypeVar

from recommender.catalog import Catalog
from recommender.domain.facts import Facts
from recommender.domain.product import Offer, Product
from recommender.domain.recommendation import Scored

Found = TypeVar("Found", Product, Offer)


class Prefetched:
    """Begins with one store's promoted products; remembers whatever else is asked, so keep it for seconds only."""

    def __init__(self, catalog: Catalog, store_id: str, gtins: Collection[str]) -> None:
        self._catalog = catalog
        self._store_id = store_id
        self._products: dict[str, Product | None] = {}
        self._offers: dict[str, Offer | None] = {}
        self.products(list(gtins))
        self.offers(store_id, list(gtins))

    def products(self, gtins: Sequence[str]) -> dict[str, Product]:
        return _through(self._products, gtins, self._catalog.products)

    def offers(self, store_id: str, gtins: Sequence[str]) -> dict[str, Offer]:
        if store_id != self._store_id:
            return self._catalog.offers(store_id, gtins)
        return _through(self._offers, gtins, lambda missing: self._catalog.offers(store_id, missing))

    def search(self, text: str, limit: int = 20) -> list[Product]:
        return self._catalog.search(text, limit)

    def facts(self, gtin: str, lot: str = "") -> Facts:
        return self._catalog.facts(gtin, lot)

    def goes_with(self, gtin: str, store_id: str, limit: int, *, without: Collection[str] = ()) -> list[Scored]:
        return self._catalog.goes_with(gtin, store_id, limit, without=without)


def _through(
    held: dict[str, Found | None], gtins: Sequence[str], ask: Callable[[Sequence[str]], dict[str, Found]]
) -> dict[str, Found]:
    """The known ones among `gtins`; only those never asked before go out. None stands for an unknown one."""
    missing = [gtin for gtin in gtins if gtin not in held]
    if missing:
        answer = ask(missing)
        held.update({gtin: answer.get(gtin) for gtin in missing})
    return {gtin: found for gtin in gtins if (found := held[gtin]) is not None}
