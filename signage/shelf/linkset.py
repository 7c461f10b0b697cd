"""What the shop can say of a product: a product in, its typed links out, and their linkset (RFC 9264) as GS1 wants it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from recommender.domain.facts import Facts
from recommender.domain.product import Product
from signage.domain.words import Words
from signage.shelf import texts
from signage.shelf.facts import NO_FOOD
from signage.shelf.frame import LANGUAGES, say

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


PARTS = {  # part of the product's page: its type of link, and what it is called
    "allergens": ("allergenInfo", texts.ALLERGENS),
    "nutrition": ("nutritionalInfo", texts.NUTRITION),
    "recipe": ("recipeInfo", texts.RECIPE),
    "reviews": ("review", texts.REVIEWS),
    "notice": ("recallStatus", texts.NOTICE),
}


def links_of(product: Product, facts: Facts) -> list[Link]:
    """The default link first. Only what its page really has to say: a link to "no information" helps nobody."""
    has = {
        "allergens": product.family not in NO_FOOD and facts.allergens.ja and facts.allergens.en,
        "nutrition": facts.nutrition,
        "recipe": facts.recipe,
        "reviews": facts.reviews,
        "notice": facts.notice,
    }
    parts = [Link(*PARTS[part], part) for part, told in has.items() if told]
    page = texts.LOT_PAGE if facts.lot else texts.PRODUCT_PAGE
    return [Link(DEFAULT, page), Link("pip", page), *parts]


def choose(links: Sequence[Link], kind: str) -> Link | None:
    """The link of this type (gs1:pip or its whole URI); the default link for "", None when there is none."""
    name = next((kind.removeprefix(start) for start in SPELLINGS if kind.startswith(start)), "")
    return next((link for link in links if link.kind == (name if kind else DEFAULT)), None)


def typed(links: Sequence[Link], address: Callable[[Link], str]) -> dict[str, list[dict[str, Any]]]:
    """Links by their type; `address`: where one leads. Valid by GS1's schema: titles, and none but known keys."""
    by_kind: dict[str, list[dict[str, Any]]] = {}
    for link in links:
        more = {} if link.kind == DEFAULT else {"type": "text/html", "hreflang": list(LANGUAGES)}
        by_kind[VOCABULARY + link.kind] = [{"href": address(link), "title": say(link.title)} | more]
    return by_kind


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
