"""Where a member is signed in and by what: their sessions and passkeys, each of which they may end."""

import hashlib
from datetime import datetime

from recommender.domain.instant import from_ms, to_ms
from recommender.domain.member import Devices, Passkey, PasskeyRefused, PhoneSession, Site
from recommender.history import account, passkeys
from recommender.history.account import Random
from recommender.history.passkeys import Making, Using
from recommender.storage import accounts, members
from recommender.storage import passkeys as rows
from recommender.storage.engine import Connection
from recommender.storage.passkeys import PasskeyRow

ANYBODY = b"in"  # the purpose of a challenge for signing in; one for a new passkey names its member
DEVICE_LENGTH = 60


def purpose(identifier_id: int, user_handle: bytes) -> bytes:
    """Of a challenge for a new passkey: whose it will be, and what the authenticator is to know them by."""
    return f"add:{identifier_id}:{user_handle.hex()}".encode()


def handle(key: bytes) -> str:
    """What a session or passkey is called on the page; nothing follows from it."""
    return hashlib.sha256(b"handle" + key).hexdigest()[:16]


def devices(connection: Connection, identifier_id: int, session: str, now: datetime) -> Devices:
    ids, mine = members.profile_members(connection, identifier_id), account.secret_hash(session)
    return Devices(
        tuple(
            PhoneSession(handle(row.secret_hash), row.device, from_ms(row.created_at), row.secret_hash == mine)
            for row in accounts.sessions_of(connection, ids, to_ms(now))
        ),
        tuple(
            Passkey(
                handle(row.credential_id),
                row.device,
                from_ms(row.created_at),
                from_ms(row.used_at) if row.used_at else None,
            )
            for row in rows.of(connection, ids)
        ),
    )


def end(connection: Connection, identifier_id: int, named: str, now: datetime) -> None:
    """Ends the member's session, or removes their passkey, that is called so; nothing for what isn't theirs."""
    ids = members.profile_members(connection, identifier_id)
    for session in accounts.sessions_of(connection, ids, to_ms(now)):
        if handle(session.secret_hash) == named:
            accounts.drop_session(connection, session.secret_hash)
    for passkey in rows.of(connection, ids):
        if handle(passkey.credential_id) == named:
            rows.drop(connection, passkey.credential_id)


def ask_to_make(connection: Connection, identifier_id: int, site: Site, challenge: bytes, user_handle: bytes) -> str:
    """The browser's options for a new passkey. Raises PasskeyRefused when there are enough."""
    return passkeys.ask_to_make(site, challenge, user_handle, _room(connection, identifier_id))


def add_passkey(
    connection: Connection,
    identifier_id: int,
    site: Site,
    making: Making,
    *,
    meant: bytes,
    device: str,
    now: datetime,
) -> None:
    """`meant`: what the challenge was given out for. Raises PasskeyRefused."""
    user_handle = bytes.fromhex(meant.rpartition(b":")[2].decode()) if meant != ANYBODY else b""
    if meant != purpose(identifier_id, user_handle):
        raise PasskeyRefused("the challenge was given out for something else")
    _room(connection, identifier_id)  # others may have been made since it was asked for
    credential_id, public_key, count = passkeys.made(site, making)
    row = PasskeyRow(
        credential_id, identifier_id, public_key, user_handle, count, device[:DEVICE_LENGTH], to_ms(now)
    )  # fmt: skip
    if not rows.put(connection, row):
        raise PasskeyRefused("this passkey is there already")


def _room(connection: Connection, identifier_id: int) -> list[PasskeyRow]:
    """The member's passkeys. Raises PasskeyRefused when there is no room for another."""
    there = rows.of(connection, members.profile_members(connection, identifier_id))
    if len(there) >= passkeys.MOST:
        raise PasskeyRefused(f"there are {passkeys.MOST} passkeys already")
    return there


def sign_in(
    connection: Connection, site: Site, using: Using, *, meant: bytes, device: str, now: datetime, random: Random
) -> str:
    """A new session's secret. Raises PasskeyRefused."""
    row = rows.find(connection, using.credential.raw_id)
    if row is None or meant != ANYBODY:
        raise PasskeyRefused("the passkey is unknown, or the challenge was given out for something else")
    rows.used(connection, row.credential_id, passkeys.proved(site, using, row), to_ms(now))
    return account.make_session(connection, row.identifier_id, now, random, device[:DEVICE_LENGTH])
