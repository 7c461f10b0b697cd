"""Uploads that come in pieces: bytes at an offset in, the whole file among the uploads out. What is on disk is the offset."""

import fcntl
import hashlib
import os
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from io import BufferedRandom
from pathlib import Path
from typing import Literal

from signage.domain.errors import Conflict
from signage.media.refusals import refused

_ID = re.compile(r"[0-9a-f-]{36}")
Publish = Callable[[Path, str], None]


class Incoming:
    """`<root>/<upload id>`: a file for each upload that isn't whole yet. `publish` moves a whole one, durably, under its hash."""

    def __init__(self, root: Path, publish: Publish) -> None:
        self._root = root
        self._publish = publish
        root.mkdir(parents=True, exist_ok=True)

    def received(self, upload_id: str) -> int:
        """Bytes on disk, 0 where there is nothing yet; after a crash fewer than were acknowledged, never others."""
        with suppress(FileNotFoundError):
            return self._path(upload_id).stat().st_size
        return 0

    def head(self, upload_id: str, count: int) -> bytes:
        """The first bytes. Conflict when they went meanwhile."""
        with self._opened(upload_id, "rb+") as held:
            return held.read(count)

    def append(self, upload_id: str, offset: int, data: bytes) -> int:
        """-> the new offset, on disk. Conflict when another piece is being written, or `offset` is not what is here."""
        with self._alone(upload_id, "rb+" if offset else "ab+") as held:
            if held.seek(0, os.SEEK_END) != offset:
                raise _elsewhere()
            held.write(data)
            held.flush()
            os.fsync(held.fileno())
            return held.tell()

    def complete(self, upload_id: str, promised: str) -> str:
        """The file is whole: publish it -> its SHA-256. Raises RefusedFile when another one was `promised` ("" = none).
        Conflict when it went meanwhile."""
        with self._alone(upload_id, "rb+") as held:
            held.seek(0)
            sha256 = hashlib.file_digest(held, "sha256").hexdigest()
            if promised not in ("", sha256):
                raise refused("damaged")
            self._publish(self._path(upload_id), sha256)
        return sha256

    def waiting(self) -> list[Path]:
        """Every file that isn't whole."""
        return list(self._root.iterdir())

    def drop(self, upload_id: str) -> None:
        self._path(upload_id).unlink(missing_ok=True)

    def sweep(self, before: datetime) -> int:
        """Remove what nobody has added to since -> how many."""
        old = [path for path in self.waiting() if path.stat().st_mtime < before.timestamp()]
        for path in old:
            path.unlink(missing_ok=True)
        return len(old)

    def _path(self, upload_id: str) -> Path:
        if not _ID.fullmatch(upload_id):
            raise ValueError(upload_id)
        return self._root / upload_id

    def _opened(self, upload_id: str, mode: Literal["rb+", "ab+"]) -> BufferedRandom:
        """Only "ab+" makes one: a file that was cancelled, or finished by another request, doesn't begin anew."""
        try:
            return self._path(upload_id).open(mode)
        except FileNotFoundError as error:
            raise _elsewhere() from error

    @contextmanager
    def _alone(self, upload_id: str, mode: Literal["rb+", "ab+"]) -> Iterator[BufferedRandom]:
        """The file, held against every other process; never waits."""
        with self._opened(upload_id, mode) as held:
            try:
                fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                raise Conflict(
                    "upload_busy",
                    "Another piece of this file is arriving. Try again in a moment.",
                    "同じファイルの別の部分を受け取っています。少し待ってから、もう一度お試しください。",
                ) from error
            yield held


def _elsewhere() -> Conflict:
    return Conflict(
        "upload_offset",
        "This isn't where the upload stopped. Ask for its offset and go on from there.",
        "アップロードの続きの位置が違います。位置を確認して、そこから送ってください。",
    )
