"""Questions of one kind and what every model answers: the lists as they are ranked, as a file, and as figures."""

import csv
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from recommender.algorithms.algorithm import Query, Scores
from recommender.algorithms.als import Als
from recommender.algorithms.popular import Popular
from recommender.artifacts import Artifacts
from recommender.domain.items import Items
from recommender.training.complete_journey import product_id
from recommender.training.metrics import judge, judge_graded

RANKS = 20
SHIPPED = "shipped"


@dataclass(slots=True)
class Answers:
    """`header` names the columns that say which question a row answers. `gains`: what each right item is worth, if it differs."""

    header: tuple[str, ...]
    k: int
    keys: list[tuple[int, ...]] = field(default_factory=list)
    truth: list[NDArray[np.int64]] = field(default_factory=list)
    gains: list[NDArray[np.float64]] = field(default_factory=list)
    ranked: dict[str, list[NDArray[np.int64]]] = field(default_factory=dict)

    def add(self, key: tuple[int, ...], truth: NDArray[np.int64], **ranked: NDArray[np.int64]) -> None:
        """One question: the right items, and each model's, best first."""
        self.keys.append(key)
        self.truth.append(truth)
        for model, items in ranked.items():
            self.ranked.setdefault(model, []).append(items)

    def figures(self, items: int) -> dict[str, dict[str, float]]:
        """Model -> metric -> mean."""
        if self.gains:
            return {m: judge_graded(ranked, self.truth, self.gains, self.k) for m, ranked in self.ranked.items()}
        return {m: judge(ranked, self.truth, self.k, items) for m, ranked in self.ranked.items()}

    def write(self, path: Path, items: Items) -> None:
        """The shipped lists as CSV: the question, rank from 1, the package's own product number."""
        numbers = [product_id(int(g)) for g in items.gtin]
        with path.open("w", newline="", encoding="utf-8") as file:
            out = csv.writer(file)
            out.writerow([*self.header, "rank", "product_id"])
            for key, ranked in zip(self.keys, self.ranked[SHIPPED], strict=True):
                out.writerows([*key, rank, numbers[i]] for rank, i in enumerate(ranked[:RANKS].tolist(), start=1))


def baselines(artifacts: Artifacts, store_id: str, bought: NDArray[np.int64]) -> dict[str, Scores]:
    """Plain rankings of a member's items: the chain's popularity, how often they bought it, and matrix factorisation alone."""
    popular, als = artifacts.get(Popular), artifacts.get(Als)
    assert popular is not None and als is not None  # the evaluation fits both
    chain = popular.scores(Query())
    often = (np.bincount(bought, minlength=len(chain)) + chain).astype(np.float32)
    taste = als.scores(Query(store_id, bought, np.zeros(len(bought), np.int64)))
    return {"popularity": chain, "frequency": often, "als": taste}
