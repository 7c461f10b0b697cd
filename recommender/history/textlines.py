"""A text file -> numbered lines in constant memory; what is no line of text is told, not fatal."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

CHUNK = 40_000
LINE_BYTES = 65_536  # no record is longer; what is, is one bad line


class WrongFile(Exception):
    """The file as a whole can't be imported: unreadable, of no known format, or without the columns needed."""


@dataclass(frozen=True, slots=True)
class Reject:
    """One line that was not taken: its number (from 1; of a Parquet file, the row's), why, and the line itself."""

    line: int
    reason: str
    raw: str = ""


Line = tuple[int, str | Reject]


def text_lines(file: BinaryIO) -> Iterator[Line]:
    """Numbered physical lines without their end; blank ones are skipped, bytes that are no UTF-8 are a Reject."""
    number = 0
    while line := file.readline(LINE_BYTES):
        number += 1
        if len(line) == LINE_BYTES and not line.endswith(b"\n"):
            while (rest := file.readline(LINE_BYTES)) and not rest.endswith(b"\n"):
                pass
            yield number, Reject(number, f"line longer than {LINE_BYTES} bytes")
            continue
        try:
            text = line.decode("utf-8-sig" if number == 1 else "utf-8").rstrip("\r\n")
        except UnicodeDecodeError:
            yield number, Reject(number, "not UTF-8")
            continue
        if text.strip():
            yield number, text


def batches(path: Path, file: BinaryIO, lines: Iterator[Line], size: int = CHUNK) -> Iterator[tuple[list[Line], float]]:
    """At most `size` lines at a time, with the share of the file read by then."""
    total = max(path.stat().st_size, 1)
    batch: list[Line] = []
    for line in lines:
        batch.append(line)
        if len(batch) == size:
            yield batch, min(file.tell() / total, 1.0)
            batch = []
    if batch:
        yield batch, 1.0
