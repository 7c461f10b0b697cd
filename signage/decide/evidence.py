"""Does a spot do better than those it was drawn with? Drawn chances and rewards in, a test that may be looked at any time out.

Were all spots of a draw equally good, a reward would fall to each with just the chance that it was drawn with. A bet at
these odds gains nothing then, however long it runs and however the chances were made; who gets rich against it has found
a better spot (Ville 1939; Waudby-Smith & Ramdas, "Estimating means of bounded random variables by betting", 2024). So it
stands on the recorded propensities alone, and needs no model of times, places or people.
"""

from collections.abc import Mapping, Sequence
from math import exp, log, log1p

TIMES = (1.25, 2.0)  # a bet that the spot does so many times as well as the others, half the money on each
ERROR = 0.05  # over all spots together and all looks
Bets = tuple[float, ...]  # log of the money that each bet has become, from 0
NO_BETS: Bets = (0.0,) * len(TIMES)


def bet(money: Mapping[str, Bets], draw: Sequence[tuple[str, float]], chosen: str, reward: float) -> dict[str, Bets]:
    """One play: (spot, chance) of all that were drawn from, the one shown and what came of it (0-1) -> new money of these."""
    if not reward or len(draw) < 2:
        return {}
    return {spot: _after(money.get(spot, NO_BETS), chance, spot == chosen, reward) for spot, chance in draw}


def winners(money: Mapping[str, Bets]) -> list[str]:
    """The spots that do better than what they run against, by name; wrong about any of them in at most ERROR of all worlds."""
    enough = log(len(money) / ERROR) if money else 0.0
    return sorted(spot for spot, bets in money.items() if _purse(bets) >= enough)


def _after(bets: Bets, chance: float, hit: bool, reward: float) -> Bets:
    return tuple([
        held + log1p(reward * ((times if hit else 1.0) / (1.0 - chance + times * chance) - 1.0))
        for held, times in zip(bets, TIMES, strict=True)
    ])  # fmt: skip


def _purse(bets: Bets) -> float:
    top = max(bets)
    return top + log(sum([exp(held - top) for held in bets]) / len(bets))
