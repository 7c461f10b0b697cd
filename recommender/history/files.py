"""CSV, JSON Lines or Parquet -> chunks of columns, in constant memory. A line that is no record is told, not fatal."""

import csv
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import compress
from operator import not_
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from recommender.domain.imported import Reject
from recommender.history.textlines import BLOCK_BYTES, Block, WrongFile, read_blocks

PARQUET_ROWS = 40_000
FORMATS = {".csv": "csv", ".jsonl": "json", ".ndjson": "json", ".json": "json", ".parquet": "parquet", ".pq": "parquet"}


@dataclass(frozen=True, slots=True)
class Chunk:
    """`columns` are strings ("" = blank) of equal length, or timestamps with a zone; `done` is the share of the file read."""

    numbers: Sequence[int]
    columns: dict[str, pa.Array]
    done: float
    broken: list[Reject] = field(default_factory=list)

    def record(self, index: int) -> dict[str, Any]:
        return {name: column[index].as_py() for name, column in self.columns.items()}


def read_chunks(
    path: Path,
    required: Sequence[str],
    optional: Sequence[str] = (),
    times: Sequence[str] = (),
    block: int = BLOCK_BYTES,
    *,
    meant: Callable[[Sequence[str]], list[str]] = list,
) -> Iterator[Chunk]:
    """Only these columns, of about `block` bytes of text at a time; an optional one that isn't there is blank. `meant`: the
    columns that the headings of a CSV stand for. A Parquet
    file's times stay times in those of `times` and are text elsewhere, days where all are midnights without a zone. Raises
    WrongFile, at the latest at the first chunk."""
    kind = FORMATS.get(path.suffix.lower())
    if kind is None:
        raise WrongFile(f"{path.name}: the name must end in one of {', '.join(FORMATS)}")
    try:
        if kind == "parquet":
            yield from _parquet(path, required, optional, times)
        else:
            with path.open("rb") as file:
                blocks = read_blocks(path, file, block)
                if kind == "csv":
                    yield from _csv(blocks, path, required, optional, meant)
                else:
                    yield from _json(blocks, path, required, optional)
    except OSError as error:
        raise WrongFile(f"{path.name}: {error.strerror or error}") from error


def need(path: Path, found: Iterable[str], required: Sequence[str]) -> None:
    """Raises WrongFile that names the missing columns."""
    there = set(found)
    missing = [name for name in required if name not in there]
    if missing:
        raise WrongFile(f"{path.name}: missing column{'s' * (len(missing) > 1)} {', '.join(missing)}", missing)


def _csv(
    blocks: Iterator[Block],
    path: Path,
    required: Sequence[str],
    optional: Sequence[str],
    meant: Callable[[Sequence[str]], list[str]],
) -> Iterator[Chunk]:
    header: list[str] | None = None
    for block in blocks:
        numbers, texts = block.numbers, block.texts
        if header is None:
            header = meant(_header(block))
            need(path, header, required)
            numbers, texts = numbers[1:], texts[1:]
        rows = _split(texts, block.quoted)
        broken = list(block.broken)
        if None in rows or set(map(len, rows)) - {len(header)}:  # type: ignore[arg-type]  # no None by then
            numbers, rows, bad = _sound(numbers, rows, len(header))
            broken += bad
        columns = list(zip(*rows, strict=True)) if rows else [()] * len(header)
        names = [name for name in (*required, *optional) if name in header]
        arrays = {name: pa.array(columns[header.index(name)], pa.string()) for name in names}
        yield _filled(numbers, arrays, optional, block.done, broken)
    if header is None:
        need(path, (), required)


def _header(block: Block) -> list[str]:
    """The column names; none when the first line is no line of text."""
    if not block.numbers or any(bad.line < block.numbers[0] for bad in block.broken):
        return []
    return [name.strip() for name in (_split(block.texts[:1], block.quoted)[0] or [])]


def _split(texts: list[str], quoted: bool) -> list[list[str] | None]:
    """Records of one physical line each; None where a quote stays open."""
    if not quoted:
        try:
            return list(csv.reader(texts))
        except csv.Error:  # a bare carriage return somewhere
            pass
    rows: list[list[str] | None] = []
    for text in texts:
        try:
            rows.append(next(csv.reader([text], strict=True)))
        except csv.Error:
            rows.append(None)
    return rows


