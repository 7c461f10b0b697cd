"""Files by content: bytes in, `<sha256>` out, in a folder outside any web root. The original name never touches it."""

import hashlib
import os
import re
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from signage.domain.errors import Conflict
from signage.media.incoming import Incoming
from signage.media.refusals import refused

FREE = 1 << 30  # bytes of the disk that uploads never take
_CHUNK = 1 << 20
_HASH = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Taken:
    """An upload that is safely on disk, not yet decoded."""

    sha256: str
    size: int


class MediaStore:
    """`<root>/served` holds what screens may fetch, `<root>/uploads` what people sent and nobody is served."""

    def __init__(self, root: Path) -> None:
        self._served = root / "served"
        self._uploads = root / "uploads"
        self._work = root / "work"
        for folder in (self._served, self._uploads, self._work):
            folder.mkdir(parents=True, exist_ok=True)
        self.incoming = Incoming(root / "incoming", lambda file, sha256: _publish(file, self._uploads / sha256))

    def need(self, size: int) -> None:
        """Raises Conflict when so many bytes more would leave the disk too little."""
        if shutil.disk_usage(self._work).free < size + FREE:
            raise Conflict(
                "disk_full",
                "The server’s disk is nearly full. Delete old data there, or ask whoever runs it.",
                "サーバーのディスクの空きが足りません。不要なデータを削除するか、管理者に連絡してください。",
            )

    def take(self, stream: BinaryIO, limit_mb: int) -> Taken:
        """Upload -> its hash, durable on return. Raises RefusedFile when empty or above `limit_mb`, Conflict when the disk is
        nearly full."""
        handle, name = tempfile.mkstemp(dir=self._work)
        digest, size = hashlib.sha256(), 0
        try:
            with os.fdopen(handle, "wb") as out:
                while chunk := stream.read(_CHUNK):
                    size += len(chunk)
                    if size > limit_mb << 20:
                        raise refused("too_large", limit_mb=limit_mb)
                    self.need(len(chunk))
                    digest.update(chunk)
                    out.write(chunk)
            if not size:
                raise refused("empty")
            _publish(Path(name), self._uploads / digest.hexdigest())
        finally:
            Path(name).unlink(missing_ok=True)
        return Taken(digest.hexdigest(), size)

    def keep(self, made: Path) -> str:
        """A file that processing made -> its hash; from now on it can be served."""
        with made.open("rb") as source:
            sha256 = hashlib.file_digest(source, "sha256").hexdigest()
        _publish(made, self._served / sha256)
        return sha256

    def served(self, sha256: str) -> Path | None:
        """Hash -> the file to serve, or None. Anything but 64 hex digits is None."""
        path = self._served / sha256 if _HASH.fullmatch(sha256) else None
        return path if path is not None and path.is_file() else None

    def upload(self, sha256: str) -> Path | None:
        """Hash -> the file as it was sent, for processing only."""
        path = self._uploads / sha256 if _HASH.fullmatch(sha256) else None
        return path if path is not None and path.is_file() else None

    def workspace(self) -> "tempfile.TemporaryDirectory[str]":
        """A fresh folder on the same file system (so that `keep` can rename), removed on exit."""
        return tempfile.TemporaryDirectory(dir=self._work)

    def files(self) -> list[str]:
        """Every name on disk below the root: only hashes, whatever people called their files."""
        return sorted(path.name for folder in (self._served, self._uploads) for path in folder.iterdir())


def _publish(source: Path, target: Path) -> None:
    """Durable before anybody is told: the file is synced, renamed over, and its folder synced."""
    with source.open("rb") as written:
        os.fsync(written.fileno())
    source.chmod(0o640)
    source.replace(target)
    folder = os.open(target.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
