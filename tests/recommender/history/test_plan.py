"""The retailer's promotion plan as files: every format says the same, a bad line is one bad line."""

import csv
import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from sqlalchemy import Engine

from recommender.domain.promotion import Promotion
from recommender.history.importer import Importer, Step
from recommender.history.order_lines import BadLine
from recommender.history.plan import REQUIRED, parser
from recommender.history.textlines import WrongFile
from recommender.storage import imports
from recommender.storage.promotions import planned
from tests.recommender.shop import ELM, JAM, MILK, NOW, UNKNOWN

GOOD = dict(zip(REQUIRED, (ELM, MILK, "2026-11-16", "2026-11-22", "1", "0"), strict=True))
PARSE = parser({MILK}, NOW)
Row = tuple[str, int, str, str, int]


def take(importer: Importer, path: Path) -> Step:
    return importer.run(path, "plan", lambda _: None)


def take_rows(importer: Importer, folder: Path, *rows: dict[str, str]) -> Step:
    path = folder / "plan.csv"
    with path.open("w", newline="") as file:
        writer = csv.DictWriter(file, REQUIRED)
        writer.writeheader()
        writer.writerows(rows)
    return take(importer, path)


def plan(engine: Engine) -> list[Row]:
    told = planned(engine, 0)
    days = [[datetime.fromordinal(day).date().isoformat() for day in days] for days in (told.first, told.last)]
    return list(zip(told.store.tolist(), told.gtin.tolist(), *days, told.how.tolist(), strict=True))


def test_csv_json_lines_and_parquet_say_the_same(history: Engine, importer: Importer, tmp_path: Path) -> None:
    assert take_rows(importer, tmp_path, GOOD, GOOD | {"store_id": " ", "gtin": JAM, "leaflet": "TRUE"}).added == 2
    before = plan(history)
    assert before == [("", int(JAM), "2026-11-16", "2026-11-22", 3), (ELM, int(MILK), "2026-11-16", "2026-11-22", 1)]
    texts = [GOOD | {"display": True, "leaflet": 0}, GOOD | {"store_id": None, "gtin": JAM, "leaflet": True}]
    (tmp_path / "plan.jsonl").write_text("\n".join(map(json.dumps, texts)))
    table = pa.table(
        {
            "store_id": pa.array([ELM, None]),
            "gtin": pa.array([int(MILK[1:]), int(JAM[1:])]),
            "first_day": pa.array([datetime(2026, 11, 16)] * 2, pa.timestamp("ns")),  # as data frames write days
            "last_day": pa.array([datetime(2026, 11, 22).date()] * 2),
            "display": pa.array([True, True]),
            "leaflet": pa.array([0.0, 1.0]),
        }
    )
    pq.write_table(table, tmp_path / "plan.parquet")
    for name in ("plan.jsonl", "plan.parquet"):
        step = take(importer, tmp_path / name)
        assert (step.added, step.known, step.rejected) == (0, 2, 0), name
    assert plan(history) == before


