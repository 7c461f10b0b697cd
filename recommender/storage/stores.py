"""Stores as the history knows them: an id, a small number for arrays, and a time zone."""

from collections.abc import Iterable

from sqlalchemy import Connection, Engine, insert, select

from recommender.storage.schema import stores


def store_codes(engine: Engine) -> dict[str, int]:
    """store_id -> its code: a small positive number that never changes. The codes in `training_lines`."""
    with engine.connect() as connection:
        return {row.store_id: row.code for row in connection.execute(select(stores.c.store_id, stores.c.code))}


def store_zones(engine: Engine) -> dict[str, str]:
    """store_id -> IANA zone."""
    with engine.connect() as connection:
        return {row.store_id: row.zone for row in connection.execute(select(stores.c.store_id, stores.c.zone))}


def add_missing(connection: Connection, store_ids: Iterable[str], zone: str) -> None:
    """Stores seen for the first time get the house zone."""
    wanted = set(store_ids)
    known = set(connection.execute(select(stores.c.store_id)).scalars()) if wanted else set()
    if wanted - known:
        connection.execute(insert(stores), [{"store_id": s, "zone": zone} for s in sorted(wanted - known)])
