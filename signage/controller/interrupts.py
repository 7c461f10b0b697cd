"""What can't wait for an item's end: a child before a restricted spot, stock at 0, approvals, withdrawals."""

from collections.abc import Collection, Sequence
from contextlib import suppress
from time import sleep
from typing import Any

from signage.controller.contexts import Contexts, standing
from signage.controller.lineups import Lineups
from signage.controller.pushing import Present, Pushing
from signage.controller.recency import Recency
from signage.controller.rooms import Rooms, Site
from signage.decide.choose import decide
from signage.decide.gates import GATES, audience_class
from signage.decide.levels import strongest
from signage.decide.lineup import indices
from signage.domain.audience import AudienceSnapshot
from signage.domain.campaign import Inventory, Restriction
from signage.domain.decision import Context
from signage.domain.errors import Conflict, Unavailable
from signage.domain.guest import GuestSession
from signage.storage.samples import put as put_sample

ON_SCREEN_OR_NEXT = 2  # a player asks before the current item ends, so its last two may be meant


class Interrupts:
    def __init__(self, rooms: Rooms, lineups: Lineups, recency: Recency, contexts: Contexts, pushing: Pushing) -> None:
        self._rooms = rooms
        self._lineups = lineups
        self._recency = recency
        self._contexts = contexts
        self._pushing = pushing

    def on_snapshot(self, snapshot: AudienceSnapshot) -> None:
        """Keep the audience, unless a guest is there; a restricted spot leaves the screen if it may not stay.

        Redis keeps snapshots and is not needed to judge the one in hand. Raises Unavailable when a screen that must be
        told can't be.
        """
        site, screen_id = self._rooms.site(snapshot.screen_id), snapshot.screen_id
        try:
            guest = not self._keep(snapshot)
            self._pushing.hold(screen_id, None)
        except Unavailable:
            latest = self._recency.latest(screen_id, 1, self._rooms.clock())
            guest = bool(latest and latest[0].guest_until)
            self._pushing.hold(screen_id, None if guest else snapshot)
        if not guest:
            self._clear(site, snapshot)

    def _keep(self, snapshot: AudienceSnapshot) -> bool:
        """False when a guest is there: then no audience is kept."""
        rooms = self._rooms
        if rooms.live.guest(snapshot.screen_id) is not None:
            return False
        rooms.live.put_snapshot(snapshot)
        if rooms.live.guest(snapshot.screen_id) is not None:  # let in between the two lines above
            rooms.live.drop_snapshot(snapshot.screen_id)
            return False
        if snapshot.fresh(rooms.clock()):
            rooms.writer.send(lambda connection: put_sample(connection, snapshot))
        return True

    def stock_changed(self, store_id: str, gtin: str, quantity: int) -> bool:
        """At 0 the spots that promote the product, and the cards it is on, leave this store's screens. Is it promoted?"""
        self._contexts.stock_changed(store_id)
        store = self._rooms.screens.store(store_id)
        if store is None:
            return False
        lineup = self._lineups.current(store).lineup
        promoting = {lineup.spots[i].spot_id for i in lineup.promoting.get(gtin, ())}
        if quantity <= 0:
            self._withdraw([Site(screen, store) for screen in self._rooms.screens.screens(store_id)], promoting, gtin)
        return bool(promoting)

    def campaigns_changed(self, store_ids: Collection[str]) -> None:
        """Choose from what is approved now: withdrawn spots leave, newly approved ones are shown where they may run."""
        placed = self._rooms.screens.by_store(store_ids)
        for store, before, ready in self._lineups.changed(placed):
            was, now = _standing(before), _standing(ready.lineup.inventory)
            sites = [Site(screen, store) for screen in placed[store]]
            self._withdraw(sites, was - now)
            self._show_new(sites, now - was)

    def time_moved(self, store_id: str) -> None:
        """The store's clock was set: its screens choose anew at once, those with a guest after that guest."""
        store = self._rooms.screens.store(store_id)
        if store is None:
            return
        for screen in self._rooms.screens.screens(store_id):
            if self._rooms.live.guest(screen.screen_id) is None:
                self.interrupt(Site(screen, store))

    def show_now(self, site: Site, spot_id: str) -> None:
        """Show this spot at once. Raises Conflict, naming the gate, when it may not run."""
        here = self._pushing.present(site)
        context = self._pushing.context(here)
        answer = decide(
            here.ready.lineup.inventory, context, seed=0, decision_id="", only=spot_id, lineup=here.ready.lineup
        )
        if answer.chosen < 0:
            gate = next(iter(answer.failed), "")
            raise Conflict(
                "spot_not_eligible",
                "This spot can't be shown there now. Ask why not on the screen's page.",
                "このスポットはいまこの画面に放映できません。画面のページで理由を確認してください。",
                {"spot": spot_id, "gate": self._failing(here, spot_id) or str(gate)},
            )
        self.interrupt(site, only=spot_id)

    def interrupt(
        self,
        site: Site,
        *,
        only: str = "",
        greeted: GuestSession | None = None,
        here: Present | None = None,
        context: Context | None = None,
    ) -> None:
        """Decide for the screen and push it: now. `greeted`: a guest who has only just come; the rest as for Pushing.show."""
        self._push(site, only=only, greeted=greeted, here=here, context=context)
        self._pushing.note_shown()

    def _push(self, site: Site, **choice: Any) -> None:
        self._rooms.live.publish(site.screen.screen_id, self._pushing.show(site, **choice))

    def _failing(self, here: Present, spot_id: str) -> str:
        lineup, context = here.ready.lineup, self._pushing.context(here)
        if spot_id not in lineup.index:
            return "unknown"
        spot = lineup.spots[lineup.index[spot_id]]
        return next((str(gate) for gate, check in GATES.items() if not check(spot, context).passed), "")

    def _clear(self, site: Site, snapshot: AudienceSnapshot) -> None:
        """Take away what may not stay before these people; all of it when the screen may show what isn't known here."""
        now, ready = self._rooms.clock(), self._lineups.current(site.store)
        restricted = [spot for spot in ready.lineup.spots if spot.restriction is not Restriction.NONE]
        on, sure = self._on(site)
        suspects = [spot for spot in restricted if spot.spot_id in on or not sure]
        if not suspects:
            return
        context = self._contexts.build(site, ready, now, standing(snapshot, site.screen.camera, now))
        barred = {spot.spot_id for spot in suspects if not audience_class(spot, context).passed}
        if barred and not sure:  # as after a start of this process; a player leaves what it shows of these
            self._rooms.live.publish(site.screen.screen_id, _withdrawal(barred))
        if barred & on:
            self.interrupt(site)

    def _on(self, site: Site) -> tuple[set[str], bool]:
        """Spots that the screen shows or is about to show; is it sure that there are no others?"""
        pushes = self._recency.latest(site.screen.screen_id, ON_SCREEN_OR_NEXT, self._rooms.clock())
        on = {push.spot_id for push in pushes}
        with suppress(Unavailable):
            shown = self._rooms.live.shown(site.screen.screen_id)
            on |= {shown.spot_id} if shown else set()
        return on, len(pushes) == ON_SCREEN_OR_NEXT

    def _withdraw(self, sites: Sequence[Site], gone: Collection[str], gtin: str = "") -> None:
        """Spots, and cards with that product, leave the screens of one store."""
        if gone:
            self._rooms.live.publish_all([site.screen.screen_id for site in sites], _withdrawal(gone))
        for site in sites if gone or gtin else ():
            shown = self._rooms.live.shown(site.screen.screen_id)
            if shown and (shown.spot_id in gone or (gtin and gtin in shown.gtins)):
                self.interrupt(site)

    def _show_new(self, sites: Sequence[Site], new: Collection[str]) -> None:
        if not new:
            return
        fronts = self._pushing.fronts(sites)
        try:
            for site in sites:
                self._show_strongest(self._pushing.present(site, fronts=fronts), new)
                sleep(0)  # what was pushed goes out while the next screen's is decided
        finally:
            self._pushing.note_shown()

    def _show_strongest(self, here: Present, new: Collection[str]) -> None:
        """Of the new spots that may run here now; a guest or an emergency is not interrupted for less."""
        lineup, context = here.ready.lineup, self._pushing.context(here)
        alive, _ = lineup.eligible(context)
        level = strongest(lineup, alive)
        running = alive if level is None else alive & lineup.levels[level]
        candidates = [lineup.spots[i] for i in indices(running) if lineup.spots[i].spot_id in new]
        if candidates:
            first = min(candidates, key=lambda spot: (spot.level, spot.spot_id))
            self._push(here.site, only=first.spot_id, here=here, context=context)


def _withdrawal(spots: Collection[str]) -> dict[str, Any]:
    return {"type": "withdraw", "v": 1, "spots": sorted(spots)}


def _standing(inventory: Inventory | None) -> set[str]:
    """Campaign spots that are approved and not paused."""
    spots = inventory.spots if inventory else ()
    return {spot.spot_id for spot in spots if spot.campaign_id and spot.approved and not spot.paused}
