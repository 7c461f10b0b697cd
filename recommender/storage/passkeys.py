"""Members' passkeys: public keys only, with the count that tells a copy from the original. Times are milliseconds."""

from collections.abc import Collection
from dataclasses import asdict, dataclass

from sqlalchemy import Connection, delete, select, update

from recommender.storage.rows import add
from recommender.storage.schema import passkeys


@dataclass(frozen=True, slots=True)
class PasskeyRow:
    """`user_handle`: what the authenticator knows the member by, random; `device`: what it was made on, in a few words."""

    credential_id: bytes
    identifier_id: int
    public_key: bytes
    user_handle: bytes
    sign_count: int
    device: str
    created_at: int
    used_at: int | None = None


_COLUMNS = [passkeys.c[name] for name in PasskeyRow.__slots__]


def put(connection: Connection, row: PasskeyRow) -> bool:
    """False, and nothing changes, for a credential that is there already."""
    return add(connection, passkeys, [asdict(row)]) == 1


def find(connection: Connection, credential_id: bytes) -> PasskeyRow | None:
    found = connection.execute(select(*_COLUMNS).where(passkeys.c.credential_id == credential_id)).first()
    return None if found is None else PasskeyRow(*found)


def used(connection: Connection, credential_id: bytes, sign_count: int, at: int) -> None:
    mine = update(passkeys).where(passkeys.c.credential_id == credential_id)
    connection.execute(mine.values(sign_count=sign_count, used_at=at))


def of(connection: Connection, ids: Collection[int]) -> list[PasskeyRow]:
    """Those of these identifiers, oldest first."""
    query = select(*_COLUMNS).where(passkeys.c.identifier_id.in_(ids)).order_by(passkeys.c.created_at)
    return [PasskeyRow(*row) for row in connection.execute(query)]


def drop(connection: Connection, credential_id: bytes) -> None:
    connection.execute(delete(passkeys).where(passkeys.c.credential_id == credential_id))
