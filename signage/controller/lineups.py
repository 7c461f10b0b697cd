"""The inventory of each store, made ready for deciding and rebuilt when something about it changed."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial

from recommender.domain.product import Product
from signage.controller.house import house_spots
from signage.controller.rooms import Rooms
from signage.decide.lineup import Lineup
from signage.domain.campaign import Inventory, Restriction, Spot
from signage.domain.errors import Unavailable
from signage.domain.place import Store
from signage.storage.inventories import make_inventory, put_inventory

CHECKED = timedelta(seconds=1)  # how late another process' change may be noticed
REBUILT = timedelta(seconds=60)  # best sellers, and flights long over, change without a word
RESTRICTED = {"alcohol": Restriction.ALCOHOL, "tobacco": Restriction.TOBACCO, "adult": Restriction.ADULT}


@dataclass(frozen=True, slots=True)
class Ready:
    """`unsafe`: promoted products that are not public-safe. `revision` names the changes that it knows of."""

    lineup: Lineup
    unsafe: frozenset[str]
    revision: str
    built_at: datetime
    checked_at: datetime


class Lineups:
    def __init__(self, rooms: Rooms) -> None:
        self._rooms = rooms
        self._kept: dict[str, Ready] = {}

    def current(self, store: Store) -> Ready:
        """What this store's screens choose from now."""
        now, kept = self._rooms.clock(), self._kept.get(store.store_id)
        if kept and timedelta(0) <= now - kept.checked_at < CHECKED:
            return kept
        revision = self._revision(store.store_id)
        if kept and revision in (None, kept.revision) and timedelta(0) <= now - kept.built_at < REBUILT:
            kept = replace(kept, checked_at=now)
        else:
            kept = self._build(store, revision or "", now, kept)
        self._kept[store.store_id] = kept
        return kept

    def changed(self, store: Store) -> tuple[Inventory | None, Ready]:
        """Tell every process that this store's campaigns changed -> (inventory before, what is current now)."""
        kept = self._kept.pop(store.store_id, None)
        before = kept.lineup.inventory if kept else self._rooms.inventories.latest(store.store_id)
        self._rooms.live.bump(_topic(store.store_id))
        return before, self.current(store)

    def _revision(self, store_id: str) -> str | None:
        try:
            return self._rooms.live.revision(_topic(store_id))
        except Unavailable:
            return None

    def _build(self, store: Store, revision: str, now: datetime, kept: Ready | None) -> Ready:
        rooms = self._rooms
        campaigns = rooms.inventories.campaign_spots(store.store_id, now)
        products = rooms.catalog.products(sorted({gtin for spot in campaigns for gtin in spot.gtins}))
        house = house_spots(store, rooms.screens.screens(store.store_id), rooms.crowd, rooms.families, now)
        inventory = make_inventory(store.store_id, (*_by_law(campaigns, products), *house))
        unsafe = frozenset(gtin for gtin, product in products.items() if not product.public_safe)
        if kept and kept.lineup.inventory.version == inventory.version:
            return Ready(kept.lineup, unsafe, revision, now, now)
        rooms.writer.send(partial(put_inventory, inventory=inventory, now=now))
        return Ready(Lineup(inventory), unsafe, revision, now, now)


def _by_law(spots: Sequence[Spot], products: dict[str, Product]) -> list[Spot]:
    """A spot that promotes alcohol is restricted, whether or not its campaign says so."""
    return [
        spot if spot.restriction is not Restriction.NONE else replace(spot, restriction=_law(spot, products))
        for spot in spots
    ]


def _law(spot: Spot, products: dict[str, Product]) -> Restriction:
    classes = (products[gtin].law_class for gtin in spot.gtins if gtin in products)
    return next((RESTRICTED[law] for law in classes if law in RESTRICTED), Restriction.NONE)


def _topic(store_id: str) -> str:
    return f"inventory:{store_id}"
