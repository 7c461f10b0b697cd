"""Products joined with their categories: by GTIN, by words, all of them; and the importer's rows."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Engine, Row, and_, bindparam, false, func, or_, select

from recommender.domain.product import PriceKind, Product
from recommender.domain.text import as_seen
from recommender.storage.rows import upsert
from recommender.storage.schema import categories, products, versions

_HIRAGANA = range(0x3041, 0x3097)
_BETWEEN_KANA = 0x60
_TO_KATAKANA = {kana: kana + _BETWEEN_KANA for kana in _HIRAGANA}
_TO_HIRAGANA = {kana + _BETWEEN_KANA: kana for kana in _HIRAGANA}
CATALOGUE = "catalogue"  # the row of `versions` that says whether what was read before still holds
Values = Mapping[str, Any]


_c = categories.c
_JOINED = select(
    products, _c.name_ja.label("category_ja"), _c.name_en.label("category_en"), _c.short_ja.label("category_short"),
    _c.family, _c.pictogram, _c.price_kind, _c.tax, _c.law_class,
    _c.public_safe.label("category_safe"),
).join(categories, _c.category == products.c.category)  # fmt: skip
_BY_GTIN = _JOINED.where(
    products.c.gtin.in_(bindparam("gtins", expanding=True))
)  # built once: it is asked all the time


_VERSION = select(versions.c.value).where(versions.c.name == CATALOGUE)  # likewise


def fold(text: str) -> str:
    """Text as search compares it: full and half width, upper and lower case are one."""
    return as_seen(text).casefold()


def catalogue_version(engine: Engine) -> int:
    """Grows with every change to a product or category."""
    with engine.connect() as connection:
        return connection.execute(_VERSION).scalar() or 0


def by_gtin(engine: Engine, gtins: Sequence[str]) -> dict[str, Product]:
    """The known ones among `gtins` (14 digits each)."""
    with engine.connect() as connection:
        rows = connection.execute(_BY_GTIN, {"gtins": list(gtins)})
        return {row.gtin: _product(row) for row in rows}


def search(engine: Engine, terms: Sequence[str], gtin: str | None, limit: int) -> list[Product]:
    """Best sellers first: products whose name or category has each of the folded `terms`, in either kana; or the one with
    that GTIN."""
    with engine.connect() as connection:
        rows = connection.execute(select(categories.c.category, categories.c.name_ja, categories.c.name_en))
        names = {row.category: fold(f"{row.name_ja} {row.name_en}") for row in rows}
        wanted = []
        for term in terms:
            kana = {term, term.translate(_TO_KATAKANA), term.translate(_TO_HIRAGANA)}
            inside = [category for category, words in names.items() if any(k in words for k in kana)]
            named = (products.c.words.contains(k, autoescape=True) for k in sorted(kana))
            wanted.append(or_(*named, products.c.category.in_(inside)))
        match = or_(and_(*wanted) if wanted else false(), products.c.gtin == gtin if gtin else false())
        best = -products.c.sold, products.c.gtin  # the index would be slow where little is found
        return [_product(row) for row in connection.execute(_JOINED.where(match).order_by(*best).limit(limit))]


def best_sellers(engine: Engine, limit: int) -> list[tuple[Product, int]]:
    """Products that models may know and that were ever sold, with the lines sold, most first."""
    query = _JOINED.where(products.c.in_models == 1, products.c.sold > 0).order_by(
        products.c.sold.desc(), products.c.gtin
    )
    with engine.connect() as connection:
        return [(_product(row), row.sold) for row in connection.execute(query.limit(limit))]


def known_gtins(connection: Connection) -> set[str]:
    return set(connection.execute(select(products.c.gtin)).scalars())


def count(connection: Connection) -> int:
    return int(connection.execute(select(func.count()).select_from(products)).scalar_one())


def known_among(connection: Connection, gtins: Sequence[str]) -> set[str]:
    return (
        set(connection.execute(select(products.c.gtin).where(products.c.gtin.in_(gtins))).scalars()) if gtins else set()
    )


def known_categories(connection: Connection) -> set[str]:
    return set(connection.execute(select(categories.c.category)).scalars())


def put_categories(connection: Connection, rows: Sequence[Values]) -> int:
    """Adds or replaces; gives how many differ from what was there."""
    return _changed(connection, upsert(connection, categories, rows))


def put_products(connection: Connection, rows: Sequence[Values]) -> int:
    """Adds or replaces; gives how many differ from what was there. `words` is made here."""
    named = [{**r, "words": fold(" ".join((r["name_ja"], r["short_ja"], r["name_en"])))} for r in rows]
    return _changed(connection, upsert(connection, products, named))


def against(connection: Connection, rows: Sequence[Values], tried: dict[str, Values]) -> tuple[int, int]:
    """How many of these would be new to put_products, and how many would change what is there. `tried`: those that came
    before them, by GTIN; they join it."""
    asked = {row["gtin"] for row in rows} - tried.keys()
    there = {row.gtin: row._mapping for row in connection.execute(select(products).where(products.c.gtin.in_(asked)))}
    added = changed = 0
    for row in rows:
        before = tried.get(row["gtin"], there.get(row["gtin"]))
        added += before is None
        changed += before is not None and any(before[name] != value for name, value in row.items())
        tried[row["gtin"]] = row
    return added, changed


def _changed(connection: Connection, count: int) -> int:
    if count:
        now = connection.execute(select(versions.c.value).where(versions.c.name == CATALOGUE)).scalar() or 0
        upsert(connection, versions, [{"name": CATALOGUE, "value": now + 1}])
    return count


def _product(row: Row[Any]) -> Product:
    return Product(
        gtin=row.gtin,
        name_ja=row.name_ja,
        name_en=row.name_en,
        short_ja=row.short_ja or row.category_short,
        brand=row.brand,
        size=row.size,
        category=row.category,
        category_ja=row.category_ja,
        category_en=row.category_en,
        family=row.family,
        pictogram=row.pictogram,
        price_kind=PriceKind(row.price_kind),
        tax_percent=row.tax,
        law_class=row.law_class,
        public_safe=bool(row.public_safe and row.category_safe),
        maker=row.maker,
        in_models=bool(row.in_models),
        origin_ja=row.origin_ja,
        origin_en=row.origin_en,
        allergens_ja=row.allergens_ja,
        allergens_en=row.allergens_en,
        sample_facts=bool(row.sample_facts),
    )
