"""The retention table: it has every table, and each line is kept to, no sooner and no later."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, Integer, Table, func, insert, select
from sqlalchemy.sql.sqltypes import Float, LargeBinary

from signage.app.logs import rotate
from signage.domain.clock import millis
from signage.domain.guest import GUEST_LASTS
from signage.live import SNAPSHOT_TTL_S
from signage.settings import Settings
from signage.storage import enforcing
from signage.storage.enforcing import EARLY, Retention, Run
from signage.storage.retention import lines
from signage.storage.schema import metadata
from tests.world import START, World

TABLE = {line.name: line for line in lines(Settings())}
IN_DATABASE = [line for line in TABLE.values() if line.table is not None]
AGE = {  # the column that tells a row's age
    "samples": "at", "exposures": "at", "cells": "at", "spot_days": "day", "plays": "started_at",
    "refused_plays": "received_at", "decisions": "at", "inventories": "created_at", "conditions": "until",
    "alerts": "ended_at", "audit": "at", "registrations": "expires_at", "jobs": "finished_at", "idempotency": "created_at",
    "uploads": "created_at",
}  # fmt: skip
NOBODYS = {  # what the shop is and shows; and sums without a date, which the table tells as "learned"
    "stores", "screens", "creatives", "campaigns", "spots", "notices", "retention",
    "learned", "response_weights", "spot_bets", "users",
}  # fmt: skip


def row(table: Table, column: str, at: datetime, n: int) -> dict[str, Any]:
    """A row of that age; everything else in it is made up."""
    made: dict[str, Any] = {}
    for each in table.columns:
        if each.name == column:
            made[each.name] = millis(at) // 86_400_000 if column == "day" else millis(at)
        elif each.foreign_keys or (each.primary_key and each.autoincrement is True):
            continue
        elif isinstance(each.type, LargeBinary):
            made[each.name] = b"\0"
        else:
            made[each.name] = n if isinstance(each.type, Integer | Float) else f"t{n}"
    return made | ({"screen_id": ("entrance", "aisle")[n % 2]} if "screen_id" in made else {})


def count(engine: Engine, table: Table) -> int:
    with engine.connect() as connection:
        return connection.execute(select(func.count()).select_from(table)).scalar_one()


def test_every_table_is_in_the_retention_table_or_about_nobody() -> None:
    told = {line.table.name for line in IN_DATABASE if line.table is not None}
    assert told | NOBODYS == set(metadata.tables)
    assert not told & NOBODYS
    assert {line.name for line in IN_DATABASE} == set(AGE)


def test_what_is_older_than_its_limit_goes_and_what_is_younger_stays(engine: Engine, world: World) -> None:
    """Of each line three rows: two that may stay for another moment, and one that is too old."""
    names = {line.name for line in IN_DATABASE}
    with engine.begin() as connection:
        for line in IN_DATABASE:
            assert line.table is not None and line.keep is not None
            slack = timedelta(days=1) if line.name == "spot_days" else EARLY + timedelta(seconds=1)
            young, old = START - line.keep + slack, START - line.keep - slack
            for n, at in enumerate((young, young, old)):
                connection.execute(insert(line.table), row(line.table, AGE[line.name], at, n))
    retention = Retention(engine, list(TABLE.values()))
    assert retention.enforce(START) == dict.fromkeys(names, 1)
    assert {line.name: count(engine, line.table) for line in IN_DATABASE if line.table is not None} == dict.fromkeys(
        names, 2
    )
    again = START + timedelta(milliseconds=500)
    assert retention.enforce(again) == dict.fromkeys(names, 0)
    assert retention.runs() == dict.fromkeys(names, Run(again, 0, 1))
    assert retention.enforce(START + timedelta(days=2)) == dict.fromkeys(names, 2), "by then they are too old"


def test_more_than_fits_a_commit_goes_in_one_round(
    engine: Engine, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(enforcing, "AT_ONCE", 7)
    line = TABLE["samples"]
    assert line.table is not None
    made = [row(line.table, "at", START - timedelta(days=2, seconds=n), n) for n in range(21)]
    with engine.begin() as connection:
        connection.execute(insert(line.table), made)
    assert Retention(engine, [line]).enforce(START) == {"samples": 21}
    assert count(engine, line.table) == 0


def test_nothing_raw_is_ever_older_than_a_day() -> None:
    with pytest.raises(ValueError, match="less than or equal to 24"):
        Settings(sample_hours=25)
    assert TABLE["samples"].keep == timedelta(hours=24)
    assert {line.keep for line in lines(Settings(sample_hours=1)) if line.name == "samples"} == {timedelta(hours=1)}


def test_what_goes_by_itself_is_told_as_it_is() -> None:
    assert TABLE["guests"].keep == GUEST_LASTS
    assert TABLE["snapshots"].keep == timedelta(seconds=SNAPSHOT_TTL_S)
    assert TABLE["pictures"].keep == timedelta(0)


def days(first: datetime, number: int) -> Iterator[datetime]:
    yield from (first + timedelta(days=n) for n in range(number))


def test_logs_are_put_away_by_the_day_and_go_too(tmp_path: Path) -> None:
    keep, web = timedelta(days=3), tmp_path / "web.log"
    first = datetime(2026, 11, 16, 0, 1, tzinfo=UTC)
    with web.open("ab") as held:  # as a process holds its log
        for now in days(first, 6):
            held.write(f"{now:%d}\n".encode())
            held.flush()
            assert rotate(tmp_path, now, now - keep) == (1 if now >= first + timedelta(days=2) else 0)
            assert rotate(tmp_path, now, now - keep) == 0
            assert web.read_bytes() == b""
    assert sorted(file.name for file in tmp_path.iterdir()) == [
        "web.log", "web.log.2026-11-20", "web.log.2026-11-21",
    ]  # fmt: skip
    assert (tmp_path / "web.log.2026-11-21").read_text() == "21\n"
    assert rotate(tmp_path / "nowhere", first, first) == 0
