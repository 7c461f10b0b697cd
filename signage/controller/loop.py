"""The loop: something happened on a screen -> choose -> push. Every verb here may be called from any process."""

from collections.abc import Collection, Sequence
from contextlib import suppress
from datetime import datetime
from time import sleep
from typing import Any

from recommender.domain.recommendation import Affinity
from signage.controller.cards import Cards
from signage.controller.contexts import Contexts
from signage.controller.delivery import Delivery
from signage.controller.explain import Explainer
from signage.controller.forecast import Forecaster
from signage.controller.guests import Guests
from signage.controller.interrupts import Interrupts
from signage.controller.lineups import Lineups
from signage.controller.manifests import Manifests
from signage.controller.preview import preview
from signage.controller.pushing import Pushing
from signage.controller.recency import Recency
from signage.controller.rooms import Rooms, Site
from signage.controller.supposing import Supposer
from signage.domain.audience import AudienceClass, AudienceSnapshot
from signage.domain.content import Card
from signage.domain.errors import Unavailable
from signage.domain.forecast import Forecast
from signage.domain.guest import GuestSession
from signage.storage.campaign_rows import Campaign


class Controller:
    """Screens that don't exist raise NotFound; while Redis is away what must push raises Unavailable."""

    def __init__(self, rooms: Rooms) -> None:
        self._rooms = rooms
        lineups, recency, cards = Lineups(rooms), Recency(rooms.plays), Cards(rooms)
        self._lineups = lineups
        delivery = Delivery(rooms)
        contexts = Contexts(rooms, recency, delivery)
        self._pushing = Pushing(rooms, lineups, contexts, recency=recency, delivery=delivery, cards=cards)
        self._interrupts = Interrupts(rooms, lineups, recency, contexts, self._pushing)
        self._guests = Guests(rooms, self._interrupts)
        self._manifests = Manifests(rooms, lineups, contexts, delivery)
        self._explainer = Explainer(rooms, lineups, contexts, self._pushing)
        self._supposer = Supposer(rooms, lineups, contexts)

    def next_item(self, screen_id: str, request_id: str, cached: frozenset[str] | None) -> dict[str, Any]:
        """The answer to a player's `next`: show.json. `cached`: creatives it holds, None = not told."""
        message = self._pushing.show(self._rooms.site(screen_id), request=request_id, cached=cached)
        self._pushing.note_shown()
        return message

    def on_snapshot(self, snapshot: AudienceSnapshot) -> None:
        """A camera's (or the demo's simulated) audience; interrupts when a restricted spot may not stay."""
        self._interrupts.on_snapshot(snapshot)

    def greet(self, screen_id: str, affinity: Affinity) -> GuestSession:
        """A member's code was accepted: greet, show picks for a minute, forget."""
        return self._guests.greet(screen_id, affinity)

    def refuse_code(self, screen_id: str, why: str, lang: str) -> dict[str, Any]:
        """A code was not accepted: `why` is one of used, expired, invalid, no_consent, unavailable."""
        return self._guests.refuse(screen_id, why, lang)

    def end_guest(self, screen_id: str) -> bool:
        """The member pressed "end now"; was there a session?"""
        return self._guests.end(screen_id)

    def show_now(self, screen_id: str, spot_id: str) -> None:
        """Show one spot at once. Raises Conflict when it may not run there."""
        self._interrupts.show_now(self._rooms.site(screen_id), spot_id)

    def stock_changed(self, store_id: str, gtin: str, quantity: int) -> None:
        """A product's stock is another now; at 0 it leaves the store's screens. Manifests follow if it is promoted."""
        if self._interrupts.stock_changed(store_id, gtin, quantity):
            self._announce({store_id})

    def time_moved(self, store_id: str) -> None:
        """A demo set the store's clock (see Rooms.store_ahead): other flights and dayparts hold from now on."""
        self._interrupts.time_moved(store_id)

    def campaigns_changed(self, store_ids: Collection[str]) -> None:
        """Campaigns of these stores (empty: of every store) were approved, edited, paused or withdrawn."""
        self._interrupts.campaigns_changed(store_ids)
        self._announce(store_ids)

    def manifest(self, screen_id: str) -> dict[str, Any]:
        """manifest.json: the lease to play from while offline."""
        return self._manifests.manifest(self._rooms.site(screen_id))

    def explain(self, decision_id: str, lang: str) -> dict[str, Any]:
        """Why this: winner, reasons, chance, and losers with the first gate that each failed."""
        return self._explainer.explain(decision_id, lang)

    def called(self, screen_id: str, spot_id: str, lang: str) -> str:
        """A spot's name for readers of one language, "" when the screen's store has it no longer."""
        return self._explainer.called(screen_id, spot_id, lang)

    def preview(self, card: Card, gtins: Sequence[str], store_id: str) -> dict[str, Any]:
        """A card as every place of a store would show it now; see preview.py."""
        return preview(self._rooms, card, gtins, store_id)

    def forecast(self, campaign: Campaign, screen_ids: Sequence[str], lang: str) -> Forecast | None:
        """What a campaign, saved or not, would get on these screens; None while none of its files is ready."""
        spots = self._rooms.inventories.spots_of(campaign)
        sites = [self._rooms.site(screen_id) for screen_id in screen_ids]
        return Forecaster(self._rooms, self._lineups).forecast(spots, sites, lang) if spots else None

    def why_not(self, screen_id: str, spot_id: str, at: datetime | None = None, lang: str = "ja") -> dict[str, Any]:
        """Why not that: every gate's answer for one spot on one screen, now or at another time."""
        return self._explainer.why_not(screen_id, spot_id, at, lang)

    def suppose(
        self, screen_id: str, at: datetime | None, audience: AudienceClass, *, guest: bool, lang: str = "ja"
    ) -> dict[str, Any]:
        """Preview as: what would be shown at that time (None = now) before these people, and why the rest not."""
        return self._supposer.suppose(screen_id, at, audience, guest=guest, lang=lang)

    def _announce(self, store_ids: Collection[str]) -> None:
        for store, screens in self._rooms.screens.by_store(store_ids).items():
            for screen in screens:
                with suppress(Unavailable):  # only a hint: a player also asks by itself
                    self._manifests.announce(Site(screen, store))
                sleep(0)  # nobody is in a hurry for these
