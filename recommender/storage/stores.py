"""Stores as the history knows them: an id, a small number for arrays, and a time zone."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Engine, insert, select, update

from recommender.storage.schema import stores


def store_codes(engine: Engine) -> dict[str, int]:
    """store_id -> its code: a small positive number that never changes. The codes in `training_lines`."""
    with engine.connect() as connection:
        return {row.store_id: row.code for row in connection.execute(select(stores.c.store_id, stores.c.code))}


def add_missing(connection: Connection, store_ids: Iterable[str], zone: str) -> None:
    """Stores seen for the first time get the house zone."""
    wanted = set(store_ids)
    there = select(stores.c.store_id).where(stores.c.store_id.in_(wanted))
    known = set(connection.execute(there).scalars()) if wanted else set()
    if wanted - known:
        connection.execute(insert(stores), [{"store_id": s, "zone": zone} for s in sorted(wanted - known)])


def put_stores(connection: Connection, rows: Sequence[Mapping[str, Any]]) -> int:
    """Adds stores or changes their zone; gives how many differ from what was there."""
    known = dict(connection.execute(select(stores.c.store_id, stores.c.zone)).all())
    fresh = {r["store_id"]: r["zone"] for r in rows if known.get(r["store_id"]) != r["zone"]}
    for store_id, zone in fresh.items():
        if store_id in known:
            connection.execute(update(stores).where(stores.c.store_id == store_id).values(zone=zone))
        else:
            connection.execute(insert(stores).values(store_id=store_id, zone=zone))
    return len(fresh)
