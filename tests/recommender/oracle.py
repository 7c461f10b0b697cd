"""A shop that knows by itself what its lists may show: it tells the doors what happens and keeps its own books of it.

Nothing here asks the code under test. Some 250 products of 26 categories, of which some are for adults, for nobody's eyes
or in no list at all, some are spelled alike, some are new; 60 households buy them for ten weeks in two stores.
"""

import csv
from collections import Counter, defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from random import Random

from recommender.app import open_importer
from recommender.domain.gtin import restricted
from recommender.history.catalogue import CATEGORIES
from recommender.settings import Settings
from tests.recommender.shop import LINE_COLUMNS, NOW

STORES = ("east", "west")
OPENED_TODAY = "opened today"
HOUSEHOLDS, WEEKS, EACH = 60, 10, 10  # EACH: products of a category
PRODUCT_COLUMNS = ("gtin", "name_ja", "name_en", "brand", "size", "category", "maker", "in_models", "public_safe")
LAWS = {"beer": "alcohol", "cider": "alcohol", "cigars": "tobacco", "fireworks": "age_limited", "pills": "medicine"}
FEW = 5  # buyers that a product needs to be known


@dataclass
class Product:
    gtin: str
    category: str
    words: str
    in_models: bool
    public_safe: bool


@dataclass
class Books:
    """What is true now. safe: category -> may history bring it up on a screen?"""

    products: dict[str, Product] = field(default_factory=dict)
    safe: dict[str, bool] = field(default_factory=dict)
    stock: dict[tuple[str, str], int] = field(default_factory=dict)
    buyers: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    new: set[str] = field(default_factory=set)

    def known(self) -> set[str]:
        """What the models may have learned, or know to be new."""
        return {g for g, who in self.buyers.items() if len(who) >= FEW and self.products[g].in_models} | self.new

    def allowed(self, gtin: str, store: str, *, public: bool, family: str = "") -> bool:
        product = self.products[gtin]
        return (
            product.in_models
            and LAWS.get(product.category, "") not in {"alcohol", "tobacco", "age_limited"}
            and self.stock.get((gtin, store)) != 0
            and (not public or (product.public_safe and self.safe[product.category]))
            and family in {"", family_of(product.category)}
        )

    def broken(
        self,
        shown: list[str],
        limit: int,
        store: str,
        trained: set[str],
        *,
        public: bool,
        family: str = "",
        beside: str = "",
        without: Collection[str] = (),
    ) -> str:
        """The first rule that a list breaks, "" when it keeps all. trained: what the models know. beside: looked at.
        without: shown already."""
        taken = {self.products[beside].words} if beside else set()
        may = {g for g in trained.difference(without) if self.allowed(g, store, public=public, family=family)}
        may = {g for g in may if self.products[g].words not in taken}
        for gtin in shown:
            if gtin not in may:
                return f"{gtin} ({self.products[gtin]}) may not be shown in {store}"
        words = [self.products[g].words for g in shown]
        if len(set(words)) != len(words):
            return "two with the same words"
        possible = {self.products[g].words: self.products[g].category for g in may}
        if len(shown) != min(limit, len(possible)):
            return f"{len(shown)} shown of {len(possible)}, {limit} wanted"
        types = Counter(self.products[g].category for g in shown)
        left = Counter(possible.values())
        if any(n > 2 for n in types.values()) and any(types[c] < min(2, n) for c, n in left.items()):
            return f"more than two of a type while there were others: {types}"
        return ""


def family_of(category: str) -> str:
    return f"family {len(category) % 3}"


def build(settings: Settings, folder: Path) -> Books:
    """Imports the shop by the ordinary importer -> its books."""
    random, books = Random(11), Books()
    names = [*LAWS, "nappies", *(f"aisle {n}" + "!" * (n % 3) for n in range(20))]
    for name in names:
        books.safe[name] = name not in {"pills", "nappies", "cigars"}  # beer and cider: only the law forbids them
    for number, name in enumerate(names):
        for place in range(EACH):
            gtin = restricted(5000 + EACH * number + place).zfill(14)
            twin = place - 1 if place % 4 == 3 else place
            product = Product(gtin, name, f"{name} {twin}", random.random() > 0.03, random.random() > 0.1)
            books.products[gtin] = product
            if place == 0:
                books.new.add(gtin)  # of each category one that nobody bought yet
    for gtin in books.products:
        for store in STORES:
            if gtin in books.new or random.random() < 0.3:
                books.stock[gtin, store] = 1 + random.randrange(20)
    books.new = {g for g in books.new if books.products[g].in_models}
    _bring_in(settings, folder, books, _lines(books, random))
    return books


def _lines(books: Books, random: Random) -> list[tuple[object, ...]]:
    sold = [g for g, product in books.products.items() if (g, "east") not in books.stock or g not in books.new]
    sold = [g for g in sold if not books.products[g].words.endswith(" 0")]
    rows: list[tuple[object, ...]] = []
    for house in range(HOUSEHOLDS):
        habits = random.sample(sold, 12)
        for week in range(WEEKS):
            at = NOW - timedelta(days=7 * week + 1, hours=house % 9)
            basket = {*random.sample(habits, 6), *random.sample(sold, 5)}
            for line, gtin in enumerate(sorted(basket)):
                row = (
                    f"o{house}-{week}",
                    line,
                    f"hh{house}",
                    STORES[house % 2],
                    at.isoformat(),
                    gtin,
                    1,
                    100,
                    "JPY",
                    "",
                )
                rows.append(row)
                books.buyers[gtin].add(f"hh{house}")
    return rows


def _bring_in(settings: Settings, folder: Path, books: Books, lines: list[tuple[object, ...]]) -> None:
    importer = open_importer(settings, lambda: NOW)
    for kind, header, rows in (
        ("categories", CATEGORIES, categories(books)),
        ("products", PRODUCT_COLUMNS, [product_row(product) for product in books.products.values()]),
        ("stores", ("store_id", "zone"), [(store, "Asia/Tokyo") for store in STORES]),
        ("lines", LINE_COLUMNS, lines),
    ):
        path = folder / f"{kind}.csv"
        with path.open("w", newline="") as file:
            csv.writer(file).writerows([header, *rows])
        assert importer.run(path, kind, lambda _: None).rejected == 0
    importer.engine.dispose()


def product_row(p: Product) -> tuple[object, ...]:
    """As PRODUCT_COLUMNS name it."""
    flags = ("yes" if flag else "no" for flag in (p.in_models, p.public_safe))
    return (p.gtin, p.words, p.words, "b", "1", p.category, "m", *flags)


def categories(books: Books) -> list[tuple[object, ...]]:
    return [
        (name, name, name, name, family_of(name), "", "each", 8, LAWS.get(name, "none"), "yes" if safe else "no")
        for name, safe in books.safe.items()
    ]
