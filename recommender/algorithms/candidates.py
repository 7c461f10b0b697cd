"""The first stage: a member's most likely items out of all, by scores that are cheap for every item."""

import numpy as np
from numpy.typing import NDArray

from recommender.algorithms.algorithm import Query, Scores
from recommender.algorithms.facts import Facts
from recommender.algorithms.ranking import top

AGAIN, NEW = 200, 400  # candidates that were bought before, and that never were
DECAY = 0.98  # per basket
KIND_PRIOR = 3.0  # lines that the usual share of a kind is worth


def first_stage(facts: Facts, query: Query, popular: Scores, taste: Scores, near: Scores) -> Scores:
    """(items,) how promising something never bought is: a product of powers, chosen once on held-out weeks. Any sign."""
    usual = facts.kind_share / max(float(facts.kind_share.sum()), 1e-9)
    mine = np.bincount(facts.kind[query.item], minlength=len(usual))
    lift = (mine + KIND_PRIOR * usual) / (mine.sum() + KIND_PRIOR) / (usual + 1e-9)
    promising: Scores = (
        0.7 * np.log(popular + np.float32(1e-6))
        + 0.4 * np.log(np.maximum(taste, np.float32(1e-4)))
        + 0.4 * np.log(near + np.float32(1e-4))
        + 0.3 * np.log(lift + 1e-3).astype(np.float32)[facts.kind]
    ).astype(np.float32)
    return promising


def candidates(query: Query, promising: Scores) -> NDArray[np.int64]:
    """At most AGAIN items of `query`, the most frequent of late first, then the NEW most promising others. No item twice."""
    bought, at = np.unique(query.item, return_inverse=True)
    often = np.bincount(at.reshape(-1), DECAY**query.age, minlength=len(bought)).astype(np.float32)
    fresh = promising.copy()
    fresh[bought] = -np.inf
    return np.concatenate([bought[top(often, AGAIN)], top(fresh, min(NEW, len(fresh) - len(bought)))])
