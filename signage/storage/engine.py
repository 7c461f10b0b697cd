"""One engine per process: SQLite in WAL or PostgreSQL, by URL; and the one way to write without waiting for ever.

Both databases have one writer at a time: who looks before writing may believe what it saw. SQLite brings that along; on
PostgreSQL a writer holds an advisory lock for its transaction. Readers never wait.
"""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar
from weakref import WeakKeyDictionary

import gevent
from gevent.monkey import is_module_patched
from sqlalchemy import Connection, Engine, RootTransaction, create_engine, event
from sqlalchemy.engine import URL, ExceptionContext, make_url
from sqlalchemy.exc import OperationalError, SQLAlchemyError

from signage.domain.errors import Unavailable
from signage.storage.folding import folded

BUSY_MS = 50  # nothing may block the web process' event loop for longer; callers retry and yield
DEADLINE_S = 10.0
PAUSE_S = 0.005
WRITER = 0x5163  # the advisory lock's number; the recommender's is another, should both live in one database

T = TypeVar("T")
_turns: "WeakKeyDictionary[Engine, threading.Lock]" = WeakKeyDictionary()


def open_engine(url: str, *, busy_ms: int = BUSY_MS) -> Engine:
    """Database URL -> engine. Creates the folder of a SQLite file. Raises ArgumentError for a malformed URL."""
    parsed = make_url(url)
    return _sqlite(parsed, busy_ms) if parsed.get_backend_name() == "sqlite" else _postgresql(parsed, busy_ms)


def _sqlite(url: URL, busy_ms: int) -> Engine:
    if url.database and url.database != ":memory:":
        Path(url.database).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(url, connect_args={"timeout": busy_ms / 1000})

    @event.listens_for(engine, "connect")
    def _prepare(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # the driver's own BEGIN comes too late for savepoints and for the lock
        cursor = connection.cursor()
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()
        connection.create_function("folded", 1, folded, deterministic=True)

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        if _writes(connection):
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        else:  # never waits nor fails, so it needs none of what makes the way above as long as a query
            connection.connection.cursor().execute("BEGIN")

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
            raise busy() from context.original_exception

    return engine


def _writes(connection: Connection) -> bool:
    return bool(connection.get_execution_options().get("writes", False))


def ping(engine: Engine) -> None:
    """Raises Unavailable when the database doesn't answer."""
    try:
        with engine.connect() as connection:
            connection.exec_driver_sql("SELECT 1")
    except SQLAlchemyError as error:
        raise busy() from error


def write(engine: Engine, work: Callable[[Connection], T], *, deadline_s: float = DEADLINE_S) -> T:
    """Run `work` in one transaction that holds the write lock from its start; returns once the commit is on disk.

    Waits for other writers without holding up the event loop; Unavailable after `deadline_s`. `work` runs at most once:
    the lock is held before it starts.
    """
    with writing(engine, deadline_s) as connection:
        return work(connection)


@contextmanager
def writing(engine: Engine, deadline_s: float = DEADLINE_S) -> Iterator[Connection]:
    """The connection that may write now; commits at the end, or rolls back when the block raises. Unavailable.

    Those of this process queue here, where waiting lets other greenlets go on: inside SQLite it would stop them all,
    the one that holds the lock included; at PostgreSQL each would hold a connection.
    """
    with (
        _turn(engine, deadline_s),
        engine.connect().execution_options(writes=True) as connection,
        patiently(connection.begin, deadline_s) as transaction,
    ):
        yield connection
        _commit(transaction)


@contextmanager
def _turn(engine: Engine, deadline_s: float) -> Iterator[None]:
    lock = _turns.setdefault(engine, threading.Lock())
    if not lock.acquire(timeout=deadline_s):
        raise busy()
    try:
        yield
    finally:
        lock.release()


def _commit(transaction: RootTransaction) -> None:
    """SQLite waits for the disk in a thread of its own under gevent, so that other greenlets go on; a socket lets them."""
    if transaction.connection.dialect.name == "sqlite" and is_module_patched("threading"):
        gevent.get_hub().threadpool.apply(transaction.commit)
    else:
        transaction.commit()


def patiently(attempt: Callable[[], T], deadline_s: float = DEADLINE_S) -> T:
    """Call `attempt` until the database isn't locked, yielding in between; Unavailable after `deadline_s`."""
    until = time.monotonic() + deadline_s
    while True:
        try:
            return attempt()
        except OperationalError as error:
            if not _locked(error):
                raise
            if time.monotonic() >= until:
                raise busy() from error
        time.sleep(PAUSE_S)


def busy() -> Unavailable:
    """What to raise when the database can't be asked now."""
    return Unavailable(
        "database_busy",
        "The database is busy. Try again in a moment.",
        "データベースが混み合っています。しばらくしてからもう一度お試しください。",
    )


def _locked(error: OperationalError) -> bool:
    return any(word in str(error.orig) for word in ("locked", "busy", "lock timeout"))
