"""The worker's lessons: from plays, people and sales on disk to what the controller reads, once and no more."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import Engine

from recommender.sales import SalesCell
from signage.app.learning import BATCH, Learner
from signage.decide.response import Response
from signage.domain.response import Situation
from signage.storage.decisions import Decisions
from signage.storage.exposures import Exposures
from signage.storage.inventories import Inventories
from signage.storage.learned import Learned, Learnt, Progress, put_learned
from signage.storage.plays import Plays
from signage.storage.writer import GroupWriter
from tests.signage.app.logged import ITEM, decisions, keep
from tests.signage.decide.making import MILK, NEUTRAL
from tests.world import START, MovableClock, World

HERE = Situation("ekimae", "entrance", "adults", "noon", "weekday", "few")
HOUR = 360  # items


@dataclass
class Till:
    """Door `sales`: what it is asked, and the answer that a test wants."""

    cells: list[SalesCell] = field(default_factory=list)
    scanned: list[SalesCell] = field(default_factory=list)
    asked: list[tuple[Sequence[str], Sequence[str], datetime, datetime]] = field(default_factory=list)

    def units(self, gtins: Sequence[str], stores: Sequence[str], start: datetime, end: datetime) -> list[SalesCell]:
        self.asked.append((gtins, stores, start, end))
        return self.cells

    def scans(self, gtins: Sequence[str], stores: Sequence[str], start: datetime, end: datetime) -> list[SalesCell]:
        return self.scanned


@pytest.fixture
def till() -> Till:
    return Till()


@pytest.fixture
def learner(engine: Engine, writer: GroupWriter, world: World, clock: MovableClock, till: Till) -> Learner:
    return Learner(
        Learned(engine), Plays(engine), Exposures(engine), Decisions(engine), Inventories(engine), world.screens, writer,
        till.units, till.scans, clock,
    )  # fmt: skip


def begin(writer: GroupWriter, at: datetime) -> None:
    """As if everything before had been learned from."""
    writer.submit(lambda connection: put_learned(connection, Progress(), Progress(1, at, at), Learnt()))


def test_what_people_look_at_longer_is_known_by_the_next_hour(
    learner: Learner, engine: Engine, writer: GroupWriter, clock: MovableClock
) -> None:
    begin(writer, START)
    keep(engine, decisions(HOUR))
    assert not learner.learn()  # nothing is settled yet
    clock.tick(2 * 3600)
    assert learner.learn()
    known = Response(2, learner.learned.weights())
    others = [known.of(f"s{n}", (), HERE) for n in range(4)]
    assert known.of("good", (MILK,), HERE) > max(others) + 0.5
    assert learner.learned.progress() == Progress(2, START + BATCH, START)
    days = learner.learned.days("ekimae", 0)
    assert sum(day.plays for several in days.values() for day in several) == HOUR
    (good,) = days["good"]
    assert good.reward == pytest.approx(0.4 * good.plays)
    assert good.squared == pytest.approx(0.16 * good.plays)
    assert max(learner.learned.bets("ekimae"), key=lambda spot: learner.learned.bets("ekimae")[spot]) == "good"


def test_what_a_cut_price_does_is_learned_from_the_records(
    learner: Learner, engine: Engine, writer: GroupWriter, clock: MovableClock
) -> None:
    begin(writer, START)
    keep(engine, decisions(HOUR, context=replace(NEUTRAL, cuts=frozenset({MILK}))))
    clock.tick(2 * 3600)
    assert learner.learn()
    known = Response(2, learner.learned.weights())
    assert known.of("s0", (), HERE, cut=True) > known.of("s0", (), HERE) + 0.1


def test_an_hour_is_learned_from_once(
    learner: Learner, engine: Engine, writer: GroupWriter, clock: MovableClock
) -> None:
    begin(writer, START)
    keep(engine, decisions(60))
    clock.tick(2 * 3600)
    before = learner.learned.progress()
    assert learner.learn()
    once = learner.learned.days("ekimae", 0)
    stale = Learnt(days={("ekimae", "good"): once["good"]})
    assert not writer.submit(lambda c: put_learned(c, before, replace(before, version=2), stale))  # another worker's
    while learner.learn():
        pass
    assert learner.learned.days("ekimae", 0) == once


def test_guests_and_plays_before_nobody_teach_nothing(
    learner: Learner, engine: Engine, writer: GroupWriter, clock: MovableClock
) -> None:
    begin(writer, START)
    keep(engine, decisions(30, context=replace(NEUTRAL, guest=True)), seen=False)
    clock.tick(2 * 3600)
    assert learner.learn()
    assert learner.learned.weights() == {}


def test_a_days_sales_are_held_against_the_time_that_a_spot_had(
    learner: Learner, engine: Engine, writer: GroupWriter, clock: MovableClock, till: Till
) -> None:
    """Monday in Tokyo ends at 15:00 UTC; three hours later its sales are told."""
    keep(engine, [replace(one, audience=None) for one in decisions(60)])
    with engine.begin() as connection:
        connection.exec_driver_sql("UPDATE plays SET campaign_id = 'c' WHERE spot_id != 'house'")
    start = START + timedelta(hours=14, minutes=30)
    begin(writer, start)
    midnight = START.replace(hour=15)
    writer.submit(
        lambda c: put_learned(c, Progress(1, start, start), Progress(2, start, midnight - timedelta(hours=1)), Learnt())
    )
    till.cells = [SalesCell(MILK, "ekimae", START, 60)]
    clock.now = midnight + timedelta(hours=5)
    assert learner.learn()
    assert learner.learn() and learner.learn()
    day = timedelta(days=1)
    assert [(list(g), list(s), a, b) for g, s, a, b in till.asked] == [([MILK], ["ekimae"], midnight - day, midnight)]
    assert learner.learned.weights()[f"sold:{MILK}"].mean > -3.0
    assert learner.learned.weights()["spot:good"].mean > 0


def test_what_sold_on_the_day_of_a_price_cut_is_measured_by_such_days(
    learner: Learner, engine: Engine, writer: GroupWriter, clock: MovableClock, till: Till
) -> None:
    keep(engine, decisions(60, context=replace(NEUTRAL, cuts=frozenset({MILK}))))
    with engine.begin() as connection:
        connection.exec_driver_sql("UPDATE plays SET campaign_id = 'c' WHERE spot_id != 'house'")
    begin(writer, START + timedelta(hours=2))
    till.cells = [SalesCell(MILK, "ekimae", START, 60)]
    clock.now = START + timedelta(hours=20)
    while learner.learn():
        pass
    known = learner.learned.weights()
    assert known[f"sold:{MILK}:cut"].mean > -3.0 and f"sold:{MILK}" not in known


def test_scans_of_a_day_teach_beside_its_sales(
    learner: Learner, engine: Engine, writer: GroupWriter, clock: MovableClock, till: Till
) -> None:
    keep(engine, [replace(one, audience=None) for one in decisions(60)], seen=True)
    with engine.begin() as connection:
        connection.exec_driver_sql("UPDATE plays SET campaign_id = 'c' WHERE spot_id != 'house'")
        connection.exec_driver_sql("DELETE FROM exposures")
    begin(writer, START)
    till.scanned = [SalesCell(MILK, "ekimae", START, 60)]
    clock.now = START + timedelta(hours=20)
    while learner.learn():
        pass
    scanned = learner.learned.weights()
    assert scanned[f"scanned:{MILK}"].mean > -3.0 > scanned[f"sold:{MILK}"].mean
    assert {name.split(":")[0] for name in scanned if "|" not in name} == {"scanned", "sold", "spot"}


def test_cells_too_small_to_be_told_teach_nothing(
    learner: Learner, engine: Engine, writer: GroupWriter, clock: MovableClock, till: Till
) -> None:
    keep(engine, decisions(6), seen=True)
    with engine.begin() as connection:
        connection.exec_driver_sql("UPDATE plays SET campaign_id = 'c'")
        connection.exec_driver_sql("DELETE FROM exposures")
    till.cells = [SalesCell(MILK, "ekimae", START, None)]
    begin(writer, START + ITEM * 100)
    clock.now = START + timedelta(hours=20)
    while learner.learn():
        pass
    assert till.asked
    assert learner.learned.weights() == {}
