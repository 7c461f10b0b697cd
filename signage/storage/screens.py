"""Stores and screens in and out of the database, and how a player is let in: code, approval, key."""

import hashlib
import hmac
import secrets
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntEnum
from typing import Any

from sqlalchemy import Connection, Engine, bindparam, delete, insert, or_, select, update
from sqlalchemy.engine import Row

from signage.domain.clock import from_millis, millis
from signage.domain.errors import Conflict, NotFound, Unavailable
from signage.domain.place import Screen, Store
from signage.storage.audit import note
from signage.storage.engine import write
from signage.storage.schema import registrations, screens, stores
from signage.storage.screen_rows import OF_SCREEN, OF_STORE, PLACED, SCREEN, STORE, screen_of, screen_values, store_of

CODE_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"  # no 0/O/1/I
CODE_LENGTH = 6
CODE_LASTS = timedelta(minutes=10)
MAX_WAITING = 200  # players waiting at once; more is a flood, not a shop

KEYS = select(screens.c.key_hash, screens.c.key_next_hash, screens.c.revoked, screens.c.rotating).where(
    screens.c.id == bindparam("id")
)
LET_IN = select(screens.c.id).where(
    screens.c.revoked == 0, or_(screens.c.key_hash.is_not(None), screens.c.key_next_hash.is_not(None))
)


@dataclass(frozen=True, slots=True)
class Registration:
    """A player that waits to be let in. `user_agent` is hostile text."""

    code: str
    width: int
    height: int
    user_agent: str
    insecure: bool
    created_at: datetime
    expires_at: datetime


class LetIn(IntEnum):
    """A key's answer; NO is the only one that is false. RENEW: good, and a new one is to be handed out."""

    NO = 0
    YES = 1
    RENEW = 2


