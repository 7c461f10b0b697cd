"""The product page behind a shelf label: what it is, what it costs, whether there is any, what goes with it."""

from dataclasses import dataclass

from flask import Blueprint, Response, redirect, request

from recommender.domain.facts import LOT_LENGTH
from recommender.domain.gtin import BadGtin, to_gtin14
from recommender.domain.product import Offer, Product
from recommender.domain.recommendation import ReasonCode
from signage.domain.clock import local
from signage.domain.place import Store
from signage.domain.price import TaxRounding, price_words, without_tax
from signage.domain.stock import Tone
from signage.domain.words import Words
from signage.shelf import product_errors, texts
from signage.shelf.facts import fact_words
from signage.shelf.frame import lang, page, say, url
from signage.shelf.linked_data import block, linked_data
from signage.shelf.look import Card, Shelf, distinct, item_number, known_product, law_line, store_asked, store_name
from signage.shelf.nearby import nearby
from signage.shelf.ports import ShelfPorts

COMPANIONS = 3
ASKED_FOR = 8  # some of them are sold out or look alike
COUNTED = frozenset({Tone.RED})  # «あと2点» needs to say where; «品切れ» stands alone


@dataclass(frozen=True, slots=True)
class Companions:
    heading: Words
    cards: tuple[Card, ...]


def add(routes: Blueprint, ports: ShelfPorts, shelf: Shelf) -> None:
    """`/p/<gtin>?s=<store>&lot=<lot>`."""

    @routes.get("/p/<gtin>")
    def product(gtin: str) -> Response:
        try:
            gtin14 = to_gtin14(gtin)
        except BadGtin as error:
            return product_errors.bad_code(gtin, error.why)
        if gtin14 != gtin:
            kept = {name: request.args[name] for name in ("s", "lot") if name in request.args}
            return redirect(url("product", gtin=gtin14, **kept), 307)  # type: ignore[return-value]
        found = known_product(ports, gtin14)
        if found is None:
            return product_errors.unknown(gtin14)
        store = store_asked(ports)
        offer = ports.catalog.offers(store.store_id, [gtin14]).get(gtin14)
        card = shelf.card(found, store, offer)
        companions = _companions(ports, shelf, card, store)
        facts = ports.catalog.facts(gtin14, request.args.get("lot", "")[:LOT_LENGTH])
        today = local(ports.clock(), store.zone).date()
        others = nearby(ports, shelf, found, store)
        shown = (card, *companions.cards, *(other.card for other in others))
        return page(
            "product",
            card=card, store=store, store_name=store_name(store), last=item_number(gtin14),
            net_price=_net_price(found, offer, ports.tax_rounding),
            stock=say(texts.STOCK_HERE, words=card.stock.words) if card.stock.tone in COUNTED else card.stock.words,
            companions=companions, nearby=others, facts=fact_words(found, facts, card, today),
            note=shelf.note(shown, texts.NO_COOKIE),
            legal=law_line([card], store), legal_beside=law_line(companions.cards, store),
            linked_data=block(linked_data(found, facts, offer, card, store=store, root=ports.base_url)),
        )  # fmt: skip


def _net_price(product: Product, offer: Offer | None, rounding: TaxRounding) -> str:
    """本体 369円(税8%): beside the price that is paid, where prices are shown with tax."""
    price = offer.price if offer else None
    shown = price_words(price, product.price_kind, lang())
    if price is None or not shown.tax:
        return ""
    net = without_tax(price.amount_minor, product.tax_percent, rounding)
    amount = f"{net:,}円" if shown.unit == "円" else f"{shown.unit}{net:,}"
    return say(texts.NET_PRICE, amount=amount, percent=product.tax_percent)


def _companions(ports: ShelfPorts, shelf: Shelf, looked_at: Card, store: Store) -> Companions:
    """Up to three that can be bought and told apart. "Bought together" is said of pairs that were, never of best sellers."""
    scored = ports.catalog.goes_with(looked_at.gtin, store.store_id, ASKED_FOR)
    together = [item.gtin for item in scored if item.reason is ReasonCode.GOES_WITH]
    cards = shelf.cards(store, together or [item.gtin for item in scored])
    there = (card for item in scored if (card := cards.get(item.gtin)) and not card.sold_out)
    chosen = distinct(there, unlike=[looked_at])[:COMPANIONS]
    return Companions(texts.GOES_WITH if together else texts.POPULAR_HERE, tuple(chosen))
