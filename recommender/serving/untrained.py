"""What is served while no version opens: the catalogue's best sellers, so that no list is empty where anything was ever sold."""

from dataclasses import fields

import numpy as np

from recommender.algorithms.popular import Popular
from recommender.artifacts import EMPTY, NONE, Artifacts
from recommender.domain.items import Items
from recommender.storage.engine import Engine
from recommender.storage.products import best_sellers

MOST = 5000  # products: made in a request, by whoever comes first


def untrained(engine: Engine) -> Artifacts:
    """A version named "none" that knows the best sellers of all time and no store; EMPTY where nothing was sold."""
    sold = sorted(best_sellers(engine, MOST), key=lambda row: row[0].gtin)
    if not sold:
        return EMPTY
    lines, nothing = np.array([count for _, count in sold], np.float32), np.zeros(0, np.float32)
    items = Items.of(np.array([int(p.gtin) for p, _ in sold], np.int64), {p.gtin: p for p, _ in sold})
    popular = Popular(
        chain=lines / lines.sum(), stores=np.zeros(0, np.str_), baskets=nothing, start=np.zeros(1, np.int64),
        item=np.zeros(0, np.int32), count=nothing,
    )  # fmt: skip
    models = {type(m).__name__.lower(): {f.name: getattr(m, f.name) for f in fields(m)} for m in (items, popular)}
    return Artifacts(NONE, {}, models)
