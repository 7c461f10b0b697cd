"""Doors `catalog` and `crowd` as deciding needs them: while the recommender can't be asked, what it said last still holds.

Except for prices: an old one may be wrong, so none is shown. Stock says itself how old it is.
"""

from collections.abc import Callable, Collection, Hashable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TypeVar

import structlog

from recommender.catalog import Catalog
from recommender.crowd import Crowd
from recommender.domain.errors import RecommenderUnreachable
from recommender.domain.facts import Facts
from recommender.domain.product import Offer, Product
from recommender.domain.recommendation import CrowdScores, Place, Scored
from signage.domain.clock import Clock

TOP_FRESH = timedelta(minutes=5)
REMEMBERED = 20_000  # answers of each kind; far more than one chain's screens ask for
K = TypeVar("K", bound=Hashable)
V = TypeVar("V")
log = structlog.get_logger()


class LastingCatalog:
    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog
        self._products: dict[str, Product] = {}
        self._offers: dict[tuple[str, str], Offer] = {}

    def products(self, gtins: Sequence[str]) -> dict[str, Product]:
        told = _asked("products", lambda: self._catalog.products(gtins))
        if told is None:
            return {gtin: self._products[gtin] for gtin in gtins if gtin in self._products}
        _keep(self._products, told)
        return told

    def offers(self, store_id: str, gtins: Sequence[str]) -> dict[str, Offer]:
        """Without prices while the recommender is away."""
        told = _asked("offers", lambda: self._catalog.offers(store_id, gtins))
        if told is None:
            kept = {gtin: self._offers.get((store_id, gtin)) for gtin in gtins}
            return {gtin: replace(offer, price=None) for gtin, offer in kept.items() if offer}
        _keep(self._offers, {(store_id, gtin): offer for gtin, offer in told.items()})
        return told

    def search(self, text: str, limit: int = 20) -> list[Product]:
        return self._catalog.search(text, limit)

    def facts(self, gtin: str, lot: str = "") -> Facts:
        return self._catalog.facts(gtin, lot)

    def goes_with(self, gtin: str, store_id: str, limit: int, *, without: Collection[str] = ()) -> list[Scored]:
        return self._catalog.goes_with(gtin, store_id, limit, without=without)


class LastingCrowd:
    """What sells best is asked for every five minutes: it changes slowly, and what is there is looked at when it is shown."""

    def __init__(self, crowd: Crowd, clock: Clock) -> None:
        self._crowd = crowd
        self._clock = clock
        self._scores: dict[tuple[str, str], CrowdScores] = {}
        self._version = "none"
        self._top: dict[Hashable, tuple[datetime, list[Scored]]] = {}

    def scores(self, place: Place, gtins: Sequence[str]) -> CrowdScores:
        told = _asked("scores", lambda: self._crowd.scores(place, gtins))
        key = place.store_id, place.audience
        if told is None:
            kept = self._scores.get(key)
            return CrowdScores({g: kept.scores.get(g, 0.0) if kept else 0.0 for g in gtins}, self._version)
        self._version = told.model_version
        if gtins:
            _keep(self._scores, {key: told})
        return told

    def top(self, place: Place, limit: int, family: str = "", *, without: Collection[str] = ()) -> list[Scored]:
        key, left_out, now = (place.store_id, place.audience, limit, family), frozenset(without), self._clock()
        today = (*key, place.at.date(), left_out)
        kept = self._top.get(today)
        if kept and abs(now - kept[0]) < TOP_FRESH:
            return kept[1]
        told = _asked("top", lambda: self._crowd.top(place, limit, family, without=without))
        if told is None:
            return [scored for scored in self._top.get(key, (now, []))[1] if scored.gtin not in left_out]
        fresh: dict[Hashable, tuple[datetime, list[Scored]]] = {key: (now, told), today: (now, told)}
        _keep(self._top, fresh)
        return told


def _asked(what: str, ask: Callable[[], V]) -> V | None:
    """The door's answer, None when nobody answers."""
    try:
        return ask()
    except RecommenderUnreachable as error:
        log.warning("recommender_unreachable", what=what, why=str(error))
        return None


def _keep(kept: dict[K, V], told: dict[K, V]) -> None:
    if len(kept) > REMEMBERED:
        kept.clear()
    kept.update(told)
