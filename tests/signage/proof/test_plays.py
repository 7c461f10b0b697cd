"""Plays: each record stands for itself, resending is harmless, and what was acknowledged is a row."""

import uuid
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine, func, select

from signage.domain.clock import millis
from signage.domain.errors import NotFound
from signage.domain.play import Ack, Play
from signage.proof.plays import Proof, RefusedPlay, read_play
from signage.storage.plays import Filters, Plays
from signage.storage.schema import plays, refused_plays
from signage.storage.writer import GroupWriter
from tests.wire_player import raw_play
from tests.world import ENTRANCE, START, MovableClock, World

TOKYO_NOON = START


def told(at: datetime = TOKYO_NOON, **changes: Any) -> dict[str, Any]:
    return raw_play(started_ms=millis(at)) | changes


@pytest.fixture
def completed() -> list[Play]:
    return []


@pytest.fixture
def proof(world: World, writer: GroupWriter, completed: list[Play]) -> Proof:
    return Proof(writer, world.screens, completed.extend)


def test_a_batch_may_come_twice_and_late_and_out_of_order(
    proof: Proof, engine: Engine, clock: MovableClock, completed: list[Play]
) -> None:
    first, second = told(seq=1), told(seq=2)
    assert proof.record("entrance", [second], clock()) == Ack((second["id"],), (), ())
    assert proof.record("entrance", [first, second, first], clock.tick(3600)) == Ack(
        (first["id"],), (second["id"],), ()
    )
    with engine.connect() as connection:
        assert connection.scalar(select(func.count()).select_from(plays)) == 2
    assert [play.play_id for play in completed] == [second["id"], first["id"]]


def test_the_same_id_on_another_screen_is_another_play(proof: Proof, clock: MovableClock) -> None:
    play = told()
    assert proof.record("entrance", [play], clock()).accepted == (play["id"],)
    assert proof.record("aisle", [play], clock()).accepted == (play["id"],)


BAD = [
    ({"id": "not-a-uuid"}, "id must be a UUID"), ({"id": None}, "id must be a text"), ({"seq": -1}, "seq"),
    ({"seq": True}, "seq"),
    ({"spot": ""}, "spot"), ({"spot": "x" * 201}, "spot"), ({"name": "a\0b"}, "name"), ({"campaign": 5}, "campaign"),
    ({"expected_ms": 0}, "expected_ms"), ({"shown_ms": -1}, "shown_ms"), ({"shown_ms": 10_000_000}, "far more than"),
    ({"why": "bored"}, "why is not one of"), ({"offline": 0}, "offline"), ({"guest": None}, "guest"),
    ({"started_ms": millis(START + timedelta(minutes=11))}, "future"),
    ({"started_ms": millis(START - timedelta(days=41))}, "days ago"),
    ({"started_ms": 2**52}, "started_ms"), ({"started_ms": "now"}, "started_ms"),
]  # fmt: skip


@pytest.mark.parametrize(("change", "why"), BAD)
def test_a_bad_record_is_refused_kept_and_blocks_nobody(
    proof: Proof, engine: Engine, clock: MovableClock, change: dict[str, Any], why: str
) -> None:
    good, bad = told(), told() | change
    ack = proof.record("entrance", [bad, good], clock())
    assert ack.accepted == (good["id"],)
    ((refused_id, reason),) = ack.refused
    assert refused_id == (bad["id"] or "")
    assert why in reason
    with engine.connect() as connection:
        (row,) = connection.execute(select(refused_plays)).all()
    assert (row.screen_id, row.why) == ("entrance", reason)


def test_half_a_surrogate_pair_is_kept_as_a_question_mark(proof: Proof, clock: MovableClock) -> None:
    play = told(name="\ud800")
    assert proof.record("entrance", [play], clock()).accepted == (play["id"],)


def test_a_screen_that_is_unknown_has_no_plays(proof: Proof, clock: MovableClock) -> None:
    with pytest.raises(NotFound, match="screen_unknown"):
        proof.record("nowhere", [told()], clock())


