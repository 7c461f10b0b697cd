"""Ranked lists and what was really bought -> the usual figures, as means over those who bought anything."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Ranked = NDArray[np.int64]


def judge(ranked: Sequence[Ranked], truth: Sequence[NDArray[np.int64]], k: int, items: int) -> dict[str, float]:
    """Per question the ranked items and the right ones -> ndcg@k (ideal over min(k, right ones)), recall@k, phr@k (at least
    one hit), mrr over the whole list, coverage@k (share of `items` shown to anybody) and n."""
    discount = 1 / np.log2(np.arange(2, k + 2))
    ideal = np.cumsum(discount)
    rows, shown = [], set()
    for got, wanted in zip(ranked, truth, strict=True):
        if not len(wanted):
            continue
        hits = np.isin(got, wanted)
        top = hits[:k]
        rows.append((
            (top * discount[: len(top)]).sum() / ideal[min(k, len(wanted)) - 1],
            top.sum() / len(wanted),
            float(top.any()),
            1 / (1 + int(hits.argmax())) if hits.any() else 0.0,
        ))  # fmt: skip
        shown.update(got[:k].tolist())
    means = np.mean(rows, axis=0) if rows else np.zeros(4)
    names = (f"ndcg@{k}", f"recall@{k}", f"phr@{k}", "mrr")
    return {
        **dict(zip(names, means.tolist(), strict=True)),
        f"coverage@{k}": len(shown) / max(1, items),
        "n": len(rows),
    }


def judge_graded(
    ranked: Sequence[Ranked], truth: Sequence[NDArray[np.int64]], gains: Sequence[NDArray[np.float64]], k: int
) -> dict[str, float]:
    """Per question the ranked items, and the items with what each was worth -> ndcg@k against the best possible order; n."""
    discount = 1 / np.log2(np.arange(2, k + 2))
    rows = []
    for got, items, gain in zip(ranked, truth, gains, strict=True):
        worth = dict(zip(items.tolist(), gain.tolist(), strict=True))
        top = np.array([worth.get(i, 0.0) for i in got[:k].tolist()])
        best = np.sort(gain)[::-1][:k]
        rows.append((top * discount[: len(top)]).sum() / (best * discount[: len(best)]).sum())
    return {f"ndcg@{k}": float(np.mean(rows)) if rows else 0.0, "n": len(rows)}
