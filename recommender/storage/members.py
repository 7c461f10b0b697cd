"""Identifiers and the profiles they form. Values arrive here hashed."""

from collections.abc import Collection, Mapping

from sqlalchemy import Connection, bindparam, delete, insert, select, update

from recommender.storage.rows import add, upsert
from recommender.storage.schema import (
    consents,
    erasures,
    events,
    identifiers,
    member_aliases,
    order_lines,
    passkeys,
    returns,
    sessions,
    sign_in_links,
    versions,
    views,
)

CHUNK = 500  # bound parameters in one IN
COUNTER = "members"  # the row of `versions` that numbers changes to what a ranking reads of a member


def ensure(connection: Connection, namespace: str, hashes: Collection[bytes]) -> dict[bytes, int]:
    """Hash -> identifier id, made where there is none (a profile of its own)."""
    found = find(connection, namespace, hashes)
    fresh = sorted(set(hashes) - found.keys())
    if fresh:
        changed = _next_change(connection)
        rows = [{"namespace": namespace, "value_hash": value, "profile_id": 0, "changed": changed} for value in fresh]
        add(connection, identifiers, rows)
        own = update(identifiers).where(identifiers.c.profile_id == 0).values(profile_id=identifiers.c.id)
        connection.execute(own)
        found |= find(connection, namespace, fresh)
    return found


def touch(connection: Connection, ids: Collection[int]) -> None:
    """What a ranking reads of these identifiers has changed: each gets a number that none ever had."""
    if not ids:
        return
    changed, wanted = _next_change(connection), sorted(ids)
    for first in range(0, len(wanted), CHUNK):
        some = identifiers.c.id.in_(wanted[first : first + CHUNK])
        connection.execute(update(identifiers).where(some).values(changed=changed))


def _next_change(connection: Connection) -> int:
    number = (connection.execute(select(versions.c.value).where(versions.c.name == COUNTER)).scalar() or 0) + 1
    upsert(connection, versions, [{"name": COUNTER, "value": number}])
    return number


def find(connection: Connection, namespace: str, hashes: Collection[bytes]) -> dict[bytes, int]:
    """Hash -> identifier id of the known ones."""
    i, wanted, found = identifiers.c, list(hashes), {}
    for first in range(0, len(wanted), CHUNK):
        query = select(i.value_hash, i.id).where(
            i.namespace == namespace, i.value_hash.in_(wanted[first : first + CHUNK])
        )
        found.update({row.value_hash: row.id for row in connection.execute(query)})
    return found


_i = identifiers.c
_PROFILE = (  # built once: every list asks it
    select(_i.id, _i.changed)
    .where(_i.profile_id == select(_i.profile_id).where(_i.id == bindparam("one")).scalar_subquery())
    .order_by(_i.id)
)


def profile_members(connection: Connection, identifier_id: int) -> list[int]:
    """All identifiers of the profile that this one belongs to, itself included; [] for an unknown one."""
    return [number for number, _ in profile_state(connection, identifier_id)]


def profile_state(connection: Connection, identifier_id: int) -> list[tuple[int, int]]:
    """(id, number of its last change) of all identifiers of the profile, by id; [] for an unknown one."""
    return [(row[0], row[1]) for row in connection.execute(_PROFILE, {"one": identifier_id})]


def profiles_of(connection: Connection, ids: Collection[int]) -> dict[int, int]:
    """Identifier id -> profile, of all that share a profile with any of `ids`."""
    wanted, i, found = sorted(ids), identifiers.c, dict[int, int]()
    for first in range(0, len(wanted), CHUNK):
        theirs = select(i.profile_id).where(i.id.in_(wanted[first : first + CHUNK]))
        query = select(i.id, i.profile_id).where(i.profile_id.in_(theirs))
        found.update({row.id: row.profile_id for row in connection.execute(query)})
    return found


def namespaces_of(connection: Connection, ids: Collection[int]) -> dict[int, str]:
    """Identifier id -> what kind of identifier it is."""
    wanted, i, found = sorted(ids), identifiers.c, dict[int, str]()
    for first in range(0, len(wanted), CHUNK):
        query = select(i.id, i.namespace).where(i.id.in_(wanted[first : first + CHUNK]))
        found.update({row.id: row.namespace for row in connection.execute(query)})
    return found


def set_profiles(connection: Connection, profiles: Mapping[int, int]) -> None:
    """Identifier id -> the profile it belongs to from now on (a profile is named by its smallest id)."""
    if profiles:
        one = update(identifiers).where(identifiers.c.id == bindparam("key")).values(profile_id=bindparam("to"))
        connection.execute(one, [{"key": n, "to": profile} for n, profile in profiles.items()])


def forget(connection: Connection, ids: Collection[int], at: int) -> int:
    """Deletes the identifiers and everything that hangs on them but their links, which must be gone; keeps a count of
    lines and the time. Gives the count."""
    orders = select(order_lines.c.order_id).where(order_lines.c.identifier_id.in_(ids))
    r = returns.c
    of_orders = connection.execute(select(r.source, r.event_id).where(r.order_id.in_(orders))).all()
    drop_events(connection, [(row.source, row.event_id) for row in of_orders])
    connection.execute(delete(returns).where(r.order_id.in_(orders) | r.identifier_id.in_(ids)))
    lines = connection.execute(delete(order_lines).where(order_lines.c.identifier_id.in_(ids))).rowcount
    for table in (events, views, consents, sessions, passkeys, sign_in_links, member_aliases):
        connection.execute(delete(table).where(table.c.identifier_id.in_(ids)))
    connection.execute(delete(identifiers).where(identifiers.c.id.in_(ids)))
    connection.execute(insert(erasures).values(at=at, lines=lines))
    return lines


def drop_events(connection: Connection, keys: Collection[tuple[str, str]]) -> None:
    """That these (source, event_id) have arrived is forgotten."""
    if keys:
        mine = (events.c.source == bindparam("s")) & (events.c.event_id == bindparam("n"))
        connection.execute(delete(events).where(mine), [{"s": source, "n": event_id} for source, event_id in keys])


def namespaces(connection: Connection, ids: Collection[int]) -> list[str]:
    query = select(identifiers.c.namespace).where(identifiers.c.id.in_(ids)).order_by(identifiers.c.id)
    return list(connection.execute(query).scalars())
