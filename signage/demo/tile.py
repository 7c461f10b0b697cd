"""A product as `/demo` draws it: words, tile and price in one language, no QR and no layout."""

from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from recommender.domain.product import Offer, Product
from signage.bundle.find import path
from signage.domain.families import Families, read_families
from signage.domain.price import price_words
from signage.domain.words import second_line

OnShelf = tuple[Product, Offer | None]  # a product and what it costs here, None when the store doesn't know it


def load_families() -> Families:
    return read_families(path("assets", "families.csv").read_text())


def tiles(shelf: Iterable[OnShelf], families: Families, lang: str) -> list[dict[str, Any]]:
    """One JSON object a product; `pictogram` is an address, "" when the family's letter stands in."""
    return [_tile(product, offer, families, lang) for product, offer in shelf]


def _tile(product: Product, offer: Offer | None, families: Families, lang: str) -> dict[str, Any]:
    family = families[product.family]
    return {
        "gtin": product.gtin,
        "name": product.name_en if lang == "en" else product.name_ja,
        "sub": second_line(product.brand, product.size, lang),
        "family": product.family,
        "family_name": family.name(lang),
        "tint": family.tint,
        "deep": family.deep,
        "letter": family.letter(lang),
        "pictogram": f"/assets/pictograms/{product.pictogram}.svg" if product.pictogram else "",
        "price": asdict(price_words(offer.price if offer else None, product.price_kind, lang)),
        "quantity": offer.stock.quantity if offer and offer.stock else None,
        "restricted": product.law_class == "alcohol",
    }
