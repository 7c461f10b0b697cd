"""A member's list: habits first, something new between them, reasons that are true, and nothing private on a wall."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from recommender.algorithms.popular import Popular
from recommender.artifacts import EMPTY, Artifacts
from recommender.domain.history import MemberHistory
from recommender.domain.recommendation import Place, ReasonCode, Scored, Slot
from recommender.serving import crowd, personal
from tests.recommender import camps
from tests.recommender.serving.conftest import Trained

NOW = datetime.combine(camps.MONDAY + timedelta(days=1), datetime.min.time(), UTC)
NOBODY = MemberHistory.of([], [])


def history(*lines: tuple[int, int]) -> MemberHistory:
    """(item, days ago) each."""
    return MemberHistory.of([camps.gtin(i) for i, _ in lines], [camps.TODAY - ago for _, ago in lines])


WEEKLY = history((0, 21), (1, 21), (0, 14), (2, 14), (0, 7), (1, 7), (0, 0))


@pytest.fixture
def artifacts(trained: Trained) -> Artifacts:
    return trained()


def ranked(artifacts: Artifacts, of: MemberHistory, limit: int = 12, *, public: bool = False) -> list[Scored]:
    return personal.rank(artifacts, of, "east", NOW, limit, public=public)


def test_habits_come_first_with_their_interval(artifacts: Artifacts) -> None:
    first, second, *_ = ranked(artifacts, WEEKLY)
    assert (first.gtin, first.reason, first.detail) == (camps.gtin14(0), ReasonCode.DUE_AGAIN, "7 days")
    assert (second.gtin, second.reason, second.detail) == (camps.gtin14(1), ReasonCode.DUE_AGAIN, "14 days")
    assert first.score == 1.0


def test_bought_once_has_no_interval(artifacts: Artifacts) -> None:
    by_gtin = {s.gtin: s for s in ranked(artifacts, WEEKLY)}
    assert by_gtin[camps.gtin14(2)].reason is ReasonCode.DUE_AGAIN
    assert by_gtin[camps.gtin14(2)].detail == ""


def test_every_fourth_place_is_for_something_new(artifacts: Artifacts) -> None:
    everything = history(*((item, 7 * visit) for item in range(5) for visit in range(4)))
    picks = ranked(artifacts, everything, 5)
    assert [s.reason is ReasonCode.DUE_AGAIN for s in picks] == [True, True, True, False, True]
    assert picks[3].gtin == camps.gtin14(5)  # the tea that is left


def test_new_things_say_why(artifacts: Artifacts) -> None:
    """3 was in every basket with 2; it was never bought, so it goes with the last visit or is a discovery."""
    picks = {s.gtin: s.reason for s in ranked(artifacts, history((0, 14), (0, 7), (0, 0), (2, 0)))}
    assert picks[camps.gtin14(3)] in {ReasonCode.GOES_WITH, ReasonCode.DISCOVERY}


def test_a_wall_tells_no_interval_and_shows_public_safe_products_only(trained: Trained) -> None:
    artifacts = trained(camps.items(unsafe=(0,)))
    shown = ranked(artifacts, WEEKLY, public=True)
    assert shown
    assert camps.gtin14(0) not in [s.gtin for s in shown]
    assert {s.detail for s in shown} == {""}
    assert camps.gtin14(0) in [s.gtin for s in ranked(artifacts, WEEKLY)]  # their own phone shows it


def test_never_two_alike(trained: Trained) -> None:
    picks = [s.gtin for s in ranked(trained(camps.items(alike=(0, 1))), WEEKLY)]
    assert camps.gtin14(0) in picks
    assert camps.gtin14(1) not in picks


def test_two_of_a_category_then_others(trained: Trained) -> None:
    items = camps.items(category=0)
    items.category[camps.CAMP :] = 1
    picks = ranked(trained(items), WEEKLY, 4)
    assert sum(s.gtin < camps.gtin14(camps.CAMP) for s in picks) == 2


def test_somebody_new_gets_what_sells_here(artifacts: Artifacts) -> None:
    for of in (NOBODY, history((99, 3))):
        picks = ranked(artifacts, of)
        assert len(picks) == 12
        assert picks[0].gtin == camps.gtin14(0)
        assert {s.reason for s in picks} == {ReasonCode.POPULAR_HERE}


def test_few_visits_get_what_suits_the_store_and_say_so(artifacts: Artifacts) -> None:
    steps: list[str] = []

    def _ranked(of: MemberHistory, store: str, models: Artifacts = artifacts) -> list[str]:
        picks = personal.rank(models, of, store, NOW, 12, public=False, tell=steps.append)
        return [s.gtin for s in picks]

    segment = [s.gtin for s in crowd.top(artifacts, Place("west", NOW), 12)]
    assert _ranked(NOBODY, "west") == segment
    assert _ranked(history((0, 7), (0, 0)), "west")[0] == camps.gtin14(0)  # two visits: their own, then the store's
    assert [g for g in _ranked(history((0, 7), (0, 0)), "west") if g != camps.gtin14(0)][:2] == segment[:2]
    _ranked(WEEKLY, "west")
    _ranked(WEEKLY, "west", EMPTY)
    assert steps == ["segment", "segment", "segment", "blend", "untrained"]


def test_a_new_store_sells_what_the_chain_sells_of_late(artifacts: Artifacts) -> None:
    chain = artifacts.get(Popular)
    assert chain is not None
    best = [camps.gtin14(int(i)) for i in np.argsort(-chain.chain, kind="stable")[:4]]
    lists = {
        store: [s.gtin for s in personal.rank(artifacts, NOBODY, store, NOW, 4, public=True)]
        for store in ("opened today", "west")
    }
    assert lists["opened today"] == [s.gtin for s in crowd.top(artifacts, Place("opened today", NOW), 4)] == best
    assert lists["west"] != best


def test_each_place_says_which_part_filled_it(artifacts: Artifacts) -> None:
    bought = {camps.gtin14(i) for i in (0, 1, 2)}
    picks = ranked(artifacts, WEEKLY)
    assert all(s.slot == (Slot.AGAIN if s.gtin in bought else Slot.DISCOVERY) for s in picks)


def test_a_purchase_changes_the_next_list(artifacts: Artifacts) -> None:
    coffee = camps.gtin14(9)
    before = [s.gtin for s in ranked(artifacts, WEEKLY)]
    more = MemberHistory.of([*WEEKLY.gtin, camps.gtin(9)], [*WEEKLY.day, camps.TODAY + 1])
    after = ranked(artifacts, more)
    assert [s.gtin for s in after].index(coffee) < before.index(coffee)
    assert {s.gtin: s.reason for s in after}[coffee] is ReasonCode.DUE_AGAIN


def test_purchases_from_the_future_are_not_believed(artifacts: Artifacts) -> None:
    forged = MemberHistory.of([*WEEKLY.gtin, camps.gtin(9)], [*WEEKLY.day, camps.TODAY + 400])
    assert ranked(artifacts, forged) == ranked(artifacts, WEEKLY)


def test_what_is_sold_out_is_left_out(artifacts: Artifacts) -> None:
    picks = personal.rank(artifacts, WEEKLY, "east", NOW, 12, public=False, without=[camps.gtin14(0)])
    assert camps.gtin14(0) not in [s.gtin for s in picks]
    assert picks[0].score == 1.0


def test_before_and_after_the_first_quick_training(trained: Trained) -> None:
    assert ranked(EMPTY, WEEKLY) == []
    assert ranked(trained(only="popular"), WEEKLY, 3)[0].gtin == camps.gtin14(0)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    lines=st.lists(st.tuples(st.integers(0, 14), st.integers(-500, 4000)), max_size=40),
    limit=st.integers(0, 12),
    public=st.booleans(),
    store=st.sampled_from(["east", "west", "", "駅前"]),
)
def test_laws_of_every_list(
    artifacts: Artifacts, lines: list[tuple[int, int]], limit: int, public: bool, store: str
) -> None:
    picks = personal.rank(artifacts, history(*lines), store, NOW, limit, public=public)
    assert len(picks) == limit  # twelve products: never short
    assert len({s.gtin for s in picks}) == len(picks)
    assert all(0 <= s.score <= 1 for s in picks)
    assert not (public and any(s.detail for s in picks))
    shuffled = np.random.default_rng(0).permutation(np.array(lines).reshape(-1, 2)).tolist()
    again = personal.rank(artifacts, history(*shuffled), store, NOW, limit, public=public)
    assert again == picks


def test_history_counts_shop_days() -> None:
    of = MemberHistory.of([2, 1, 1, 1], [20, 10, 10, 20])
    assert (of.gtin.tolist(), of.day.tolist(), of.basket.tolist()) == ([1, 1, 2], [10, 20, 20], [0, 1, 1])
    assert of.baskets == 2
    assert NOBODY.baskets == 0
    early = MemberHistory.of([1, 2, 1], [10, 10, 30]).until(20)
    assert (early.gtin.tolist(), early.baskets) == ([1, 2], 1)
