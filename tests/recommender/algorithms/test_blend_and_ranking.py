"""Scores put together, and put in order."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from recommender.algorithms import blend
from recommender.algorithms.ranking import FIRST, best_first, top

scores = arrays(np.float32, st.integers(0, 40), elements=st.sampled_from([0.0, 0.1, 0.2, 0.5, 1.0]))


@given(scores, st.integers(0, 50))
def test_top_is_the_head_of_a_stable_sort(some: np.ndarray, limit: int) -> None:
    assert top(some, limit).tolist() == np.argsort(-some, kind="stable")[:limit].tolist()


def test_best_first_goes_on_to_the_end_without_repeating() -> None:
    many = np.random.default_rng(0).integers(0, 9, 3 * FIRST).astype(np.float32)
    assert list(best_first(many)) == np.argsort(-many, kind="stable").tolist()


def test_an_estimate_in_doubt_is_the_prior() -> None:
    seen, prior = np.array([0.4, 0.0], np.float32), np.array([0.1, 0.2], np.float32)
    assert blend.with_prior(seen, 0.0, prior).tolist() == seen.tolist()
    assert blend.with_prior(np.zeros(2, np.float32), 1.0, prior).tolist() == prior.tolist()


def test_habit_beats_taste_and_taste_beats_popularity() -> None:
    none = np.zeros(3, np.float32)
    popular = np.full(3, 0.1, np.float32)
    popular[2] = 0.12
    mixed = blend.member(
        again=np.array([0.5, 0, 0], np.float32), popular=popular, taste=np.array([0, 0.5, 0], np.float32), goes=none
    )
    assert np.argsort(-mixed.total).tolist() == [0, 1, 2]


def test_strangers_get_what_is_popular() -> None:
    none, popular = np.zeros(3, np.float32), np.array([0.1, 0.3, 0.2], np.float32)
    assert np.argsort(-blend.member(none, popular, none, none).total).tolist() == [1, 2, 0]
