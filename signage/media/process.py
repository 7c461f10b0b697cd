"""An upload on disk -> a creative ready to serve, or a plain refusal. Decoding happens in the cell, never here."""

import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from signage.domain.content import PLAIN, Framing, MediaKind
from signage.domain.errors import RefusedFile
from signage.media.refusals import refused
from signage.media.sniff import HEAD, PDF, Sniffed, check_name, sniff
from signage.media.store import MediaStore

_PACKAGE_ROOT = Path(__file__).parents[2]


@dataclass(frozen=True, slots=True)
class Limits:
    """What one file may cost, in seconds of CPU and of waiting."""

    image_cpu_s: int = 60
    pdf_cpu_s: int = 600
    video_cpu_s: int = 3600
    image_wall_s: int = 120
    pdf_wall_s: int = 1200
    video_wall_s: int = 3600

    def of(self, sniffed: Sniffed) -> tuple[int, int]:
        """(CPU, waiting) of such a file."""
        if sniffed.format == PDF:
            return self.pdf_cpu_s, self.pdf_wall_s
        if sniffed.kind is MediaKind.IMAGE:
            return self.image_cpu_s, self.image_wall_s
        return self.video_cpu_s, self.video_wall_s


@dataclass(frozen=True, slots=True)
class Made:
    """Hashes and facts of what is served."""

    kind: MediaKind
    sha256: str
    mime: str
    size: int
    width: int
    height: int
    duration_ms: int
    poster_sha256: str


def examine(name: str, head: bytes) -> MediaKind:
    """Name and first bytes of an upload -> its kind. Raises RefusedFile at once for what can never be shown."""
    sniffed = sniff(head)
    check_name(name, sniffed)
    return sniffed.kind


def process(
    store: MediaStore, upload_sha256: str, progress: Callable[[float], None], limits: Limits | None = None, *,
    framing: Framing = PLAIN, page: int = 0,
) -> list[Made]:  # fmt: skip
    """Upload -> what is served of it, kept in `store`: one file; of a PDF one for each page, or only `page` (from 1).

    Raises RefusedFile; a bomb ends the cell, not this process.
    """
    source = store.upload(upload_sha256)
    if source is None:
        raise refused("empty")
    with source.open("rb") as head:
        sniffed = sniff(head.read(HEAD))
    cpu_s, wall_s = (limits or Limits()).of(sniffed)
    with store.workspace() as folder:
        about = [
            str(source),
            sniffed.format,
            sniffed.kind.value,
            folder,
            str(cpu_s),
            framing.frame.value,
            str(framing.safe_percent),
            str(page),
        ]
        return [_kept(store, Path(folder), sniffed.kind, answer) for answer in _run(about, wall_s, progress)]


def _kept(store: MediaStore, folder: Path, kind: MediaKind, answer: dict[str, Any]) -> Made:
    made = folder / answer["file"]
    size = made.stat().st_size
    return Made(
        kind=kind, mime=answer["mime"], size=size, width=answer["width"], height=answer["height"],
        duration_ms=answer["duration_ms"], sha256=store.keep(made), poster_sha256=store.keep(folder / answer["poster"]),
    )  # fmt: skip


def _run(arguments: list[str], wall_s: int, progress: Callable[[float], None]) -> list[dict[str, Any]]:
    """The cell's answer, a file each. No answer (killed by a cap, out of time, crashed in a decoder) is a refusal too."""
    command = [sys.executable, "-m", "signage.media.cell", *arguments]
    environment = {"PATH": os.defpath, "LANG": "C.UTF-8", "PYTHONPATH": str(_PACKAGE_ROOT)}
    cell = subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environment,
        cwd=arguments[3], text=True,
    )  # fmt: skip
    alarm = threading.Timer(wall_s, cell.kill)
    alarm.start()
    try:
        with cell:
            assert cell.stdout is not None
            for line in cell.stdout:
                message = json.loads(line)
                if "refused" in message:
                    raise RefusedFile(**message["refused"])
                if "made" in message:
                    return list(message["made"])
                progress(message["progress"])
    finally:
        alarm.cancel()
        cell.kill()
    raise refused("too_heavy")
