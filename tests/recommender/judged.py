"""A small evaluation as `recommender evaluate --json` prints it; its figures are made up."""

from typing import Any


def told(**changed: Any) -> dict[str, Any]:
    """JSON-ready; `changed` replaces whole parts."""
    strata = {"3-9": {"ndcg@10": 0.1, "n": 8}, "50+": {"ndcg@10": 0.3, "n": 44}}
    shipped = {
        "ndcg@10": 0.24, "recall@10": 0.17, "phr@10": 0.642, "mrr": 0.4, "coverage@10": 0.2, "n": 1977,
        "ci_vs": {
            "popularity": [0.17, 0.16, 0.18], "decayed_frequency": [0.01, -0.002, 0.02],
            "<b>ours</b>": [-0.05, -0.06, -0.04],
        },
        "by_history": strata,
    }  # fmt: skip
    beside = {"n": 1977, "coverage@10": 0.01, "by_history": {"3-9": {"ndcg@10": 0.12, "n": 8}}}
    next_shop = {
        "shipped": shipped, "popularity": beside | {"ndcg@10": 0.07}, "decayed_frequency": beside | {"ndcg@10": 0.23},
        "<b>ours</b>": beside | {"ndcg@10": 0.29}, "as_shown": beside | {"ndcg@10": 0.235},
    }  # fmt: skip
    promoted = {"shipped": {"ndcg@5": 0.56, "n": 400, "ci_vs": {}}, "store_popularity": {"ndcg@5": 0.53, "n": 400}}
    return {
        "tasks": {"next": next_shop, "promoted": promoted},
        "cost": {"train_cpu_s": 75.2, "peak_mb": 2100.4, "list_ms_p50": 9.2, "list_ms_p95": 17.3},
        "new_recall": 0.2,
        "data": {
            "name": "Complete Journey", "cut": 44, "members": 2469, "items": 24567,
            "first_day": "2017-01-01", "last_day": "2017-11-04", "made_at": "2026-11-22T05:00:00+00:00",
        },
    } | changed  # fmt: skip
