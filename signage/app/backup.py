"""`shelfcast backup` and `restore`: everything that must not be lost in one file, and back, whole or not at all."""

import os
import sqlite3
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import version
from itertools import product
from pathlib import Path

from recommender.app import history_database, upgrade_history
from signage.app.archive import FOLDERS, HISTORY, HISTORY_KEY, SIGNAGE, BadArchive, Manifest, belongs, pack, unpack
from signage.settings import Settings
from signage.storage.copying import copy, flaw, sqlite_file
from signage.storage.engine import open_engine
from signage.storage.migrate import current, newest, upgrade


class CantBackUp(Exception):
    """Nothing was written. str() says why and what to do."""


class CantRestore(Exception):
    """Nothing was changed. str() says why and what to do."""


@dataclass(frozen=True, slots=True)
class Restored:
    """`aside`: where the data directory that stood there before is now, if there was one."""

    manifest: Manifest
    aside: Path | None


def backup(settings: Settings, target: Path, now: datetime) -> Manifest:
    """Data directory -> `target`, also while everything runs: each database as it is at one moment, and then the files that
    it names. Raises CantBackUp, OSError."""
    databases = {SIGNAGE: _file_of("SHELFCAST_DATABASE_URL", settings.database)}
    history = history_database()
    if history:
        databases[HISTORY] = _file_of("SHELFCAST_HISTORY_URL", history)
    missing = next((file for file in databases.values() if not file.is_file()), None)
    if missing:
        raise CantBackUp(f"There is no {missing}. Is SHELFCAST_DATA_DIR right?")
    if target.exists():
        raise CantBackUp(f"{target} is there already. Give the backup a name of its own.")
    draft = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        with tempfile.TemporaryDirectory(dir=settings.data_dir, prefix=".backup-") as name:
            copies = [(member, Path(name) / member) for member in databases]
            for member, file in copies:
                copy(databases[member], file)
            made = pack(draft, [*copies, *_files(settings.data_dir)], now.isoformat(), version("shelfcast"))
        draft.rename(target)
    except sqlite3.Error as error:
        raise CantBackUp(f"A database can't be read: {error}") from error
    finally:
        draft.unlink(missing_ok=True)
    return made


def restore(settings: Settings, source: Path, now: datetime, *, replace: bool, most_bytes: int) -> Restored:
    """`source` -> the data directory, of the shape of this release. All is unpacked, checked and brought up to date beside it
    before a rename puts it in its place; what stood there is put aside, never deleted. Raises CantRestore, OSError."""
    target = settings.data_dir.resolve()
    if settings.database_url or not _beside(history_database(), target):
        raise CantRestore(
            "SHELFCAST_DATABASE_URL and SHELFCAST_HISTORY_URL must be empty: a backup is restored into a data directory."
        )
    there = target.is_dir() and any(target.iterdir())
    if there and not replace:
        raise CantRestore(f"{target} is not empty. With --replace it is put aside, and the backup takes its place.")
    if target.is_mount():
        raise CantRestore(
            f"{target} is a mount point and can't be put aside. Set SHELFCAST_DATA_DIR to a folder in it."
        )
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=f".{target.name}-") as name:
        fresh = Path(name) / "data"
        try:
            manifest = unpack(source, fresh, most_bytes)
            _bring_up_to_date(fresh, manifest)
        except BadArchive as bad:
            raise CantRestore(f"{source.name} can't be restored: {bad}.") from bad
        return Restored(manifest, _swap(fresh, target, now if there else None))


def _beside(history: str | None, target: Path) -> bool:
    return history is None or sqlite_file(history) == target / HISTORY


def _file_of(variable: str, url: str) -> Path:
    file = sqlite_file(url)
    if file is None:
        raise CantBackUp(
            f'{variable} is not SQLite: its server backs it up, as with `pg_dump --format=custom "${variable}"`. '
            "Beside it, keep a copy of keys/, tls/, media/, artifacts/ and history.key of the data directory."
        )
    return file


def _files(data_dir: Path) -> Iterator[tuple[str, Path]]:
    """What a folder's pointer names is looked up after the pointer was read: models published meanwhile are the next backup's."""
    yield HISTORY_KEY, data_dir / HISTORY_KEY
    for folder, deeper in product(FOLDERS, (False, True)):
        root = data_dir / folder
        for path in sorted(one for one in _below(root) if (one.parent != root) is deeper):
            name = path.relative_to(data_dir).as_posix()
            if belongs(name) and path.is_file() and not path.is_symlink():
                yield name, path


def _below(root: Path) -> Iterator[Path]:
    """Every file, links to folders not followed; what is deleted meanwhile is not there."""
    for folder, _folders, names in os.walk(root):
        yield from (Path(folder) / name for name in names)


def _bring_up_to_date(fresh: Path, manifest: Manifest) -> None:
    """Raises BadArchive for databases that are broken, or that a later release made."""
    if SIGNAGE not in manifest.members:
        raise BadArchive(f"there is no {SIGNAGE} in it")
    for name in {SIGNAGE, HISTORY} & set(manifest.members):
        if found := flaw(fresh / name):
            raise BadArchive(f"{name} is damaged ({found})")
    engine = open_engine(f"sqlite:///{fresh / SIGNAGE}")
    try:
        found = current(engine) or ""
        if not found.isdigit() or found > newest():
            raise BadArchive(
                f"release {manifest.version} made it, with shape {found[:20]!r}; this one knows {newest()}"
            )
        upgrade(engine)
    finally:
        engine.dispose()
    if HISTORY in manifest.members:
        try:
            upgrade_history(fresh / HISTORY)
        except ValueError as newer:
            raise BadArchive(f"release {manifest.version} made it: {newer}") from newer


def _swap(fresh: Path, target: Path, aside_at: datetime | None) -> Path | None:
    """A rename, or two; the second failing takes the first back."""
    aside = target.with_name(f"{target.name}.before-{aside_at:%Y%m%dT%H%M%S}") if aside_at else None
    if aside:
        target.rename(aside)
    try:
        fresh.rename(target)  # over an empty folder, too
    except OSError:
        if aside:
            aside.rename(target)
        raise
    return aside
