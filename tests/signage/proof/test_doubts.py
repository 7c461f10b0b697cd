"""Claims that can't be true are taken, counted, and doubted; numbers that are missing are named."""

from datetime import datetime, timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine

from signage.controller.pushing import uuid7
from signage.domain.clock import millis
from signage.domain.play import Area
from signage.proof.doubts import DoubtKind, Missing, doubts, missing
from signage.proof.plays import Proof
from signage.storage.plays import Plays, Told
from signage.storage.writer import GroupWriter
from tests.signage.proof.test_coverage import play
from tests.wire_player import raw_play
from tests.world import START, World

SECOND = timedelta(seconds=1)
LATER = START + timedelta(hours=1)


def decided(at: datetime) -> str:
    return uuid7(at, Random(1))


@pytest.mark.parametrize(
    ("made", "kinds"),
    [
        ([Told(play(START, 10), LATER), Told(play(START + 10 * SECOND, 10), LATER)], []),
        ([Told(play(START, 10), LATER), Told(play(START + 9 * SECOND, 10), LATER)], []),  # within the slack
        ([Told(play(START, 60), LATER), Told(play(START + 9 * SECOND, 10), LATER)], [DoubtKind.OVERLAP]),
        ([Told(play(START, 60), LATER), Told(play(START + 9 * SECOND, 10, area=Area.SIDE), LATER)], []),
        ([Told(play(START, 60), START + 20 * SECOND)], [DoubtKind.LONGER_THAN_CLOCK]),
        ([Told(play(START, 0), START - 5 * SECOND)], [DoubtKind.FAR_CLOCK]),
        ([Told(play(START, 10, decision_id=decided(START - timedelta(minutes=10))), LATER)], []),
        ([Told(play(START, 10, decision_id=decided(START - timedelta(hours=2))), LATER)], [DoubtKind.FAR_CLOCK]),
        ([Told(play(START, 10, decision_id=decided(START + 5 * SECOND)), LATER)], [DoubtKind.FAR_CLOCK]),
    ],
)
def test_what_contradicts_the_clock_or_itself_is_doubted(made: list[Told], kinds: list[DoubtKind]) -> None:
    assert [one.kind for one in doubts(made)] == kinds


def test_a_doubted_play_is_accepted_and_counts(world: World, writer: GroupWriter, engine: Engine) -> None:
    """Three at once in one area: all rows, two of them doubted."""
    proof = Proof(writer, world.screens, lambda plays: None)
    raw = [raw_play(seq=n, started_ms=millis(START), shown_ms=15_000) for n in (1, 2, 3)]
    assert len(proof.record("entrance", raw, LATER).accepted) == 3
    told = Plays(engine).told(["entrance"], START, LATER)
    assert [one.kind for one in doubts(told)] == [DoubtKind.OVERLAP] * 2
    assert doubts(told)[0].by == 15 * SECOND


def numbered(*sequences: int) -> list[Told]:
    return [Told(play(START + n * 10 * SECOND, 10, sequence=sequence), LATER) for n, sequence in enumerate(sequences)]


@pytest.mark.parametrize(
    ("sequences", "holes"),
    [
        ([4, 5, 6], []),
        ([4, 7, 8], [(5, 6)]),
        ([4, 6, 5, 7], []),  # a corrected clock may swap two
        ([4, 8, 6, 9], [(5, 5), (7, 7)]),
        ([900, 901, 1, 2, 4], [(3, 3)]),  # another device
    ],
)
def test_numbers_that_are_missing_are_named(sequences: list[int], holes: list[tuple[int, int]]) -> None:
    assert sorted({(hole.first, hole.last) for hole in missing(numbered(*sequences))}) == holes


@given(st.sets(st.integers(1, 300), min_size=2))
def test_what_was_told_and_what_is_missing_is_the_whole_count(told: set[int]) -> None:
    lost: list[Missing] = missing(numbered(*sorted(told)))
    numbers = {number for hole in lost for number in range(hole.first, hole.last + 1)}
    assert not numbers & told
    assert numbers | told == set(range(min(told), max(told) + 1))
