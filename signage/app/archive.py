"""A backup's file: a ZIP of plain files and `manifest.json`, which names each with its size and SHA-256.

It may come from anybody's disk: nothing leaves the folder that it is unpacked into, and nothing grows beyond what was said.
"""

import hashlib
import json
import os
import re
import shutil
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, Any, BinaryIO
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

FORMAT = 1
MANIFEST = "manifest.json"
SIGNAGE, HISTORY, HISTORY_KEY = "signage.db", "history.db", "history.key"
FOLDERS = ("keys", "tls", "media/served", "media/uploads", "artifacts")
_NAME = re.compile(
    rf"(?:{SIGNAGE}|{HISTORY}|{HISTORY_KEY}|(?:{'|'.join(FOLDERS)})(?:/\w[\w.-]{{0,99}}){{1,3}})", re.ASCII
)
_SHA256 = re.compile(r"[0-9a-f]{64}")
_MANIFEST_BYTES = 64 << 20
_CHUNK = 1 << 20
_PACKED = (SIGNAGE, HISTORY)  # pictures and films are packed already


class BadArchive(Exception):
    """This file is no backup, or not a whole one. str() says why."""


@dataclass(frozen=True, slots=True)
class Member:
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """What is in a backup, and which release made it when (ISO 8601)."""

    made_at: str
    version: str
    members: dict[str, Member]

    @property
    def size(self) -> int:
        """Bytes, unpacked."""
        return sum(member.size for member in self.members.values())


def belongs(name: str) -> bool:
    """Is this the name of a file that backups hold, with `/` between its parts? Drafts begin with a dot and do not."""
    return bool(_NAME.fullmatch(name))


def pack(target: Path, files: Iterable[tuple[str, Path]], made_at: str, version: str) -> Manifest:
    """Writes the archive, readable by its owner alone. What vanishes meanwhile was deleted by somebody, and is left out."""
    members: dict[str, Member] = {}
    handle = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as out:
        with ZipFile(out, "w", ZIP_STORED) as archive:
            for name, path in files:
                try:
                    source = path.open("rb")
                except FileNotFoundError:
                    continue
                with source:
                    members[name] = _put(archive, name, source)
            manifest = Manifest(made_at, version, members)
            archive.writestr(MANIFEST, json.dumps({"format": FORMAT, **asdict(manifest)}), ZIP_DEFLATED)
        out.flush()
        os.fsync(out.fileno())
    return manifest


def _put(archive: ZipFile, name: str, source: BinaryIO) -> Member:
    size, digest = 0, hashlib.sha256()
    info = ZipInfo(name)
    info.compress_type = ZIP_DEFLATED if name in _PACKED else ZIP_STORED
    with archive.open(info, "w", force_zip64=True) as target:
        while chunk := source.read(_CHUNK):
            size += len(chunk)
            digest.update(chunk)
            target.write(chunk)
    return Member(size, digest.hexdigest())


def unpack(source: Path, folder: Path, most_bytes: int) -> Manifest:
    """Archive -> its files below `folder`, each of them exactly what the manifest says. Raises BadArchive, OSError."""
    with _as_bad_archive(), ZipFile(source) as archive:
        manifest = _manifest(archive)
        if manifest.size > most_bytes:
            raise BadArchive(f"it holds {manifest.size:,} bytes, and at most {most_bytes:,} are taken")
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        if manifest.size > shutil.disk_usage(folder).free:
            raise BadArchive(f"it holds {manifest.size:,} bytes, more than the disk has left")
        for name, member in manifest.members.items():
            with archive.open(name) as packed:
                _write(packed, folder / name, name, member)
    return manifest


@contextmanager
def _as_bad_archive() -> Iterator[None]:
    """All that `zipfile` says of a file that is broken, locked or made by something else."""
    try:
        yield
    except (BadZipFile, zlib.error, EOFError, RuntimeError, NotImplementedError, UnicodeDecodeError) as error:
        raise BadArchive(f"it can't be read: {error}") from error


def _manifest(archive: ZipFile) -> Manifest:
    names = [info.filename for info in archive.infolist()]
    if MANIFEST not in names:
        raise BadArchive(f"there is no {MANIFEST} in it")
    with archive.open(MANIFEST) as packed:
        text = packed.read(_MANIFEST_BYTES + 1)
    if len(text) > _MANIFEST_BYTES:
        raise BadArchive(f"its {MANIFEST} is too large")
    manifest = _read(text)
    strange = next((name for name in manifest.members if not belongs(name)), None)
    if strange is not None:
        raise BadArchive(f"{strange[:80]!r} is no file of a backup")
    if sorted(names) != sorted([MANIFEST, *manifest.members]):
        raise BadArchive(f"its files are not those that {MANIFEST} names")
    return manifest


def _read(text: bytes) -> Manifest:
    try:
        told: dict[str, Any] = json.loads(text)
        if told["format"] != FORMAT:
            raise BadArchive(f"its format is {str(told['format'])[:20]!r}, this release reads {FORMAT}")
        members = {name: Member(int(one["size"]), str(one["sha256"])) for name, one in told["members"].items()}
        manifest = Manifest(str(told["made_at"]), str(told["version"]), members)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise BadArchive(f"its {MANIFEST} can't be read") from error
    if any(one.size < 0 or not _SHA256.fullmatch(one.sha256) for one in members.values()):
        raise BadArchive(f"its {MANIFEST} can't be read")
    return manifest


def _write(packed: IO[bytes], target: Path, name: str, member: Member) -> None:
    """Stops at the first byte too many."""
    size, digest = 0, hashlib.sha256()
    target.parent.mkdir(parents=True, exist_ok=True)
    with os.fdopen(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
        while (chunk := packed.read(_CHUNK)) and size <= member.size:
            size += len(chunk)
            digest.update(chunk)
            out.write(chunk)
        out.flush()
        os.fsync(out.fileno())
    if (size, digest.hexdigest()) != (member.size, member.sha256):
        raise BadArchive(f"{name} is not what was backed up")
