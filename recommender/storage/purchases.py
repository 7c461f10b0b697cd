"""What one person bought, under all their identifiers."""

from collections.abc import Collection
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import BigInteger, Connection, bindparam, func, select, type_coerce

from recommender.domain.localtime import local_time
from recommender.storage.schema import order_lines, stores


@dataclass(frozen=True, slots=True)
class MemberLine:
    """`at` is UTC milliseconds, `local_day` is `date.toordinal()` in the store's zone."""

    order_id: str
    line_id: str
    store_id: str
    gtin: str
    quantity: int
    amount_minor: int
    currency: str
    channel: str
    returned: int  # of `quantity`
    at: int
    local_day: int


_DAYS = (  # built once: lists ask it
    select(type_coerce(order_lines.c.gtin, BigInteger), order_lines.c.ordered_at, stores.c.zone)
    .join(stores, stores.c.store_id == order_lines.c.store_id)
    .where(
        order_lines.c.identifier_id.in_(bindparam("ids", expanding=True)),
        order_lines.c.quantity > order_lines.c.returned,
    )
)


def member_days(connection: Connection, ids: Collection[int]) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
    """GTIN (a number) and local day of every line of these identifiers, in no order: what a ranking needs."""
    rows = connection.execute(_DAYS, {"ids": list(ids)}).all()
    gtins, at, zones = zip(*rows, strict=True) if rows else ((), (), ())
    day, _ = local_time(np.array(at, np.int64), np.array(zones, np.str_))
    return np.array(gtins, np.int64), day


def member_lines(connection: Connection, ids: Collection[int], limit: int | None = None) -> list[MemberLine]:
    """Whole lines of these identifiers, newest first; with `limit` only those that were not returned."""
    o = order_lines.c
    plain: list[Any] = [o[f.name] for f in fields(MemberLine) if f.name in o]
    query = (
        select(*plain, o.ordered_at, stores.c.zone)
        .join(stores, stores.c.store_id == o.store_id)
        .where(o.identifier_id.in_(ids))
        .order_by(o.ordered_at.desc(), o.order_id, o.line_id)
    )
    if limit is not None:
        query = query.where(o.quantity > o.returned).limit(limit)
    rows: list[Any] = list(connection.execute(query))
    days, _ = local_time(np.array([r[-2] for r in rows], np.int64), np.array([r[-1] for r in rows], np.str_))
    return [MemberLine(*[*row[:-1], int(day)]) for row, day in zip(rows, days, strict=True)]


def count_lines(connection: Connection, ids: Collection[int]) -> int:
    o = order_lines.c
    query = select(func.count()).select_from(order_lines).where(o.identifier_id.in_(ids), o.quantity > o.returned)
    return connection.execute(query).scalar_one()


def first_day(connection: Connection, ids: Collection[int]) -> int | None:
    """`date.toordinal()` of the oldest line's local day, None without lines."""
    o = order_lines.c
    query = (
        select(o.ordered_at, stores.c.zone)
        .join(stores, stores.c.store_id == o.store_id)
        .where(o.identifier_id.in_(ids), o.quantity > o.returned)
        .order_by(o.ordered_at)
        .limit(1)
    )
    row = connection.execute(query).first()
    return None if row is None else int(local_time(np.array([row[0]], np.int64), np.array([row[1]], np.str_))[0][0])
