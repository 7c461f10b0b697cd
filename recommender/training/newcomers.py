"""Products on the shelves that too few people bought to be known -> their place beside those that are."""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from recommender.algorithms.algorithm import Lines
from recommender.domain.items import numbered
from recommender.domain.product import Product
from recommender.training.matrix import Purchases

NEW_FOR = 28  # days since the first sale; what sold to few for longer is not new
MOST = 2000  # newcomers; every model has a row for each


def newcomers(purchases: Purchases, known: NDArray[np.int64], stocked: NDArray[np.int64]) -> NDArray[np.int64]:
    """GTINs in stock, most stock first -> MOST of those that were first sold within four weeks or not at all, ascending."""
    early = purchases.gtin[purchases.day <= int(purchases.day.max()) - NEW_FOR]
    new = stocked[~(np.isin(stocked, known) | np.isin(stocked, early))]
    return np.sort(new[:MOST])


def beside(lines: Lines, known: NDArray[np.int64], gtins: NDArray[np.int64], kind: NDArray[np.int32]) -> Lines:
    """Lines of the products `known` -> the same lines, items numbered as in `gtins`, which holds newcomers as well."""
    place = np.searchsorted(gtins, known).astype(np.int32)
    return replace(lines, items=len(gtins), item=place[lines.item], kind=kind)


def makers(gtins: NDArray[np.int64], products: Mapping[str, Product]) -> NDArray[np.int32]:
    """(products,) equal numbers for one maker, or one brand where no maker is told."""
    found = [products.get(f"{g:014d}") for g in gtins]
    return numbered(["" if p is None else p.maker or p.brand for p in found])
