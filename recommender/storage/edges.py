"""The links between identifiers as sources told them: kept, taken back, and marked where they join nobody."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass

from sqlalchemy import Connection, Engine, and_, bindparam, delete, func, or_, select, union_all, update

from recommender.storage.rows import add
from recommender.storage.schema import early_revocations, identifiers, identity_edges

CHUNK = 500  # identifiers in one IN, of which an edge has two
e = identity_edges.c


@dataclass(frozen=True, slots=True)
class Edge:
    """`refused` says why it joins nobody, "" = it joins."""

    source: str
    event_id: str
    a: int
    b: int
    at: int
    confirmed: bool = False
    refused: str = ""


def put_edges(connection: Connection, edges: Sequence[Edge]) -> None:
    """Keeps them; one whose revocation came before it is taken back at once."""
    add(connection, identity_edges, [{**asdict(edge), "confirmed": int(edge.confirmed)} for edge in edges])
    early, names = early_revocations.c, sorted({edge.event_id for edge in edges})
    for first in range(0, len(names), CHUNK):
        query = select(early.source, early.event_id, early.at).where(early.event_id.in_(names[first : first + CHUNK]))
        for row in connection.execute(query).all():
            mine = and_(e.source == row.source, e.event_id == row.event_id)
            connection.execute(update(identity_edges).where(mine).values(revoked_at=row.at))
            done = and_(early.source == row.source, early.event_id == row.event_id)
            connection.execute(delete(early_revocations).where(done))


def revoke_named(connection: Connection, source: str, event_id: str, at: int) -> list[int]:
    """Takes back the edge that this event made; gives the identifiers it touched. Kept for later when it is not there yet."""
    mine = and_(e.source == source, e.event_id == event_id)
    row = connection.execute(select(e.a, e.b).where(mine)).first()
    if row is None:
        add(connection, early_revocations, [{"source": source, "event_id": event_id, "at": at}])
        return []
    connection.execute(update(identity_edges).where(mine, e.revoked_at.is_(None)).values(revoked_at=at))
    return [row.a, row.b]


def revoke_between(connection: Connection, source: str, a: int, b: int, at: int) -> bool:
    """Takes back all that `source` told about these two; False when there is nothing."""
    theirs = and_(e.source == source, or_(and_(e.a == a, e.b == b), and_(e.a == b, e.b == a)))
    held = update(identity_edges).where(theirs, e.revoked_at.is_(None)).values(revoked_at=at)
    return connection.execute(held).rowcount > 0


def told_pairs(connection: Connection, source: str, ids: Collection[int]) -> set[tuple[int, int]]:
    """The pairs (smaller id first) that `source` ever linked among these, taken back or not."""
    wanted, found = sorted(ids), set[tuple[int, int]]()
    for first in range(0, len(wanted), CHUNK):
        some = wanted[first : first + CHUNK]
        query = select(e.a, e.b).where(e.source == source, e.a.in_(some))
        found |= {(min(row), max(row)) for row in connection.execute(query)}
    return found


def holding(connection: Connection, ids: Collection[int], *, confirmed: bool = False) -> list[Edge]:
    """The edges that were not taken back and touch any of `ids`, each once; with `confirmed` only such."""
    wanted, found = sorted(ids), dict[tuple[str, str], Edge]()
    columns = (e.source, e.event_id, e.a, e.b, e.at, e.confirmed, e.refused)
    for first in range(0, len(wanted), CHUNK):
        some = wanted[first : first + CHUNK]
        for end in (e.a, e.b):
            query = select(*columns).where(end.in_(some), e.revoked_at.is_(None), e.confirmed >= int(confirmed))
            for row in connection.execute(query):
                found[row.source, row.event_id] = Edge(*row[:5], bool(row.confirmed), row.refused)
    return list(found.values())


def links_of(connection: Connection, ids: Collection[int]) -> Counter[int]:
    """Identifier -> how many unconfirmed links to it hold."""
    wanted, counts, open_ = sorted(ids), Counter[int](), and_(e.revoked_at.is_(None), e.confirmed == 0)
    for first in range(0, len(wanted), CHUNK):
        some = wanted[first : first + CHUNK]
        ends = union_all(*(select(end.label("id")).where(end.in_(some), open_) for end in (e.a, e.b)))
        ended = ends.subquery()
        for row in connection.execute(select(ended.c.id, func.count()).group_by(ended.c.id)):
            counts[row[0]] += row[1]
    return counts


def mark(connection: Connection, reasons: Mapping[tuple[str, str], str]) -> None:
    """(source, event_id) -> why the edge joins nobody."""
    rows = [{"s": source, "n": event_id, "why": why} for (source, event_id), why in reasons.items()]
    if rows:
        named = and_(e.source == bindparam("s"), e.event_id == bindparam("n"))
        connection.execute(update(identity_edges).where(named).values(refused=bindparam("why")), rows)


def drop(connection: Connection, ids: Collection[int]) -> list[tuple[str, str]]:
    """Deletes every edge that touches any of `ids`; gives their (source, event_id)."""
    told, wanted = list[tuple[str, str]](), sorted(ids)
    for first in range(0, len(wanted), CHUNK):
        some = wanted[first : first + CHUNK]
        touching = or_(e.a.in_(some), e.b.in_(some))
        told += [(row[0], row[1]) for row in connection.execute(select(e.source, e.event_id).where(touching))]
        connection.execute(delete(identity_edges).where(touching))
    return told


@dataclass(frozen=True, slots=True)
class RefusedLink:
    """A link that joins nobody: who told it, the kinds of identifiers it names (never their values), and why."""

    source: str
    event_id: str
    namespaces: tuple[str, str]
    at: int
    why: str


def refused_links(engine: Engine) -> list[RefusedLink]:
    """Newest first."""
    a, b = identifiers.alias("a"), identifiers.alias("b")
    query = (
        select(e.source, e.event_id, a.c.namespace, b.c.namespace, e.at, e.refused)
        .join(a, a.c.id == e.a).join(b, b.c.id == e.b)
        .where(e.refused != "", e.revoked_at.is_(None)).order_by(e.at.desc(), e.source, e.event_id)
    )  # fmt: skip
    with engine.connect() as connection:
        return [RefusedLink(r[0], r[1], (r[2], r[3]), r[4], r[5]) for r in connection.execute(query)]


def links_told(connection: Connection, ids: Collection[int]) -> list[tuple[str, int, int | None]]:
    """(source, when told, when taken back) of every link that names any of `ids`, oldest first."""
    query = select(e.source, e.at, e.revoked_at).where(or_(e.a.in_(ids), e.b.in_(ids))).order_by(e.at, e.event_id)
    return [(row[0], row[1], row[2]) for row in connection.execute(query)]
