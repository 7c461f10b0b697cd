"""For people in the studio: what the prices of promoted products are shown beside, or why beside nothing."""

from collections.abc import Sequence
from datetime import datetime

from signage.controller.rooms import Rooms
from signage.domain.clock import local
from signage.domain.place import Store
from signage.domain.price import sale_words


def price_notes(rooms: Rooms, store: Store, gtins: Sequence[str], now: datetime, lang: str) -> list[str]:
    """A sentence for each of them that costs less than before, in this store at this moment."""
    known, here = rooms.catalog.products(gtins), local(now, store.zone)
    offers = rooms.catalog.offers(store.store_id, list(known))
    notes = []
    for gtin, product in known.items():
        said = sale_words(offers[gtin].price, here, lang) if gtin in offers else ""
        if said:
            notes.append(f"{product.name_en}: {said}" if lang == "en" else f"{product.name_ja}:{said}")
    return notes
