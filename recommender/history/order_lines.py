"""Order lines as read -> rows for the database and rejects. Whole columns at once; line by line only where one is odd."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from recommender.domain.gtin import BadGtin, to_gtin14
from recommender.domain.imported import Reject
from recommender.domain.instant import parse, to_ms
from recommender.domain.order import AMOUNT_LIMIT, ID_LENGTH, QUANTITY_LIMIT
from recommender.history.files import Chunk

REQUIRED = ("order_id", "line_id", "store_id", "ordered_at", "gtin", "quantity", "amount_minor", "currency")
OPTIONAL = ("member_id", "channel")
TIMES = ("ordered_at",)
WHOSE = ("member_id", "order_id")

RETURN = "return or void"
EARLIEST = to_ms(parse("2000-01-01T00:00:00Z"))
AHEAD_MS = 5 * 60 * 1000  # clocks differ; what is further ahead can't have been sold
_ID = "^[!-~]{1,64}$"
_TIME = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,3})?(Z|[+-][0-9]{2}:[0-9]{2})$"
_WHOLE = re.compile(r"[+-]?[0-9]{1,18}")

# order_id, line_id, member, store_id, ordered_at (ms), gtin (a number), quantity, amount_minor, currency, channel
Parsed = tuple[str, str, str, str, int, int, int, int, str, str]


class BadLine(ValueError):
    """str() is the reason."""


@dataclass(frozen=True, slots=True)
class Rules:
    """What lines are checked against: the GTINs there are and the latest time that can be true."""

    known: Collection[str]
    index: pa.Array  # the same GTINs, for whole columns
    latest_ms: int

    @staticmethod
    def make(known: Collection[str], now: datetime) -> "Rules":
        return Rules(known, pa.array(sorted(known), pa.string()), to_ms(now) + AHEAD_MS)


def parse_chunk(chunk: Chunk, rules: Rules) -> tuple[list[Parsed], list[Reject]]:
    """All lines of a chunk in their order; the same rows and rejects as `parse_line` for each."""
    fine, columns = _whole_columns(chunk.columns, rules)
    rows: list[Parsed | None] = list(zip(*columns, strict=True))
    rejects = list(chunk.broken)
    for i in np.flatnonzero(~fine).tolist():
        record = chunk.record(i)
        try:
            rows[i] = parse_line(record, rules)
        except BadLine as bad:
            rows[i] = None
            rejects.append(Reject(chunk.numbers[i], str(bad), raw_text(record)))
    return [row for row in rows if row is not None], rejects


def parse_line(record: dict[str, Any], rules: Rules) -> Parsed:
    """One line's values (strings; `ordered_at` may be an aware datetime) -> its row. Raises BadLine."""
    quantity = _whole(record, "quantity")
    if quantity <= 0:
        raise BadLine(RETURN)
    amount = _whole(record, "amount_minor")
    if amount < 0:
        raise BadLine("negative amount_minor")
    if quantity >= QUANTITY_LIMIT or amount >= AMOUNT_LIMIT:
        raise BadLine("quantity or amount_minor too large")
    currency = record["currency"].strip()
    if not re.fullmatch("[A-Z]{3}", currency):
        raise BadLine("currency is not three capital letters")
    return (
        identifier(record, "order_id"),
        identifier(record, "line_id"),
        identifier(record, "member_id", blank=True),
        identifier(record, "store_id"),
        _time(record["ordered_at"], rules.latest_ms),
        int(known_gtin(record["gtin"].strip(), rules.known)),
        quantity,
        amount,
        currency,
        identifier(record, "channel", blank=True),
    )


def raw_text(record: dict[str, Any]) -> str:
    """The line for the list of rejects, without saying whose it was: that list outlives the member's erasure."""
    return ",".join(f"{name}={value}" for name, value in record.items() if name not in WHOSE)[:1000]


def identifier(record: dict[str, Any], name: str, *, blank: bool = False) -> str:
    """Raises BadLine."""
    text: str = record[name].strip()
    if not text and not blank:
        raise BadLine(f"{name} is blank")
    if len(text) > ID_LENGTH or not text.isprintable():
        raise BadLine(f"{name} is longer than {ID_LENGTH} characters or not printable")
    return text


def _whole(record: dict[str, Any], name: str) -> int:
    text = record[name].strip()
    if not _WHOLE.fullmatch(text):
        raise BadLine(f"{name} is not a whole number")
    return int(text)


def _time(value: str | datetime | None, latest_ms: int) -> int:
    try:
        ms = to_ms(value if isinstance(value, datetime) else parse((value or "").strip()))
    except (ValueError, OverflowError):
        raise BadLine("ordered_at is not an RFC 3339 time with a zone") from None
    if not EARLIEST <= ms <= latest_ms:
        raise BadLine("ordered_at is in the future" if ms > latest_ms else "ordered_at is before 2000")
    return ms


def known_gtin(text: str, known: Collection[str]) -> str:
    """14 digits. Raises BadLine."""
    try:
        gtin = to_gtin14(text)
    except BadGtin as bad:
        raise BadLine(f"not a GTIN ({bad.why})") from None
    if gtin not in known:
        raise BadLine("unknown product")
    return gtin


def _whole_columns(columns: dict[str, pa.Array], rules: Rules) -> tuple[NDArray[np.bool_], list[list[Any]]]:
    """Which lines are plainly right, and the ten columns; where a line isn't plainly right its values mean nothing."""
    fine = np.ones(len(columns["order_id"]), bool)

    def _matching(name: str, pattern: str, filler: str) -> pa.Array:
        nonlocal fine
        right = pc.match_substring_regex(columns[name], pattern)
        fine &= right.to_numpy(zero_copy_only=False)
        return pc.if_else(right, columns[name], filler)

    order_id, line_id, store_id = (_matching(name, _ID, "?") for name in ("order_id", "line_id", "store_id"))
    member, channel = (_matching(name, "^[!-~]{0,64}$", "") for name in ("member_id", "channel"))
    quantity = _matching("quantity", "^[1-9][0-9]{0,5}$", "1").cast(pa.int64())
    amount = _matching("amount_minor", "^[0-9]{1,12}$", "0").cast(pa.int64())
    currency = _matching("currency", "^[A-Z]{3}$", "XXX")
    digits = pc.utf8_lpad(_matching("gtin", "^([0-9]{8}|[0-9]{12,14})$", "0"), 14, "0")
    fine &= pc.is_in(digits, rules.index).to_numpy(zero_copy_only=False)
    at = columns["ordered_at"]
    if pa.types.is_string(at.type):
        texts = _matching("ordered_at", _TIME, "1970-01-01T00:00:00Z")
        try:
            at = texts.cast(pa.timestamp("ms", "UTC"))
        except pa.ArrowInvalid:  # a month 13 somewhere: let the lines be looked at one by one
            fine[:] = False
            at = pa.array([0] * len(fine), pa.timestamp("ms", "UTC"))
    ms = pc.fill_null(at.cast(pa.int64()), 0).to_numpy()
    fine &= (ms >= EARLIEST) & (ms <= rules.latest_ms)
    texts_and_numbers = (
        order_id,
        line_id,
        member,
        store_id,
        ms,
        digits.cast(pa.int64()),
        quantity,
        amount,
        currency,
        channel,
    )
    return fine, [column.tolist() for column in texts_and_numbers]
