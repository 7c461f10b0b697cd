"""The chain's other stores: what a product costs there and whether there is any, each with its own time."""

from dataclasses import dataclass

from recommender.domain.product import Product
from signage.domain.place import Store
from signage.domain.stock import Tone
from signage.shelf.look import Card, Shelf, store_name
from signage.shelf.ports import ShelfPorts

ASKED = 6  # stores; each is a question to the history
SHOWN = 4


@dataclass(frozen=True, slots=True)
class Elsewhere:
    store_id: str
    store_name: str
    card: Card


def elsewhere(ports: ShelfPorts, shelf: Shelf, product: Product, here: Store) -> list[Elsewhere]:
    """Stores of the same currency that know something of it now, those of the same time zone first: how far a store is
    nobody has told us."""
    others = [store for store in ports.stores() if store.store_id != here.store_id and store.currency == here.currency]
    others.sort(key=lambda store: store.zone != here.zone)
    found = []
    for store in others[:ASKED]:
        offer = ports.catalog.offers(store.store_id, [product.gtin]).get(product.gtin)
        card = shelf.card(product, store, offer)
        if offer and (card.stock.tone is not Tone.MUTED or card.price.digits):
            found.append(Elsewhere(store.store_id, store_name(store), card))
    return found[:SHOWN]
