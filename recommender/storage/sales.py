"""Lines sold, and labels scanned, of some products in some stores over some time; nothing about who bought."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Engine, literal, select

from recommender.storage.schema import interactions, order_lines, stores

SCAN = "ShelfScanned"


@dataclass(frozen=True, slots=True)
class SoldLine:
    """`at` is UTC milliseconds; `zone` the store's IANA zone."""

    order_id: str
    gtin: str
    store_id: str
    zone: str
    at: int
    quantity: int


def sold_lines(engine: Engine, gtins: Sequence[str], store_ids: Sequence[str], start: int, end: int) -> list[SoldLine]:
    """Lines with start <= at < end (milliseconds), less what was returned."""
    o = order_lines.c
    query = (
        select(o.order_id, o.gtin, o.store_id, stores.c.zone, o.ordered_at, o.quantity - o.returned)
        .join(stores, stores.c.store_id == o.store_id)
        .where(o.ordered_at >= start, o.ordered_at < end, o.gtin.in_(gtins), o.store_id.in_(store_ids))
        .where(o.quantity > o.returned)
    )
    with engine.connect() as connection:
        return [SoldLine(*row) for row in connection.execute(query)]


def scanned_lines(
    engine: Engine, gtins: Sequence[str], store_ids: Sequence[str], start: int, end: int
) -> list[SoldLine]:
    """Scans of shelf labels by phones that nobody knows, each as a line of one with a random name."""
    i = interactions.c
    query = (
        select(i.id, i.gtin, i.store_id, stores.c.zone, i.at, literal(1))
        .join(stores, stores.c.store_id == i.store_id)
        .where(i.at >= start, i.at < end, i.kind == SCAN, i.gtin.in_(gtins), i.store_id.in_(store_ids))
    )
    with engine.connect() as connection:
        return [SoldLine(*row) for row in connection.execute(query)]
