"""A product card before it runs: what the four places of a store would show now, in both languages."""

from typing import Any

from signage.controller.cards import Cards, Scene
from signage.controller.rooms import Rooms, Site
from signage.domain.campaign import Level, Spot
from signage.domain.content import Card, Template
from signage.domain.errors import NotFound
from signage.domain.place import Screen, Zone

LANDSCAPE, PORTRAIT, STRIP = (1920, 1080), (1080, 1920), (1920, 360)
SIZES = {Zone.ENTRANCE: LANDSCAPE, Zone.AISLE: PORTRAIT, Zone.CHECKOUT: LANDSCAPE, Zone.SHELF: STRIP}


def preview(rooms: Rooms, gtin: str, store_id: str) -> dict[str, Any]:
    """{"simulated": bool, "cards": {lang: {zone: card}}}, a card null when the product is out of stock there.

    Raises NotFound when there is no such store.
    """
    store = rooms.screens.store(store_id)
    if store is None:
        raise NotFound("store_unknown", "There is no such store.", "その店舗は登録されていません。")
    card, cards, now = Card(Template.PRODUCT, gtin), Cards(rooms), rooms.clock()
    spot = Spot("preview", "", Level.OPEN, 0, card)

    def filled(lang: str, zone: Zone) -> dict[str, Any] | None:
        width, height = SIZES[zone]
        screen = Screen("preview", store_id, "", zone, width, height, language=lang)
        found = cards.fill(spot, card, Scene(Site(screen, store), now))
        return found.card if found else None

    shown = {lang: {str(zone): filled(lang, zone) for zone in SIZES} for lang in ("ja", "en")}
    return {"simulated": store.simulated, "cards": shown}
