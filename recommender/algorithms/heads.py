"""The learned second stage: the chance that a candidate is bought in the next four weeks.

Gradient-boosted trees (Ke et al., "LightGBM", NeurIPS 2017), one head for what was bought before and one for what never
was. Both give chances, so their candidates can stand in one list.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Self

import numpy as np
from numpy.typing import NDArray

from recommender.algorithms.features import NAMES, Matrix
from recommender.algorithms.trees import Trees

COMMON = {"objective": "binary", "bagging_fraction": 0.7, "bagging_freq": 1, "lambda_l2": 5.0, "max_bin": 63}
DUE = COMMON | {"num_leaves": 8, "learning_rate": 0.06, "min_child_samples": 50, "feature_fraction": 0.3}
DISCOVERY = COMMON | {"num_leaves": 6, "learning_rate": 0.1, "min_child_samples": 300, "feature_fraction": 0.3}
DUE_ROUNDS, DISCOVERY_ROUNDS = 450, 120
ALWAYS = {"seed": 0, "deterministic": True, "force_row_wise": True, "num_threads": 1, "verbose": -1}
BOUGHT = NAMES.index("times")
NEXT = 12.0  # what the very next basket is worth beside the rest of the four weeks
FEW = 3.0  # bought items; keeps members who bought next to nothing from ruling

Text = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Examples:
    """features: (rows, len(NAMES)); bought: 1.0 if the member did, 2.0 if in their very next basket, else 0; weight: rows
    that each stands for, since most that weren't bought are left out; asker: whose each row is, 0, 1, 2 …"""

    features: Matrix
    bought: NDArray[np.float32]
    weight: NDArray[np.float32]
    asker: NDArray[np.int64]

    @classmethod
    def together(cls, parts: Sequence[Self]) -> Self:
        """Of several spans of time; who asks in two of them counts as two. Raises ValueError for none."""
        first = np.cumsum([0, *(int(p.asker.max(initial=-1)) + 1 for p in parts)])
        return cls(
            features=np.concatenate([p.features for p in parts]),
            bought=np.concatenate([p.bought for p in parts]),
            weight=np.concatenate([p.weight for p in parts]),
            asker=np.concatenate([p.asker + f for p, f in zip(parts, first, strict=False)]),
        )


@dataclass(frozen=True)
class Heads:
    """due, discovery: a LightGBM model each, as its own text."""

    due: Text
    discovery: Text

    @classmethod
    def fit(cls, examples: Examples) -> Self:
        """The same rows give the same trees, on one core."""
        known = examples.features[:, BOUGHT] > 0
        weight = examples.weight * np.maximum(examples.bought, 1)
        target = (examples.bought > 0).astype(np.float32)
        return cls(
            due=grow(examples.features[known], target[known], _alike(examples, known), DUE, DUE_ROUNDS),
            discovery=grow(examples.features[~known], target[~known], weight[~known], DISCOVERY, DISCOVERY_ROUNDS),
        )

    def chances(self, candidates: Matrix) -> NDArray[np.float32]:
        """(candidates,) 0-1, each by its own head."""
        known = candidates[:, BOUGHT] > 0
        out = np.empty(len(candidates), np.float32)
        for head, of in ((self._due, known), (self._discovery, ~known)):
            if of.any():
                out[of] = head.predict(candidates[of])
        return out

    @cached_property
    def _due(self) -> Trees:
        return Trees(self.due.tobytes())

    @cached_property
    def _discovery(self) -> Trees:
        return Trees(self.discovery.tobytes())


def _alike(examples: Examples, known: NDArray[np.bool_]) -> NDArray[np.float32]:
    """Weights of the `known` rows so that members count nearly alike, however much they buy, and the next basket above all."""
    bought, asker = examples.bought[known], examples.asker[known]
    much = np.bincount(asker, bought > 0) + FEW
    weight = examples.weight[known] * np.where(bought > 1, NEXT, 1.0) / much[asker]
    alike: NDArray[np.float32] = (weight / weight.mean()).astype(np.float32)
    return alike


def grow(
    rows: Matrix, target: NDArray[np.float32], weight: NDArray[np.float32] | None, trees: dict[str, object], rounds: int
) -> Text:
    """Trains a LightGBM model -> its text as bytes."""
    from lightgbm import Dataset, train  # noqa: PLC0415 - a second to import, which serving does without

    model = train(trees | ALWAYS, Dataset(rows, target, weight=weight, free_raw_data=True), rounds)
    return np.frombuffer(model.model_to_string().encode(), np.uint8)
