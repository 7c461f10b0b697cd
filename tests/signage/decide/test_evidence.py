"""Bets against "all are equal": they stay poor in a null world however often one looks, and find a better spot."""

from random import Random

import pytest

from signage.decide.evidence import NO_BETS, Bets, bet, winners
from tests.figures import counted

CHANCES = (0.55, 0.25, 0.1, 0.05, 0.05)
DRAW = [(f"s{n}", chance) for n, chance in enumerate(CHANCES)]


def looked(rates: list[float], seed: int, plays: int) -> list[str]:
    """The first winners that anybody who looked after every answered play would have seen; the others change nothing."""
    chance, money = Random(seed), dict[str, Bets]()
    answered = [share * rate for share, rate in zip(CHANCES, rates, strict=True)]
    for chosen in chance.choices(range(len(CHANCES)), answered, k=round(plays * sum(answered))):
        money |= bet(money, DRAW, f"s{chosen}", 1.0)
        if found := winners(money):
            return found
    return []


def test_a_null_world_has_no_winner_in_19_of_20_worlds_looking_after_every_play() -> None:
    assert sum(bool(looked([0.1] * 5, seed, 2_000)) for seed in range(100)) <= 5


def test_a_better_spot_is_found_and_no_other() -> None:
    for seed in range(10):
        assert looked([0.05, 0.15, 0.05, 0.05, 0.05], seed, 20_000) == ["s1"]


@pytest.mark.parametrize("reward", [0.2, 1.0])
def test_a_bet_is_fair(reward: float) -> None:
    """Over the draw's own chances, money is worth on average what it was."""
    worth = [0.0] * len(NO_BETS)
    for chosen, chance in DRAW:
        after = bet({}, DRAW, chosen, reward)["s2"]
        worth = [total + chance * 2.718281828459045**held for total, held in zip(worth, after, strict=True)]
    assert worth == pytest.approx([1.0] * len(NO_BETS))


def test_no_reward_and_no_choice_move_nothing() -> None:
    assert bet({}, DRAW, "s1", 0.0) == {}
    assert bet({}, [("s1", 1.0)], "s1", 1.0) == {}
    assert winners({}) == []


@pytest.mark.soak
def test_a_null_world_by_the_store_has_no_winner() -> None:
    """Chances that follow what was learned, plays that follow the chances: the bets know both."""
    from tests.bandit import AUDIENCES, Store, click_rates

    mean = sum(click_rates()) / len(click_rates())
    worlds = [Store(dict.fromkeys(AUDIENCES, [mean] * 12), seed, betting=True).run(10_000) for seed in range(100)]
    found = sum(bool(winners(world.money)) for world in worlds)
    print(f"a winner in {counted(found, len(worlds))} null worlds")
    assert found <= 0.05 * len(worlds)
