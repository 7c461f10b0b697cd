"""A card before it runs: what the four places of a store would show of it now, in both languages."""

from collections.abc import Sequence
from typing import Any

from signage.controller.cards import Cards, Scene
from signage.controller.compared import price_notes
from signage.controller.rooms import Rooms, Site
from signage.domain.campaign import Level, Spot
from signage.domain.content import Card
from signage.domain.errors import NotFound
from signage.domain.place import Screen, Zone

LANDSCAPE, PORTRAIT, STRIP = (1920, 1080), (1080, 1920), (1920, 360)
SIZES = {Zone.ENTRANCE: LANDSCAPE, Zone.AISLE: PORTRAIT, Zone.CHECKOUT: LANDSCAPE, Zone.SHELF: STRIP}


def preview(rooms: Rooms, card: Card, gtins: Sequence[str], store_id: str) -> dict[str, Any]:
    """{"simulated": bool, "cards": {lang: {zone: card}}, "prices": {lang: [sentence]}}.

    A card is null when nothing in stock there can fill it; a sentence says what a price is shown beside, or why not.

    `gtins`: the products that a card without one of its own promotes in turn. Raises NotFound when there is no such store.
    """
    store = rooms.screens.store(store_id)
    if store is None:
        raise NotFound("store_unknown", "There is no such store.", "その店舗は登録されていません。")
    cards, now = Cards(rooms), rooms.clock()
    spot = Spot("preview", "", Level.OPEN, 0, card, gtins=tuple(gtins))

    def filled(lang: str, zone: Zone) -> dict[str, Any] | None:
        width, height = SIZES[zone]
        screen = Screen("preview", store_id, "", zone, width, height, language=lang)
        found = cards.fill(spot, card, Scene(Site(screen, store), now))
        return found.card if found else None

    shown = {lang: {str(zone): filled(lang, zone) for zone in SIZES} for lang in ("ja", "en")}
    promoted = (card.gtin,) if card.gtin else tuple(gtins)
    prices = {lang: price_notes(rooms, store, promoted, now, lang) for lang in shown}
    return {"simulated": store.simulated, "cards": shown, "prices": prices}
