"""Of a plan as it is stored, algorithms get the rows of products and stores that they know, one for each store."""

import numpy as np

from recommender.storage.promotions import PlanColumns
from recommender.training.planned import encode_plan

GTINS = np.array([10, 20, 30])
STORES = np.array(["a", "b"])


def columns(*rows: tuple[str, int, int, int, int]) -> PlanColumns:
    store, gtin, first, last, how = zip(*rows, strict=True) if rows else ((),) * 5
    return PlanColumns(
        np.array(store, object), np.array(gtin, np.int64), np.array(first, np.int32), np.array(last, np.int32),
        np.array(how, np.int8),
    )  # fmt: skip


def test_rows_of_one_store_of_all_stores_and_of_nobody() -> None:
    plan = encode_plan(
        columns(("", 20, 5, 9, 2), ("a", 10, 1, 7, 1), ("a", 11, 1, 7, 1), ("closed", 10, 1, 7, 1)), GTINS, STORES
    )
    told = set(zip(*(c.tolist() for c in (plan.store, plan.item, plan.first, plan.last, plan.way)), strict=True))
    assert told == {(0, 0, 1, 7, 1), (0, 1, 5, 9, 2), (1, 1, 5, 9, 2)}
    assert len(plan.item) == 3


def test_without_plan_or_products_there_is_nothing() -> None:
    assert not len(encode_plan(columns(), GTINS, STORES).item)
    assert not len(encode_plan(columns(("", 20, 5, 9, 2)), GTINS[:0], STORES).item)
