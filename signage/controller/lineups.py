"""The inventory of each store, made ready for deciding and rebuilt when something about it changed."""

from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import partial

from recommender.domain.product import Product
from recommender.domain.recommendation import Place
from signage.controller.house import house_spots
from signage.controller.rooms import Rooms
from signage.decide.lineup import Lineup
from signage.domain.campaign import Inventory, Restriction, Spot
from signage.domain.errors import Unavailable
from signage.domain.place import Screen, Store
from signage.storage.inventories import make_inventory, put_inventory

CHECKED = timedelta(seconds=1)  # how late another process' change may be noticed
REBUILT = timedelta(seconds=60)  # screens that were added, and flights long over, come without a word
HOUSE_KEPT = timedelta(minutes=5)  # what sells here changes slowly; whether it is there is looked at when it is shown
RESTRICTED = {"alcohol": Restriction.ALCOHOL, "tobacco": Restriction.TOBACCO, "age_limited": Restriction.ADULT}


@dataclass(frozen=True, slots=True)
class Ready:
    """`unsafe`: promoted products that are not public-safe. `state` names the changes and the models that it knows of.

    `told`: the inventory when a change was last told of, where this one was built since without a word.
    """

    lineup: Lineup
    unsafe: frozenset[str]
    state: tuple[str, str]
    built_at: datetime
    checked_at: datetime
    told: Inventory | None = None

    @property
    def before(self) -> Inventory:
        """What to compare with when a change is told of: it may have been built in before the word came."""
        return self.told or self.lineup.inventory


class Lineups:
    def __init__(self, rooms: Rooms) -> None:
        self._rooms = rooms
        self._kept: dict[str, Ready] = {}
        self._house: dict[str, tuple[Hashable, datetime, tuple[Spot, ...]]] = {}
        self._model = datetime.min.replace(tzinfo=UTC), ""

    def current(self, store: Store) -> Ready:
        """What this store's screens choose from now."""
        now, kept = self._rooms.clock(), self._kept.get(store.store_id)
        if kept and timedelta(0) <= now - kept.checked_at < CHECKED:
            return kept
        state = self._state(store.store_id, now, kept)
        if kept and state == kept.state and timedelta(0) <= now - kept.built_at < REBUILT:
            kept = replace(kept, checked_at=now)
        else:
            screens = self._rooms.screens.screens(store.store_id)
            campaigns = self._rooms.inventories.campaign_spots([store.store_id], now)[store.store_id]
            kept = self._build(store, state, now, kept, screens=screens, campaigns=campaigns)
        self._kept[store.store_id] = kept
        return kept

    def changed(self, placed: Mapping[Store, Sequence[Screen]]) -> Iterator[tuple[Store, Inventory | None, Ready]]:
        """Tell every process that these stores' campaigns changed -> (store, inventory before, what is current now), one after
        the other. `placed`: all screens of each."""
        before = {store: self._before(store.store_id) for store in placed}
        revisions = self._rooms.live.bump(_topic(store.store_id) for store in placed)
        read = self._rooms.inventories.campaign_spots([store.store_id for store in placed], self._rooms.clock())
        for store, screens in placed.items():
            store_id = store.store_id
            state = revisions[_topic(store_id)], self._models(store_id)
            ready = self._build(store, state, self._rooms.clock(), None, screens=screens, campaigns=read[store_id])
            self._kept[store_id] = ready
            yield store, before[store], ready

    def _before(self, store_id: str) -> Inventory | None:
        kept = self._kept.get(store_id)
        return kept.before if kept else self._rooms.inventories.latest(store_id)

    def tried(self, store: Store, spots: Sequence[Spot]) -> Ready:
        """What this store's screens would choose from if these spots were approved, in the place of their campaign's."""
        current, campaigns = self.current(store), {spot.campaign_id for spot in spots}
        products = self._rooms.catalog.products(sorted({gtin for spot in spots for gtin in spot.gtins}))
        approved = [replace(spot, approved=True, paused=False) for spot in _by_law(spots, products)]
        others = [spot for spot in current.lineup.spots if spot.campaign_id not in campaigns]
        unsafe = current.unsafe | {gtin for gtin, product in products.items() if not product.public_safe}
        inventory = make_inventory(store.store_id, [*others, *approved])
        return replace(current, lineup=Lineup(inventory), unsafe=unsafe, told=None)

    def _state(self, store_id: str, now: datetime, kept: Ready | None) -> tuple[str, str]:
        """(the campaigns' revision, the models' version): what an inventory and its house spots are made of."""
        try:
            revision = self._rooms.live.revision(_topic(store_id))
        except Unavailable:
            revision = kept.state[0] if kept else ""
        return revision, self._models(store_id)

    def _models(self, store_id: str) -> str:
        now = self._rooms.clock()
        if abs(now - self._model[0]) >= CHECKED:
            self._model = now, self._rooms.crowd.scores(Place(store_id, now), ()).model_version
        return self._model[1]

    def _build(
        self,
        store: Store,
        state: tuple[str, str],
        now: datetime,
        kept: Ready | None,
        *,
        screens: Sequence[Screen],
        campaigns: Sequence[Spot],
    ) -> Ready:
        rooms = self._rooms
        products = rooms.catalog.products(sorted({gtin for spot in campaigns for gtin in spot.gtins}))
        spots = (*_by_law(campaigns, products), *self._house_spots(store, screens, state[1], now))
        unsafe = frozenset(gtin for gtin, product in products.items() if not product.public_safe)
        told = kept.before if kept and kept.state[0] == state[0] else None
        if kept and kept.lineup.spots == spots:
            return Ready(kept.lineup, unsafe, state, now, now, told)
        inventory = make_inventory(store.store_id, spots)
        rooms.writer.send(partial(put_inventory, inventory=inventory, now=now))
        return Ready(Lineup(inventory), unsafe, state, now, now, told)

    def _house_spots(self, store: Store, screens: Sequence[Screen], model: str, now: datetime) -> tuple[Spot, ...]:
        """They hang on what sells and on the screens, not on campaigns: a chain's takeover needn't wait for them."""
        key, kept = (store, tuple(screens), model), self._house.get(store.store_id)
        if kept and kept[0] == key and timedelta(0) <= now - kept[1] < HOUSE_KEPT:
            return kept[2]
        made = tuple(house_spots(store, screens, self._rooms.crowd, self._rooms.families, now))
        self._house[store.store_id] = key, now, made
        return made


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
