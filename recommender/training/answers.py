"""Questions of one kind and what every model answers: the lists as they are ranked, as a file, and as figures."""

import csv
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from recommender.training.metrics import graded_rows, judge, paired_bootstrap, rows

RANKS = 20
SHIPPED = "shipped"
AS_SHOWN = "as_shown"  # after the rules of a phone's list
STRATA = ((3, 9), (10, 24), (25, 49), (50, 10**6))  # baskets of history, first and last

Figures = dict[str, Any]  # metric -> mean; and under "shipped" also ci_vs and by_history


@dataclass(slots=True)
class Answers:
    """`header` names the columns that say which question a row answers. `gains`: what each right item is worth, if it differs.
    `baskets`: how long each asker's history is, where there is one."""

    header: tuple[str, ...]
    k: int
    keys: list[tuple[int | str, ...]] = field(default_factory=list)
    truth: list[NDArray[np.int64]] = field(default_factory=list)
    gains: list[NDArray[np.float64]] = field(default_factory=list)
    baskets: list[int] = field(default_factory=list)
    ranked: dict[str, list[NDArray[np.int64]]] = field(default_factory=dict)

    def add(self, key: tuple[int | str, ...], truth: NDArray[np.int64], **ranked: NDArray[np.int64]) -> None:
        """One question: the right items, and each model's, best first."""
        self.keys.append(key)
        self.truth.append(truth)
        for model, items in ranked.items():
            self.ranked.setdefault(model, []).append(items)

    def figures(self, items: int) -> dict[str, Figures]:
        """Model -> metric -> mean. "shipped" says also its NDCG's distance to each model, [mean, low, high], and by strata."""
        ndcg = {model: self._ndcg(ranked) for model, ranked in self.ranked.items()}
        told: dict[str, Figures] = {model: self._means(ranked, items) for model, ranked in self.ranked.items()}
        ours = ndcg[SHIPPED]
        asked = ~np.isnan(ours)
        if asked.any():
            told[SHIPPED]["ci_vs"] = {
                model: list(paired_bootstrap(ours[asked], theirs[asked]))
                for model, theirs in ndcg.items()
                if model not in {SHIPPED, AS_SHOWN}
            }
        if self.baskets:
            for model, values in ndcg.items():
                told[model]["by_history"] = _by_history(values, np.array(self.baskets), self.k)
        return told

    def write(self, path: Path, column: str, names: Sequence[int] | Sequence[str]) -> None:
        """The shipped lists as CSV: the question, rank from 1, and each item's name in `names`."""
        with path.open("w", newline="", encoding="utf-8") as file:
            out = csv.writer(file)
            out.writerow([*self.header, "rank", column])
            for key, ranked in zip(self.keys, self.ranked[SHIPPED], strict=True):
                out.writerows([*key, rank, names[i]] for rank, i in enumerate(ranked[:RANKS].tolist(), start=1))

    def _ndcg(self, ranked: list[NDArray[np.int64]]) -> NDArray[np.float64]:
        if self.gains:
            return graded_rows(ranked, self.truth, self.gains, self.k)
        return rows(ranked, self.truth, self.k)[:, 0]

    def _means(self, ranked: list[NDArray[np.int64]], items: int) -> Figures:
        if self.gains:
            values = graded_rows(ranked, self.truth, self.gains, self.k)
            return {f"ndcg@{self.k}": float(values.mean()) if len(values) else 0.0, "n": len(values)}
        return dict(judge(ranked, self.truth, self.k, items))


def _by_history(values: NDArray[np.float64], baskets: NDArray[np.int64], k: int) -> dict[str, dict[str, float]]:
    """NDCG for askers with a history of so many baskets."""
    told = {}
    for first, last in STRATA:
        inside = (baskets >= first) & (baskets <= last) & ~np.isnan(values)
        if inside.any():
            name = f"{first}-{last}" if last < STRATA[-1][1] else f"{first}+"
            told[name] = {f"ndcg@{k}": float(values[inside].mean()), "n": int(inside.sum())}
    return told
