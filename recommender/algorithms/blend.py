"""Several algorithms' scores -> one. Weights were chosen on held-out weeks, once; no retailer is tuned for."""

from dataclasses import dataclass

import numpy as np

from recommender.algorithms.algorithm import Scores

POPULAR = 0.05  # beside a personal share of baskets
FRESH = 0.1
POPULAR_POWER = 0.4  # an unknown product is easier sold when it sells
LEAST = 1e-4
GOES_WITH = 0.3
FEW = 1e-4  # share of baskets; keeps rare items from exploding
HERE_POWER = 0.8


def with_prior(scores: Scores, doubt: float, prior: Scores) -> Scores:
    """An estimate and how much of it is in doubt -> the estimate with that much of the prior."""
    return scores + np.float32(doubt) * prior


def here_and_now(scores: Scores, now: Scores, past: Scores) -> Scores:
    """What holds for the chain's past -> for this store today: times the root-like ratio of the item's shares there."""
    few = np.float32(FEW)
    return (scores * ((now + few) / (past + few)) ** np.float32(HERE_POWER)).astype(np.float32)


@dataclass(frozen=True, slots=True)
class Blend:
    """(items,) each: all together; and what of it comes from taste shared with others and from the latest basket."""

    total: Scores
    taste: Scores
    goes: Scores


def member(again: Scores, popular: Scores, taste: Scores, goes: Scores) -> Blend:
    """What is bought again and again first, then what suits; ties and strangers by popularity."""
    fresh = taste * (popular + np.float32(LEAST)) ** np.float32(POPULAR_POWER)
    together = np.float32(GOES_WITH) * goes
    return Blend(again + np.float32(POPULAR) * popular + np.float32(FRESH) * (fresh + together), fresh, together)
