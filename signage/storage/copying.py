"""A whole SQLite database in one file: copied while others write to it, looked over before it is trusted."""

import sqlite3
from contextlib import closing
from pathlib import Path

from sqlalchemy.engine import make_url


def sqlite_file(url: str) -> Path | None:
    """The file behind a database URL; None for any other database."""
    parsed = make_url(url)
    return Path(parsed.database) if parsed.get_backend_name() == "sqlite" and parsed.database else None


def copy(source: Path, target: Path) -> None:
    """The state of one moment, by SQLite's backup API: writers go on meanwhile. Raises sqlite3.Error."""
    with closing(sqlite3.connect(source)) as theirs, closing(sqlite3.connect(target)) as ours:
        theirs.backup(ours)
        ours.execute("PRAGMA journal_mode=DELETE")  # one file, with no log beside it


def flaw(file: Path) -> str:
    """What is wrong with this database, "" for nothing. Ours hold tables and indexes: what runs by itself is not ours."""
    try:
        with closing(sqlite3.connect(file)) as connection:
            if connection.execute("SELECT 1 FROM sqlite_master WHERE type IN ('trigger', 'view')").fetchone():
                return "it holds triggers or views"
            found: str = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
            return "" if found == "ok" else found
    except sqlite3.Error as error:
        return str(error)
