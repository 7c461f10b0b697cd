"""Door `catalog`: products by GTIN, what they cost and how many there are, and what goes with them. Knows no person."""

from collections.abc import Sequence
from typing import Protocol

from recommender.domain.product import Offer, Product
from recommender.domain.recommendation import Scored


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

    def goes_with(self, gtin: str, store_id: str, limit: int) -> list[Scored]:
        """What is bought together with `gtin`, best first; [] for an unknown product or before training."""
        ...
