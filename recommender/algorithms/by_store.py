"""What each store sold, as a sparse row each, and shares of baskets moved towards it: for every model that knows stores."""

from typing import Protocol

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from recommender.algorithms.algorithm import Lines, Scores


class StoreCounts(Protocol):
    """stores: sorted names, each with its baskets; how many of them held an item is a sparse row each."""

    @property
    def stores(self) -> NDArray[np.str_]: ...
    @property
    def baskets(self) -> NDArray[np.float32]: ...
    @property
    def start(self) -> NDArray[np.int64]: ...
    @property
    def item(self) -> NDArray[np.int32]: ...
    @property
    def count(self) -> NDArray[np.float32]: ...


def counted(lines: Lines, kept: NDArray[np.bool_]) -> tuple[NDArray[np.float32], sp.csr_matrix]:
    """(stores,) baskets and (stores, items) those with the item, of the baskets that are kept."""
    of_line = kept[lines.basket]
    places = (lines.store[lines.basket[of_line]], lines.item[of_line])
    counts = sp.csr_matrix((np.ones(of_line.sum(), np.float32), places), shape=(len(lines.stores), lines.items))
    return np.bincount(lines.store[kept], minlength=len(lines.stores)).astype(np.float32), counts


def here(shares: Scores, prior: float, counts: StoreCounts, store: str) -> Scores:
    """The chain's `shares`, worth `prior` baskets, with the store's own beside them; a copy for a store nobody knows."""
    at = int(np.searchsorted(counts.stores, store))
    if at == len(counts.stores) or counts.stores[at] != store:
        return shares.copy()
    total = counts.baskets[at] + np.float32(prior)
    mixed: Scores = shares * (np.float32(prior) / total)
    row = slice(counts.start[at], counts.start[at + 1])
    mixed[counts.item[row]] += counts.count[row] / total
    return mixed
