"""Identifiers, the edges between them and the profiles they form. Values arrive here hashed."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from sqlalchemy import Connection, delete, insert, or_, select, update

from recommender.storage.rows import add
from recommender.storage.schema import (
    consents,
    erasures,
    events,
    identifiers,
    identity_edges,
    member_aliases,
    order_lines,
    sessions,
    sign_in_links,
)

CHUNK = 500  # bound parameters in one IN


@dataclass(frozen=True, slots=True)
class Edge:
    source: str
    event_id: str
    a: int
    b: int


def ensure(connection: Connection, namespace: str, hashes: Collection[bytes]) -> dict[bytes, int]:
    """Hash -> identifier id, made where there is none (a profile of its own)."""
    found = find(connection, namespace, hashes)
    for value in sorted(set(hashes) - found.keys()):
        row = insert(identifiers).values(namespace=namespace, value_hash=value, profile_id=0)
        found[value] = int(connection.execute(row.returning(identifiers.c.id)).scalar_one())
    fresh = update(identifiers).where(identifiers.c.profile_id == 0).values(profile_id=identifiers.c.id)
    connection.execute(fresh)
    return found


def find(connection: Connection, namespace: str, hashes: Collection[bytes]) -> dict[bytes, int]:
    """Hash -> identifier id of the known ones."""
    i, wanted, found = identifiers.c, list(hashes), {}
    for first in range(0, len(wanted), CHUNK):
        query = select(i.value_hash, i.id).where(
            i.namespace == namespace, i.value_hash.in_(wanted[first : first + CHUNK])
        )
        found.update({row.value_hash: row.id for row in connection.execute(query)})
    return found


def profile_members(connection: Connection, identifier_id: int) -> list[int]:
    """All identifiers of the profile that this one belongs to, itself included; [] for an unknown one."""
    i = identifiers.c
    mine = select(i.profile_id).where(i.id == identifier_id).scalar_subquery()
    return list(connection.execute(select(i.id).where(i.profile_id == mine).order_by(i.id)).scalars())


def put_edge(connection: Connection, edge: Edge, at: int) -> None:
    row = {"source": edge.source, "event_id": edge.event_id, "a": edge.a, "b": edge.b, "at": at, "revoked_at": None}
    add(connection, identity_edges, [row])


def revoke_edge(connection: Connection, source: str, event_id: str, at: int) -> Edge | None:
    """Takes the edge back; None when there is no such edge."""
    e = identity_edges.c
    row = connection.execute(select(e.a, e.b).where(e.source == source, e.event_id == event_id)).first()
    if row is None:
        return None
    connection.execute(update(identity_edges).where(e.source == source, e.event_id == event_id).values(revoked_at=at))
    return Edge(source, event_id, row.a, row.b)


def edges_of(connection: Connection, ids: Collection[int]) -> list[Edge]:
    """The edges that hold and touch any of `ids`."""
    e = identity_edges.c
    query = select(e.source, e.event_id, e.a, e.b).where(or_(e.a.in_(ids), e.b.in_(ids)), e.revoked_at.is_(None))
    return [Edge(*row) for row in connection.execute(query)]


def set_profiles(connection: Connection, groups: Iterable[Collection[int]]) -> None:
    """Each group of identifiers becomes one profile, named by its smallest id."""
    for group in groups:
        connection.execute(update(identifiers).where(identifiers.c.id.in_(group)).values(profile_id=min(group)))


def forget(connection: Connection, ids: Collection[int], at: int) -> int:
    """Deletes the identifiers and everything that hangs on them; keeps a count of lines and the time. Gives the count."""
    e = identity_edges.c
    touching = or_(e.a.in_(ids), e.b.in_(ids))
    told = connection.execute(select(e.source, e.event_id).where(touching)).all()
    for source, event_id in told:
        connection.execute(delete(events).where(events.c.source == source, events.c.event_id == event_id))
    connection.execute(delete(identity_edges).where(touching))
    lines = connection.execute(delete(order_lines).where(order_lines.c.identifier_id.in_(ids))).rowcount
    for table in (consents, sessions, sign_in_links, member_aliases):
        connection.execute(delete(table).where(table.c.identifier_id.in_(ids)))
    connection.execute(delete(identifiers).where(identifiers.c.id.in_(ids)))
    connection.execute(insert(erasures).values(at=at, lines=lines))
    return lines


def namespaces(connection: Connection, ids: Collection[int]) -> list[str]:
    query = select(identifiers.c.namespace).where(identifiers.c.id.in_(ids)).order_by(identifiers.c.id)
    return list(connection.execute(query).scalars())
