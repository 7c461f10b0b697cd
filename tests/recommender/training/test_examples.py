"""What the ranker is taught: nothing that could not have been known, and what is due before what was just bought."""

from dataclasses import replace

import numpy as np
import pytest

from recommender.algorithms.als import Als
from recommender.algorithms.cosine import Cosine
from recommender.algorithms.demand import Demand
from recommender.algorithms.facts import Facts
from recommender.algorithms.features import NAMES
from recommender.algorithms.heads import BOUGHT, Examples, Heads
from recommender.algorithms.item_item import ItemItem
from recommender.algorithms.popular import Popular
from recommender.algorithms.promotions import Promotions
from recommender.algorithms.two_stage import Stages
from recommender.training.examples import HORIZON, askers, examples
from tests.recommender import rhythm

CUT = rhythm.TODAY - HORIZON


def stages() -> Stages:
    before = rhythm.lines().until(CUT)
    return Stages(*(kind.fit(before) for kind in (Facts, Popular, Als, Cosine, ItemItem, Promotions)))


@pytest.fixture(scope="module")
def shown() -> Examples:
    found = examples(rhythm.lines(), CUT, stages().rows)
    assert found is not None
    return found


def test_everybody_is_asked_as_they_stood_before() -> None:
    asked = list(askers(rhythm.lines(), CUT))
    assert len(asked) == rhythm.PEOPLE
    for asker in asked:
        assert asker.query.since.min() == 1  # they came on the very day before
        assert asker.query.age.max() + 1 == rhythm.VISITS - HORIZON // 7
        assert set(asker.next) <= set(asker.bought)


def test_what_came_later_changes_no_feature(shown: Examples) -> None:
    """Shift all that was bought after the cut to one item: other answers, the same questions."""
    lines = rhythm.lines()
    later = lines.day[lines.basket] > CUT
    forged = replace(lines, item=np.where(later, 59, lines.item).astype(np.int32))
    ask = stages()
    for one, other in zip(askers(lines, CUT), askers(forged, CUT), strict=True):
        np.testing.assert_array_equal(ask.rows(one.query)[1], ask.rows(other.query)[1])
        assert other.bought.tolist() == [59]


def test_both_heads_have_rows_and_left_out_ones_are_made_up_for(shown: Examples) -> None:
    known = shown.features[:, BOUGHT] > 0
    assert known.any()
    assert (~known).any()
    assert shown.features.shape == (len(shown.bought), len(NAMES))
    assert set(shown.asker.tolist()) == set(range(rhythm.PEOPLE))
    assert (shown.weight[shown.bought > 0] == 1).all()
    asked = rhythm.PEOPLE * rhythm.ITEMS  # so few items: all of them are candidates
    assert shown.weight.sum() == pytest.approx(asked, rel=0.15)


def test_the_same_rows_give_the_same_trees(shown: Examples) -> None:
    one, other = Heads.fit(shown), Heads.fit(shown)
    assert one.due.tobytes() == other.due.tobytes()
    assert one.discovery.tobytes() == other.discovery.tobytes()


def test_what_is_due_has_a_better_chance_than_what_was_just_bought(shown: Examples) -> None:
    """Both are bought every eighth week: one is due within four, one is not. A counter can't tell them apart."""
    chances = Heads.fit(shown).chances(shown.features)
    eighth = (shown.features[:, NAMES.index("mean_gap")] == 7.0 * rhythm.PERIOD) & (shown.features[:, BOUGHT] >= 3)
    since = shown.features[:, NAMES.index("since")]
    due, fresh = eighth & (since >= 28), eighth & (since < 28)
    assert (shown.bought[due] > 0).all()
    assert not shown.bought[fresh].any()
    assert chances[due].mean() > 3 * chances[fresh].mean()


def test_members_count_alike_however_much_they_buy(shown: Examples) -> None:
    """Half of them buy all they are asked about, half two things of a hundred; the second are no less believed than the first."""
    rows = np.repeat(shown.features[shown.features[:, BOUGHT] > 0][:1], 20_000, 0)
    asker = np.arange(len(rows)) // 100  # even ones buy everything, odd ones two of a hundred
    bought = np.where((asker % 2 == 0) | (np.arange(len(rows)) % 100 < 2), 1.0, 0.0).astype(np.float32)
    rows[:, BOUGHT] = 1 + np.arange(len(rows)) % 2  # something to split at that says nothing
    new = shown.features[shown.features[:, BOUGHT] == 0][:1000]
    others = np.arange(1000) % 2
    told = Examples(
        np.concatenate([rows, new]), np.concatenate([bought, others]).astype(np.float32),
        np.ones(len(rows) + 1000, np.float32), np.concatenate([asker, others]),
    )  # fmt: skip
    assert bought.mean() > 0.5
    assert Heads.fit(told).chances(rows[:2]).max() < 0.3


def test_who_asks_in_two_spans_counts_as_two(shown: Examples) -> None:
    both = Examples.together([shown, shown])
    assert len(both.features) == len(both.bought) == len(both.weight) == 2 * len(shown.weight)
    assert len(np.unique(both.asker)) == 2 * len(np.unique(shown.asker))
    assert not set(both.asker[: len(shown.asker)].tolist()) & set(both.asker[len(shown.asker) :].tolist())


def test_too_little_history_teaches_nothing() -> None:
    few = rhythm.lines()
    few = replace(few, buyer=np.where(few.buyer < 5, few.buyer, -1).astype(np.int32))
    assert examples(few, CUT, stages().rows) is None


def test_a_stores_demand_follows_its_own_sales() -> None:
    """The trees say where item 7 sells, and that a store they don't know is in between."""
    demand = Demand.fit(rhythm.chain())
    assert len(demand.trees)
    here, elsewhere, nowhere = (float(demand.of(store, np.array([7]))[0]) for store in ("00", "01", "zz"))
    assert here > 0.99 and elsewhere < 0.9  # of 42 baskets in four weeks, and none
    assert here > nowhere > elsewhere
    first, last = demand.of("01", np.array([0, 99]))
    assert first > last
    assert demand.trees.tobytes() == Demand.fit(rhythm.chain()).trees.tobytes()
