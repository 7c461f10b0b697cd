"""The figures, worked out by hand."""

import numpy as np
import pytest

from recommender.training.metrics import cells_below, graded_rows, judge, paired_bootstrap


def ix(*items: int) -> np.ndarray:
    return np.array(items, np.int64)


def test_one_hit_at_the_second_place() -> None:
    got = judge([ix(5, 1, 7)], [ix(1, 2)], k=2, items=10)
    assert got["ndcg@2"] == pytest.approx((1 / np.log2(3)) / (1 + 1 / np.log2(3)))
    assert (got["recall@2"], got["phr@2"], got["mrr"], got["coverage@2"], got["n"]) == (0.5, 1, 0.5, 0.2, 1)


def test_a_hit_below_k_counts_for_mrr_only() -> None:
    got = judge([ix(5, 6, 1)], [ix(1)], k=2, items=10)
    assert (got["ndcg@2"], got["phr@2"], got["mrr"]) == (0, 0, 1 / 3)


def test_who_bought_nothing_is_not_asked() -> None:
    got = judge([ix(1), ix(2)], [ix(1), ix()], k=1, items=4)
    assert (got["n"], got["ndcg@1"], got["coverage@1"]) == (1, 1, 0.25)
    assert judge([], [], k=3, items=4)["n"] == 0


def test_perfect_is_one_also_with_more_truth_than_places() -> None:
    assert judge([ix(1, 2)], [ix(1, 2, 3)], k=2, items=3)["ndcg@2"] == pytest.approx(1)


def test_graded() -> None:
    items, worth = ix(1, 2, 3), np.array([0.0, 4.0, 2.0])
    best, worse = graded_rows([ix(2, 3, 1), ix(3, 2, 1)], [items, items], [worth, worth], k=2)
    assert best == pytest.approx(1)
    assert worse == pytest.approx((2 + 4 / np.log2(3)) / (4 + 2 / np.log2(3)))


def test_an_interval_holds_the_mean_and_narrows_with_more_questions() -> None:
    noise = np.random.default_rng(1).normal(0.1, 1, 4000)
    few, many = (paired_bootstrap(noise[:n], np.zeros(n)) for n in (100, 4000))
    for mean, low, high in (few, many):
        assert low < mean < high
    assert many[2] - many[1] < (few[2] - few[1]) / 3
    assert paired_bootstrap(noise, noise) == (0, 0, 0)


def test_a_cell_that_is_worse_is_named_and_a_small_one_never() -> None:
    rng = np.random.default_rng(2)
    difference = np.concatenate([rng.normal(-0.5, 1, 200), rng.normal(0, 1, 200), np.full(29, -1.0)])
    assert cells_below(difference, ["bad"] * 200 + ["fair"] * 200 + ["small"] * 29) == ["bad"]
    assert cells_below(np.ones(60), ["good"] * 60) == []
