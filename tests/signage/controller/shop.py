"""A small shop for the tests of the controller: ten products with prices and stock, best sellers in their order."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import count

from recommender.domain.gtin import restricted
from recommender.domain.product import Offer, Price, PriceKind, Product, Stock
from recommender.domain.recommendation import CrowdScores, Place, ReasonCode, Scored
from recommender.domain.usual_price import Sale

_numbers: Iterator[int] = count(1)
PRODUCTS: dict[str, Product] = {}
PRICED = datetime(2026, 11, 1, tzinfo=UTC)


def _product(name_ja: str, name_en: str, family: str, **changes: object) -> str:
    gtin = restricted(1_000_000 + next(_numbers)).zfill(14)
    plain = Product(
        gtin=gtin, name_ja=name_ja, name_en=name_en, short_ja=name_ja[:8], brand="national", size="12 oz",
        category=name_en.upper(), category_ja=name_ja, category_en=name_en, family=family, pictogram="", tax_percent=8,
        price_kind=PriceKind.EACH, law_class="none", public_safe=True,
    )  # fmt: skip
    PRODUCTS[gtin] = replace(plain, **changes)  # type: ignore[arg-type]
    return gtin


SODA = _product("炭酸飲料", "Soft drink", "drinks", pictogram="cup-with-straw")
MILK = _product("牛乳", "Milk", "dairy", brand="private")
BREAD = _product("食パン", "Bread", "bread")
BANANA = _product("バナナ", "Bananas", "produce", price_kind=PriceKind.WEIGHT)
PIZZA = _product("冷凍ピザ", "Frozen pizza", "frozen")
TWIN = _product("冷凍ピザ", "Frozen pizza", "frozen")
WATER = _product("水", "Water", "drinks")
TEA = _product("お茶", "Tea", "drinks")
BEER = _product("ビール", "Beer", "liquor", law_class="alcohol", public_safe=False, tax_percent=10)
PILLS = _product("胃腸薬", "Antacid", "home", law_class="medicine", public_safe=False)
SELLERS = [SODA, MILK, BREAD, BANANA, PIZZA, TWIN, WATER, TEA]


@dataclass
class FakeCatalog:
    """Door `catalog` with stock that tests set; `as_of` follows their clock."""

    now: datetime
    stock: dict[str, int] = field(default_factory=lambda: dict.fromkeys(PRODUCTS, 20))
    sales: dict[str, Sale] = field(default_factory=dict)

    def products(self, gtins: Sequence[str]) -> dict[str, Product]:
        return {gtin: PRODUCTS[gtin] for gtin in gtins if gtin in PRODUCTS}

    def offers(self, store_id: str, gtins: Sequence[str]) -> dict[str, Offer]:
        currency, amount = ("USD", 399) if store_id == "elm" else ("JPY", 598)
        return {
            gtin: Offer(
                gtin,
                store_id,
                None if gtin == BANANA else Price(amount, currency, PRICED, True, sale=self.sales.get(gtin)),
                Stock(self.stock[gtin], self.now - timedelta(seconds=5)) if gtin in self.stock else None,
            )
            for gtin in gtins
            if gtin in PRODUCTS
        }

    def search(self, text: str, limit: int = 20) -> list[Product]:
        return [product for product in PRODUCTS.values() if text in product.name_ja][:limit]

    def goes_with(self, gtin: str, store_id: str, limit: int, *, without: Collection[str] = ()) -> list[Scored]:
        return []


@dataclass
class FakeCrowd:
    """Door `crowd`: best sellers in a fixed order, whoever stands there; two of them read alike. Untrained, it knows none."""

    trained: bool = True

    def scores(self, place: Place, gtins: Sequence[str]) -> CrowdScores:
        known = {gtin: 1 / (1 + SELLERS.index(gtin)) if gtin in SELLERS and self.trained else 0.0 for gtin in gtins}
        return CrowdScores(known, "fake-1" if self.trained else "none")

    def top(self, place: Place, limit: int, family: str = "", *, without: Collection[str] = ()) -> list[Scored]:
        names = [gtin for gtin in SELLERS if family in ("", PRODUCTS[gtin].family) and gtin not in without]
        scored = [Scored(gtin, 1 / (1 + n), ReasonCode.POPULAR_HERE) for n, gtin in enumerate(names)]
        return scored[:limit] if self.trained else []
