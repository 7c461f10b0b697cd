"""The members' holdout: its share, its arms that stay, and the one bit that leaves."""

import pytest

from recommender.history.arms import withheld


@pytest.mark.parametrize("percent", [10, 50])
def test_the_share_of_members_is_as_told_and_a_larger_one_holds_the_smaller(percent: int) -> None:
    arms = [withheld(member, percent) for member in range(4_000)]
    assert sum(map(bool, arms)) / len(arms) == pytest.approx(percent / 100, abs=0.03)
    assert all(withheld(member, 50) for member, held in enumerate(arms) if held)
    assert arms == [withheld(member, percent) for member in range(4_000)]


def test_without_an_experiment_there_is_no_arm() -> None:
    assert withheld(1, 0) is None
