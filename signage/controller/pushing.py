"""One choice for one screen, from what is known now to a recorded decision and the message that shows it."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from random import Random
from typing import Any
from uuid import UUID

from signage.controller.cards import Cards, Filled, Scene
from signage.controller.contexts import A_GUEST, Contexts, Standing, standing
from signage.controller.delivery import Delivery
from signage.controller.house import CAMERA, WELCOME
from signage.controller.lineups import Lineups, Ready
from signage.controller.products import Assortment
from signage.controller.recency import Push, Recency
from signage.controller.rooms import Rooms, Site
from signage.decide import record
from signage.decide.choose import decide
from signage.decide.files import file_for
from signage.decide.policy import ASKED, STANDIN
from signage.domain.audience import AudienceSnapshot
from signage.domain.campaign import Spot
from signage.domain.clock import millis
from signage.domain.content import Media
from signage.domain.decision import Context, Decision
from signage.domain.errors import Unavailable
from signage.domain.guest import GuestSession
from signage.live import Front, Shown
from signage.storage.decisions import put_decision

CAMERA_NOTICE_EVERY_S = 570.0  # promised: at least every ten minutes while a camera is on
CAMERA_NOTICE_FIRST_S = 60.0  # and within this time of a screen's start
LATELY = 12  # pushes whose products a card avoids


@dataclass(frozen=True, slots=True)
class Present:
    """What is known of a screen's front at one moment."""

    site: Site
    ready: Ready
    now: datetime
    who: Standing
    guest: GuestSession | None
    assortment: Assortment


