"""A text file -> blocks of numbered lines in constant memory; what is no line of text is told, not fatal."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from recommender.domain.imported import Reject

BLOCK_BYTES = 3 * 2**20  # some 40,000 order lines: one transaction
LINE_BYTES = 65_536  # no record is longer; what is, is one bad line
BOM = b"\xef\xbb\xbf"


class WrongFile(Exception):
    """The file as a whole can't be imported: unreadable, of no known format, or without the columns needed (`missing`)."""

    def __init__(self, text: str, missing: Sequence[str] = ()) -> None:
        super().__init__(text)
        self.missing = tuple(missing)


@dataclass(frozen=True, slots=True)
class Block:
    """Lines that are not blank, without their ends. `quoted`: is there a quotation mark in any? `done`: share of the file."""

    numbers: Sequence[int]
    texts: list[str]
    broken: list[Reject]
    quoted: bool
    done: float


def read_blocks(path: Path, file: BinaryIO, size: int = BLOCK_BYTES) -> Iterator[Block]:
    """Whole lines, about `size` bytes at a time."""
    total, number = max(path.stat().st_size, 1), 1
    while data := file.read(size):
        data += file.readline(LINE_BYTES)
        if number == 1:
            data = data.removeprefix(BOM)
        if not data.endswith(b"\n"):
            _skip_line(file)  # what is longer than a line may be isn't kept
        lines = data.removesuffix(b"\n").split(b"\n")
        done = min(file.tell() / total, 1.0)
        yield _clean(data, lines, number, done) or _line_by_line(lines, number, done)
        number += len(lines)


def _skip_line(file: BinaryIO) -> None:
    while (rest := file.readline(LINE_BYTES)) and not rest.endswith(b"\n"):
        pass


def _clean(data: bytes, lines: list[bytes], number: int, done: float) -> Block | None:
    """The block at once, if every line of it is a line."""
    if not all(lines) or max(map(len, lines)) > LINE_BYTES:
        return None
    try:
        texts = data.decode().removesuffix("\n").replace("\r\n", "\n").removesuffix("\r").split("\n")
    except UnicodeDecodeError:
        return None
    return (
        Block(range(number, number + len(texts)), texts, [], b'"' in data, done) if all(map(str.strip, texts)) else None
    )


def _line_by_line(lines: list[bytes], number: int, done: float) -> Block:
    numbers, texts, broken = [], [], []
    for at, line in enumerate(lines, number):
        if len(line) > LINE_BYTES:
            broken.append(Reject(at, f"line longer than {LINE_BYTES} bytes"))
            continue
        try:
            text = line.decode().removesuffix("\r")
        except UnicodeDecodeError:
            broken.append(Reject(at, "not UTF-8"))
            continue
        if text.strip():
            numbers.append(at)
            texts.append(text)
    return Block(numbers, texts, broken, any('"' in text for text in texts), done)
