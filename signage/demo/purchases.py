"""Complete Journey (one year of real American grocery baskets) -> files in the form that `recommender import` takes.

Nothing here touches a database: what a retailer would export is written to disk and goes through the same importer.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from pathlib import Path

import numpy as np
import pandas as pd

from recommender.domain.gtin import restricted
from signage.demo.places import JAPAN, STORES

DATA_LAST_DAY = date(2017, 12, 31)
BEHIND_UTC = pd.Timedelta(hours=5)
OUT_OF_MODELS = ("FUEL", "MISCELLANEOUS")
ONLINE_SHARE = 0.12  # of baskets; invented, and called "simulated channel" wherever it shows
FIRST_WEEKS = 5  # what the first content needs; the rest follows in the background
ELSEWHERE = "-05:00"
CASE = r"\bct$|^[1-9]\d+ lb$"  # what a case of fruit or vegetables holds


def shift(today: date) -> timedelta:
    """Whole weeks, so that the data's last day falls within the last 7 days before `today` and weekdays are kept."""
    return timedelta(weeks=(today - timedelta(days=1) - DATA_LAST_DAY).days // 7)


def gtins(product_ids: pd.Series) -> pd.Series:
    """Product numbers -> GTIN-14 for restricted circulation; the order of numbers is kept."""
    return product_ids.map({number: restricted(int(number)) for number in product_ids.unique()})


@dataclass(frozen=True)
class Purchases:
    """The data set moved to the days before `today`. `tables`: folder of Complete Journey's Parquet files."""

    tables: Path
    today: date

    @cached_property
    def transactions(self) -> pd.DataFrame:
        """One row an order line, with `local` (the store's wall clock, moved), `gtin`, `line_id` and `zone`."""
        table = pd.read_parquet(self.tables / "transactions.parquet")
        table["local"] = table.transaction_timestamp - BEHIND_UTC + pd.Timedelta(shift(self.today))
        table["gtin"] = gtins(table.product_id)
        table["line_id"] = table.groupby("basket_id").cumcount() + 1
        table["store"] = table.store_id.astype("int64").astype(str)
        return table

    @cached_property
    def products(self) -> pd.DataFrame:
        table = pd.read_parquet(self.tables / "products.parquet")
        table["gtin"] = gtins(table.product_id)
        return table

    def lines(self) -> pd.DataFrame:
        """The importer's columns. Stores in Japan keep their wall clock, so shopping hours stay shopping hours."""
        table = self.transactions
        offset = np.where(table.store == JAPAN.store_id, "+09:00", ELSEWHERE)
        basket = table.basket_id.astype("int64")
        return pd.DataFrame(
            {
                "order_id": "cj-" + basket.astype(str),
                "line_id": table.line_id.astype(str),
                "member_id": "hh" + table.household_id.astype("int64").astype(str),
                "store_id": table.store,
                "ordered_at": table.local.dt.strftime("%Y-%m-%dT%H:%M:%S") + offset,
                "gtin": table.gtin,
                "quantity": table.quantity.astype("int64"),
                "amount_minor": (table.sales_value * 100).round().astype("int64"),
                "currency": "USD",
                "channel": np.where(simulated_online(basket), "online", "store"),
            }
        )

    def product_rows(self, names: "ShopWords") -> pd.DataFrame:
        """Products in the importer's columns, with shop words instead of the till's codes."""
        table = self.products
        code = table.product_category.astype(object).where(table.product_category.notna(), UNSORTED["category"])
        kind = table.product_type.astype(object).where(table.product_type.notna(), "")
        return pd.DataFrame(
            {
                "gtin": table.gtin,
                "name_ja": names.name("name_ja", code, kind),
                "name_en": names.name("name_en", code, kind),
                "short_ja": code.map(names.categories.set_index("category").short_ja),
                "brand": table.brand.astype(str).str.lower(),
                "size": sizes(table, names.categories),
                "category": code,
                "maker": table.manufacturer_id.astype("int64").astype(str),
                "in_models": ~table.department.isin(OUT_OF_MODELS) & table.department.notna(),
                "public_safe": names.safe(kind),
            }
        )


def sizes(table: pd.DataFrame, categories: pd.DataFrame) -> pd.Series:
    """Sizes as recorded, "" where there is none; of fruit and vegetables that is often the case they came in."""
    size = table.package_size.astype(object).where(table.package_size.notna(), "").astype(str).str.lower()
    produce = table.product_category.isin(categories.category[categories.family == "produce"])
    return size.mask(produce & size.str.contains(CASE), "")


UNSORTED: dict[str, object] = {  # 540 products of the data have no category
    "category": "UNSORTED", "name_ja": "その他の商品", "short_ja": "その他", "name_en": "Other items", "family": "home",
    "pictogram": "", "price_kind": "none", "tax": 10, "law_class": "none", "public_safe": "no",
}  # fmt: skip


@dataclass(frozen=True)
class ShopWords:
    """The tables of assets/: a product is called by its type within its category, its type, or its category."""

    categories: pd.DataFrame
    types: pd.DataFrame
    types_by_category: pd.DataFrame

    def name(self, column: str, code: pd.Series, kind: pd.Series) -> pd.Series:
        """Names in one language, aligned with `code` (category) and `kind` (type)."""
        pairs = self.types_by_category.set_index(["category", "type"])[column]
        exact = pd.Series(pd.MultiIndex.from_arrays([code, kind]).map(pairs.to_dict()), index=code.index)
        by_type = kind.map(self.types.set_index("type")[column])
        by_category = code.map(self.categories.set_index("category")[column])
        return exact.where(exact.notna(), by_type.where(by_type.notna(), by_category))

    def safe(self, kind: pd.Series) -> pd.Series:
        """May history bring this type up on a screen? Its category has a say of its own."""
        return ~kind.isin(self.types.type[self.types.public_safe == "no"])


def simulated_online(baskets: pd.Series) -> pd.Series:
    """A fixed share of baskets, chosen by their number (Knuth's multiplicative hash), so that every run agrees."""
    return ((baskets * 2654435761) % 2**32 / 2**32) < ONLINE_SHARE


def write(purchases: Purchases, names: ShopWords, folder: Path) -> None:
    """Writes categories, products, stores, recent lines and the rest into `folder`."""
    names.categories.to_csv(folder / "categories.csv", index=False)
    purchases.product_rows(names).to_parquet(folder / "products.parquet", index=False)
    lines = purchases.lines()
    local = purchases.transactions.local
    recent = local > local.max() - pd.Timedelta(weeks=FIRST_WEEKS)
    lines[recent].to_parquet(folder / "lines_recent.parquet", index=False)
    lines[~recent].to_parquet(folder / "lines_before.parquet", index=False)
    zones = pd.DataFrame([(store.store_id, store.zone) for store in STORES], columns=["store_id", "zone"])
    zones.to_csv(folder / "stores.csv", index=False)
