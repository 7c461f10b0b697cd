"""The models that the shipped lists are judged beside: each algorithm alone, as it would rank."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from recommender.algorithms.algorithm import Algorithm, Lines, Query, Scores
from recommender.algorithms.als import Als
from recommender.algorithms.basket_cosine import BasketCosine
from recommender.algorithms.bm25 import Bm25, Bm25Defaults
from recommender.algorithms.cosine import Cosine
from recommender.algorithms.ease import Ease
from recommender.algorithms.item_item import ItemItem
from recommender.algorithms.popular import Popular
from recommender.algorithms.repeat import Repeat
from recommender.algorithms.tifu_knn import TifuKnn
from recommender.algorithms.up_cf import UpCf
from recommender.artifacts import Artifacts

FORTNIGHT = 14
TIE = np.float32(1e-3)  # popularity decides only between equals
FITTED_HERE = (TifuKnn, UpCf, Ease, Bm25, Bm25Defaults)  # hold members' rows or much memory: never published


@dataclass(frozen=True, slots=True)
class Baselines:
    """households: (items,) members who ever bought it; lately: share of the last two weeks' baskets; alone: each algorithm;
    baskets: what the plainest shelf would ask."""

    households: Scores
    lately: Scores
    alone: dict[str, Algorithm]
    baskets: BasketCosine

    @classmethod
    def fit(cls, lines: Lines, artifacts: Artifacts, plugged: dict[str, type[Algorithm]]) -> "Baselines":
        """`artifacts`: what was fitted and published already. plugged: a retailer's own models among it."""
        buyer = lines.buyer[lines.basket].astype(np.int64)
        pairs = np.unique(buyer * lines.items + lines.item)
        late = lines.day[lines.basket] > int(lines.day.max()) - FORTNIGHT
        published = {"store_popularity": Popular, "als": Als, "item_item": Cosine, **plugged}
        alone: dict[str, Algorithm] = {kind.__name__.lower(): kind.fit(lines) for kind in FITTED_HERE}
        for name, kind in published.items():
            model = artifacts.get(kind)
            if model is not None:
                alone[name] = model
        return cls(
            np.bincount(pairs % lines.items, minlength=lines.items).astype(np.float32),
            np.bincount(lines.item[late], minlength=lines.items).astype(np.float32),
            alone,
            BasketCosine.fit(lines),
        )

    def of_member(self, query: Query) -> Iterator[tuple[str, Scores]]:
        """Each model's scores for somebody's history."""
        ties = TIE * self.households / max(1.0, float(self.households.max()))
        yield "popularity", self.households
        yield "recent_popularity", self.lately
        yield "frequency", (np.bincount(query.item, minlength=len(ties)) + ties).astype(np.float32)
        yield "decayed_frequency", Repeat(np.array(len(ties))).scores(query) + ties
        for name, model in self.alone.items():
            yield name, model.scores(query)


def of_shelf(artifacts: Artifacts, item: int, store_id: str, beside: Baselines) -> Iterator[tuple[str, Scores]]:
    """Each plain way to say what goes with an item; the item itself scores below all."""
    query = Query(store_id, np.array([item]), np.zeros(1, np.int64))
    popular, cosine, pairs = artifacts.get(Popular), artifacts.get(Cosine), artifacts.get(ItemItem)
    assert popular is not None and cosine is not None and pairs is not None  # the evaluation fits them
    store = popular.scores(query)
    ways = {
        "popularity": beside.households.copy(),
        "store_popularity": store,
        "item_item": cosine.scores(query),
        "basket_cosine": beside.baskets.scores(query),
        "pairs_and_store": pairs.scores(query) + np.float32(pairs.doubt(query)) * store,
    }
    for name, scores in ways.items():
        scores[item] = -1.0
        yield name, scores


def lines_sold(lines: Lines) -> NDArray[np.float32]:
    """(items,) how many lines each has: popularity where a basket is what is asked about."""
    return np.bincount(lines.item, minlength=lines.items).astype(np.float32)
