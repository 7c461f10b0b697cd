"""What suits a place: no person, no surprise."""

from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from recommender.algorithms.demand import Demand
from recommender.algorithms.popular import Popular
from recommender.algorithms.promotions import Promotions
from recommender.algorithms.segments import Segments
from recommender.artifacts import EMPTY, Artifacts, Store
from recommender.crowd import LocalCrowd
from recommender.domain.recommendation import Place, ReasonCode
from recommender.serving import crowd
from recommender.serving.rules import anything
from recommender.training.matrix import encode
from tests.recommender import camps, rhythm
from tests.recommender.serving.conftest import Trained

NOW = datetime(2026, 11, 16, 3, 0, tzinfo=UTC)
EAST, WEST, NEW = (Place(store, NOW) for store in ("east", "west", "opened today"))
EVERYTHING = [camps.gtin14(i) for i in range(12)]


@pytest.fixture
def artifacts(trained: Trained) -> Artifacts:
    return trained()


def test_scores_are_0_to_1_and_the_best_seller_of_the_place_has_1(artifacts: Artifacts) -> None:
    east = crowd.scores(artifacts, EAST, EVERYTHING)
    assert east.model_version == artifacts.version
    assert max(east.scores, key=lambda g: east.scores[g]) == camps.gtin14(0)
    assert east.scores[camps.gtin14(0)] == pytest.approx(1)
    assert all(0 < score <= 1 for score in east.scores.values())
    west = crowd.scores(artifacts, WEST, EVERYTHING).scores
    assert west[camps.gtin14(0)] < west[camps.gtin14(6)]


def test_unknown_products_get_0(artifacts: Artifacts) -> None:
    asked = ["00000000000000", "not a gtin", "", "²²", "9" * 40]
    assert crowd.scores(artifacts, EAST, asked).scores == dict.fromkeys(asked, 0.0)


def test_before_the_first_training() -> None:
    assert crowd.scores(EMPTY, EAST, EVERYTHING[:1]).scores == {EVERYTHING[0]: 0.0}
    assert crowd.scores(EMPTY, EAST, []).model_version == "none"
    assert crowd.top(EMPTY, EAST, 5) == []


def test_the_top_of_a_store(artifacts: Artifacts) -> None:
    top = crowd.top(artifacts, EAST, 3)
    assert top[0].gtin == camps.gtin14(0)
    assert {s.reason for s in top} == {ReasonCode.POPULAR_HERE}
    assert [s.score for s in top] == sorted((s.score for s in top), reverse=True)
    assert crowd.top(artifacts, EAST, 2, "coffee")[0].gtin == camps.gtin14(6)
    assert camps.gtin14(0) not in [s.gtin for s in crowd.top(artifacts, EAST, 12, without=[camps.gtin14(0)])]


def test_a_new_store_is_shown_the_chain(artifacts: Artifacts) -> None:
    assert {s.gtin for s in crowd.top(artifacts, NEW, 2)} == {camps.gtin14(0), camps.gtin14(6)}


def test_a_wall_shows_public_safe_products_only_and_no_twins(trained: Trained) -> None:
    artifacts = trained(camps.items(unsafe=(0, 6), alike=(1, 2)))
    shown = [s.gtin for s in crowd.top(artifacts, EAST, 12)]
    assert not {camps.gtin14(0), camps.gtin14(6)} & set(shown)
    assert len({camps.gtin14(1), camps.gtin14(2)} & set(shown)) == 1
    assert len(shown) == 9


def test_quick_training_is_enough(trained: Trained) -> None:
    assert crowd.top(trained(only="popular"), EAST, 1)[0].gtin == camps.gtin14(0)


def test_the_door_follows_the_store(trained: Trained, tmp_path: object) -> None:
    now = [0.0]
    door = LocalCrowd(Store(tmp_path / "artifacts", lambda: now[0]), lambda store, public: anything)  # type: ignore[operator]
    assert door.top(EAST, 3) == []
    version = trained().version
    now[0] = 1.0
    assert door.scores(EAST, EVERYTHING).model_version == version
    assert door.top(EAST, 1)[0].gtin == camps.gtin14(0)


def test_promoted_products_are_ranked_by_what_the_store_will_sell(tmp_path: Path) -> None:
    """Item 7 sells in every other store; the chain's popularity would promote it everywhere."""
    lines, table = rhythm.chain(), rhythm.items()
    store = Store(tmp_path)
    store.publish([table, Popular.fit(lines), Demand.fit(lines)], {})
    asked = [table.gtin14(i) for i in (99, 7, 0)]
    here = crowd.scores(store.current(), Place("00", NOW), asked).scores
    there = crowd.scores(store.current(), Place("01", NOW), asked).scores
    assert max(here, key=lambda g: here[g]) == table.gtin14(7)
    assert here[table.gtin14(7)] == pytest.approx(1)
    assert max(there, key=lambda g: there[g]) == table.gtin14(0)
    assert all(0 <= score <= 1 for score in (*here.values(), *there.values()))


def test_seniors_are_shown_what_seniors_buy_and_nobody_else_is(tmp_path: Path) -> None:
    lines = encode(camps.purchases(), camps.items().gtin, groups={100 + person: 5 for person in range(camps.PEOPLE)})
    store = Store(tmp_path)
    store.publish([camps.items(), Segments.fit(lines)], {})
    tops = {
        audience: [s.gtin for s in crowd.top(store.current(), Place("opened today", NOW, audience), 12)]
        for audience in ("seniors", "unknown", "nobody")
    }
    assert tops["seniors"][0] == camps.gtin14(camps.CAMP)  # the coffee people are the old
    assert tops["unknown"] == tops["nobody"]


def test_a_screen_promotes_what_is_on_display_in_this_store_today(tmp_path: Path) -> None:
    """Item 4 sold three times as well on display; today it stands there again, in the east only."""
    table = rhythm.items()
    today = int(rhythm.lines().day.max()) + 1
    lift = np.ones((4, len(table)), np.float32)
    lift[1, 4] = 50.0
    planned = Promotions(
        lift=lift, chain=np.ones(len(table), np.float32), stores=np.array(["00", "01"]), start=np.array([0, 1, 1]),
        item=np.array([4]), first=np.array([today]), last=np.array([today + 6]), way=np.array([1]),
    )  # fmt: skip
    store = Store(tmp_path)
    store.publish([table, Popular.fit(rhythm.chain()), planned], {})

    def top(store_id: str, day: int) -> str:
        at = datetime.fromordinal(day).replace(tzinfo=UTC)
        return crowd.top(store.current(), Place(store_id, at), 1)[0].gtin

    assert top("00", today) == table.gtin14(4)
    assert top("01", today) != table.gtin14(4)
    assert top("00", today + 7) != table.gtin14(4)
