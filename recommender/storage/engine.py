"""One engine per process: SQLite in WAL with a short busy timeout, or PostgreSQL, by URL; and the one way to write.

Both databases have one writer at a time: who looks before writing may believe what it saw. SQLite brings that along; on
PostgreSQL a writer holds an advisory lock for its transaction. Readers never wait.
"""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL, ExceptionContext, make_url
from sqlalchemy.exc import DBAPIError, OperationalError

from recommender.domain.errors import RecommenderUnreachable

__all__ = [
    "Connection",
    "Engine",
    "answers",
    "open_engine",
    "scrub",
    "write",
]  # SQLAlchemy stays in this room; its two types travel

BUSY_MS = 50  # nothing may block a web process' event loop for longer; `write` retries and yields
WRITE_DEADLINE_S = 10.0
SCRUB_DEADLINE_S = 1.0  # somebody waits to read that they are forgotten
RETRY_S = 0.01
WRITER = 0x4157  # the advisory lock's number; signage's is another, should both live in one database
PRAGMAS = (
    "journal_mode=WAL",
    "synchronous=FULL",
    "foreign_keys=ON",
    "secure_delete=ON",  # what is erased is overwritten
    "cache_size=-65536",
    "wal_autocheckpoint=10000",  # pages; an import writes many
)

T = TypeVar("T")


def open_engine(url: str, *, busy_ms: int = BUSY_MS) -> Engine:
    """Database URL -> engine. Creates the folder of a SQLite file. Raises ArgumentError for a malformed URL."""
    parsed = make_url(url)
    return _sqlite(parsed, busy_ms) if parsed.get_backend_name() == "sqlite" else _postgresql(parsed, busy_ms)


def _sqlite(url: URL, busy_ms: int) -> Engine:
    if url.database and url.database != ":memory:":
        Path(url.database).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(url, connect_args={"timeout": busy_ms / 1000})

    @event.listens_for(engine, "connect")
    def _pragmas(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # the driver's own BEGIN comes too late to hold a lock from the start
        cursor = connection.cursor()
        for pragma in PRAGMAS:
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        # A reader that turns into a writer can't be retried: writers take their lock at BEGIN.
        connection.exec_driver_sql("BEGIN IMMEDIATE" if _writes(connection) else "BEGIN")

    return engine


def _postgresql(url: URL, busy_ms: int) -> Engine:
    from psycopg.types.string import StrDumperUnknown  # noqa: PLC0415 - an extra that only this database needs

    class Text(StrDumperUnknown):
        """NUL, which PostgreSQL's texts can't hold, becomes U+FFFD: a bad record is still kept, with its reason."""

        def dump(self, obj: str) -> Any:
            return super().dump(obj.replace("\0", "\ufffd"))

    engine = create_engine(url, pool_pre_ping=True)

    @event.listens_for(engine, "connect")
    def _texts(connection: Any, _record: Any) -> None:
        connection.adapters.register_dumper(str, Text)

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        if _writes(connection):
            connection.exec_driver_sql(
                f"SET LOCAL lock_timeout = {busy_ms}; SELECT pg_advisory_xact_lock({WRITER}); SET LOCAL lock_timeout = 0"
            )

    @event.listens_for(engine, "handle_error")
    def _gone(context: ExceptionContext) -> None:
        if not context.is_pre_ping and (context.is_disconnect or context.connection is None):
            raise RecommenderUnreachable(f"{url.host}: {context.original_exception}") from context.original_exception

    return engine


def _writes(connection: Connection) -> bool:
    return bool(connection.get_execution_options().get("immediate", False))


def write(engine: Engine, work: Callable[[Connection], T], *, deadline_s: float = WRITE_DEADLINE_S) -> T:
    """Runs `work` in one transaction, durable when it returns. Another writer's lock is waited for, yielding, until the
    deadline; then RecommenderUnreachable. `work` may run more than once."""
    end = time.monotonic() + deadline_s
    while True:
        try:
            with engine.connect().execution_options(immediate=True) as connection, connection.begin():
                return work(connection)
        except OperationalError as error:
            if not ("locked" in str(error.orig) or "lock timeout" in str(error.orig)):
                raise
            if time.monotonic() > end:
                raise RecommenderUnreachable(f"another writer holds the history: {error.orig}") from error
        time.sleep(RETRY_S)


def answers(engine: Engine) -> bool:
    """Does the database answer?"""
    try:
        with engine.connect() as connection:
            connection.exec_driver_sql("SELECT 1")
    except (DBAPIError, RecommenderUnreachable):
        return False
    return True


def scrub(engine: Engine, *, deadline_s: float = SCRUB_DEADLINE_S) -> bool:
    """After an erasure: SQLite's log lets go of the pages as they were before. Readers in the way are waited for, yielding,
    until the deadline; then False, and the log is overwritten in the course of things."""
    end = time.monotonic() + deadline_s
    while engine.dialect.name == "sqlite":
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            busy = connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").scalar()
        if not busy:
            break
        if time.monotonic() > end:
            return False
        time.sleep(RETRY_S)
    return True
