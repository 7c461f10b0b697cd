"""The promotion plan: rows in, columns of what is planned from a day on out."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import BigInteger, Connection, Engine, bindparam, delete, select, type_coerce

from recommender.domain.promotion import Promotion
from recommender.storage.rows import COUNTED, upsert
from recommender.storage.schema import promotions

BATCH = 50_000
_p = promotions.c
_TAKE_BACK = delete(promotions).where(
    _p.store_id == bindparam("store"), _p.gtin == bindparam("product"), _p.first_day == bindparam("first")
)
_ROW = np.dtype([("store", np.int32), ("gtin", np.int64), ("first", np.int32), ("last", np.int32), ("how", np.int8)])


@dataclass(frozen=True, slots=True)
class PlanColumns:
    """Columns of equal length, ordered by store (code point by code point), product and first day.

    store  object  str, "" = every store; equal ones are one object
    gtin   int64   f"{gtin:014d}" is the GTIN-14
    first  int32   `date.toordinal()` on the store's calendar
    last   int32   the same, included
    how    int8    1 = on a display, 2 = in the leaflet, 3 = both
    """

    store: NDArray[np.object_]
    gtin: NDArray[np.int64]
    first: NDArray[np.int32]
    last: NDArray[np.int32]
    how: NDArray[np.int8]


def put(connection: Connection, rows: Sequence[Promotion]) -> int:
    """Adds, replaces or takes back; of several for one store, product and first day the last one counts. Gives how many
    differ from what was there."""
    told = {(row.store_id, row.gtin, row.first): row for row in rows}
    kept, gone = [], []
    for key, row in sorted(told.items()):  # as the table is: neighbours share its pages
        store_id, gtin, first = key[0], key[1], key[2].toordinal()
        if row.display or row.leaflet:
            days = {"first_day": first, "last_day": row.last.toordinal()}
            kept.append(
                {"store_id": store_id, "gtin": gtin, **days, "display": int(row.display), "leaflet": int(row.leaflet)}
            )
        else:
            gone.append({"store": store_id, "product": gtin, "first": first})
    changed = upsert(connection, promotions, kept)
    return changed + (connection.execute(_TAKE_BACK, gone, execution_options=COUNTED).rowcount if gone else 0)


def planned(engine: Engine, since: int, *, batch: int = BATCH) -> PlanColumns:
    """Every row that holds on the day `since` (`date.toordinal()`) or later; streamed, 25 bytes of memory a row."""
    how = _p.display + 2 * _p.leaflet
    query = select(_p.store_id, type_coerce(_p.gtin, BigInteger), _p.first_day, _p.last_day, how).where(
        _p.last_day >= since
    )
    seen: dict[str, int] = {}  # in the order in which they come: databases sort texts each in its own way
    parts = [np.zeros(0, _ROW)]
    with engine.connect() as connection:
        for rows in connection.execution_options(yield_per=batch).execute(query).partitions():
            coded = ((seen.setdefault(row[0], len(seen)), *row[1:]) for row in rows)
            parts.append(np.fromiter(coded, _ROW, len(rows)))
    found, names = np.concatenate(parts), np.array(list(seen), object)
    place = names.argsort().argsort()
    order = np.lexsort((found["first"], found["gtin"], place[found["store"]]))
    store, *numbers = (found[name][order] for name in _ROW.names or ())
    return PlanColumns(names[store], *numbers)
