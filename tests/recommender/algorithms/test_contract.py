"""What every algorithm promises, shown on a checkerboard and on arbitrary purchases."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recommender.algorithms.algorithm import Algorithm, Lines, Query
from recommender.algorithms.als import Als
from recommender.algorithms.basket_cosine import BasketCosine
from recommender.algorithms.bm25 import Bm25, Bm25Defaults
from recommender.algorithms.cosine import Cosine
from recommender.algorithms.demand import Demand
from recommender.algorithms.ease import Ease
from recommender.algorithms.item_item import ItemItem
from recommender.algorithms.kind_item import KindItem
from recommender.algorithms.popular import Popular
from recommender.algorithms.repeat import Repeat
from recommender.algorithms.segments import Segments
from recommender.algorithms.store_taste import StoreTaste
from recommender.algorithms.tifu_knn import TifuKnn
from recommender.algorithms.up_cf import UpCf
from recommender.training.matrix import encode
from tests.recommender import camps

ALL = [
    Popular,
    StoreTaste,
    Repeat,
    ItemItem,
    KindItem,
    Als,
    Cosine,
    TifuKnn,
    UpCf,
    Ease,
    Bm25,
    Bm25Defaults,
    BasketCosine,
    Segments,
    Demand,
]
QUICK = settings(max_examples=settings().max_examples // 2)  # twice for each of fifteen algorithms


def board() -> Lines:
    kind = np.arange(2 * camps.CAMP, dtype=np.int32) // camps.CAMP
    return encode(camps.purchases(), camps.items().gtin, kind)


def asked(items: list[int], ages: list[int] | None = None, store: str = "") -> Query:
    return Query(store, np.array(items, np.int64), np.array(ages or [0] * len(items), np.int64))


@st.composite
def lines(draw: st.DrawFn) -> Lines:
    items, baskets = draw(st.integers(1, 12)), draw(st.integers(0, 12))
    cells = st.tuples(st.integers(0, baskets - 1), st.integers(0, items - 1))
    pairs = sorted(draw(st.sets(cells, max_size=60))) if baskets else []
    per_basket = st.lists(st.integers(0, 3), min_size=baskets, max_size=baskets)
    return Lines(
        items=items,
        item=np.array([i for _, i in pairs], np.int32),
        basket=np.array([b for b, _ in pairs], np.int32),
        store=np.array(draw(per_basket), np.int32) % 2,
        day=camps.TODAY - 20 * np.array(draw(per_basket), np.int32),
        buyer=np.array(draw(per_basket), np.int32) - 1,
        stores=np.array(["east", "west"]),
    )


@st.composite
def queries(draw: st.DrawFn, items: int) -> Query:
    held = draw(st.lists(st.tuples(st.integers(0, items - 1), st.integers(0, 40)), max_size=20))
    store = draw(st.sampled_from(["", "east", "west", "zzz", "駅前"]))
    return asked([i for i, _ in held], [a for _, a in held], store)


def shuffled(these: Lines, seed: int) -> Lines:
    order = np.random.default_rng(seed).permutation(len(these.item))
    return Lines(these.items, these.item[order], these.basket[order], these.store, these.day, these.buyer, these.stores)


@pytest.mark.parametrize("kind", ALL)
@QUICK
@given(data=st.data())
def test_scores_are_one_finite_number_per_item_between_0_and_1(kind: type[Algorithm], data: st.DataObject) -> None:
    learned = data.draw(lines())
    model = kind.fit(learned)
    scores = model.scores(data.draw(queries(learned.items)))
    assert scores.shape == (learned.items,)
    assert scores.dtype == np.float32
    assert np.isfinite(scores).all()
    assert scores.min(initial=0) >= 0
    assert scores.max(initial=0) <= 1


@pytest.mark.parametrize("kind", ALL)
@QUICK
@given(data=st.data())
def test_the_order_of_lines_makes_no_difference(kind: type[Algorithm], data: st.DataObject) -> None:
    learned = data.draw(lines())
    query = data.draw(queries(learned.items))
    one = kind.fit(learned).scores(query)
    other = kind.fit(shuffled(learned, data.draw(st.integers(0, 9)))).scores(query)
    np.testing.assert_allclose(one, other, atol=1e-5)


@pytest.mark.parametrize("kind", ALL)
def test_asking_changes_nothing(kind: type[Algorithm]) -> None:
    model, query = kind.fit(board()), asked([0, 2, 3], store="east")
    first = model.scores(query)
    first.copy()[:] = 9
    first[:] = 9
    assert model.scores(query).max() <= 1


@pytest.mark.parametrize("kind", [kind for kind in ALL if kind is not KindItem])  # leaves out whatever was asked about
def test_the_answer_is_obvious_by_eye(kind: type[Algorithm]) -> None:
    """A tea drinker in the tea store: no kind of tea stands below the same kind of coffee, and the best is a tea."""
    scores = kind.fit(board()).scores(asked([0, 1, 0, 2, 3, 0, 4], [2, 2, 1, 1, 1, 0, 0], "east"))
    tea, coffee = scores[: camps.CAMP], scores[camps.CAMP :]
    assert (tea >= coffee).all()
    assert tea.max() > coffee.max()


def test_als_knows_what_a_tea_drinker_has_not_tried() -> None:
    scores = Als.fit(board()).scores(asked([0, 1, 0, 4], [1, 1, 0, 0]))
    new = [i for i in range(2 * camps.CAMP) if i not in {0, 1, 4}]
    assert set(sorted(new, key=lambda i: -scores[i])[:3]) == {2, 3, 5}


@pytest.mark.parametrize("kind", [Als, Cosine])
def test_what_fades_counts_less(kind: type[Algorithm]) -> None:
    """Tea for long, coffee of late: the quicker it fades, the more coffee there is."""
    model, coffee = kind.fit(board()), slice(camps.CAMP, None)
    query = asked([0, 1, 2, camps.CAMP, camps.CAMP + 1], [20, 19, 18, 0, 1])
    lately, always = model.scores(replace(query, fade=0.8)), model.scores(query)
    assert lately[coffee].sum() / lately.sum() > always[coffee].sum() / always.sum()


def test_als_without_members_knows_nothing_and_says_so() -> None:
    plain = board()
    nobody = Lines(
        plain.items, plain.item, plain.basket, plain.store, plain.day, np.full_like(plain.buyer, -1), plain.stores
    )
    assert not Als.fit(nobody).scores(asked([0, 1])).any()


def test_als_solves_what_implicit_solves() -> None:
    """A member folded in at the request gets the factors that training gave them."""
    from implicit.cpu.als import AlternatingLeastSquares
    from scipy.sparse import csr_matrix

    learned = board()
    model = Als.fit(learned)
    items = learned.item[learned.buyer[learned.basket] == 0]
    reference = AlternatingLeastSquares(factors=model.factors.shape[1], regularization=0.01, alpha=1.0)
    reference.item_factors = model.factors
    bought = csr_matrix((np.ones(len(items), np.float32), (np.zeros(len(items), int), items)), (1, learned.items))
    bought.data = np.log1p(bought.data)
    theirs = reference.recalculate_user(0, bought) @ model.factors.T
    np.testing.assert_allclose(model.scores(asked(items.tolist())), np.clip(theirs, 0, 1).ravel(), atol=2e-3)


def test_a_kind_goes_with_what_stands_in_its_baskets() -> None:
    """Whoever looks at a rare tea is shown what is bought with teas: teas, the daily one first; coffee
    sells as often and is in no such basket."""
    scores = KindItem.fit(board()).scores(asked([5]))
    assert int(scores.argmax()) == 0
    assert scores[: camps.CAMP - 1].min() > scores[5] == 0
    assert (scores[: camps.CAMP - 1] > scores[camps.CAMP : -1]).all()


def test_a_segment_borrows_from_the_chain_what_its_store_does_not_know() -> None:
    """The east sells tea: teas move up there, by less than the store's own counts say; elsewhere the list is the chain's."""
    segments = Segments.fit(board())
    everywhere, east = segments.scores(asked([])), segments.scores(asked([], store="east"))
    assert (east[: camps.CAMP] > everywhere[: camps.CAMP]).all()
    assert (east[camps.CAMP :] < everywhere[camps.CAMP :]).all()
    assert (east[camps.CAMP :] > 0).all()
    assert segments.scores(asked([], store="opened today")).tolist() == everywhere.tolist()


def test_age_groups_are_pooled_by_what_they_buy() -> None:
    """Tea people are the young, coffee people the old: both together are everybody."""
    plain = board()
    young_and_old = replace(plain, group=np.array([0] * camps.PEOPLE + [1] * camps.PEOPLE, np.int32))
    segments = Segments.fit(young_and_old)
    young, old, both = (segments.scores(Query(groups=g)) for g in ((0,), (1,), (0, 1)))
    assert (young[: camps.CAMP] > old[: camps.CAMP]).all()
    np.testing.assert_allclose(both, segments.scores(Query()), rtol=1e-5)


def test_items_that_are_always_together_go_together() -> None:
    scores = ItemItem.fit(board()).scores(asked([2]))
    assert scores[2] == 0
    assert set(np.argsort(-scores)[:2].tolist()) == {0, 3}


def test_a_pair_seen_once_is_chance() -> None:
    two = Lines(
        2, np.array([0, 1], np.int32), np.zeros(2, np.int32), np.zeros(1, np.int32), np.array([camps.TODAY], np.int32),
        np.zeros(1, np.int32), np.array(["east"]),
    )  # fmt: skip
    assert not ItemItem.fit(two).scores(asked([0])).any()


def test_few_baskets_leave_more_to_the_prior() -> None:
    model = ItemItem.fit(board())
    assert model.doubt(asked([5])) > model.doubt(asked([0])) > 0
    assert model.doubt(asked([])) == 1


def test_more_often_and_more_recently_count_more() -> None:
    repeat = Repeat.fit(board())
    scores = repeat.scores(asked([1, 1, 2, 3], [0, 4, 0, 4]))
    assert scores[1] > scores[2] > scores[3] > scores[4] == 0


@given(st.integers(0, 200), st.integers(1, 50))
def test_a_purchase_only_fades(age: int, later: int) -> None:
    """With a newest basket fixed, an older purchase never counts more."""
    repeat = Repeat(np.array(3))
    newest = 300
    now = repeat.scores(asked([0, 1, 2], [0, age, newest]))[1]
    assert repeat.scores(asked([0, 1, 2], [0, age + later, newest]))[1] < now


def test_what_was_in_every_basket_scores_one() -> None:
    scores = Repeat(np.array(2)).scores(asked([0, 0, 0, 1], [0, 1, 2, 1]))
    assert scores[0] == pytest.approx(1)


def test_a_store_is_asked_about_its_last_four_weeks() -> None:
    """Yesterday's best seller of the east was sold in the west two months ago: only the east's list shows it."""
    days = np.array([camps.TODAY] * 50 + [camps.TODAY - 60] * 50, np.int32)
    where = np.array([0] * 50 + [1] * 50, np.int32)
    learned = Lines(
        2, np.array([0] * 50 + [1] * 50, np.int32), np.arange(100, dtype=np.int32), where, days,
        np.full(100, -1, np.int32), np.array(["east", "west"]),
    )  # fmt: skip
    popular = Popular.fit(learned)
    assert popular.scores(asked([], store="east"))[0] > popular.scores(asked([], store="west"))[0]
    assert popular.scores(asked([], store="west"))[0] > popular.scores(asked([], store="west"))[1]
    assert popular.scores(asked([], store="nowhere")).tolist() == popular.chain.tolist()


def west_sold(days_ago: int) -> StoreTaste:
    """East sells item 0 today; west sold item 1, once."""
    days = np.array([camps.TODAY] * 50 + [camps.TODAY - days_ago] * 60, np.int32)
    item = np.array([0] * 50 + [1] * 60, np.int32)
    people, stores = np.full(110, -1, np.int32), np.array(["east", "west"])
    return StoreTaste.fit(Lines(2, item, np.arange(110, dtype=np.int32), item, days, people, stores))


def test_a_stores_taste_lasts_a_year() -> None:
    taste = west_sold(60)
    assert int(np.argmax(taste.scores(asked([], store="west")))) == 1
    assert int(np.argmax(west_sold(400).scores(asked([], store="west")))) == 0


def test_a_new_store_hears_what_the_chain_sells_the_more_so_of_late() -> None:
    taste = west_sold(60)
    nowhere = taste.scores(asked([], store="nowhere"))
    assert nowhere[0] > taste.past[0] and nowhere[1] < taste.past[1]
    assert taste.scores(asked([], store="east"))[0] > nowhere[0]