class Pushing:
    def __init__(
        self, rooms: Rooms, lineups: Lineups, contexts: Contexts, *, recency: Recency, delivery: Delivery, cards: Cards
    ) -> None:
        self._rooms = rooms
        self._lineups = lineups
        self._recency = recency
        self._delivery = delivery
        self._contexts = contexts
        self._cards = cards
        self._held: dict[str, AudienceSnapshot] = {}
        self._shown: dict[str, Shown] = {}

    def present(
        self, site: Site, guest: GuestSession | None = None, fronts: Mapping[str, Front] | None = None
    ) -> Present:
        """With Redis away there is no guest, and only a snapshot that came to this process is known; deciding goes on.

        `guest`, or `fronts` of several screens: who is known to be there, so that Redis needn't be asked.
        """
        now, ready = self._rooms.clock(), self._lineups.current(site.store)
        self._recency.set_back(site.screen.screen_id, now)
        guest, snapshot = (guest, None) if guest else (fronts or self.fronts([site]))[site.screen.screen_id]
        if guest and guest.expires_at <= now:
            guest = None
        who = A_GUEST if guest else standing(snapshot, site.screen.camera, now)
        return Present(site, ready, now, who, guest, Assortment(self._rooms, site))

    def fronts(self, sites: Sequence[Site]) -> Mapping[str, Front]:
        """Who stands before each screen, as far as can be known now."""
        screen_ids = [site.screen.screen_id for site in sites]
        try:
            return self._rooms.live.fronts(screen_ids)
        except Unavailable:
            return {screen_id: (None, self._held.get(screen_id)) for screen_id in screen_ids}

    def hold(self, screen_id: str, snapshot: AudienceSnapshot | None) -> None:
        """What to know of the audience while Redis can't be asked; None forgets it."""
        if snapshot is None:
            self._held.pop(screen_id, None)
        else:
            self._held[screen_id] = snapshot

    def context(self, here: Present, *, cached: frozenset[str] | None = None, greeting: bool = False) -> Context:
        """Could a card be filled with any of a guest's products? That is all that deciding may know of an affinity."""
        gtins = [item.gtin for item in here.guest.affinity.items] if here.guest else []
        picks = bool(here.assortment.find(gtins, 1, listed=True))
        return self._contexts.build(
            here.site, here.ready, here.now, here.who, guest=here.guest, greeting=greeting, picks=picks, cached=cached
        )

    def show(
        self,
        site: Site,
        *,
        request: str = "",
        cached: frozenset[str] | None = None,
        only: str = "",
        greeted: GuestSession | None = None,
        here: Present | None = None,
        context: Context | None = None,
    ) -> dict[str, Any]:
        """Decide, record, fill -> show.json. `item` is None when nothing may run: the player goes down its ladder.

        `here`, `context`: what was found out this moment already. Once it is on its way, `note_shown`.
        """
        began = self._rooms.monotonic_ns()
        here = here or self.present(site, greeted)
        context = context or self.context(here, cached=cached, greeting=greeted is not None)
        decision, item, gtins = self._first_filled(
            here, context, [only] if only else [self._duty(here, context), "", WELCOME]
        )
        decision = replace(decision, latency_us=(self._rooms.monotonic_ns() - began) // 1000)
        self._rooms.writer.send(partial(put_decision, decision=decision, body=record.dump(decision)))
        if item is not None:
            self._note(here, decision, item, gtins)
        return {
            "type": "show", "v": 1, "request": request, "now": not request, "decision": decision.decision_id,
            "item": item,
        }  # fmt: skip

    def note_shown(self) -> None:
        """Put what was chosen since the last time into live state, in one piece."""
        shown, self._shown = self._shown, {}
        if shown:
            with suppress(Unavailable):  # the screens show it all the same; the studio reads the records
                self._rooms.live.put_shown(shown)

    def _first_filled(
        self, here: Present, context: Context, asked: Sequence[str]
    ) -> tuple[Decision, dict[str, Any] | None, tuple[str, ...]]:
        """A card may turn out to have nothing in stock; then the next of `asked` ("" = whatever suits) is decided.

        Whether it is needed hangs on what was drawn, so a stand-in's chance is not 1: its policy's name says so.
        """
        tried: list[Decision] = []
        for only in dict.fromkeys(asked):
            decision = self._decide(here, context, only)
            if any(earlier.policy != ASKED for earlier in tried):
                decision = replace(decision, policy=STANDIN)
            item, gtins = self._item(here, context, decision)
            if item is not None:
                return decision, item, gtins
            tried.append(decision)
        nothing_may_run = (d for d in tried if d.chosen < 0 and d.policy not in (ASKED, STANDIN))
        return next(nothing_may_run, tried[-1]), None, ()

    def _decide(self, here: Present, context: Context, only: str) -> Decision:
        lineup, rng = here.ready.lineup, self._rooms.rng
        return decide(
            lineup.inventory,
            context,
            seed=rng.getrandbits(53),
            decision_id=uuid7(here.now, rng),
            only=only,
            lineup=lineup,
        )

    def _duty(self, here: Present, context: Context) -> str:
        """The camera notice when its ten minutes are nearly over; nothing stronger is interrupted by it."""
        place = here.ready.lineup.index.get(CAMERA)
        if place is None or here.site.screen.screen_id not in here.ready.lineup.spots[place].targeting.screens:
            return ""
        ago = context.last_shown_ago_s
        waited = ago.get(CAMERA, max(ago.values(), default=0.0) + CAMERA_NOTICE_EVERY_S - CAMERA_NOTICE_FIRST_S)
        return CAMERA if waited >= CAMERA_NOTICE_EVERY_S else ""

    def _item(
        self, here: Present, context: Context, decision: Decision
    ) -> tuple[dict[str, Any] | None, tuple[str, ...]]:
        """show.json's item and the products on it; None when nothing was chosen or its card can't be filled."""
        if decision.chosen < 0:
            return None, ()
        spot = here.ready.lineup.spots[decision.chosen]
        if isinstance(spot.content, Media):
            media = file_for(spot, context.orientation, here.site.lang, context.cached)
            return self._around(here, spot, media), spot.gtins
        filled = self._cards.fill(spot, spot.content, self._scene(here, decision))
        if filled is None:
            return None, ()
        return self._around(here, spot, filled), filled.gtins or spot.gtins

    def _around(self, here: Present, spot: Spot, shown: Filled | Media | None) -> dict[str, Any]:
        item = outline(spot, shown) | {"guest": False, "expires_ms": 0}
        if here.guest is None:
            return item
        item["name"] = spot.name  # what was picked for a guest is on the glass for a moment, and in no record
        expires = millis(here.guest.expires_at)
        left = max(1, expires - millis(here.now))
        return item | {"guest": True, "expires_ms": expires, "length_ms": min(spot.length_ms, left)}

    def _scene(self, here: Present, decision: Decision) -> Scene:
        pushes = self._recency.latest(here.site.screen.screen_id, LATELY, here.now)
        return Scene(
            site=here.site,
            now=here.now,
            audience=str(here.who.audience),
            near=here.who.near,
            reasons=decision.reasons,
            guest=here.guest,
            assortment=here.assortment,
            seen=[gtin for push in pushes for gtin in push.gtins],
        )

    def _note(self, here: Present, decision: Decision, item: dict[str, Any], gtins: tuple[str, ...]) -> None:
        screen_id = here.site.screen.screen_id
        until = here.guest.expires_at if here.guest else None
        push = Push(here.now, decision.spot_id, decision.decision_id, item["length_ms"], gtins, until)
        self._recency.note(screen_id, push)
        self._delivery.note(item["campaign"], push)
        shown = Shown(decision.spot_id, decision.decision_id, item["name"], here.now, () if here.guest else gtins)
        self._shown[screen_id] = shown


def outline(spot: Spot, shown: Filled | Media | None) -> dict[str, Any]:
    """What show and manifest say alike of an item: a card as it was filled, or a file of its creative."""
    media, filled = (shown, None) if isinstance(shown, Media) else (None, shown)
    return {
        "spot": spot.spot_id,
        "campaign": spot.campaign_id,
        "name": _line(spot.name, filled),
        "kind": str(media.kind) if media else "card",
        "length_ms": spot.length_ms,
        "creative": creative(media) if media else None,
        "card": filled.card if filled else None,
        "level": spot.level.name.lower(),
    }


def _line(name: str, filled: Filled | None) -> str:
    """A spot's name with the products that its card happens to show, in the card's language."""
    if filled is None or not filled.about:
        return name
    return f"{name}{': ' if filled.card['language'] == 'en' else ':'}{filled.about}"


def creative(media: Media) -> dict[str, Any]:
    """A file as the player fetches it: by its hash."""
    return {
        "sha256": media.sha256, "url": f"/media/{media.sha256}", "mime": media.mime, "size": media.size,
        "width": media.width, "height": media.height,
    }  # fmt: skip


def uuid7(at: datetime, rng: Random) -> str:
    """A time-ordered id (RFC 9562, version 7) from the given moment and chance."""
    value = (millis(at) & (1 << 48) - 1) << 80 | rng.getrandbits(80)
    value = value & ~(0xF << 76) | 0x7 << 76
    return str(UUID(int=value & ~(0x3 << 62) | 0x2 << 62))
