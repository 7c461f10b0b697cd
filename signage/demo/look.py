"""What the demo's page asks every second: the store's clock, its screens, its camera; and why screens show what they do."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from flask import Blueprint, Response, abort, jsonify, request

from signage.controller.loop import Controller
from signage.decide import record
from signage.demo.asked import lang, same_page, screen_of, store_of
from signage.demo.camera import Camera
from signage.demo.network import Cables
from signage.demo.places import screens
from signage.demo.storetime import StoreTime, told
from signage.domain.audience import AudienceSnapshot, AudienceSource
from signage.domain.campaign import CampaignState
from signage.domain.clock import Clock, millis
from signage.domain.errors import Conflict, NotFound
from signage.domain.place import Screen
from signage.domain.words import Words
from signage.live import Live
from signage.storage.campaigns import Campaigns
from signage.storage.decisions import Decisions

MOST, LOOKED_THROUGH = 20, 10
SOURCES = {AudienceSource.SIMULATED: Words("模擬", "Simulated"), AudienceSource.CAMERA: Words("カメラ", "Camera")}
RECORDED = Words("カメラ(見本の映像)", "Camera (a recorded clip)")


@dataclass(frozen=True)
class Looking:
    """The rooms that are looked at. `online(screen_id)`: is its socket held here? `model()`: as Step.model."""

    live: Live
    decisions: Decisions
    campaigns: Campaigns
    controller: Controller
    online: Callable[[str], bool]
    cables: Cables
    times: StoreTime
    camera: Camera
    model: Callable[[], str]
    clock: Clock
    sold_out: dict[tuple[str, str], tuple[datetime, list[str]]] = field(default_factory=dict)

    def stock_set(self, store_id: str, gtin: str) -> None:
        """Remember when, and which screens show the product then: `left` tells how soon they no longer did."""
        mine = [screen.screen_id for screen in screens(store_of(store_id))]
        on = [screen_id for screen_id in mine if self._shows(screen_id, gtin)]
        self.sold_out[store_id, gtin] = self.clock(), on

    def left(self, store_id: str, gtin: str) -> dict[str, Any]:
        """How long after the last change of stock each screen that showed the product was given something else."""
        if (store_id, gtin) not in self.sold_out:
            abort(404)
        at, showed = self.sold_out[store_id, gtin]
        took = {
            screen_id: None if self._shows(screen_id, gtin) else self._next_decision_ms(screen_id, at)
            for screen_id in showed
        }
        on = [screen_id for screen_id, ms in took.items() if ms is None]
        return {
            "at_ms": millis(at),
            "screens": [{"screen": screen_id, "left_ms": ms} for screen_id, ms in took.items()],
            "on": on,
            "left_ms": None if on else max((ms for ms in took.values() if ms is not None), default=None),
        }

    def promoting(self, store_id: str, gtin: str) -> list[str]:
        """The spots of the store's approved campaigns for this product."""
        campaigns = self.campaigns.all(store_id)
        return [
            spot.spot_id
            for campaign in campaigns
            if gtin in campaign.gtins and campaign.state is CampaignState.APPROVED
            for spot in campaign.spots
        ]

    def screen(self, screen: Screen, language: str) -> dict[str, Any]:
        screen_id = screen.screen_id
        shown, snapshot = self.live.shown(screen_id), self.live.snapshot(screen_id)
        recorded = self.camera.wished() == "clip"
        name = (shown and self.controller.called(screen_id, shown.spot_id, language)) or ""
        return {
            "online": self.online(screen_id),
            "cut": self.cables.severed(screen_id),
            "guest": self.live.guest(screen_id) is not None,
            "shown": shown
            and {
                "spot": shown.spot_id,
                "name": name or shown.name,
                "line": shown.name if language == screen.language else name or shown.name,
                "decision": shown.decision_id,
                "at_ms": millis(shown.at),
                "gtins": shown.gtins,
            },
            "audience": snapshot and _audience(snapshot, language, recorded=recorded),
        }

    def explained(self, screen_id: str, limit: int, language: str) -> list[dict[str, Any]]:
        """The screen's last decisions in words, newest first."""
        made = []
        for text in self.decisions.recent(screen_id, limit):
            with suppress(NotFound):  # its inventory is written beside it, by the same writer a moment later
                made.append(self.controller.explain(record.load(text).decision_id, language))
        return made

    def _shows(self, screen_id: str, gtin: str) -> bool:
        shown = self.live.shown(screen_id) if self.online(screen_id) else None
        return shown is not None and gtin in shown.gtins

    def _next_decision_ms(self, screen_id: str, since: datetime) -> int | None:
        after = [record.load(text).at for text in self.decisions.recent(screen_id, LOOKED_THROUGH)]
        return min((millis(at) - millis(since) for at in after if at >= since), default=None)


def look_routes(looking: Looking) -> Blueprint:
    """GET /demo/live, /decisions, /why and /left; POST /demo/show."""
    routes = Blueprint("demo_look", __name__, url_prefix="/demo")
    routes.before_request(same_page)

    @routes.get("/live/<store_id>")
    def live(store_id: str) -> Response:
        store, now = store_of(store_id), looking.clock()
        return jsonify(
            clock=told(store, looking.times.ahead(store_id), now, lang()),
            screens={screen.screen_id: looking.screen(screen, lang()) for screen in screens(store)},
            camera=looking.camera.told(lang()),
            model=looking.model(),
        )

    @routes.get("/decisions/<screen_id>")
    def decisions(screen_id: str) -> Response:
        limit = min(max(request.args.get("limit", 5, int), 1), MOST)
        return jsonify(decisions=looking.explained(screen_of(screen_id).screen_id, limit, lang()))

    @routes.get("/why/<screen_id>")
    def why(screen_id: str) -> Response:
        screen, gtin = screen_of(screen_id), request.args.get("gtin", "")
        wanted = looking.promoting(screen.store_id, gtin) if gtin else [request.args.get("spot", "")]
        return jsonify(spots=[looking.controller.why_not(screen_id, spot, None, lang()) for spot in wanted])

    @routes.post("/show/<screen_id>/<gtin>")
    def show(screen_id: str, gtin: str) -> Response:
        """What the studio's "show now" does, for the first spot that promotes the product and may run."""
        spots = looking.promoting(screen_of(screen_id).store_id, gtin)
        refused = None
        for spot in spots:
            try:
                looking.controller.show_now(screen_id, spot)
            except Conflict as conflict:
                refused = conflict
            else:
                return jsonify(spot=spot)
        raise refused or NotFound("spot_unknown", "No campaign promotes it.", "この商品のキャンペーンはありません。")

    @routes.get("/left/<store_id>/<gtin>")
    def left(store_id: str, gtin: str) -> Response:
        return jsonify(looking.left(store_of(store_id).store_id, gtin))

    return routes


def _audience(snapshot: AudienceSnapshot, language: str, *, recorded: bool) -> dict[str, Any]:
    camera = snapshot.source is AudienceSource.CAMERA
    return {
        "source": snapshot.source,
        "source_label": (RECORDED if camera and recorded else SOURCES[snapshot.source]).say(language),
        "present": snapshot.present,
        "near": snapshot.near,
        "child": snapshot.child,
        "adult": snapshot.adult,
        "senior": snapshot.senior,
        "possible_child": snapshot.possible_child,
        "at_ms": millis(snapshot.taken_at),
    }
