"""The two stages put together: several algorithms' scores -> candidates -> features, for training and serving alike."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from recommender.algorithms.algorithm import Algorithm, Query
from recommender.algorithms.als import Als
from recommender.algorithms.candidates import candidates, first_stage
from recommender.algorithms.cosine import Cosine
from recommender.algorithms.facts import Facts
from recommender.algorithms.features import Matrix, Sources, features
from recommender.algorithms.item_item import ItemItem
from recommender.algorithms.popular import Popular
from recommender.algorithms.promotions import MONTH, WEEK, Promotions
from recommender.algorithms.ranking import top

LATELY = 3  # baskets
FADE_TASTE, FADE_NEAR = 0.97, 0.9  # per basket
PLUGGED = 50  # candidates that each plugged-in model may add


@dataclass(frozen=True, slots=True)
class Stages:
    """The models that the first stage asks, all of one version. plugged: a retailer's own."""

    facts: Facts
    popular: Popular
    als: Als
    cosine: Cosine
    item_item: ItemItem
    promotions: Promotions
    plugged: tuple[Algorithm, ...] = ()

    def sources(self, query: Query) -> Sources:
        popular = self.popular.scores(query)
        taste, taste_faded = self.als.faded(query, query.fade, FADE_TASTE)
        near, near_faded = self.cosine.faded(query, query.fade, FADE_NEAR)
        late, lift = query.age < LATELY, self.promotions.of(query.store, query.day, WEEK)
        return Sources(
            popular=popular,
            taste=taste,
            near=near,
            near_lately=self.cosine.scores(Query(query.store, query.item[late], query.age[late])),
            goes=self.item_item.scores(query.latest()),
            taste_faded=taste_faded,
            near_faded=near_faded,
            first=first_stage(self.facts, query, popular * lift, taste, near),
            lift=lift,
            lift_month=self.promotions.of(query.store, query.day, MONTH),
            lift_before=self.promotions.of(query.store, query.day - WEEK, WEEK),
            lift_chain=self.promotions.chain,
        )

    def rows(self, query: Query, sources: Sources | None = None) -> tuple[NDArray[np.int64], Matrix]:
        """Candidates of a member who bought something, and their features. sources: of this query, if at hand."""
        sources = sources or self.sources(query)
        item = candidates(query, sources.first)
        for model in self.plugged:
            more = top(model.scores(query), PLUGGED)
            item = np.concatenate([item, more[~np.isin(more, item)]])
        return item, features(self.facts, query, sources, item)
