"""The quick way and the slow way to read order lines are one: whatever a line holds, both say the same."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recommender.domain.gtin import restricted
from recommender.domain.instant import parse, to_ms
from recommender.history.files import Chunk
from recommender.history.order_lines import OPTIONAL, REQUIRED, RETURN, BadLine, Parsed, Rules, parse_chunk, parse_line

NOW = datetime(2026, 11, 16, 3, 0, tzinfo=UTC)
KNOWN = {restricted(n).zfill(14) for n in range(1, 5)} | {"04901234567894"}
RULES = Rules.make(KNOWN, NOW)
GOOD = {
    "order_id": "o1", "line_id": "1", "member_id": "ada", "store_id": "elm", "ordered_at": "2026-11-15T10:00:00Z",
    "gtin": "04901234567894", "quantity": "2", "amount_minor": "498", "currency": "JPY", "channel": "online",
}  # fmt: skip

odd_text = st.one_of(st.sampled_from(["", " ", "x" * 65, "ä", "o 1", " o1 ", "\t", "0", "-"]), st.text(max_size=6))
ODD: dict[str, st.SearchStrategy[str]] = {
    "ordered_at": st.one_of(
        st.sampled_from([
            "2026-11-15T10:00:00+09:00", "2026-11-15t10:00:00z", "2026-11-15 10:00:00Z", "2026-11-15T10:00:00",
            "2026-13-15T10:00:00Z", "2026-11-31T10:00:00Z", "2026-11-15T24:00:00Z", "2026-11-15T10:00:60Z",
            "2026-11-15T10:00:00.123456789Z", "2026-11-15T10:00:00.5Z", "2026-11-15T10:00:00+25:00", "2026-11-15T10:00:00-00:00",
            "1999-12-31T23:59:59Z", "2026-11-16T03:05:00Z", "2026-11-16T03:05:01Z",
            "0000-01-01T00:00:00Z", "9999-12-31T23:59:59Z",
        ]),
        st.datetimes(datetime(1990, 1, 1), datetime(2040, 1, 1)).map(lambda at: at.isoformat() + "Z"),
        odd_text,
    ),
    "gtin": st.one_of(
        st.sampled_from([*sorted(KNOWN), "4901234567894", " 4901234567894", "4901234567890", "00000000", "123", "９" * 13]),
        st.integers(0, 10**14).map(str),
        odd_text,
    ),
    "quantity": st.one_of(st.integers(-3, 10**7).map(str), st.sampled_from(["+2", "2.0", "02", "1_0", "٣", "9" * 20]), odd_text),
    "amount_minor": st.one_of(st.integers(-3, 10**13).map(str), st.sampled_from(["1.5", "9" * 19, " 5"]), odd_text),
    "currency": st.one_of(st.sampled_from(["JPY", "usd", "US", "EURO", " JPY "]), odd_text),
}  # fmt: skip
changes = st.lists(st.sampled_from(sorted(GOOD)), max_size=2, unique=True).flatmap(
    lambda names: st.fixed_dictionaries({name: ODD.get(name, odd_text) for name in names})
)
line = changes.map(lambda changed: GOOD | changed)


def one_by_one(records: list[dict[str, str]]) -> tuple[list[Parsed], list[tuple[int, str]]]:
    rows, rejects = [], []
    for number, record in enumerate(records, 2):
        try:
            rows.append(parse_line(record, RULES))
        except BadLine as bad:
            rejects.append((number, str(bad)))
    return rows, rejects


def chunk_of(records: list[dict[str, Any]]) -> Chunk:
    columns = {name: pa.array([r[name] for r in records], pa.string()) for name in (*REQUIRED, *OPTIONAL)}
    return Chunk(range(2, len(records) + 2), columns, 1.0)


@given(st.lists(line, min_size=1, max_size=12))
@settings(deadline=None, max_examples=200)
def test_whole_columns_and_single_lines_agree(records: list[dict[str, str]]) -> None:
    rows, rejects = parse_chunk(chunk_of(records), RULES)
    slow_rows, slow_rejects = one_by_one(records)
    assert rows == slow_rows
    assert [(r.line, r.reason) for r in rejects] == slow_rejects


def test_a_good_line_is_taken_as_it_is() -> None:
    rows, rejects = parse_chunk(chunk_of([GOOD]), RULES)
    at = to_ms(parse("2026-11-15T10:00:00Z"))
    assert rows == [("o1", "1", "ada", "elm", at, 4901234567894, 2, 498, "JPY", "online")]
    assert rejects == []


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"quantity": "0"}, RETURN),
        ({"quantity": "-1"}, RETURN),
        ({"quantity": "-1", "gtin": "nonsense"}, RETURN),
        ({"quantity": "two"}, "quantity is not a whole number"),
        ({"gtin": restricted(77).zfill(14)}, "unknown product"),
        ({"gtin": "04901234567890"}, "not a GTIN (check)"),
        ({"ordered_at": "2026-11-15T10:00:00"}, "ordered_at is not an RFC 3339 time with a zone"),
        ({"ordered_at": "2027-01-01T00:00:00Z"}, "ordered_at is in the future"),
        ({"ordered_at": "1970-01-01T00:00:00Z"}, "ordered_at is before 2000"),
        ({"currency": "yen"}, "currency is not three capital letters"),
        ({"order_id": " "}, "order_id is blank"),
        ({"amount_minor": "-1"}, "negative amount_minor"),
    ],
)
def test_every_reason_is_told(changed: dict[str, str], reason: str) -> None:
    rows, (reject,) = parse_chunk(chunk_of([GOOD | changed]), RULES)
    assert rows == []
    assert (reject.line, reject.reason) == (2, reason)
    assert "ada" not in reject.raw  # the list of rejects doesn't say whose line it was


def test_times_of_a_parquet_file_are_read_as_they_are() -> None:
    at = NOW - timedelta(days=1)
    chunk = chunk_of([GOOD, GOOD, GOOD])
    times = pa.array([at, NOW + timedelta(hours=1), None], pa.timestamp("ms", "UTC"))
    rows, rejects = parse_chunk(Chunk(chunk.numbers, chunk.columns | {"ordered_at": times}, 1.0), RULES)
    assert [row[4] for row in rows] == [to_ms(at)]
    assert [r.line for r in rejects] == [3, 4]