class Screens:
    """Reads are straight from the database: a revoked key is refused by every process at once."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def store(self, store_id: str) -> Store | None:
        with self._engine.connect() as connection:
            row = connection.execute(STORE, {"id": store_id}).first()
        return store_of(row) if row else None

    def stores(self) -> list[Store]:
        with self._engine.connect() as connection:
            return [store_of(row) for row in connection.execute(select(*OF_STORE).order_by(stores.c.id))]

    def screen(self, screen_id: str) -> Screen | None:
        with self._engine.connect() as connection:
            row = connection.execute(SCREEN, {"id": screen_id}).first()
        return screen_of(row) if row else None

    def placed(self, screen_id: str) -> tuple[Screen, Store] | None:
        """A screen and the store it stands in, in one go."""
        with self._engine.connect() as connection:
            row = connection.execute(PLACED, {"id": screen_id}).first()
        return (screen_of(row[: len(OF_SCREEN)]), store_of(row[len(OF_SCREEN) :])) if row else None

    def screens(self, store_id: str | None = None) -> list[Screen]:
        """Every screen, or one store's, ordered by id."""
        query = select(*OF_SCREEN).order_by(screens.c.id)
        if store_id is not None:
            query = query.where(screens.c.store_id == store_id)
        with self._engine.connect() as connection:
            return [screen_of(row) for row in connection.execute(query)]

    def by_store(self, store_ids: Collection[str]) -> dict[Store, list[Screen]]:
        """These stores, or every one where none is named, each with its screens; ordered by id."""
        query = select(*OF_STORE, *OF_SCREEN).join(screens, screens.c.store_id == stores.c.id, isouter=True)
        if store_ids:
            query = query.where(stores.c.id.in_(store_ids))
        found: dict[Store, list[Screen]] = {}
        with self._engine.connect() as connection:
            for row in connection.execute(query.order_by(stores.c.id, screens.c.id)):
                here = found.setdefault(store_of(row[: len(OF_STORE)]), [])
                if row[len(OF_STORE)] is not None:
                    here.append(screen_of(row[len(OF_STORE) :]))
        return found

    def save_store(self, store: Store) -> None:
        """Add the store, or overwrite the one with its id."""
        values = {
            "name_ja": store.name_ja, "name_en": store.name_en, "zone": store.zone, "currency": store.currency,
            "language": store.language, "restricted_without_camera": int(store.restricted_without_camera),
            "simulated": int(store.simulated), "contact": store.contact, "own_percent": store.own_percent,
            "own_approval": int(store.own_approval),
            "latitude": store.position and store.position.latitude,
            "longitude": store.position and store.position.longitude,
        }  # fmt: skip

        def work(connection: Connection) -> None:
            if not connection.execute(update(stores).where(stores.c.id == store.store_id).values(values)).rowcount:
                connection.execute(insert(stores).values(id=store.store_id, **values))

        write(self._engine, work)

    def save_screen(self, screen: Screen, now: datetime) -> None:
        """Add the screen, or overwrite the one with its id; its key and history stay."""
        values = screen_values(screen)

        def work(connection: Connection) -> None:
            if not connection.execute(update(screens).where(screens.c.id == screen.screen_id).values(values)).rowcount:
                connection.execute(insert(screens).values(id=screen.screen_id, created_at=millis(now), **values))

        write(self._engine, work)

    def add_screens(self, added: Sequence[Screen], by: str, now: datetime) -> None:
        """All of these new screens, or none: Conflict when a store has one of the same name by now."""

        def work(connection: Connection) -> None:
            there = connection.execute(select(screens.c.store_id, screens.c.name))
            if {(row.store_id, row.name) for row in there} & {(one.store_id, one.name) for one in added}:
                raise Conflict(
                    "screens_taken", "Some of these screens were added meanwhile. Upload the file again.",
                    "この間に同じ名前の画面が登録されました。もう一度ファイルを読み込んでください。",
                )  # fmt: skip
            for one in added:
                connection.execute(
                    insert(screens).values(id=one.screen_id, created_at=millis(now), **screen_values(one))
                )
                note(connection, now, by, "screen_added", one.screen_id, detail=one.name)

        write(self._engine, work)

    def open_registration(
        self, width: int, height: int, user_agent: str, insecure: bool, now: datetime
    ) -> tuple[str, str, datetime]:
        """A new player asks to be let in -> (code to show, secret to poll with, when both lapse). Unavailable in a flood."""
        secret, expires = secrets.token_hex(32), now + CODE_LASTS

        def work(connection: Connection) -> str:
            connection.execute(delete(registrations).where(registrations.c.expires_at <= millis(now)))
            taken = set(connection.scalars(select(registrations.c.code)))
            if len(taken) >= MAX_WAITING:
                raise Unavailable(
                    "too_many_registrations",
                    "Too many players are waiting to be let in. Try again in ten minutes.",
                    "登録待ちの端末が多すぎます。10分ほどしてからもう一度お試しください。",
                )
            code = _code(taken)
            connection.execute(
                insert(registrations).values(
                    id=secrets.token_hex(8), code=code, poll_secret_hash=_hash(secret), width=width, height=height,
                    user_agent=user_agent[:300], insecure=int(insecure), created_at=millis(now), expires_at=millis(expires),
                )
            )  # fmt: skip
            return code

        return write(self._engine, work), secret, expires

    def pending(self, now: datetime) -> list[Registration]:
        """Players waiting for approval, oldest first."""
        query = (
            select(registrations)
            .where(registrations.c.screen_id.is_(None), registrations.c.expires_at > millis(now))
            .order_by(registrations.c.created_at)
        )
        with self._engine.connect() as connection:
            return [_registration(row) for row in connection.execute(query)]

    def approve(self, code: str, screen_id: str, now: datetime) -> None:
        """Let the player with this code be `screen_id`. On an existing screen that replaces its device; history stays.

        NotFound when the code is unknown, used or lapsed, or there is no such screen.
        """

        def work(connection: Connection) -> None:
            if connection.execute(select(screens.c.id).where(screens.c.id == screen_id)).first() is None:
                raise NotFound("screen_unknown", f"There is no screen {screen_id}.", f"画面 {screen_id} はありません。")
            waiting = update(registrations).where(
                registrations.c.code == code.strip().upper(),
                registrations.c.screen_id.is_(None),
                registrations.c.expires_at > millis(now),
            )
            if not connection.execute(waiting.values(screen_id=screen_id)).rowcount:
                raise NotFound(
                    "code_unknown",
                    "This code is unknown or has lapsed. Read the code on the screen again.",
                    "このコードは無効か期限切れです。画面に表示されているコードをもう一度確認してください。",
                )

        write(self._engine, work)

    def claim(self, poll_secret: str, now: datetime) -> tuple[str, str] | None:
        """The player polls: None while it waits, (screen id, key) exactly once after approval.

        NotFound when the secret is unknown, lapsed or was claimed before: the player then asks for a new code.
        """
        mine = registrations.c.poll_secret_hash == _hash(poll_secret)
        open_ = (registrations.c.claimed_at.is_(None), registrations.c.expires_at > millis(now))
        with self._engine.connect() as connection:
            row = connection.execute(select(registrations.c.screen_id).where(mine, *open_)).first()
        if row is not None and row.screen_id is None:
            return None

        def work(connection: Connection) -> tuple[str, str]:
            if not connection.execute(
                update(registrations).where(mine, *open_).values(claimed_at=millis(now))
            ).rowcount:
                raise NotFound(
                    "registration_over",
                    "This registration has lapsed or was used. Ask for a new code.",
                    "この登録は期限切れか使用済みです。新しいコードを発行してください。",
                )
            screen_id = connection.scalars(select(registrations.c.screen_id).where(mine)).one()
            return screen_id, _issue(connection, screen_id)

        return write(self._engine, work)

    def issue_key(self, screen_id: str) -> str:
        """A new player key for the screen, 64 hex digits, given here once and kept as a hash. NotFound.

        The key in use stays good until the new one has been used once, so a lost answer locks nobody out.
        """
        return write(self._engine, lambda connection: _issue(connection, screen_id))

    def ask_for_rotation(self, screen_id: str) -> None:
        """From now on the screen's player is handed a new key when it can be reached; the old one is good until then.

        Nothing happens while a new device waits to take the screen over: its first use is a rotation too.
        """
        settled = (screens.c.key_hash.is_not(None), screens.c.key_next_hash.is_(None))
        asked = update(screens).where(screens.c.id == screen_id, *settled).values(rotating=1)
        write(self._engine, lambda connection: connection.execute(asked))

    def renewing(self, screen_id: str) -> bool:
        """Has a new key been asked for or handed out that the player hasn't used yet?"""
        pending = or_(screens.c.rotating == 1, screens.c.key_next_hash.is_not(None))
        query = select(screens.c.id).where(screens.c.id == screen_id, screens.c.key_hash.is_not(None), pending)
        with self._engine.connect() as connection:
            return connection.execute(query).first() is not None

    def rotated(self, screen_id: str) -> str:
        """Another new key for the player of a rotation; those handed out before it are void, the old one is not."""

        def work(connection: Connection) -> str:
            key = _issue(connection, screen_id)
            connection.execute(update(screens).where(screens.c.id == screen_id).values(rotating=1))
            return key

        return write(self._engine, work)

    def verify(self, screen_id: str, key: str) -> LetIn:
        """Is this the screen's key? The first use of a new key ends the old one. Constant time in the key."""
        with self._engine.connect() as connection:
            row = connection.execute(KEYS, {"id": screen_id}).first()
        given = _hash(key)
        is_now = hmac.compare_digest(given, (row and row.key_hash) or b"")
        is_next = hmac.compare_digest(given, (row and row.key_next_hash) or b"")
        if row is None or row.revoked:
            return LetIn.NO
        if is_next:
            promote = (
                update(screens)
                .where(screens.c.id == screen_id, screens.c.key_next_hash == given)
                .values(key_hash=given, key_next_hash=None, rotating=0)
            )
            write(self._engine, lambda connection: connection.execute(promote))
            return LetIn.YES
        if not is_now:
            return LetIn.NO
        return LetIn.RENEW if row.rotating else LetIn.YES

    def has_key(self, screen_id: str) -> bool:
        """Has a player been let in for this screen and not been shut out since?"""
        with self._engine.connect() as connection:
            return connection.execute(LET_IN.where(screens.c.id == screen_id)).first() is not None

    def let_in(self) -> set[str]:
        """The ids of all such screens."""
        with self._engine.connect() as connection:
            return set(connection.scalars(LET_IN))

    def revoke(self, screen_id: str) -> None:
        """Shut the screen's player out for good: both keys are gone. The hub closes its socket when told."""
        values = {"key_hash": None, "key_next_hash": None, "revoked": 1, "rotating": 0}
        write(
            self._engine,
            lambda connection: connection.execute(update(screens).where(screens.c.id == screen_id).values(values)),
        )


def _issue(connection: Connection, screen_id: str) -> str:
    key = secrets.token_hex(32)
    values = {"key_next_hash": _hash(key), "revoked": 0, "rotating": 0}  # a device that was let in ends a rotation
    if not connection.execute(update(screens).where(screens.c.id == screen_id).values(values)).rowcount:
        raise NotFound("screen_unknown", f"There is no screen {screen_id}.", f"画面 {screen_id} はありません。")
    return key


def _code(taken: set[str]) -> str:
    while (code := "".join(secrets.choice(CODE_LETTERS) for _ in range(CODE_LENGTH))) in taken:
        pass
    return code


def _hash(secret: str) -> bytes:
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).digest()


def _registration(row: Row[Any]) -> Registration:
    return Registration(
        row.code, row.width, row.height, row.user_agent, bool(row.insecure),
        from_millis(row.created_at), from_millis(row.expires_at),
    )  # fmt: skip
