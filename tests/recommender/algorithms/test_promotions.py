"""What a promotion adds to sales is learned from the days it stood, held back where there were few, and used when it comes."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recommender.algorithms.algorithm import Lines, Plan
from recommender.algorithms.promotions import MONTH, WAYS, WEEK, Promotions

START, DAYS = 736_000, 56
PER_DAY = 20
STORES = np.array(["a", "b"])
PROMOTED, PLAIN = 0, 1


def plan(*rows: tuple[int, int, int, int, int]) -> Plan:
    """(store, item, first day from START, last, way)"""
    store, item, first, last, way = np.array(rows, np.int32).reshape(-1, 5).T
    return Plan(store, item, first + START, last + START, way.astype(np.int8))


def sold(*, planned: Plan, raised: float = 3.0) -> Lines:
    """Two items in two stores, 20 baskets a day; PROMOTED is in one of five, `raised` times as often while in the plan."""
    rng = np.random.default_rng(0)
    day = np.repeat(np.arange(DAYS), 2 * PER_DAY)
    store = np.tile(np.repeat(np.arange(2), PER_DAY), DAYS)
    on = np.zeros(len(day), bool)
    for s, first, last in zip(planned.store, planned.first, planned.last, strict=True):
        on |= (store == s) & (day + START >= first) & (day + START <= last)
    held = rng.random(len(day)) < np.where(on, 0.2 * raised, 0.2)
    plain = rng.random(len(day)) < 0.2
    basket = np.concatenate([np.flatnonzero(held), np.flatnonzero(plain)])
    return Lines(
        items=2,
        item=np.repeat([PROMOTED, PLAIN], [held.sum(), plain.sum()]).astype(np.int32),
        basket=basket.astype(np.int32),
        store=store.astype(np.int32),
        day=(day + START).astype(np.int32),
        buyer=np.full(len(day), -1, np.int32),
        stores=STORES,
        plan=planned,
    )


SEEN = plan(
    (0, PROMOTED, 7, 13, 1), (1, PROMOTED, 21, 27, 1), (0, PROMOTED, 35, 41, 1), (0, PROMOTED, DAYS, DAYS + 6, 1)
)


def test_learns_what_a_display_adds_and_tells_it_for_the_store_and_the_days() -> None:
    model = Promotions.fit(sold(planned=SEEN))
    now = model.of("a", START + DAYS, WEEK)
    assert now[PROMOTED] / model.of("a", START + DAYS + WEEK, WEEK)[PROMOTED] == pytest.approx(3.0, rel=0.15)
    assert now[PLAIN] == pytest.approx(1.0, abs=0.1)
    month = model.of("a", START + DAYS, MONTH)[PROMOTED]
    assert model.lift[0, PROMOTED] < month < now[PROMOTED]  # a week of four
    assert month == pytest.approx((now[PROMOTED] + 3 * model.lift[0, PROMOTED]) / 4, rel=1e-5)


def test_a_store_without_a_plan_and_one_nobody_knows_go_by_the_chain() -> None:
    model = Promotions.fit(sold(planned=SEEN))
    for store in ("b", "unheard of"):
        assert np.array_equal(model.of(store, START + DAYS, WEEK), model.chain)
    assert np.array_equal(model.chain, model.of("a", START + DAYS, WEEK))  # the only one with a plan to come


def test_a_plan_that_ended_changes_nothing() -> None:
    ended = sold(planned=SEEN.where(SEEN.last < START + DAYS))
    for model in (Promotions.fit(ended), Promotions.fit(replace(ended, plan=plan()))):
        assert np.array_equal(model.of("a", START + DAYS, WEEK), np.ones(2, np.float32))
        assert not len(model.item)


def test_few_sales_say_little() -> None:
    whole, week = sold(planned=SEEN), 5
    few = whole.until(START + 41)
    kept = np.flatnonzero(np.arange(len(few.item)) % (PER_DAY * week) == 0)
    rare = replace(few, item=few.item[kept], basket=few.basket[kept])
    much, little = Promotions.fit(whole), Promotions.fit(rare)
    assert abs(little.lift[1, PROMOTED] - little.lift[1, PLAIN]) < abs(much.lift[1, PROMOTED] - much.lift[1, PLAIN])


def test_of_two_at_once_the_later_counts() -> None:
    both = plan((0, PROMOTED, 7, 20, 1), (0, PROMOTED, 14, 20, 2), (0, PROMOTED, DAYS, DAYS + 6, 1))
    model = Promotions.fit(replace(sold(planned=both.where(both.way == 1)), plan=both))
    assert model.of("a", START + DAYS, WEEK)[PROMOTED] == pytest.approx(float(model.lift[1, PROMOTED]))
    assert int((model.way == 2).sum()) == 0  # what ended before the last week is learned from and forgotten


@settings(max_examples=30)
@given(
    st.lists(
        st.tuples(
            st.integers(0, 1), st.integers(0, 1), st.integers(-30, 2 * DAYS), st.integers(-30, 2 * DAYS),
            st.integers(1, WAYS - 1),
        ),
        max_size=12,
    ),
    st.randoms(),
)  # fmt: skip
def test_any_plan_gives_finite_lifts_whatever_its_order(
    rows: list[tuple[int, int, int, int, int]], random: object
) -> None:
    firsts = {(s, i, first): (s, i, first, last, way) for s, i, first, last, way in rows}
    rows = list(firsts.values())  # as storage keeps them: one row a store, item and first day
    lines = replace(LINES, plan=plan(*rows))
    model = Promotions.fit(lines)
    random.shuffle(rows)  # type: ignore[attr-defined]
    again = Promotions.fit(replace(lines, plan=plan(*rows)))
    for store in ("a", "b", "c"):
        lift = model.of(store, START + DAYS, WEEK)
        assert np.isfinite(lift).all() and (lift > 0).all()
        assert np.allclose(lift, again.of(store, START + DAYS, WEEK))


LINES = sold(planned=SEEN)