def _sound(
    numbers: Sequence[int], rows: list[list[str] | None], width: int
) -> tuple[list[int], list[list[str] | None], list[Reject]]:
    """The rows of the right width with their numbers, and the others as rejects."""
    fine = [row is not None and len(row) == width for row in rows]
    broken = []
    for number, row in compress(zip(numbers, rows, strict=True), map(not_, fine)):
        found = "an unclosed quote" if row is None else f"{len(row)} columns"
        broken.append(Reject(number, f"{found} where {width} columns belong"))
    return list(compress(numbers, fine)), list(compress(rows, fine)), broken


def _json(blocks: Iterator[Block], path: Path, required: Sequence[str], optional: Sequence[str]) -> Iterator[Chunk]:
    names = (*required, *optional)
    checked = False
    for block in blocks:
        numbers: list[int] = []
        records: list[list[str]] = []
        broken = list(block.broken)
        for number, line in zip(block.numbers, block.texts, strict=True):
            try:
                record = json.loads(line)
                if not isinstance(record, dict):
                    raise ValueError("not a JSON object")
                if not checked:
                    need(path, record, required)
                    checked = True
                records.append(_values(record, names, required))
            except (ValueError, RecursionError) as error:
                broken.append(Reject(number, f"not a record: {error}"))
                continue
            numbers.append(number)
        columns = zip(*records, strict=True) if records else [()] * len(names)
        arrays = {name: pa.array(column, pa.string()) for name, column in zip(names, columns, strict=True)}
        yield Chunk(numbers, arrays, block.done, broken)


def _values(record: dict[str, object], names: Sequence[str], required: Sequence[str]) -> list[str]:
    missing = [name for name in required if name not in record]
    if missing:
        raise ValueError(f"missing {', '.join(missing)}")
    return [_as_text(name, record.get(name)) for name in names]


def _as_text(name: str, value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        if any("\ud800" <= c <= "\udfff" for c in value):
            raise ValueError(f"{name} is not text")
        return value
    if isinstance(value, int) and abs(value) < 2**63:
        return str(value)
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 2**53 else repr(value)
    raise ValueError(f"{name} is neither text nor a number")


def _parquet(path: Path, required: Sequence[str], optional: Sequence[str], times: Sequence[str]) -> Iterator[Chunk]:
    try:
        with pq.ParquetFile(path) as table:
            names = [f.name for f in table.schema_arrow]
            need(path, names, required)
            wanted = [name for name in (*required, *optional) if name in names]
            total, first = max(table.metadata.num_rows, 1), 1
            for batch in table.iter_batches(PARQUET_ROWS, columns=wanted):
                arrays = {name: _plain(path, name, batch.column(name), name in times) for name in wanted}
                numbers = range(first, first + batch.num_rows)
                first += batch.num_rows
                yield _filled(numbers, arrays, optional, (first - 1) / total, [])
    except pa.ArrowException as error:
        raise WrongFile(f"{path.name}: not a sound Parquet file ({str(error).splitlines()[0]})") from error


def _plain(path: Path, name: str, column: pa.Array, is_time: bool) -> pa.Array:
    kind = column.type
    if pa.types.is_timestamp(kind) and not is_time:
        days = column.cast(pa.date32())
        column = days if kind.tz is None and days.cast(kind).equals(column) else column
    elif pa.types.is_timestamp(kind):
        if kind.tz is None:
            raise WrongFile(f"{path.name}: the times in {name} have no zone")
        return column.cast(pa.timestamp("ms", "UTC"), safe=False)
    if pa.types.is_floating(kind):
        whole = pc.all(pc.equal(pc.floor(column), column)).as_py()
        column = column.cast(pa.int64(), safe=False) if whole is not False else column
    nested = pa.types.is_nested(kind) and not pa.types.is_dictionary(kind)
    if nested or pa.types.is_binary(kind) or pa.types.is_large_binary(kind):
        raise WrongFile(f"{path.name}: {name} holds {kind}, neither text nor numbers")
    return pc.fill_null(column.cast(pa.string()), "")


def _filled(
    numbers: Sequence[int], arrays: dict[str, pa.Array], optional: Sequence[str], done: float, broken: list[Reject]
) -> Chunk:
    for name in optional:
        if name not in arrays:
            arrays[name] = pa.array([""] * len(numbers), pa.string())
    return Chunk(numbers, arrays, done, broken)
