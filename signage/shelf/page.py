"""The product page behind a shelf label: what it is, what it costs, whether there is any, what goes with it."""

from dataclasses import dataclass

from flask import Blueprint, Response, redirect, request

from recommender.domain.gtin import BadGtin, to_gtin14
from recommender.domain.product import Offer, Product
from recommender.domain.recommendation import ReasonCode
from signage.domain.place import Store
from signage.domain.price import TaxRounding, price_words, without_tax
from signage.domain.stock import Tone
from signage.domain.words import Words, brand
from signage.shelf import product_errors, texts
from signage.shelf.frame import lang, page, say, url
from signage.shelf.look import Card, Shelf, distinct, item_number, known_product, law_line, store_asked, store_name
from signage.shelf.ports import ShelfPorts

COMPANIONS = 3
ASKED_FOR = 8  # some of them are sold out or look alike
NO_FOOD = frozenset({"home", "pets", "flowers"})
COUNTED = frozenset({Tone.RED})  # «あと2点» needs to say where; «品切れ» stands alone


@dataclass(frozen=True, slots=True)
class Companions:
    heading: Words
    cards: tuple[Card, ...]


def add(routes: Blueprint, ports: ShelfPorts, shelf: Shelf) -> None:
    """`/p/<gtin>?s=<store>`."""

    @routes.get("/p/<gtin>")
    def product(gtin: str) -> Response:
        try:
            gtin14 = to_gtin14(gtin)
        except BadGtin as error:
            return product_errors.bad_code(gtin, error.why)
        if gtin14 != gtin:
            kept = {"s": request.args["s"]} if "s" in request.args else {}
            return redirect(url("product", gtin=gtin14, **kept), 307)  # type: ignore[return-value]
        found = known_product(ports, gtin14)
        if found is None:
            return product_errors.unknown(gtin14)
        store = store_asked(ports)
        offer = ports.catalog.offers(store.store_id, [gtin14]).get(gtin14)
        card = shelf.card(found, store, offer)
        companions = _companions(ports, shelf, card, store)
        shown = (card, *companions.cards)
        return page(
            "product",
            card=card, store=store, store_name=store_name(store), last=item_number(gtin14),
            net_price=_net_price(found, offer, ports.tax_rounding),
            stock=say(texts.STOCK_HERE, words=card.stock.words) if card.stock.tone in COUNTED else card.stock.words,
            companions=companions, facts=_facts(found, card), note=shelf.note(shown, texts.NO_COOKIE),
            legal=law_line([card], store), legal_beside=law_line(companions.cards, store),
            sample=texts.SAMPLE_FACTS if found.sample_facts else None,
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


def _facts(product: Product, card: Card) -> list[tuple[Words, str]]:
    """What is known, and where nothing is known but a shopper may need it, that nothing is."""
    english = lang() == "en"
    category = product.category_en if english else product.category_ja
    origin = product.origin_en if english else product.origin_ja
    allergens = product.allergens_en if english else product.allergens_ja
    missing = say(texts.NO_FACT)
    facts = [
        (texts.CATEGORY, category if category == card.family_name else f"{card.family_name} › {category}"),
        (texts.SIZE, product.size or missing),
        (texts.BRAND, brand(product.brand, lang()) or missing),
        (texts.MAKER, _maker(product.maker) or missing),
    ]
    if product.family not in NO_FOOD:
        facts += [(texts.ORIGIN, origin or missing), (texts.ALLERGENS, allergens or say(texts.SEE_PACKAGE))]
    return [*facts, (texts.CODE, product.gtin)]


def _maker(recorded: str) -> str:
    """A maker's name, or what a number is that stands in for it."""
    return say(texts.MAKER_NUMBER, n=recorded) if recorded.isdigit() else recorded
