"""One engine per process: SQLite in WAL with a short busy timeout, or PostgreSQL, by URL; and the one way to write."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import OperationalError

__all__ = [
    "Connection",
    "Engine",
    "open_engine",
    "scrub",
    "write",
]  # SQLAlchemy stays in this room; its two types travel

BUSY_MS = 50  # nothing may block a web process' event loop for longer; `write` retries and yields
WRITE_DEADLINE_S = 10.0
RETRY_S = 0.01
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
    if parsed.get_backend_name() != "sqlite":
        return create_engine(parsed, pool_pre_ping=True)
    if parsed.database and parsed.database != ":memory:":
        Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(parsed, connect_args={"timeout": busy_ms / 1000})

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
        immediate = connection.get_execution_options().get("immediate", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")

    return engine


def write(engine: Engine, work: Callable[[Connection], T], *, deadline_s: float = WRITE_DEADLINE_S) -> T:
    """Runs `work` in one transaction, durable when it returns. Another writer's lock is waited for, yielding, until the
    deadline; then OperationalError. `work` may run more than once."""
    end = time.monotonic() + deadline_s
    while True:
        try:
            with engine.connect().execution_options(immediate=True) as connection, connection.begin():
                return work(connection)
        except OperationalError as error:
            if "locked" not in str(error) or time.monotonic() > end:
                raise
        time.sleep(RETRY_S)


def scrub(engine: Engine) -> None:
    """After an erasure: SQLite's log lets go of the pages as they were before, as far as no reader is in the way."""
    if engine.dialect.name == "sqlite":
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
