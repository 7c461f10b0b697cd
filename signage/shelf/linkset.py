"""What the shop can say of a product: a product in, its typed links out, and their linkset (RFC 9264) as GS1 wants it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from recommender.domain.product import Product
from signage.domain.words import Words
from signage.shelf import texts
from signage.shelf.frame import LANGUAGES, say
from signage.shelf.page import NO_FOOD

CONTEXT = "https://ref.gs1.org/standards/resolver/linkset-context"
VOCABULARY = "https://ref.gs1.org/voc/"
SPELLINGS = ("gs1:", VOCABULARY, "https://gs1.org/voc/", "https://www.gs1.org/voc/")  # one vocabulary
DEFAULT = "defaultLink"


@dataclass(frozen=True, slots=True)
class Link:
    """`kind` is a link type of GS1's vocabulary, `part` what of the product's page ("" = all of it).

    The page speaks the language that its reader asks for, so one link is there for all languages.
    """

    kind: str
    title: Words
    part: str = ""


def links_of(product: Product) -> list[Link]:
    """The default link first. Only what its page really has to say: a link to "no information" helps nobody."""
    links = [Link(DEFAULT, texts.PRODUCT_PAGE), Link("pip", texts.PRODUCT_PAGE)]
    if product.family not in NO_FOOD and product.allergens_ja and product.allergens_en:
        links.append(Link("allergenInfo", texts.ALLERGENS, "allergens"))
    return links


def choose(links: Sequence[Link], kind: str) -> Link | None:
    """The link of this type (gs1:pip or its whole URI); the default link for "", None when there is none."""
    name = next((kind.removeprefix(start) for start in SPELLINGS if kind.startswith(start)), "")
    return next((link for link in links if link.kind == (name if kind else DEFAULT)), None)


def linkset(links: Sequence[Link], name: str, uri: str, page: str) -> dict[str, Any]:
    """`uri`: the product's own Digital Link, `page`: of its page. Valid by GS1's schema: titles, and none but known keys."""
    by_kind: dict[str, list[dict[str, Any]]] = {}
    for link in links:
        more = {} if link.kind == DEFAULT else {"type": "text/html", "hreflang": list(LANGUAGES)}
        by_kind[VOCABULARY + link.kind] = [{"href": href(page, link), "title": say(link.title)} | more]
    return {"linkset": [{"anchor": uri, "itemDescription": name} | by_kind]}


def href(page: str, link: Link) -> str:
    """Address of the link below the product's page. It has no fragment, so that a query can be added to its end."""
    return f"{page}/{link.part}" if link.part else page


def description(root: str, stores: list[str]) -> dict[str, Any]:
    """The resolver's own description, after GS1's schema of it."""
    return {
        "resolverRoot": root,
        "name": "Shelfcast",
        "supportedPrimaryKeys": ["01"],
        "supportedLinkType": [{"namespace": VOCABULARY, "prefix": "gs1:"}],
        "supportedContextValuesEnumerated": stores,
        "linkTypeDefaultCanBeLinkset": False,
        "jsonLdContextLocation": CONTEXT,
    }
