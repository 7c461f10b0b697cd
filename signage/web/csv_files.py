"""An uploaded CSV in, its rows with their line numbers out: UTF-8, with a byte order mark or not, or Excel's Shift_JIS."""

import csv
import io
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from signage.domain.errors import Invalid

MOST_BYTES = 300_000  # it comes back as a field of a form, and in UTF-8 Japanese is half as long again


@dataclass(frozen=True, slots=True)
class Line:
    """`number` as a text editor counts; `cells` by column, stripped."""

    number: int
    cells: dict[str, str]


def decoded(content: bytes, most: int = MOST_BYTES) -> str:
    """Raises Invalid for what is too large or no text of the two encodings."""
    if len(content) > most:
        size = f"{most // 1_000_000} M" if most >= 1_000_000 else f"{most // 1000} k"
        raise Invalid(
            "csv_large", f"The file is larger than {size}B. Split it in two.",
            f"ファイルが{size.replace(' ', '').upper()}Bを超えています。2つに分けてください。",
        )  # fmt: skip
    for encoding in ("utf-8-sig", "cp932"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise Invalid(
        "csv_encoding", "The file is no CSV in UTF-8 or Shift_JIS. Save it as “CSV UTF-8”.",
        "UTF-8かShift_JISのCSVではありません。「CSV UTF-8」で保存してください。",
    )  # fmt: skip


def plain(cell: str) -> str:
    """What is one of a few words or a number, however wide and in which case it was typed."""
    return unicodedata.normalize("NFKC", cell).strip().casefold()


def lines(text: str, columns: Mapping[str, str], needed: tuple[str, ...]) -> Iterator[Line]:
    """Rows that aren't empty. `columns`: heading -> column, in any language. Raises Invalid without a needed column, and for
    quotes that never end."""
    rows = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        head = [columns.get(plain(cell), "") for cell in next(rows, [])]
        missing = [column for column in needed if column not in head]
        if missing:
            raise Invalid(
                "csv_columns", f"The first line has to name the columns. Missing: {', '.join(missing)}.",
                f"1行目に列名が必要です。足りない列:{'、'.join(missing)}",
            )  # fmt: skip
        before = rows.line_num
        for row in rows:
            number, before = before + 1, rows.line_num
            cells = {column: cell.strip() for column, cell in zip(head, row, strict=False) if column}
            if any(cells.values()):
                yield Line(number, dict.fromkeys(columns.values(), "") | cells)
    except csv.Error as error:
        raise Invalid(
            "csv_broken", f"Line {rows.line_num}: a quotation mark is in the wrong place.",
            f"{rows.line_num}行目:引用符(\")の位置が正しくありません。",
        ) from error  # fmt: skip
