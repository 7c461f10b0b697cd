"""Sums over five minutes of samples, cells by the quarter of an hour, and the ledger with its people, on both databases."""

from datetime import timedelta

from sqlalchemy import Engine, insert

from signage.domain.clock import millis
from signage.domain.exposure import Exposure
from signage.domain.play import EndedWhy, Play
from signage.storage.cells import Cell, Cells, Quarter, Sums
from signage.storage.exposures import Exposures
from signage.storage.plays import Filters, Plays, insert_plays
from signage.storage.schema import audience_samples
from tests.world import START, World

FIVE = timedelta(minutes=5)
NEVER = {"facing": 0, "near": 0, "child": 0, "adult": 0, "senior": 0}


def test_sums_begin_after_the_last_cell(engine: Engine) -> None:
    seen = [(-1, 9, 9), (0, 4, 3), (1, 5, 1), (299, 6, 2), (300, 7, 7), (301, 7, 0), (600, 1, 1)]
    rows = [
        NEVER | {
            "screen_id": "entrance", "at": millis(START) + 1000 * second, "source": "simulated" if second == 301 else "camera",
            "present": present, "arrived": arrived, "attention_s": 0.5,
        }
        for second, present, arrived in seen
    ]  # fmt: skip
    with engine.begin() as connection:
        connection.execute(insert(audience_samples), rows)
    cells, hour = Cells(engine), timedelta(hours=1)
    cells.put([Cell("entrance", START - FIVE, 1, None, None, None, False)])
    first = Sums("entrance", START, 3, 4 + 1 + 2, 15, 1.5, False)
    second = Sums("entrance", START + FIVE, 2, 7, 14, 1.0, True)
    assert cells.sums("entrance", START + 2 * FIVE) == [first, second]
    assert cells.sums("aisle", START + hour) == []
    cells.put([Cell("entrance", START, 3, 10, 20, 0, False), Cell("aisle", START + 2 * FIVE, 3, 20, 20, 0, True)])
    cells.put([Cell("entrance", START, 3, 90, 90, 90, False)])  # stays as it was
    assert cells.sums("entrance", START + 2 * FIVE) == [second]
    quarter = Quarter(START, 30, 0, True)
    assert cells.quarters(["entrance", "aisle"], START - hour, START + hour) == [
        Quarter(START - 3 * FIVE, 0, 1, False), quarter,
    ]  # fmt: skip


def test_the_ledger_adds_up_its_people(engine: Engine, world: World) -> None:
    plays = [
        Play(
            "entrance", f"p{n}", n, "spot", "cmp", "d", "", "", "", START + n * FIVE, 10_000, 10_000, EndedWhy.FINISHED,
            False, False,
        )
        for n in range(3)
    ]  # fmt: skip
    with engine.begin() as connection:
        insert_plays(connection, "ekimae", plays, START)
    exposures = Exposures(engine)
    waiting = exposures.waiting(START + 3 * FIVE, 2)
    assert [play for _, play in waiting] == plays[:2]
    here = Exposure(12, 3, 4.5, 2, 20, True)
    measured = {waiting[0][0]: (plays[0], here), waiting[1][0]: (plays[1], None)}
    for _ in range(2):
        exposures.put(measured)
    assert [play for _, play in exposures.waiting(START + 3 * FIVE, 2)] == plays[2:]
    assert exposures.between(["entrance"], START, START + 3 * FIVE) == [(plays[0], here)]
    (counted,) = Plays(engine).report(Filters(START.date(), START.date()))
    assert (counted.started, counted.measured, counted.gross_impressions, counted.ots) == (3, 1, 12, 3)
    assert (counted.attention_s, counted.simulated) == (4.5, True)
