"""The laws of the draw: chances sum to one, nobody is below the floor, a seed decides, frequencies follow."""

from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signage.decide.draw import WHOLE, chances, pick, relevance, score
from signage.decide.policy import STANDARD
from tests.signage.decide.making import MILK, PIZZA, spot

descending = st.lists(st.floats(0, 1), min_size=1, max_size=64).map(lambda values: sorted(values, reverse=True))


@given(descending, st.floats(0.001, 5))
def test_chances_sum_to_one_keep_the_floor_and_follow_the_scores(scores: list[float], temperature: float) -> None:
    parts = chances(scores, replace(STANDARD, temperature=temperature))
    assert sum(parts) == WHOLE
    assert min(parts) >= min(STANDARD.floor_ppm, WHOLE // len(scores))
    assert parts == sorted(parts, reverse=True)


def test_above_the_floor_chances_are_the_softmax() -> None:
    one, two = chances([0.5, 0.45], replace(STANDARD, temperature=0.05))
    assert one / two == pytest.approx(2.718, abs=0.001)


def test_a_whole_draw_at_the_floor() -> None:
    parts = chances([1.0] + [0.0] * 63, STANDARD)
    assert parts == [370_000] + [10_000] * 63


@given(descending, st.integers(0, 2**53))
def test_a_seed_always_picks_the_same_one_with_a_chance(scores: list[float], seed: int) -> None:
    parts = chances(scores, STANDARD)
    assert pick(parts, seed) == pick(parts, seed)
    assert parts[pick(parts, seed)] > 0


def test_frequencies_follow_the_chances() -> None:
    parts = chances([0.9, 0.85, 0.8, 0.2], STANDARD)
    drawn = Counter(pick(parts, seed) for seed in range(40_000))
    for position, part in enumerate(parts):
        expected = part / WHOLE
        deviation = (expected * (1 - expected) / 40_000) ** 0.5
        assert abs(drawn[position] / 40_000 - expected) < 5 * deviation


def test_relevance_is_the_best_promoted_product() -> None:
    both = spot("s", gtins=(MILK, PIZZA))
    assert relevance(both, {MILK: 0.2, PIZZA: 0.7}) == 0.7
    assert relevance(both, {"other": 1.0}) == 0.0
    assert relevance(both, {}) == relevance(spot("t"), {MILK: 1.0}) == 0.5


def test_what_waited_longer_and_what_suits_better_score_higher() -> None:
    waits = [score(0.5, ago, 50.0, 0.4) for ago in (1.0, 60.0, None)]
    suits = [score(value, 10.0, 50.0, 0.4) for value in (0.1, 0.5, 0.9)]
    assert waits == sorted(waits) and len(set(waits)) == 3
    assert suits == sorted(suits) and len(set(suits)) == 3
