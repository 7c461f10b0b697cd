"""What goes with the product that somebody looks at."""

import pytest

from recommender.artifacts import EMPTY
from recommender.domain.recommendation import ReasonCode, Slot
from recommender.serving import shelf
from tests.recommender import camps
from tests.recommender.serving.conftest import Trained


def test_what_is_always_bought_together_is_named(trained: Trained) -> None:
    """Baskets with 2 held 0 and 3 and nothing else. 4 sells as often as 3 and stands below it."""
    together = shelf.goes_with(trained(), camps.gtin14(2), "east", 11)
    assert {s.gtin for s in together if s.reason is ReasonCode.GOES_WITH} == {camps.gtin14(0), camps.gtin14(3)}
    place = {s.gtin: at for at, s in enumerate(together)}
    assert place[camps.gtin14(0)] == 0
    assert place[camps.gtin14(3)] < place[camps.gtin14(4)]
    assert together[0].score == pytest.approx(1)
    assert all(0 <= s.score <= 1 for s in together)


def test_what_was_never_together_is_called_popular(trained: Trained) -> None:
    reasons = {s.gtin: s.reason for s in shelf.goes_with(trained(), camps.gtin14(2), "east", 11)}
    assert reasons[camps.gtin14(6)] is ReasonCode.POPULAR_HERE


def test_a_product_never_goes_with_itself_or_its_twin(trained: Trained) -> None:
    shown = [s.gtin for s in shelf.goes_with(trained(camps.items(alike=(2, 3))), camps.gtin14(2), "east", 12)]
    assert not {camps.gtin14(2), camps.gtin14(3)} & set(shown)
    assert len(shown) == 10


def test_what_is_sold_out_is_left_out(trained: Trained) -> None:
    artifacts = trained()
    shown = shelf.goes_with(artifacts, camps.gtin14(2), "east", 3, without=[camps.gtin14(0)])
    assert camps.gtin14(0) not in [s.gtin for s in shown]
    assert camps.gtin14(2) not in [s.gtin for s in shown]


@pytest.mark.parametrize("gtin", ["00000000000000", "not a gtin", ""])
def test_for_a_product_that_no_model_knows_there_is_what_sells_here(trained: Trained, gtin: str) -> None:
    shown = shelf.goes_with(trained(), gtin, "east", 5)
    assert shown[0].gtin == camps.gtin14(0)
    assert len(shown) == 5
    assert {(s.reason, s.slot) for s in shown} == {(ReasonCode.POPULAR_HERE, Slot.HERE)}


def test_before_the_whole_training_there_is_what_sells_here(trained: Trained) -> None:
    assert shelf.goes_with(EMPTY, camps.gtin14(2), "east", 5) == []
    first = shelf.goes_with(trained(only="popular"), camps.gtin14(2), "east", 5)[0]
    assert (first.gtin, first.reason) == (camps.gtin14(0), ReasonCode.POPULAR_HERE)