@pytest.mark.parametrize(
    ("change", "counts"),
    [
        ({}, True),
        ({"shown_ms": 7_500}, True),
        ({"shown_ms": 7_499}, False),
        ({"why": "failed"}, False),
        ({"guest": True}, False),
    ],
)
def test_only_completed_plays_of_nobody_are_told_on(
    proof: Proof, clock: MovableClock, completed: list[Play], change: dict[str, Any], counts: bool
) -> None:
    proof.record("entrance", [told(**change)], clock())
    assert bool(completed) == counts


JSON = st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.lists(st.integers(), max_size=2)


@given(st.dictionaries(st.sampled_from(sorted(raw_play())), JSON))
def test_whatever_a_player_sends_is_a_play_or_refused(changes: dict[str, Any]) -> None:
    try:
        play = read_play(ENTRANCE, told() | changes, START)
    except RefusedPlay as error:
        assert len(str(error)) < 120
    else:
        assert str(uuid.UUID(play.play_id)) == play.play_id
        assert play.shown_ms >= 0


def test_counters_come_from_the_ledger_by_the_stores_own_days(
    proof: Proof, engine: Engine, clock: MovableClock
) -> None:
    before_midnight = datetime(2026, 11, 15, 14, 59, 59, tzinfo=UTC)  # 23:59:59 on the 15th in Tokyo
    after_midnight = before_midnight + timedelta(seconds=1)
    _tell(proof, "entrance", clock, told(before_midnight), told(after_midnight), told(after_midnight, shown_ms=10))
    _tell(proof, "entrance", clock, told(after_midnight, campaign="", why="failed", offline=True))
    _tell(proof, "dairy", clock, told(after_midnight))  # still 08:00 on the 15th in Chicago
    ledger = Plays(engine)
    rows = ledger.report(Filters(date(2026, 11, 15), date(2026, 11, 16)))
    assert [(row.day.day, row.screen_id, row.campaign_id, row.started, row.completed) for row in rows] == [
        (15, "entrance", "cmp_1", 1, 1), (15, "dairy", "cmp_1", 1, 1),
        (16, "entrance", "", 1, 0), (16, "entrance", "cmp_1", 2, 1),
    ]  # fmt: skip
    assert (rows[2].failed, rows[2].offline) == (1, 1)
    only = Filters(
        date(2026, 11, 16), date(2026, 11, 16), frozenset({"ekimae"}), frozenset({"entrance"}), frozenset({"cmp_1"})
    )
    assert [row.started for row in ledger.report(only)] == [2]
    assert ledger.report(Filters(date(2026, 11, 16), date(2026, 11, 16), frozenset({"nowhere"}))) == []


def test_the_day_on_which_the_clock_goes_back_has_25_hours(proof: Proof, engine: Engine) -> None:
    now = datetime(2026, 11, 2, tzinfo=UTC)
    hours = [datetime(2026, 11, 1, 4, 30, tzinfo=UTC) + timedelta(hours=n) for n in range(27)]
    ack = proof.record("dairy", [told(at) for at in hours], now + timedelta(days=1))
    assert len(ack.accepted) == 27
    rows = Plays(engine).report(Filters(date(2026, 10, 31), date(2026, 11, 2)))
    assert [(row.day.day, row.started) for row in rows] == [(31, 1), (1, 25), (2, 1)]


def test_what_was_recently_on_a_screen(proof: Proof, engine: Engine, clock: MovableClock) -> None:
    _tell(proof, "entrance", clock, told(START - timedelta(minutes=61), spot="old"))
    _tell(proof, "entrance", clock, told(START, spot="b", shown_ms=1), told(START - timedelta(minutes=5), spot="a"))
    recent = Plays(engine).recent("entrance", START - timedelta(hours=1))
    assert recent == [("a", START - timedelta(minutes=5), True), ("b", START, False)]


def _tell(proof: Proof, screen_id: str, clock: MovableClock, *raw: dict[str, Any]) -> None:
    told_plays: Sequence[dict[str, Any]] = raw
    assert len(proof.record(screen_id, told_plays, clock()).accepted) == len(raw)
