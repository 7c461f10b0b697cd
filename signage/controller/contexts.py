"""All that a decision may look at, gathered for one screen and moment. No person can be told from any of it."""

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from recommender.domain.product import Offer
from recommender.domain.recommendation import CrowdScores, Place, ReasonCode
from signage.controller.countries import country_of
from signage.controller.delivery import Delivery
from signage.controller.lineups import Ready
from signage.controller.recency import Recency
from signage.controller.rooms import Rooms, Site
from signage.decide.lately import remembering
from signage.decide.response import Response
from signage.domain.audience import AudienceClass, AudienceSnapshot, classify
from signage.domain.campaign import Distance
from signage.domain.clock import local
from signage.domain.decision import Context
from signage.domain.guest import GuestSession
from signage.domain.place import CameraMode
from signage.domain.price import LEASED
from signage.domain.response import Situation, crowd_of

STOCK_FRESH = timedelta(seconds=2)
SCORES_FRESH = timedelta(seconds=60)
MOST_KEPT = 20_000  # a chain of 1,000 screens needs about 2,000
POPULAR = 0.5  # a promoted product scoring this much may be called popular
UNSAID: tuple[Mapping[str, float], Mapping[str, str], str] = {}, {}, "none"  # a guest's relevance: all spots alike


@dataclass(frozen=True, slots=True)
class Standing:
    """Who stands before a screen, as far as deciding may know."""

    audience: AudienceClass
    ages_unknown: bool
    near: bool
    crowd: str = ""  # how many, coarsely; see domain.response
    distance: Distance = Distance.ANY


def standing(snapshot: AudienceSnapshot | None, camera: CameraMode, now: datetime) -> Standing:
    """Without a fresh snapshot of a camera that is on, the class is unknown and a card is drawn as for somebody near."""
    if camera is CameraMode.OFF or snapshot is None or not snapshot.fresh(now):
        return Standing(AudienceClass.UNKNOWN, ages_unknown=True, near=True)
    near = snapshot.near > 0
    distance = Distance.NEAR if near else Distance.FAR if snapshot.present else Distance.ANY
    crowd = crowd_of(snapshot.present)
    return Standing(
        classify(snapshot, now), ages_unknown=snapshot.unknown > 0, near=near, crowd=crowd, distance=distance
    )


@dataclass(frozen=True, slots=True)
class Offers:
    """As Context has them."""

    stock: Mapping[str, int]
    as_of: Mapping[str, datetime]
    prices: Mapping[str, int]
    cuts: frozenset[str]
    proved: frozenset[str]


A_GUEST = Standing(AudienceClass.UNKNOWN, ages_unknown=True, near=True)  # the camera plays no part while one is there


