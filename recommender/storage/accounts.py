"""Sessions, sign-in links, consents and the aliases of member codes. Secrets arrive here hashed; times are milliseconds."""

from collections.abc import Collection
from dataclasses import asdict, dataclass

from sqlalchemy import Connection, bindparam, delete, func, insert, select, update

from recommender.storage.rows import add
from recommender.storage.schema import consents, member_aliases, sessions, sign_in_links


@dataclass(frozen=True, slots=True)
class ConsentRow:
    identifier_id: int
    purpose: str
    granted: bool
    version: str
    at: int


@dataclass(frozen=True, slots=True)
class Alias:
    """What a member goes by in codes for one day (days since 1970-01-01 UTC), and the secret that signs them."""

    alias: bytes
    identifier_id: int
    day: int
    secret: bytes


@dataclass(frozen=True, slots=True)
class SessionRow:
    secret_hash: bytes
    identifier_id: int
    created_at: int
    expires_at: int
    device: str = ""


def put_session(connection: Connection, row: SessionRow) -> None:
    connection.execute(insert(sessions).values(asdict(row)))


_SESSION = select(sessions.c.identifier_id).where(  # built once, as is _NEWEST: every list asks them
    sessions.c.secret_hash == bindparam("hash"), sessions.c.expires_at > bindparam("now")
)


def session_member(connection: Connection, secret_hash: bytes, now: int) -> int | None:
    """The identifier that signed in, None for an unknown or expired session."""
    return connection.execute(_SESSION, {"hash": secret_hash, "now": now}).scalar()


def sessions_of(connection: Connection, ids: Collection[int], now: int = 0) -> list[SessionRow]:
    """Of these identifiers, those that are good for longer than `now` (0 = all that are kept), oldest first."""
    s = sessions.c
    query = select(s.secret_hash, s.identifier_id, s.created_at, s.expires_at, s.device)
    mine = query.where(s.identifier_id.in_(ids), s.expires_at > now).order_by(s.created_at)
    return [SessionRow(*row) for row in connection.execute(mine)]


def link_times(connection: Connection, ids: Collection[int]) -> list[tuple[int, int | None]]:
    """(until when it was good, when it was used) of every sign-in link made for these identifiers, oldest first."""
    k = sign_in_links.c
    query = select(k.expires_at, k.used_at).where(k.identifier_id.in_(ids)).order_by(k.expires_at)
    return [(row[0], row[1]) for row in connection.execute(query)]


def drop_session(connection: Connection, secret_hash: bytes) -> None:
    connection.execute(delete(sessions).where(sessions.c.secret_hash == secret_hash))


def put_link(connection: Connection, secret_hash: bytes, identifier_id: int, expires_at: int) -> None:
    row = {"secret_hash": secret_hash, "identifier_id": identifier_id, "expires_at": expires_at}
    connection.execute(insert(sign_in_links).values(row))


def use_link(connection: Connection, secret_hash: bytes, now: int) -> int | None:
    """The identifier it signs in, the first time only; None for an unknown, used or expired one."""
    k = sign_in_links.c
    fresh = (k.secret_hash == secret_hash) & k.used_at.is_(None) & (k.expires_at > now)
    return connection.execute(
        update(sign_in_links).where(fresh).values(used_at=now).returning(k.identifier_id)
    ).scalar()


def put_consent(connection: Connection, row: ConsentRow) -> None:
    values = {"purpose": row.purpose, "granted": int(row.granted), "version": row.version, "at": row.at}
    connection.execute(insert(consents).values(identifier_id=row.identifier_id, **values))


_c = consents.c
_LAST = (
    select(func.max(_c.id))
    .where(_c.identifier_id.in_(bindparam("ids", expanding=True)))
    .group_by(_c.identifier_id, _c.purpose)
)
_NEWEST = select(_c.identifier_id, _c.purpose, _c.granted, _c.version, _c.at).where(_c.id.in_(_LAST)).order_by(_c.id)


def newest_consents(connection: Connection, ids: Collection[int]) -> list[ConsentRow]:
    """The last word of each identifier on each purpose it ever spoke of."""
    found = connection.execute(_NEWEST, {"ids": list(ids)})
    return [ConsentRow(r[0], r[1], bool(r[2]), r[3], r[4]) for r in found]


def every_consent(connection: Connection, ids: Collection[int]) -> list[ConsentRow]:
    """All that was ever said, oldest first."""
    c = consents.c
    query = (
        select(c.identifier_id, c.purpose, c.granted, c.version, c.at).where(c.identifier_id.in_(ids)).order_by(c.id)
    )
    return [ConsentRow(r[0], r[1], bool(r[2]), r[3], r[4]) for r in connection.execute(query)]


def alias_of(connection: Connection, identifier_id: int, day: int) -> Alias | None:
    a = member_aliases.c
    mine = (a.identifier_id == identifier_id) & (a.day == day)
    found = connection.execute(select(a.alias, a.identifier_id, a.day, a.secret).where(mine)).first()
    return None if found is None else Alias(*found)


def alias_days(connection: Connection, ids: Collection[int]) -> list[int]:
    """The days for which these identifiers have an alias, oldest first."""
    a = member_aliases.c
    return list(connection.execute(select(a.day).where(a.identifier_id.in_(ids)).order_by(a.day)).scalars())


def find_alias(connection: Connection, alias: bytes) -> Alias | None:
    a = member_aliases.c
    found = connection.execute(select(a.alias, a.identifier_id, a.day, a.secret).where(a.alias == alias)).first()
    return None if found is None else Alias(*found)


def put_alias(connection: Connection, alias: Alias) -> Alias:
    """Keeps it unless the member has one for that day; gives the one that counts. Those of past days go."""
    connection.execute(delete(member_aliases).where(member_aliases.c.day < alias.day - 1))
    row = {"alias": alias.alias, "identifier_id": alias.identifier_id, "day": alias.day, "secret": alias.secret}
    add(connection, member_aliases, [row])
    kept = alias_of(connection, alias.identifier_id, alias.day)
    assert kept is not None  # just put, in the same transaction
    return kept
