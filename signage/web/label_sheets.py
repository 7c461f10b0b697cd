"""Shelf labels in, what stands where on sheets of A4 out. Lengths are millimetres from a sheet's top left corner."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from signage.channel.qr import QUIET, qr_path

PAPER = (210.0, 297.0)
LEAST_MODULE = 0.396  # of a QR with a GS1 Digital Link (GS1 General Specifications, symbol specification tables)
_LINE = 1.25  # of the letters' size
_LINES = 3
_REMEMBERED = 650  # QRs, 6 kB each
_LONGEST = 200  # letters of a name; no label has room for more

Measure = Callable[[str], float]  # a text -> its width, in units of its size


@dataclass(frozen=True, slots=True)
class Grid:
    """How a ready-made sheet is cut: `gap` is between columns; rows touch.

    `inside` stays empty at both sides of a label: printers leave out what is within 4 mm of the paper's edge.
    """

    columns: int
    rows: int
    width: float
    height: float
    left: float
    top: float
    gap: float = 0.0
    inside: float = 0.0

    @property
    def places(self) -> int:
        return self.columns * self.rows

    def corner(self, place: int) -> tuple[float, float]:
        """Top left of the label at this place, row by row."""
        row, column = divmod(place, self.columns)
        return self.left + column * (self.width + self.gap), self.top + row * self.height


GRIDS = {
    12: Grid(2, 6, 86.4, 42.3, 18.6, 21.6),
    24: Grid(3, 8, 70.0, 33.9, 0.0, 12.9, inside=3.0),
    65: Grid(5, 13, 38.1, 21.2, 4.75, 10.7, 2.5),
}


@dataclass(frozen=True, slots=True)
class Label:
    """`uri` goes into the QR; `second` and `price` are "" for none."""

    gtin: str
    uri: str
    name: str
    second: str = ""
    price: str = ""


@dataclass(frozen=True, slots=True)
class Text:
    """`y` is the base line; `width` what the text takes."""

    x: float
    y: float
    size: float
    text: str
    width: float


@dataclass(frozen=True, slots=True)
class Symbol:
    """A QR: `path` fills the dark ones of `modules` x `modules`, the quiet zone included."""

    x: float
    y: float
    side: float
    modules: int
    path: str

    @property
    def module(self) -> float:
        return self.side / self.modules


@dataclass(frozen=True, slots=True)
class Sheet:
    texts: tuple[Text, ...]
    symbols: tuple[Symbol, ...]


def lay_out(labels: Sequence[Label], grid: Grid, measure: Measure, footer: str, start: int = 0) -> list[Sheet]:
    """Sheets with the labels one after the other; the first `start` places stay empty, where a sheet was used before."""
    sheets = []
    places = [None] * start + list(labels)
    pages = [places[first : first + grid.places] for first in range(0, len(places), grid.places)]
    for number, page in enumerate(pages, 1):
        set_in = [_one(label, grid, *grid.corner(place), measure) for place, label in enumerate(page) if label]
        said = _text(10.0, PAPER[1] - 4.0, 2.6, f"{footer}  {number}/{len(pages)}", measure)
        sheets.append(Sheet((*(text for texts, _ in set_in for text in texts), said), tuple(qr for _, qr in set_in)))
    return sheets


def _one(label: Label, grid: Grid, left: float, top: float, measure: Measure) -> tuple[list[Text], Symbol]:
    """The QR on the left, the words beside it, the code in full below (GS1: its human-readable interpretation)."""
    left, width = left + grid.inside, grid.width - 2 * grid.inside
    code = min(3.0, grid.height * 0.115)
    qr = _qr(label.uri)
    symbol = Symbol(left, top + 0.3, grid.height - 1.35 * code - 0.6, qr["size"], qr["path"])
    quiet = QUIET * symbol.module
    x, width = left + symbol.side, width - symbol.side - 1.2
    y, end = symbol.y + quiet, symbol.y + symbol.side - quiet
    size = min(4.0, max(2.3, grid.height * 0.11))
    second = size * 0.82
    price = min(size * 1.55, width / measure(label.price)) if label.price else 0.0  # never cut
    room = end - y - price - (second * _LINE if label.second else 0)
    texts = [_text(left + quiet, top + grid.height - 0.45 * code, code, f"(01) {label.gtin}", measure)]
    for line in wrap(label.name, width / size, min(_LINES, int(room / (size * _LINE))), measure):
        y += size * _LINE
        texts.append(_text(x, y - size * 0.3, size, line, measure))
    for line in wrap(label.second, width / second, 1, measure):
        texts.append(_text(x, y + second, second, line, measure))
    if price:
        texts.append(_text(x, end, price, label.price, measure))
    return texts, symbol


@lru_cache(_REMEMBERED)
def _qr(uri: str) -> dict[str, Any]:
    """Takes 10 ms, and whoever looked at the sheets prints them next."""
    return qr_path(uri)


def _text(x: float, y: float, size: float, text: str, measure: Measure) -> Text:
    return Text(x, y, size, text, measure(text) * size)


def wrap(text: str, width: float, most: int, measure: Measure) -> list[str]:
    """At most `most` lines of `width`, broken at a space where there is one; what doesn't fit ends in an ellipsis."""
    rest = "".join(letter for letter in " ".join(text.split()) if letter.isprintable())[:_LONGEST]
    lines: list[str] = []
    while rest and len(lines) < most:
        fits = _fitting(rest, width, measure)
        if fits == len(rest):
            return [*lines, rest]
        space = rest.rfind(" ", 1, fits + 1)
        at = space if space > 0 else fits
        lines.append(rest[:at])
        rest = rest[at:].lstrip()
    if lines:
        lines[-1] = f"{lines[-1][: _fitting(lines[-1], width - measure('…'), measure)].rstrip()}…"
    return lines


def _fitting(text: str, width: float, measure: Measure) -> int:
    """How many letters, from the first, go into `width`: one at least."""
    used = 0.0
    for place, letter in enumerate(text):
        used += measure(letter)
        if used > width:
            return max(1, place)
    return len(text)
