"""The chain's other stores: how far each is, what a product costs there and whether there is any, each with its own time."""

from collections.abc import Iterable
from dataclasses import dataclass

from recommender.domain.product import Product
from signage.domain.place import Store
from signage.domain.stock import Tone
from signage.shelf import texts
from signage.shelf.frame import say
from signage.shelf.look import Card, Shelf, store_name
from signage.shelf.ports import ShelfPorts

ASKED = 6  # stores; each is a question to the history
SHOWN = 4
FAR_KM = 50  # nobody goes there for a product


@dataclass(frozen=True, slots=True)
class Nearby:
    store_id: str
    store_name: str
    distance: str
    card: Card


def nearby(ports: ShelfPorts, shelf: Shelf, product: Product, here: Store) -> list[Nearby]:
    """Stores of the same currency that know something of it now, the nearest first."""
    found = []
    for store, km in by_distance(here, ports.stores(), here.currency)[:ASKED]:
        offer = ports.catalog.offers(store.store_id, [product.gtin]).get(product.gtin)
        card = shelf.card(product, store, offer)
        if offer and (card.stock.tone is not Tone.MUTED or card.price.digits):
            found.append(Nearby(store.store_id, store_name(store), _distance(km), card))
    return found[:SHOWN]


def by_distance(here: Store, stores: Iterable[Store], currency: str = "") -> list[tuple[Store, float | None]]:
    """The other stores and how many km away each is, the nearest first; then those of which nobody has told where they are,
    of the same time zone first. None that is far while another isn't. Where the shopper is, nobody asks."""
    others = [one for one in stores if one.store_id != here.store_id and currency in {"", one.currency}]
    placed = [(one, here.position.km_to(one.position)) for one in others if here.position and one.position]
    near = [(one, km) for one, km in placed if km <= FAR_KM]
    unplaced = [one for one in others if not (here.position and one.position)]
    return [
        *sorted(near or placed, key=lambda found: (found[1], store_name(found[0]))),
        *((one, None) for one in sorted(unplaced, key=lambda one: (one.zone != here.zone, store_name(one)))),
    ]


def _distance(km: float | None) -> str:
    """About 350 m, about 1.2 km, about 23 km; "" when it isn't known."""
    if km is None:
        return ""
    if km < 0.975:
        return say(texts.NEAR, m=max(50, round(km * 20) * 50))
    return say(texts.FAR, km=f"{km:.1f}" if km < 9.95 else f"{km:.0f}")
