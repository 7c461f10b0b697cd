"""A product as people type it: digits or its name in, the one that is meant out."""

from recommender.domain.gtin import BadGtin, to_gtin14
from recommender.domain.product import Product
from recommender.domain.text import same_words
from signage.web.language import lang
from signage.web.ports import ports

_DOT = "·"
_NAMESAKES = 50  # of what matches, how many are compared with the whole name


def product_name(product: Product) -> str:
    name = product.name_en if lang() == "en" else product.name_ja
    return f" {_DOT} ".join(part for part in (name, product.size) if part)


def typed_gtin(text: str) -> str | None:
    """The product with this code, or the only one with this name; None where there is none or more than one."""
    catalog = ports().storage.catalog
    try:
        gtin = to_gtin14(text)
    except BadGtin:
        name, wanted = text.partition(_DOT)[0], same_words(text)  # the catalogue isn't searched by size
        called = [one.gtin for one in catalog.search(name, _NAMESAKES) if wanted in _names(one)]
        return called[0] if len(called) == 1 else None
    return gtin if gtin in catalog.products([gtin]) else None


def _names(one: Product) -> set[str]:
    return {same_words(said) for said in (one.name_ja, one.name_en, product_name(one))}
