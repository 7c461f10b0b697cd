"""What was bought and what happened in the stores. Rows in, columns and counts out."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from itertools import pairwise
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import BigInteger, Engine, select, type_coerce

from recommender.domain.instant import HOUR_MS, from_ms, to_ms
from recommender.storage.schema import identifiers, order_lines, products, stores

BATCH = 50_000
QUARTER_MS = 15 * 60 * 1000  # no zone changes its offset within a quarter of an hour
DAY_0 = date(1970, 1, 1).toordinal()


@dataclass(frozen=True, slots=True)
class LineBatch:
    """Columns of equal length, one element an order line.

    profile   int64  the buyer's profile id, -1 for a line without a member; merged identifiers share one
    store     int32  the code in `stores.store_codes`
    day       int32  `date.toordinal()` of the day in the store's own zone
    hour      int8   0-23 in the store's own zone
    at        int64  UTC milliseconds since 1970
    gtin      int64  f"{gtin:014d}" is the product's GTIN-14
    quantity  int32  > 0
    order     int64  0, 1, 2 … : equal for the lines of one order, also across batches; says nothing about time
    """

    profile: NDArray[np.int64]
    store: NDArray[np.int32]
    day: NDArray[np.int32]
    hour: NDArray[np.int8]
    at: NDArray[np.int64]
    gtin: NDArray[np.int64]
    quantity: NDArray[np.int32]
    order: NDArray[np.int64]


def training_lines(engine: Engine, since: datetime | None = None, *, batch: int = BATCH) -> Iterator[LineBatch]:
    """Every line that models may learn from, streamed in batches of at most `batch` lines, ordered by order and line.

    Left out: lines of products whose `in_models` is false. Day and hour are local by the store's zone. With `since`
    (aware) only the lines from then on. An order's lines never have different buyers, but may have different times.
    """
    with engine.connect() as connection:
        excluded = select(type_coerce(products.c.gtin, BigInteger)).where(products.c.in_models == 0)
        left_out = np.array(sorted(connection.execute(excluded).scalars()), np.int64)
        profiles = dict(connection.execute(select(identifiers.c.id, identifiers.c.profile_id)).all())
        places = {s.store_id: s for s in connection.execute(select(stores))}
        o = order_lines.c
        query = select(
            o.order_id, o.identifier_id, o.store_id, o.ordered_at, type_coerce(o.gtin, BigInteger), o.quantity
        ).order_by(o.order_id, o.line_id)
        if since is not None:
            query = query.where(o.ordered_at >= to_ms(since))
        last_order, orders = None, -1
        for rows in connection.execution_options(yield_per=batch).execute(query).partitions():
            order_ids, members, store_ids, at, gtins, quantities = zip(*rows, strict=True)
            starts = [a != b for a, b in pairwise((last_order, *order_ids))]
            order = orders + np.cumsum(starts, dtype=np.int64)
            last_order, orders = order_ids[-1], int(order[-1])
            instants = np.array(at, np.int64)
            zones = np.array([places[s].zone for s in store_ids])
            day, hour = local_time(instants, zones)
            columns = LineBatch(
                profile=np.fromiter((-1 if m is None else profiles[m] for m in members), np.int64, len(members)),
                store=np.fromiter((places[s].code for s in store_ids), np.int32, len(store_ids)),
                day=day,
                hour=hour,
                at=instants,
                gtin=np.array(gtins, np.int64),
                quantity=np.array(quantities, np.int32),
                order=order,
            )
            yield _where(columns, ~np.isin(columns.gtin, left_out))


def local_time(at: NDArray[np.int64], zones: NDArray[np.str_]) -> tuple[NDArray[np.int32], NDArray[np.int8]]:
    """UTC milliseconds and the IANA zone of each -> the local day as `date.toordinal()` and the local hour."""
    local = at.copy()
    for zone in np.unique(zones):
        here = zones == zone
        quarters, which = np.unique(at[here] // QUARTER_MS, return_inverse=True)
        local[here] += np.array([_offset_ms(ZoneInfo(str(zone)), int(q)) for q in quarters], np.int64)[which]
    hours = local // HOUR_MS
    return (hours // 24 + DAY_0).astype(np.int32), (hours % 24).astype(np.int8)


def _offset_ms(zone: ZoneInfo, quarter: int) -> int:
    offset = from_ms(quarter * QUARTER_MS).astimezone(zone).utcoffset()
    assert offset is not None  # an aware time always has one
    return int(offset.total_seconds() * 1000)


def _where(columns: LineBatch, keep: NDArray[np.bool_]) -> LineBatch:
    return LineBatch(
        columns.profile[keep], columns.store[keep], columns.day[keep], columns.hour[keep],
        columns.at[keep], columns.gtin[keep], columns.quantity[keep], columns.order[keep],
    )  # fmt: skip
