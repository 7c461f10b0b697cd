"""What was bought and what happened in the stores. Rows in, columns and counts out."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from operator import ne
from uuid import uuid4

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import BigInteger, Connection, Engine, bindparam, func, insert, select, type_coerce

from recommender.domain.instant import HOUR_MS, from_ms, to_ms
from recommender.domain.localtime import local_time
from recommender.storage import members
from recommender.storage.schema import identifiers, interactions, order_lines, products, stores, views

BATCH = 50_000
CHECK_IN = "StoreCheckedIn"
REMOVED = "ProductRemoved"  # out of the cart again: kept, but no sign of liking


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

    Left out: lines of products whose `in_models` is false, and what was returned. Day and hour are local by the store's
    zone. With `since` (aware) only the lines from then on. An order's lines never have different buyers, but may have
    different times.
    """
    with engine.connect() as connection:
        excluded = select(type_coerce(products.c.gtin, BigInteger)).where(products.c.in_models == 0)
        left_out = np.array(sorted(connection.execute(excluded).scalars()), np.int64)
        known = connection.execute(select(identifiers.c.id, identifiers.c.profile_id).order_by(identifiers.c.id))
        profiles = np.array([(-1, -1), *map(tuple, known)], np.int64)
        places = connection.execute(select(stores)).all()
        codes = {place.store_id: place.code for place in places}
        zones = np.array([""] * (max(codes.values(), default=0) + 1), dtype=object)
        zones[[place.code for place in places]] = [place.zone for place in places]
        o = order_lines.c
        query = (
            select(
                o.order_id,
                func.coalesce(o.identifier_id, -1),
                o.store_id,
                o.ordered_at,
                type_coerce(o.gtin, BigInteger),
                o.quantity - o.returned,
            )
            .where(o.quantity > o.returned)
            .order_by(o.order_id, o.line_id)
        )
        if since is not None:
            query = query.where(o.ordered_at >= to_ms(since))
        last_order, orders = None, -1
        for rows in connection.execution_options(yield_per=batch).execute(query).partitions():
            order_ids, buyers, store_ids, at, gtins, quantities = zip(*rows, strict=True)
            starts = np.fromiter(map(ne, order_ids, (last_order, *order_ids)), bool, len(rows))
            order = orders + np.cumsum(starts, dtype=np.int64)
            last_order, orders = order_ids[-1], int(order[-1])
            store = np.array([codes[s] for s in store_ids], np.int32)
            instants = np.array(at, np.int64)
            day, hour = local_time(instants, zones[store].astype(str))
            columns = LineBatch(
                profile=profiles[np.searchsorted(profiles[:, 0], buyers), 1],
                store=store,
                day=day,
                hour=hour,
                at=instants,
                gtin=np.array(gtins, np.int64),
                quantity=np.array(quantities, np.int32),
                order=order,
            )
            yield _where(columns, ~np.isin(columns.gtin, left_out))


def newest_line(engine: Engine) -> datetime | None:
    """When the latest order line was bought (UTC), None without any. Quick training reads the weeks before it."""
    with engine.connect() as connection:
        newest = connection.execute(select(func.max(order_lines.c.ordered_at))).scalar()
    return None if newest is None else from_ms(newest)


def _where(columns: LineBatch, keep: NDArray[np.bool_]) -> LineBatch:
    return LineBatch(
        columns.profile[keep], columns.store[keep], columns.day[keep], columns.hour[keep],
        columns.at[keep], columns.gtin[keep], columns.quantity[keep], columns.order[keep],
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class InteractionRow:
    kind: str
    at: int
    gtin: str | None
    store_id: str
    screen_id: str


def check_in(store_id: str, at: int) -> InteractionRow:
    """Store and hour only: a finer time would be a join key between a member and an audience."""
    return InteractionRow(CHECK_IN, at - at % HOUR_MS, None, store_id, "")


def add_interactions(connection: Connection, rows: Sequence[InteractionRow]) -> None:
    if rows:
        connection.execute(insert(interactions), [{"id": uuid4().hex, **asdict(row)} for row in rows])


@dataclass(frozen=True, slots=True)
class ViewRow:
    """A product that somebody known looked at, put into or out of a cart, or scanned at a shelf (by the hour)."""

    identifier_id: int
    kind: str
    at: int
    gtin: str
    store_id: str


def add_views(connection: Connection, rows: Sequence[ViewRow]) -> None:
    if rows:
        connection.execute(insert(views), [asdict(row) for row in rows])
        members.touch(connection, {row.identifier_id for row in rows})


_SEEN = select(type_coerce(views.c.gtin, BigInteger), views.c.at).where(  # built once: lists ask it
    views.c.identifier_id.in_(bindparam("ids", expanding=True)),
    views.c.at >= bindparam("since"),
    views.c.kind != REMOVED,
)


def seen_by(connection: Connection, ids: Collection[int], since_ms: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """GTIN (a number) and UTC milliseconds of what these identifiers looked at from then on, in no order."""
    rows = connection.execute(_SEEN, {"ids": list(ids), "since": since_ms}).all()
    gtins, at = zip(*rows, strict=True) if rows else ((), ())
    return np.array(gtins, np.int64), np.array(at, np.int64)


def views_of(connection: Connection, ids: Collection[int]) -> list[ViewRow]:
    """All of them, oldest first."""
    v = views.c
    query = select(v.identifier_id, v.kind, v.at, v.gtin, v.store_id).where(v.identifier_id.in_(ids))
    return [ViewRow(*row) for row in connection.execute(query.order_by(v.at, v.id))]