class Contexts:
    def __init__(self, rooms: Rooms, recency: Recency, delivery: Delivery) -> None:
        self._rooms = rooms
        self._recency = recency
        self._delivery = delivery
        self._answers: dict[Hashable, tuple[datetime, Any]] = {}
        self._response_kept = Response()

    def build(
        self,
        site: Site,
        ready: Ready,
        at: datetime,
        who: Standing,
        *,
        guest: GuestSession | None = None,
        greeting: bool = False,
        picks: bool = False,
        cached: frozenset[str] | None = None,
        ahead: timedelta | None = None,
    ) -> Context:
        """`ahead`: of the store's clock, where it is not to be as it is set now."""
        screen, store = site.screen, site.store
        offers = self._offers(site, ready, at)
        scores, reasons, model = self._relevance(site, ready, at, who) if guest is None else UNSAID
        learned, response = self._response(site, ready, at, who, offers.cuts) if guest is None else (0, {})
        context = Context(
            screen_id=screen.screen_id,
            store_id=store.store_id,
            zone=screen.zone,
            tags=screen.tags,
            orientation=screen.orientation,
            now=at,
            store_zone=store.zone,
            audience=who.audience,
            near=who.near,
            restricted_without_camera=store.restricted_without_camera and guest is None,
            guest=guest is not None,
            scores=scores,
            reasons=reasons,
            stock=offers.stock,
            stock_as_of=offers.as_of,
            unsafe=ready.unsafe,
            plays_last_hour={},
            last_shown_ago_s={},
            cached=cached,
            model_version=model,
            ages_unknown=who.ages_unknown,
            pace=self._delivery.pace(site, ready, at),
            greeting=greeting,
            picks=picks,
            store_ahead=self._rooms.store_ahead(store.store_id) if ahead is None else ahead,
            response=response,
            learned=learned,
            holdout=self._rooms.holdout if guest is None else None,
            withheld=guest.affinity.withheld if guest else None,
            distance=who.distance,
            country=country_of(store.zone),
            currency=store.currency,
            prices=offers.prices,
            cuts=offers.cuts,
            proved=offers.proved,
            apart=self._rooms.apart,
        )
        pushed, played = self._recency.shown(screen.screen_id, at)
        return remembering(ready.lineup, context, pushed, played, guest.started_at if guest else None)

    def _offers(self, site: Site, ready: Ready, at: datetime) -> Offers:
        """What the promoted products cost, and how many there are, as far as known."""
        store_id, lineup, catalog = site.store.store_id, ready.lineup, self._rooms.catalog
        key = (
            "stock",
            store_id,
            tuple(lineup.promoting),
            bool(lineup.priced),
        )  # not the version: most changes promote the same
        kept: Offers | None = self._kept(key, at, STOCK_FRESH)
        if kept is None:
            offers = catalog.offers(store_id, list(lineup.promoting)).values() if lineup.promoting else []
            kept = Offers(
                {offer.gtin: offer.stock.quantity for offer in offers if offer.stock},
                {offer.gtin: offer.stock.as_of for offer in offers if offer.stock},
                {offer.gtin: offer.price.amount_minor for offer in offers if offer.price} if lineup.priced else {},
                frozenset(offer.gtin for offer in offers if offer.price and offer.price.cut),
                _proved(offers, at + LEASED),
            )
            self._keep(key, at, kept)
        return kept

    def stock_changed(self, store_id: str) -> None:
        """Ask again at the next decision."""
        self._answers = {key: kept for key, kept in self._answers.items() if not _about(key, "stock", store_id)}

    def _relevance(
        self, site: Site, ready: Ready, at: datetime, who: Standing
    ) -> tuple[Mapping[str, float], Mapping[str, str], str]:
        key = ("scores", site.store.store_id, who.audience, at.hour, tuple(ready.lineup.promoting))
        kept = self._kept(key, at, SCORES_FRESH)
        if kept is None:
            place = Place(site.store.store_id, at, str(who.audience))
            kept = _crowd(self._rooms.crowd.scores(place, list(ready.lineup.promoting)))
            self._keep(key, at, kept)
        relevance: tuple[Mapping[str, float], Mapping[str, str], str] = kept
        return relevance

    def _response(
        self, site: Site, ready: Ready, at: datetime, who: Standing, cuts: frozenset[str]
    ) -> tuple[int, Mapping[str, float]]:
        """(version, log-odds by spot id) of what was learned about this store's spots in this situation."""
        wall = local(at, site.store.zone)
        here = Situation.at(site.store.store_id, site.screen.zone, str(who.audience), wall, who.crowd)
        key = ("response", here, ready.lineup.inventory.version, cuts)
        kept = self._kept(key, at, SCORES_FRESH)
        if kept is None:
            learned = self._learned(at)
            spots = ready.lineup.spots if learned.version else ()
            odds = {
                spot.spot_id: learned.of(spot.spot_id, spot.gtins, here, cut=not cuts.isdisjoint(spot.gtins))
                for spot in spots
            }
            kept = learned.version, odds
            self._keep(key, at, kept)
        response: tuple[int, Mapping[str, float]] = kept
        return response

    def _learned(self, at: datetime) -> Response:
        """Read again when another version is there; looked for once a minute."""
        kept: Response | None = self._kept("learned", at, SCORES_FRESH)
        if kept is None:
            version, before = self._rooms.learned.progress().version, self._response_kept
            kept = before if before.version == version else Response(version, self._rooms.learned.weights())
            self._response_kept = kept
            self._keep("learned", at, kept)
        return kept

    def _kept(self, key: Hashable, at: datetime, fresh: timedelta) -> Any:
        kept = self._answers.get(key)
        return kept[1] if kept and abs(at - kept[0]) < fresh else None

    def _keep(self, key: Hashable, at: datetime, answer: object) -> None:
        if len(self._answers) > MOST_KEPT:
            self._answers = {key: kept for key, kept in self._answers.items() if abs(at - kept[0]) < SCORES_FRESH}
        self._answers[key] = at, answer


def _proved(offers: Iterable[Offer], at: datetime) -> frozenset[str]:
    return frozenset(o.gtin for o in offers if o.price and o.price.sale and o.price.sale.proved(at))


def _about(key: Hashable, kind: str, store_id: str) -> bool:
    return isinstance(key, tuple) and key[:2] == (kind, store_id)


def _crowd(answer: CrowdScores) -> tuple[Mapping[str, float], Mapping[str, str], str]:
    popular = {gtin: str(ReasonCode.POPULAR_HERE) for gtin, score in answer.scores.items() if score >= POPULAR}
    known = answer.scores if any(answer.scores.values()) else {}
    return known, popular, answer.model_version
