"""All that a decision may look at, gathered for one screen and moment. No person can be told from any of it."""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from recommender.domain.recommendation import CrowdScores, Place, ReasonCode
from signage.controller.lineups import Ready
from signage.controller.recency import Recency
from signage.controller.rooms import Rooms, Site
from signage.decide.response import Response
from signage.domain.audience import AudienceClass, AudienceSnapshot, classify
from signage.domain.campaign import Level
from signage.domain.clock import local
from signage.domain.decision import Context
from signage.domain.guest import GuestSession
from signage.domain.place import CameraMode
from signage.domain.response import Situation, crowd_of

STOCK_FRESH = timedelta(seconds=2)
PACE_FRESH = timedelta(seconds=10)
SCORES_FRESH = timedelta(seconds=60)
POPULAR = 0.5  # a promoted product scoring this much may be called popular
UNSAID: tuple[Mapping[str, float], Mapping[str, str], str] = {}, {}, "none"  # a guest's relevance: all spots alike


@dataclass(frozen=True, slots=True)
class Standing:
    """Who stands before a screen, as far as deciding may know."""

    audience: AudienceClass
    ages_unknown: bool
    near: bool
    crowd: str = ""  # how many, coarsely; see domain.response


def standing(snapshot: AudienceSnapshot | None, camera: CameraMode, now: datetime) -> Standing:
    """Without a fresh snapshot of a camera that is on, the class is unknown and a card is drawn as for somebody near."""
    if camera is CameraMode.OFF or snapshot is None or not snapshot.fresh(now):
        return Standing(AudienceClass.UNKNOWN, ages_unknown=True, near=True)
    crowd = crowd_of(snapshot.present)
    return Standing(classify(snapshot, now), ages_unknown=snapshot.unknown > 0, near=snapshot.near > 0, crowd=crowd)


A_GUEST = Standing(AudienceClass.UNKNOWN, ages_unknown=True, near=True)  # the camera plays no part while one is there


class Contexts:
    def __init__(self, rooms: Rooms, recency: Recency) -> None:
        self._rooms = rooms
        self._recency = recency
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
        plays, ago = self._recency.before(screen.screen_id, at)
        scores, reasons, model = self._relevance(site, ready, at, who) if guest is None else UNSAID
        learned, response = self._response(site, ready, at, who) if guest is None else (0, {})
        return Context(
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
            stock=self.stock(site, ready, at),
            unsafe=ready.unsafe,
            plays_last_hour=plays,
            last_shown_ago_s=ago,
            cached=cached,
            model_version=model,
            ages_unknown=who.ages_unknown,
            pace=self._pace(ready, at),
            greeting=greeting,
            picks=picks,
            store_ahead=self._rooms.store_ahead(store.store_id) if ahead is None else ahead,
            response=response,
            learned=learned,
            holdout=self._rooms.holdout if guest is None else None,
        )

    def stock(self, site: Site, ready: Ready, at: datetime) -> Mapping[str, int]:
        """Units of the promoted products, as far as known."""
        store_id, gtins = site.store.store_id, ready.lineup.promoting
        kept = self._kept(("stock", store_id, ready.lineup.inventory.version), at, STOCK_FRESH)
        if kept is None:
            offers = self._rooms.catalog.offers(store_id, list(gtins)) if gtins else {}
            kept = {gtin: offer.stock.quantity for gtin, offer in offers.items() if offer.stock}
            self._keep(("stock", store_id, ready.lineup.inventory.version), at, kept)
        stock: Mapping[str, int] = kept
        return stock

    def stock_changed(self, store_id: str) -> None:
        """Ask again at the next decision."""
        self._answers = {key: kept for key, kept in self._answers.items() if not _about(key, "stock", store_id)}

    def _relevance(
        self, site: Site, ready: Ready, at: datetime, who: Standing
    ) -> tuple[Mapping[str, float], Mapping[str, str], str]:
        key = ("scores", site.store.store_id, who.audience, at.hour, ready.lineup.inventory.version)
        kept = self._kept(key, at, SCORES_FRESH)
        if kept is None:
            place = Place(site.store.store_id, at, str(who.audience))
            kept = _crowd(self._rooms.crowd.scores(place, list(ready.lineup.promoting)))
            self._keep(key, at, kept)
        relevance: tuple[Mapping[str, float], Mapping[str, str], str] = kept
        return relevance

    def _response(self, site: Site, ready: Ready, at: datetime, who: Standing) -> tuple[int, Mapping[str, float]]:
        """(version, log-odds by spot id) of what was learned about this store's spots in this situation."""
        wall = local(at, site.store.zone)
        here = Situation.at(site.store.store_id, site.screen.zone, str(who.audience), wall, who.crowd)
        key = ("response", here, ready.lineup.inventory.version)
        kept = self._kept(key, at, SCORES_FRESH)
        if kept is None:
            learned = self._learned(at)
            spots = ready.lineup.spots if learned.version else ()
            kept = learned.version, {spot.spot_id: learned.of(spot.spot_id, spot.gtins, here) for spot in spots}
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

    def _pace(self, ready: Ready, at: datetime) -> Mapping[str, float]:
        """Delivered / expected so far of each guaranteed spot's campaign, the goal being spread evenly over the flight."""
        due: dict[str, tuple[str, float]] = {}
        for spot in ready.lineup.spots:
            if spot.level is Level.GUARANTEED and spot.goal_plays and spot.flight:
                share = (at - spot.flight.start) / (spot.flight.end - spot.flight.start)
                due[spot.spot_id] = spot.campaign_id, spot.goal_plays * min(max(share, 0.0), 1.0)
        if not due:
            return {}
        key = ("pace", ready.lineup.inventory.version)
        delivered = self._kept(key, at, PACE_FRESH)
        if delivered is None:
            delivered = self._rooms.plays.completed({campaign for campaign, _ in due.values()})
            self._keep(key, at, delivered)
        return {spot_id: delivered.get(campaign, 0) / max(goal, 1.0) for spot_id, (campaign, goal) in due.items()}

    def _kept(self, key: Hashable, at: datetime, fresh: timedelta) -> Any:
        kept = self._answers.get(key)
        return kept[1] if kept and abs(at - kept[0]) < fresh else None

    def _keep(self, key: Hashable, at: datetime, answer: object) -> None:
        if len(self._answers) > 1000:
            self._answers.clear()
        self._answers[key] = at, answer


def _about(key: Hashable, kind: str, store_id: str) -> bool:
    return isinstance(key, tuple) and key[:2] == (kind, store_id)


def _crowd(answer: CrowdScores) -> tuple[Mapping[str, float], Mapping[str, str], str]:
    popular = {gtin: str(ReasonCode.POPULAR_HERE) for gtin, score in answer.scores.items() if score >= POPULAR}
    known = answer.scores if any(answer.scores.values()) else {}
    return known, popular, answer.model_version
