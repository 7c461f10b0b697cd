"""The leased playlist: what a screen may play by itself when the server is gone, and until when."""

import hashlib
import json
from collections.abc import Hashable
from dataclasses import dataclass, field, replace
from datetime import datetime, time, timedelta
from typing import Any, TypeVar

from signage.controller.cards import Cards, Scene
from signage.controller.contexts import Contexts, Standing
from signage.controller.delivery import Delivery
from signage.controller.leasing import leased, limited, shares, taken, windows
from signage.controller.lineups import Lineups, Ready
from signage.controller.prefetched import Prefetched
from signage.controller.pushing import outline
from signage.controller.rooms import Rooms, Site
from signage.decide.files import file_for
from signage.decide.levels import ABSOLUTE
from signage.domain.audience import AudienceClass
from signage.domain.campaign import Restriction, Spot
from signage.domain.clock import local, millis
from signage.domain.content import WORDS_ONLY, Card
from signage.domain.decision import Context
from signage.domain.place import Zone

STEP = timedelta(hours=6)  # a lease is renewed this often, so that its etag, and the files behind it, stay for a while
LEASE = timedelta(hours=72)
KEPT = timedelta(seconds=10)
T = TypeVar("T")
NOBODY_KNOWN = Standing(AudienceClass.UNKNOWN, ages_unknown=True, near=True)


@dataclass(frozen=True, slots=True)
class Shared:
    """What the screens of a store have in common for a moment: after a start, or a change, every one of them asks at once."""

    cards: Cards
    items: dict[Hashable, dict[str, Any] | None] = field(default_factory=dict)


class Manifests:
    def __init__(self, rooms: Rooms, lineups: Lineups, contexts: Contexts, delivery: Delivery) -> None:
        self._rooms = rooms
        self._lineups = lineups
        self._contexts = contexts
        self._delivery = delivery
        self._made: dict[str, tuple[Hashable, datetime, dict[str, Any]]] = {}
        self._shared: dict[str, tuple[Hashable, datetime, Shared]] = {}

    def manifest(self, site: Site) -> dict[str, Any]:
        """manifest.json for this screen; the same etag as long as nothing in it changed."""
        now, ready = self._rooms.clock(), self._lineups.current(site.store)
        context = self._contexts.build(site, ready, now, NOBODY_KNOWN)
        out = ready.lineup.out_of_stock(context.stock)
        state = (site.store, ready.lineup.inventory.version, out, context.model_version)
        key = (site.screen, *state)
        made = self._made.get(site.screen.screen_id)
        if made and made[0] == key and abs(now - made[1]) < KEPT:
            return made[2]
        manifest = self._make(site, ready, context, self._shared_by(ready, state, now))
        _keep(self._made, site.screen.screen_id, (key, now, manifest))
        return manifest

    def announce(self, site: Site) -> None:
        """Hint at a manifest that changed; the player fetches it when the etag is not its own."""
        etag = self.manifest(site)["etag"]
        self._rooms.live.publish(site.screen.screen_id, {"type": "manifest_changed", "v": 1, "etag": etag})

    def _shared_by(self, ready: Ready, state: Hashable, now: datetime) -> Shared:
        store_id = ready.lineup.inventory.store_id
        kept = self._shared.get(store_id)
        if kept and kept[0] == state and abs(now - kept[1]) < KEPT:
            return kept[2]
        shelf = Prefetched(self._rooms.catalog, store_id, ready.lineup.promoting)
        shared = Shared(Cards(replace(self._rooms, catalog=shelf)))
        _keep(self._shared, store_id, (state, now, shared))
        return shared

    def _make(self, site: Site, ready: Ready, context: Context, shared: Shared) -> dict[str, Any]:
        start = datetime.fromtimestamp(
            context.now.timestamp() // STEP.total_seconds() * STEP.total_seconds(), context.now.tzinfo
        )
        until = start + LEASE
        moment = max(
            start, _midnight(context.now, site.store.zone, days=0)
        )  # of today's prices, also in its first hours
        promised = self._delivery.leased_per_hour(site, ready, context, start, until)
        spots = limited(leased(ready.lineup.spots, context, start, until), promised)
        filled = [(spot, item) for spot in spots if (item := _once(shared, spot, site, moment)) is not None]
        alone = [(spot.level, taken(spot, context, start, until)) for spot, _ in filled if spot.level in ABSOLUTE]
        part = shares([spot for spot, _ in filled])
        items = [
            piece | {"share": part[spot.spot_id]} if spot.spot_id in part else piece
            for spot, item in filled
            if part.get(spot.spot_id, 1.0)
            for piece in windows(item, [one for level, hours in alone if level < spot.level for one in hours])
        ]
        body: dict[str, Any] = {
            "v": 1,
            "screen": site.screen.screen_id,
            "time_zone": site.store.zone,
            "lease_until_ms": millis(until),
            "items": [item for item in items if item["level"] != "house"],
            "house": [item for _, item in filled if item["level"] == "house"],
        }
        text = json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        return body | {"etag": hashlib.sha256(text.encode()).hexdigest()}


def _keep(kept: dict[str, tuple[Hashable, datetime, T]], name: str, made: tuple[Hashable, datetime, T]) -> None:
    """For seconds: a store's items are larger than all its sockets, and mostly asked for when a chain comes back."""
    kept.pop(name, None)  # the oldest stand first
    while kept and abs(made[1] - kept[oldest := next(iter(kept))][1]) >= KEPT:
        del kept[oldest]
    kept[name] = made


def _once(shared: Shared, spot: Spot, site: Site, moment: datetime) -> dict[str, Any] | None:
    """Screens that read alike get the very same item: filled once, and held once."""
    screen = site.screen
    place = (screen.place_ja, screen.place_en) if screen.zone is Zone.SHELF else ()
    key = (spot.spot_id, moment, site.lang, screen.orientation, place)
    if key not in shared.items:
        shared.items[key] = _item(shared.cards, spot, site, moment)
    return shared.items[key]


def _item(cards: Cards, spot: Spot, site: Site, moment: datetime) -> dict[str, Any] | None:
    """manifest.json's item; None when its card can't be filled."""
    filled, card = None, spot.content if isinstance(spot.content, Card) else None
    if card is not None:
        filled = cards.fill(spot, card, Scene(site, moment, leased=True))
        if filled is None:
            return None
    begins, ends = (spot.flight.start, spot.flight.end) if spot.flight else (None, None)
    if spot.expires:
        ends = min(ends, spot.expires) if ends else spot.expires
    if (
        spot.price_at_most
        or spot.price_cut
        or spot.price_proved
        or (card is not None and card.template not in WORDS_ONLY)
    ):
        midnight = _midnight(moment, site.store.zone, days=1)  # a price holds for today
        ends = min(ends, midnight) if ends else midnight
    media = file_for(spot, site.screen.orientation, site.lang, None)
    return outline(spot, media or filled) | {
        "start_ms": millis(begins) if begins else 0,
        "end_ms": millis(ends) if ends else 0,
        "dayparts": [
            {"weekdays": sorted(part.weekdays), "start_min": part.start_min, "end_min": part.end_min}
            for part in spot.dayparts
        ],
        "cap_per_hour": spot.cap_per_hour,
        "restricted": spot.restriction is not Restriction.NONE,
    }


def _midnight(at: datetime, zone: str, *, days: int) -> datetime:
    """The one that begins the day of `at`, or so many days later."""
    wall = local(at, zone)
    return datetime.combine(wall.date() + timedelta(days=days), time(), wall.tzinfo)
