"""A product that nobody bought yet stands where its like stand, in every list, and is never called popular."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from recommender.algorithms.newcomers import Newcomers
from recommender.artifacts import Artifacts, Store
from recommender.domain.history import MemberHistory
from recommender.domain.items import Items
from recommender.domain.recommendation import Place, ReasonCode
from recommender.serving import crowd, personal, shelf
from recommender.training.fit import fit
from recommender.training.matrix import encode
from recommender.training.newcomers import beside, newcomers
from tests.recommender import camps

NOW = datetime.combine(camps.MONDAY + timedelta(days=1), datetime.min.time(), UTC)
NEW = 12  # tea, after the twelve that sell
NEW_GTIN = camps.gtin14(NEW)


def shop() -> Items:
    """The twelve and a thirteenth; the categories are the families."""
    sold = camps.items()
    return Items(
        gtin=np.append(sold.gtin, camps.gtin(NEW)),
        public_safe=np.ones(13, bool),
        words=np.arange(13, dtype=np.int32),
        category=np.array([0] * camps.CAMP + [1] * camps.CAMP + [0], np.int32),
        family=np.append(sold.family, "tea"),
    )


@pytest.fixture(params=[None, "popular"])
def artifacts(request: pytest.FixtureRequest, tmp_path: Path) -> Artifacts:
    items, known = shop(), camps.items().gtin
    lines = beside(encode(camps.purchases(), known), known, items.gtin, items.category)
    models = fit(lines, lambda stage, done: None, request.param, own={})
    store = Store(tmp_path)
    store.publish([items, Newcomers.among(lines, np.zeros(13, np.int32)), *models], {})
    return store.current()


def test_it_is_scored_like_its_kind(artifacts: Artifacts) -> None:
    every = [camps.gtin14(i) for i in range(13)]
    east, west = (crowd.scores(artifacts, Place(store, NOW), every).scores for store in ("east", "west"))
    assert min(east[g] for g in every[:6]) <= east[NEW_GTIN] <= max(east[g] for g in every[:6])
    assert east[NEW_GTIN] > west[NEW_GTIN]  # tea sells in the east


def test_it_comes_up_and_is_called_new(artifacts: Artifacts) -> None:
    tops = crowd.top(artifacts, Place("east", NOW), 12, "tea")
    mine = personal.rank(artifacts, MemberHistory.of([], []), "east", NOW, 13, public=False)
    beside_it = shelf.goes_with(artifacts, camps.gtin14(2), "east", 12)
    for shown in (tops, mine, beside_it):
        assert [s.reason for s in shown if s.gtin == NEW_GTIN] == [ReasonCode.DISCOVERY]


@pytest.mark.parametrize("maker, expected", [(0, [0, 1]), (1, [0, 1, 2])])
def test_its_kin_are_of_its_maker_when_there_are_enough(
    maker: int, expected: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Items 0 and 1 are of one maker, 2 of another, all of one kind; 3 is new."""
    monkeypatch.setattr("recommender.algorithms.newcomers.KIN", 2 if maker == 0 else 3)
    known = np.array([camps.gtin(i) for i in range(3)], np.int64)
    lines = beside(encode(camps.purchases(), known), known, np.append(known, camps.gtin(20)), np.zeros(4, np.int32))
    new = Newcomers.among(lines, np.array([maker, maker, 5, maker], np.int32))
    assert new.item.tolist() == [3]
    assert sorted(new.kin[0].tolist()) == expected


def test_one_without_kin_keeps_its_score() -> None:
    new = Newcomers(np.array([2]), np.full((1, 10), -1))
    assert new.lifted(np.array([0.5, 0.25, 0.125], np.float32)).tolist() == [0.5, 0.25, 0.125]


@pytest.mark.parametrize(
    "change, new",
    [
        (lambda p: p, [camps.gtin(30)]),  # in stock, never sold
        (lambda p: p.where(p.day > camps.TODAY - 20), [camps.gtin(30)]),
    ],
)
def test_new_is_what_is_in_stock_and_was_not_sold_a_month_ago(change: Callable, new: list[int]) -> None:
    stocked = np.array([camps.gtin(30), camps.gtin(0), camps.gtin(4)], np.int64)
    known = np.array([camps.gtin(0)], np.int64)
    some = change(camps.purchases())
    found = newcomers(some, known, stocked).tolist()
    early = camps.gtin(4) in some.gtin[some.day <= some.day.max() - 28].tolist()
    assert found == (new if early else sorted([*new, camps.gtin(4)]))
