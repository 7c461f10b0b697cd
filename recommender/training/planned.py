"""A promotion plan as storage keeps it -> as algorithms read it."""

import numpy as np
from numpy.typing import NDArray

from recommender.algorithms.algorithm import Plan
from recommender.algorithms.promotions import LEARNED_DAYS, WEEK
from recommender.storage.promotions import PlanColumns
from recommender.training.examples import HORIZON

# Days of the plan up to the end of the history: the heads' examples look back from four weeks earlier
LOOK_BACK = LEARNED_DAYS + HORIZON + WEEK


def encode_plan(planned: PlanColumns, gtins: NDArray[np.int64], stores: NDArray[np.str_]) -> Plan:
    """Rows of the products `gtins` (ascending) in `stores` (ascending); a row for every store stands once for each."""
    at = np.minimum(np.searchsorted(gtins, planned.gtin), max(len(gtins) - 1, 0))
    known = gtins[at] == planned.gtin if len(gtins) else np.zeros(len(at), bool)
    place = {name: number for number, name in enumerate(stores.tolist())}
    store = np.array([place.get(name, -1) for name in planned.store], np.int32)
    everywhere = planned.store == ""
    own = np.flatnonzero(known & ~everywhere & (store >= 0))
    shared = np.flatnonzero(known & everywhere)
    rows = np.concatenate([own, np.repeat(shared, len(stores))])
    return Plan(
        store=np.concatenate([store[own], np.tile(np.arange(len(stores), dtype=np.int32), len(shared))]),
        item=at[rows].astype(np.int32),
        first=planned.first[rows],
        last=planned.last[rows],
        way=planned.how[rows],
    )
