"""A play's people are worked out once, kept, and the same as its samples say; the samples may go after that."""

from dataclasses import replace
from datetime import timedelta
from random import Random

from sqlalchemy import Engine, delete, insert, select

from signage.domain.clock import millis
from signage.domain.play import Area, EndedWhy, Play
from signage.proof.cells import Gathering, cell_of, hours
from signage.proof.exposure import of_play
from signage.proof.measuring import SETTLED
from signage.proof.report import report
from signage.storage.cells import Cells, Quarter, Sums
from signage.storage.exposures import Exposures
from signage.storage.plays import Filters, Plays, insert_plays
from signage.storage.samples import Samples
from signage.storage.schema import audience_cells, audience_samples
from tests.signage.proof.measured import LATER, measure
from tests.world import START, World

HOUR = timedelta(hours=1)


def people(engine: Engine, chance: Random, screens: tuple[str, ...] = ("entrance", "aisle"), *, most: int = 9) -> None:
    """An hour before each screen, with holes where no camera saw."""
    rows = [
        {
            "screen_id": screen, "at": millis(START) + 1000 * second, "source": "camera", "present": chance.randint(0, most),
            "facing": chance.randint(0, 3), "near": 0, "arrived": chance.randint(0, 2), "child": 0, "adult": 0, "senior": 0,
            "attention_s": chance.random() * 3,
        }
        for screen in screens
        for second in range(3600)
        if chance.random() < 0.7
    ]  # fmt: skip
    with engine.begin() as connection:
        connection.execute(insert(audience_samples), rows)


def some_plays(chance: Random, number: int) -> list[Play]:
    """Of every kind: failed, offline, guests', beside the programme, before and after anybody watched."""
    return [
        Play(
            chance.choice(("entrance", "aisle", "edge")), f"p{n}", n, "spot", "cmp", chance.choice(("", "d")), "", "", "",
            START + timedelta(milliseconds=chance.randint(-600_000, 3_700_000)), 10_000, chance.choice((0, 900, 10_000, 61_000)),
            chance.choice(list(EndedWhy)), chance.random() < 0.3, chance.random() < 0.1, chance.choice(list(Area)),
        )
        for n in range(number)
    ]  # fmt: skip


def put(engine: Engine, plays: list[Play]) -> None:
    with engine.begin() as connection:
        insert_plays(connection, "ekimae", plays, START)


def test_what_is_kept_is_what_the_samples_say(engine: Engine, world: World) -> None:
    chance = Random(3)
    people(engine, chance)
    plays = some_plays(chance, 400)
    put(engine, plays)
    samples = {screen: Samples(engine).range([screen], START, START + HOUR) for screen in ("entrance", "aisle", "edge")}
    derived = {play.play_id: exposure for play in plays if (exposure := of_play(play, samples[play.screen_id]))}
    assert 100 < len(derived) < 400
    assert measure(engine) == 400
    with engine.begin() as connection:
        connection.execute(delete(audience_samples))
    assert measure(engine) == 0, "once"
    kept = Exposures(engine).between(["entrance", "aisle", "edge"], START - HOUR, START + 2 * HOUR)
    assert {play.play_id: exposure for play, exposure in kept} == derived
    told = report(Plays(engine), Filters(START.date(), START.date()))
    main = {play.play_id for play in plays if play.area is Area.MAIN and play.screen_id == "entrance"}
    (row,) = [one for one in told if one.plays.area is Area.MAIN and one.plays.screen_id == "entrance"]
    assert row.plays.gross_impressions == sum(derived[one].gross_impressions for one in main & derived.keys())
    assert row.gross_impressions == (row.plays.gross_impressions + 5) // 10 * 10


def test_a_play_is_measured_when_its_window_has_passed_and_when_it_comes_late(engine: Engine, world: World) -> None:
    people(engine, Random(5))
    play = replace(some_plays(Random(1), 1)[0], screen_id="entrance", started_at=START, shown_ms=60_000)
    put(engine, [play])
    exposures, end = Exposures(engine), START + timedelta(seconds=60)
    assert measure(engine, end + SETTLED - timedelta(seconds=1)) == 0
    assert exposures.complete(START) and not exposures.complete(end)
    assert measure(engine, end + SETTLED) == 1
    assert exposures.complete(end)
    put(engine, [play, replace(play, play_id="late", sequence=2)])  # told hours later, with one that is known
    assert measure(engine, LATER) == 1
    [(_, first), (_, late)] = exposures.between(["entrance"], START, START + HOUR)
    assert first == late


def test_five_minutes_are_rounded_and_few_people_leave_no_figure(engine: Engine, world: World) -> None:
    people(engine, Random(7), ("entrance",), most=9)
    people(engine, Random(7), ("edge",), most=0)
    with engine.begin() as connection:
        connection.execute(
            audience_samples.update().where(audience_samples.c.screen_id == "edge").values(arrived=0, attention_s=0.0)
        )
    for gathered in (24, 0):  # once, also in the eyes of another worker
        later = START + HOUR + timedelta(minutes=7)
        assert Gathering(Cells(engine), world.screens, lambda later=later: later).gather() == gathered
    exact = {
        minute: Samples(engine).range(["entrance"], START + minute, START + minute + timedelta(minutes=5))
        for minute in (timedelta(minutes=5 * n) for n in range(12))
    }
    with engine.connect() as connection:
        rows = connection.execute(select(audience_cells).order_by(audience_cells.c.at)).all()
    for row, seen in zip((row for row in rows if row.screen_id == "entrance"), exact.values(), strict=True):
        here = seen[0].present + sum(sample.arrived for sample in seen[1:])
        assert row.at == millis(seen[0].at) // 300_000 * 300_000
        assert row.sampled_s == len(seen)
        assert abs(row.people - here) <= 5 and row.people % 10 == 0
        assert abs(row.attention_s - sum(sample.attention_s for sample in seen)) <= 5 and row.attention_s % 10 == 0
        assert abs(row.present_s - sum(sample.present for sample in seen)) <= 5
    few = [row for row in rows if row.screen_id == "edge"]
    assert len(few) == 12
    assert {(row.people, row.present_s, row.attention_s) for row in few} == {(None, None, None)}
    quarters = Cells(engine).quarters(["entrance", "edge"], START, START + HOUR)
    assert [quarter.hidden for quarter in quarters] == [3, 3, 3, 3]
    assert sum(quarter.people for quarter in quarters) == sum(row.people or 0 for row in rows)


def test_the_edge_of_ten() -> None:
    def told(count: int) -> int | None:
        return cell_of(Sums("entrance", START, 300, count, 50, 7.0, False)).people

    assert [told(count) for count in (0, 9, 10, 14, 15, 24)] == [None, None, 10, 10, 20, 20]


def test_hours_are_the_stores_own() -> None:
    """Noon in Tokyo; half past eight in the morning in Kolkata, whose hours begin in the middle of ours."""
    quarters = [Quarter(START + timedelta(minutes=15 * n), 10, 1, n == 0) for n in range(4)]
    tokyo = hours((one, "Asia/Tokyo") for one in quarters)
    assert (tokyo[12].people, tokyo[12].hidden, tokyo[12].simulated, tokyo[11].people) == (40, 4, True, 0)
    kolkata = hours((one, "Asia/Kolkata") for one in quarters)
    assert (kolkata[8].people, kolkata[9].people) == (20, 20)
