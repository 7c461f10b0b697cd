"""People who log in: marketers, store staff, administrators. Shoppers and members are never here."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import uuid4

from sqlalchemy import Connection, Engine, and_, func, insert, or_, select, true, update
from sqlalchemy.engine import Row
from sqlalchemy.exc import IntegrityError

from signage.domain.clock import millis
from signage.domain.errors import Conflict, NotFound
from signage.storage.audit import note
from signage.storage.engine import write
from signage.storage.folding import has
from signage.storage.schema import users


class Role(StrEnum):
    """What somebody is. A view asks for one of them, and `covers` says who else may do the same; in words: docs/roles.md."""

    ADMIN = "admin"  # people, stores, what headquarters alone decides
    APPROVER = "approver"  # approval of campaigns; new screens and cameras
    MANAGER = "manager"  # of one store: its own campaigns, its screens
    EDITOR = "editor"  # a marketer: creatives and campaigns
    STAFF = "staff"  # of one store: its devices
    VIEWER = "viewer"  # an analyst: looking

    def covers(self, needed: "Role") -> bool:
        return needed is self or needed in _BESIDES[self]

    @property
    def of_a_store(self) -> bool:
        """Are these people always one store's?"""
        return self in {Role.MANAGER, Role.STAFF}


_BESIDES = {
    Role.ADMIN: {Role.APPROVER, Role.MANAGER, Role.EDITOR, Role.STAFF, Role.VIEWER},
    Role.APPROVER: {Role.MANAGER, Role.EDITOR, Role.STAFF, Role.VIEWER},
    Role.MANAGER: {Role.EDITOR, Role.STAFF, Role.VIEWER},
    Role.EDITOR: {Role.VIEWER}, Role.STAFF: {Role.VIEWER}, Role.VIEWER: set[Role](),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class User:
    """`store_id` "" = headquarters: every store. `epoch` goes up to end every session of theirs."""

    user_id: str
    email: str
    name: str
    role: Role
    store_id: str
    epoch: int
    password_hash: str

    @property
    def scope(self) -> str | None:
        """The only store whose things they may touch; None = all."""
        return self.store_id or None


class Users:
    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def any(self) -> bool:
        """Has the first run been done?"""
        with self._engine.connect() as connection:
            return connection.execute(select(users.c.id).limit(1)).first() is not None

    def get(self, user_id: str) -> User | None:
        return self._one(users.c.id == user_id)

    def by_email(self, email: str) -> User | None:
        return self._one(users.c.email == normal(email))

    def found(self, scope: str | None, words: str, start: int, count: int) -> tuple[list[User], int]:
        """Of those of this store (None = all) whose name or address has each of the words, `count` from `start` on, the
        oldest first; and how many there are."""
        said = [or_(has(users.c.name, word), has(users.c.email, word)) for word in words.split()]
        which = and_(true() if scope is None else users.c.store_id == scope, *said)
        query = select(users).where(which).order_by(users.c.created_at, users.c.id).offset(start).limit(count)
        with self._engine.connect() as connection:
            total = connection.scalar(select(func.count()).select_from(users).where(which)) or 0
            return [_user(row) for row in connection.execute(query)], total

    def names(self, user_ids: Collection[str]) -> dict[str, str]:
        """What these are called."""
        query = select(users.c.id, users.c.name).where(users.c.id.in_(set(user_ids)))
        with self._engine.connect() as connection:
            return {user_id: name for user_id, name in connection.execute(query)}

    def approvers(self, store_id: str) -> int:
        """How many people may approve what this store owns ("" = headquarters)."""
        able = [role for role in Role if role.covers(Role.APPROVER)]
        there = or_(users.c.store_id.is_(None), users.c.store_id == store_id)
        query = select(func.count()).select_from(users).where(users.c.role.in_(able), there)
        with self._engine.connect() as connection:
            return connection.execute(query).scalar_one()

    def add_first(self, *, email: str, name: str, password_hash: str, now: datetime) -> User:
        """The first administrator; Conflict when somebody was quicker."""

        def work(connection: Connection) -> str:
            if connection.execute(select(users.c.id).limit(1)).first() is not None:
                raise Conflict(
                    "already_set_up", "Setup has been done. Log in.", "初期設定は済んでいます。ログインしてください。"
                )
            return _insert(
                connection,
                email=email,
                name=name,
                role=Role.ADMIN,
                store_id="",
                password_hash=password_hash,
                by="",
                now=now,
            )

        return self._stored(write(self._engine, work))

    def add(
        self, *, email: str, name: str, role: Role, store_id: str, password_hash: str, by: str, now: datetime
    ) -> User:
        """A new login; Conflict when the e-mail address has one."""

        def work(connection: Connection) -> str:
            return _insert(
                connection,
                email=email,
                name=name,
                role=role,
                store_id=store_id,
                password_hash=password_hash,
                by=by,
                now=now,
            )

        try:
            return self._stored(write(self._engine, work))
        except IntegrityError as error:
            raise Conflict(
                "email_taken",
                "This e-mail address already has a login.",
                "このメールアドレスはすでに登録されています。",
            ) from error

    def set_password(self, user_id: str, password_hash: str, by: str, now: datetime) -> None:
        """New password; every open session of theirs ends. NotFound."""

        def work(connection: Connection) -> None:
            changed = connection.execute(
                update(users)
                .where(users.c.id == user_id)
                .values(password_hash=password_hash, session_epoch=users.c.session_epoch + 1)
            )
            if not changed.rowcount:
                raise NotFound("user_unknown", "There is no such login.", "そのユーザーは登録されていません。")
            note(connection, now, by, "password_set", user_id)

        write(self._engine, work)

    def end_sessions(self, user_id: str) -> None:
        """Every open session of theirs ends: its cookie is nobody's, wherever a copy of it may be."""
        mine = update(users).where(users.c.id == user_id)
        write(self._engine, lambda connection: connection.execute(mine.values(session_epoch=users.c.session_epoch + 1)))

    def _one(self, condition: object) -> User | None:
        with self._engine.connect() as connection:
            row = connection.execute(select(users).where(condition)).first()  # type: ignore[arg-type]
        return _user(row) if row else None

    def _stored(self, user_id: str) -> User:
        user = self.get(user_id)
        assert user is not None
        return user


def normal(email: str) -> str:
    """One spelling of an address: upper case and blanks around it make no second login."""
    return email.strip().casefold()


def _insert(
    connection: Connection,
    *,
    email: str,
    name: str,
    role: Role,
    store_id: str,
    password_hash: str,
    by: str,
    now: datetime,
) -> str:
    user_id = str(uuid4())
    connection.execute(
        insert(users).values(
            id=user_id, email=normal(email), name=name.strip(), password_hash=password_hash, role=role.value,
            store_id=store_id or None, created_at=millis(now),
        )
    )  # fmt: skip
    note(connection, now, by or user_id, "user_added", user_id, detail=role.value)
    return user_id


def _user(row: Row[Any]) -> User:
    return User(
        row.id, row.email, row.name, Role(row.role), row.store_id or "", row.session_epoch, row.password_hash
    )  # fmt: skip