def test_a_plan_changes_and_is_taken_back(history: Engine, importer: Importer, tmp_path: Path) -> None:
    take_rows(importer, tmp_path, GOOD, GOOD | {"first_day": "2026-11-23", "last_day": "2026-11-29"})
    step = take_rows(importer, tmp_path, GOOD | {"last_day": "2026-11-20"}, GOOD | {"gtin": JAM, "leaflet": "1"})
    assert (step.added, step.known) == (2, 0)
    take_rows(importer, tmp_path, GOOD | {"first_day": "2026-11-23", "last_day": "2026-11-23", "display": "false"})
    assert [row[1:4] for row in plan(history)] == [
        (int(MILK), "2026-11-16", "2026-11-20"), (int(JAM), "2026-11-16", "2026-11-22"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"gtin": UNKNOWN}, "unknown product"),
        ({"gtin": MILK[:-1] + "0"}, "not a GTIN (check)"),
        ({"gtin": "٣" * 13}, "not a GTIN (digits)"),
        ({"gtin": ""}, "not a GTIN (digits)"),
        ({"store_id": "el\0m"}, "store_id is longer than 64 characters or not printable"),
        ({"store_id": "x" * 65}, "store_id is longer than 64 characters or not printable"),
        ({"first_day": "2026-11-31"}, "first_day is no day such as 2026-11-23"),
        ({"first_day": "16/11/2026"}, "first_day is no day such as 2026-11-23"),
        ({"first_day": ""}, "first_day is no day such as 2026-11-23"),
        ({"last_day": "2026-11-22T00:00:00Z"}, "last_day is no day such as 2026-11-23"),
        ({"last_day": "2026-11-15"}, "last_day is before first_day"),
        ({"first_day": "2016-11-22"}, "longer than 366 days"),
        ({"last_day": "2027-11-17"}, "longer than 366 days"),
        ({"first_day": "1999-12-31", "last_day": "2000-01-01"}, "first_day is before 2000"),
        ({"first_day": "2926-11-16", "last_day": "2926-11-22"}, "last_day is more than two years ahead"),
        ({"display": "2"}, "display is neither yes nor no"),
        ({"leaflet": ""}, "leaflet is neither yes nor no"),
    ],
)
def test_every_reason_is_told(changed: dict[str, str], reason: str) -> None:
    with pytest.raises(BadLine) as told:
        PARSE(GOOD | changed)
    assert str(told.value) == reason


def test_what_can_just_be_planned_is_taken() -> None:
    first = datetime(2026, 11, 16).date()
    taken = Promotion(ELM, MILK, first, first, display=True, leaflet=False)
    assert PARSE(GOOD | {"gtin": MILK[1:], "last_day": "2026-11-16", "display": "yes"}) == taken
    year = PARSE(GOOD | {"last_day": "2027-11-16"})
    assert year.last - year.first == timedelta(days=365)  # 366 days with both ends


def test_bad_lines_are_told_and_the_rest_is_taken(history: Engine, importer: Importer, tmp_path: Path) -> None:
    bad = [
        b"too,few",
        ",".join((GOOD | {"gtin": UNKNOWN}).values()).encode(),
        b'elm,"1',
        b"elm,\xff\xfe,2026-11-16,2026-11-22,1,0",
        ",".join((GOOD | {"store_id": "\0"}).values()).encode(),
        b"",
        b"\0" * 1000,
    ]
    new_store = ",".join((GOOD | {"store_id": "opens soon"}).values()).encode()
    path = tmp_path / "plan.csv"
    path.write_bytes(",".join(REQUIRED).encode() + b"\n" + b"\n".join([*bad, new_store]))
    step = take(importer, path)
    assert {r.line: r.reason for r in imports.rejects(history, step.run_id)} == {
        2: "2 columns where 6 columns belong",
        3: "unknown product",
        4: "an unclosed quote where 6 columns belong",
        5: "not UTF-8",
        6: "store_id is longer than 64 characters or not printable",
        8: "1 columns where 6 columns belong",
    }
    assert (step.lines, step.added, step.rejected) == (7, 1, 6)
    assert [row[0] for row in plan(history)] == ["opens soon"]


@pytest.mark.parametrize("zone", [None, "UTC", "Asia/Tokyo"])
def test_a_time_where_a_day_belongs_is_a_bad_line(importer: Importer, tmp_path: Path, zone: str | None) -> None:
    records: dict[str, Sequence[object]] = {name: [value] for name, value in GOOD.items()}
    at = pa.array([datetime(2026, 11, 16, 3)], pa.timestamp("us")).cast(pa.timestamp("us", zone))
    pq.write_table(pa.table(records | {"first_day": at}), tmp_path / "plan.parquet")
    step = take(importer, tmp_path / "plan.parquet")
    assert (step.added, step.rejected) == (0, 1)


def test_a_plan_without_its_columns_is_refused(importer: Importer, tmp_path: Path) -> None:
    (tmp_path / "plan.csv").write_text("store_id,gtin,first_day\n")
    with pytest.raises(WrongFile, match="missing columns last_day, display, leaflet"):
        take(importer, tmp_path / "plan.csv")
