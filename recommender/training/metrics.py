"""Ranked lists and what was really bought -> the usual figures, as means over those who bought anything."""

from collections.abc import Sequence
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

Ranked = NDArray[np.int64]
DRAWS = 1000


def rows(ranked: Sequence[Ranked], truth: Sequence[NDArray[np.int64]], k: int) -> NDArray[np.float64]:
    """(questions, 4): ndcg@k (ideal over min(k, right ones)), recall@k, phr@k (at least one hit) and the reciprocal rank over
    the whole list; NaN where nothing was right."""
    discount = 1 / np.log2(np.arange(2, k + 2))
    ideal = np.cumsum(discount)
    out = np.full((len(ranked), 4), np.nan)
    for row, (got, wanted) in enumerate(zip(ranked, truth, strict=True)):
        if not len(wanted):
            continue
        hits = np.isin(got, wanted)
        top = hits[:k]
        out[row] = (
            (top * discount[: len(top)]).sum() / ideal[min(k, len(wanted)) - 1],
            top.sum() / len(wanted),
            float(top.any()),
            1 / (1 + int(hits.argmax())) if hits.any() else 0.0,
        )
    return out


def judge(ranked: Sequence[Ranked], truth: Sequence[NDArray[np.int64]], k: int, items: int) -> dict[str, float]:
    """Per question the ranked items and the right ones -> means of `rows`, coverage@k (share of `items` shown to anybody who
    bought something) and n."""
    asked = [len(wanted) > 0 for wanted in truth]
    figures = rows(ranked, truth, k)[asked]
    means = figures.mean(0) if len(figures) else np.zeros(4)
    shown = {i for got, some in zip(ranked, asked, strict=True) if some for i in got[:k].tolist()}
    names = (f"ndcg@{k}", f"recall@{k}", f"phr@{k}", "mrr")
    return {
        **dict(zip(names, means.tolist(), strict=True)),
        f"coverage@{k}": len(shown) / max(1, items),
        "n": len(figures),
    }


def graded_rows(
    ranked: Sequence[Ranked], truth: Sequence[NDArray[np.int64]], gains: Sequence[NDArray[np.float64]], k: int
) -> NDArray[np.float64]:
    """Per question the ranked items, and the items with what each was worth -> ndcg@k against the best possible order."""
    discount = 1 / np.log2(np.arange(2, k + 2))
    out = []
    for got, items, gain in zip(ranked, truth, gains, strict=True):
        worth = dict(zip(items.tolist(), gain.tolist(), strict=True))
        top = np.array([worth.get(i, 0.0) for i in got[:k].tolist()])
        best = np.sort(gain)[::-1][:k]
        out.append((top * discount[: len(top)]).sum() / (best * discount[: len(best)]).sum())
    return np.array(out)


def paired_bootstrap(
    ours: NDArray[np.float64], theirs: NDArray[np.float64], draws: int = DRAWS
) -> tuple[float, float, float]:
    """Figures of the same questions by two models -> the mean difference and its 95 % interval (Efron's percentiles)."""
    difference = ours - theirs
    rng = np.random.default_rng(0)
    means = [difference[rng.integers(0, len(difference), len(difference))].mean() for _ in range(draws)]
    low, high = np.percentile(means, [2.5, 97.5])
    return float(difference.mean()), float(low), float(high)


def cells_below(
    difference: NDArray[np.float64], cell: Sequence[str], fewest: int = 30, level: float = 0.05
) -> list[str]:
    """Cells of at least `fewest` questions whose mean difference is significantly below 0: one-sided z-tests, Holm (1979)."""
    names, at = np.unique(np.array(cell, np.str_), return_inverse=True)
    tested = []
    for number, name in enumerate(names.tolist()):
        inside = difference[at == number]
        spread = inside.std(ddof=1) / np.sqrt(len(inside)) if len(inside) > 1 else 0.0
        if len(inside) >= fewest:
            tested.append((NormalDist().cdf(inside.mean() / max(spread, 1e-12)) if inside.mean() < 0 else 1.0, name))
    below = []
    for place, (p, name) in enumerate(sorted(tested)):
        if p > level / (len(tested) - place):
            break
        below.append(name)
    return below
