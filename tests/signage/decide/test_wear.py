"""Wear-out: a planted fall of a quarter is found within a week, and a store without any hears of none."""

from math import exp
from random import Random

import pytest

from signage.decide.wear import Wear, worn
from signage.domain.response import SpotDay
from tests.figures import counted

SPOTS, WORN_BY_DAY, FALL = 20, 5, 0.25
WEEKS = 300  # of each kind, where they are counted


def week(seed: int, plays: int, *, planted: bool) -> dict[str, list[SpotDay]]:
    """Twenty spots, seven days. People look at a spot for 12 % of their time on average, with a spread of 15 points; days
    differ by 20 %. The planted spot falls evenly to three quarters by its fifth day."""
    chance = Random(seed)
    level = [0.12 * exp(chance.gauss(0, 0.3)) for _ in range(SPOTS)]
    days: dict[str, list[SpotDay]] = {f"s{n}": [] for n in range(SPOTS)}
    for day in range(7):
        mood = exp(chance.gauss(0, 0.2))
        for n in range(SPOTS):
            left = 1 - FALL * min(1.0, (day + 0.5) / WORN_BY_DAY) if planted and n == 0 else 1.0
            mean = level[n] * mood * left
            rewards = [min(1.0, chance.gammavariate(0.64, mean / 0.64)) for _ in range(plays)]
            days[f"s{n}"].append(SpotDay(day, plays, sum(rewards), sum(reward * reward for reward in rewards)))
    return days


def looked(days: dict[str, list[SpotDay]]) -> list[Wear]:
    """What somebody who looks at the end of every day has been told by the end of the week."""
    told = [worn({spot: several[: day + 1] for spot, several in days.items()}) for day in range(7)]
    return [wear for some in told for wear in some]


def test_a_planted_fall_is_found_within_a_week() -> None:
    (last, *_) = worn(week(1, 1_000, planted=True))
    assert last.spot_id == "s0"
    assert last.fall == pytest.approx(FALL, abs=0.08)
    assert (last.plays, last.days) == (7_000, 7)


def test_a_store_without_any_hears_of_none() -> None:
    assert looked(week(2, 300, planted=False)) == []


def test_a_bad_day_for_all_is_nobodys_wear() -> None:
    days = {
        f"s{n}": [SpotDay(d, 500, 500 * 0.2 / (d + 1), 500 * 0.05 / (d + 1) ** 2) for d in range(7)] for n in range(3)
    }
    assert worn(days) == []


def test_too_little_says_nothing() -> None:
    one = [SpotDay(day, 500, 100.0 / (day + 1), 30.0) for day in range(2)]
    assert worn({"a": one, "b": one}) == worn({"a": []}) == worn({}) == []
    alone = {"a": [SpotDay(day, 500, 100.0 / (day + 1), 30.0) for day in range(7)]}
    assert worn(alone) == []  # there is nothing to hold it against


@pytest.mark.soak
def test_how_often_it_is_found_and_how_often_told_for_nothing() -> None:
    found = sum(any(wear.spot_id == "s0" for wear in looked(week(seed, 1_000, planted=True))) for seed in range(WEEKS))
    alarms = sum(bool(looked(week(WEEKS + seed, 1_000, planted=False))) for seed in range(WEEKS))
    print(f"planted wear found in {counted(found, WEEKS)} weeks; false alarms in {counted(alarms, WEEKS)} stores")
    assert found >= 0.95 * WEEKS
    assert alarms <= 0.05 * WEEKS
