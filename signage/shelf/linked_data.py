"""A product as schema.org says it, for programs that read its page: product, offer, facts and reviews in, JSON-LD out.

It stands in the page as a block of data, which is no script: the content security policy has nothing to say about it.
"""

from decimal import Decimal
from typing import Any

from jinja2.utils import htmlsafe_json_dumps
from markupsafe import Markup

from recommender.domain.facts import Facts, Recipe, Told
from recommender.domain.product import Offer, Product
from signage.domain.digital_link import DigitalLink
from signage.domain.place import Store
from signage.domain.price import MINOR_DIGITS
from signage.domain.stock import Tone
from signage.shelf import texts
from signage.shelf.facts import NUTRIENTS, average, spoken
from signage.shelf.frame import lang, say
from signage.shelf.look import Card, store_name

SCHEMA = "https://schema.org"
AVAILABLE = {Tone.GREEN: "InStock", Tone.RED: "LimitedAvailability", Tone.INK: "LimitedAvailability"}
OWN_KINDS = frozenset({"national", "private"})  # kinds of brand, not names of one
Node = dict[str, Any]


def block(graph: list[Node]) -> Markup:
    """The nodes as the text of a script element; no text in them can end it."""
    return htmlsafe_json_dumps({"@context": SCHEMA, "@graph": graph}, ensure_ascii=False, separators=(",", ":"))


def linked_data(
    product: Product, facts: Facts, offer: Offer | None, card: Card, *, store: Store, root: str
) -> list[Node]:
    """What the page says, as far as schema.org has words for it. What is made up is said to be, as on the page."""
    uri = DigitalLink(product.gtin).uri(root)
    node: Node = {"@type": "Product", "@id": uri, "url": uri, "gtin": product.gtin, "name": card.name}
    node["category"] = product.category_en if lang() == "en" else product.category_ja
    if product.size:
        node["size"] = product.size
    if product.brand and product.brand not in OWN_KINDS:
        node["brand"] = {"@type": "Brand", "name": product.brand}
    if facts.origin:
        node["countryOfOrigin"] = _text(facts.origin)
    if facts.producer:
        node["manufacturer"] = {"@type": "Organization", "name": _text(facts.producer)}
    if facts.sample:
        node["description"] = say(texts.SAMPLE_FACTS)
    node |= {"additionalProperty": properties} if (properties := _properties(facts)) else {}
    node |= _reviews(facts)
    node |= {"offers": told} if (told := _offer(product, offer, card, store, uri)) else {}
    return [node, *([_recipe(facts.recipe, uri)] if facts.recipe else [])]


def _text(told: Told) -> str:
    return spoken(told).text


def _property(what: str, value: object, unit: str = "") -> Node:
    node: Node = {"@type": "PropertyValue", "name": what, "value": value}
    return node | {"unitText": unit} if unit else node


def _properties(facts: Facts) -> list[Node]:
    found = [_property(say(texts.LOT), facts.lot)] if facts.lot else []
    if facts.best_before:
        found.append(_property(say(texts.BEST_BEFORE), facts.best_before.isoformat()))
    if facts.allergens:
        found.append(_property(say(texts.ALLERGENS), _text(facts.allergens)))
    if facts.nutrition:
        per = f" / {facts.nutrition.per}"
        amounts = [(say(words), getattr(facts.nutrition, field), unit) for field, words, unit in NUTRIENTS]
        found += [_property(words, amount, unit + per) for words, amount, unit in amounts if amount is not None]
    return found


def _reviews(facts: Facts) -> Node:
    if not facts.reviews:
        return {}
    said = [
        {
            "@type": "Review",
            "reviewRating": {"@type": "Rating", "ratingValue": review.stars, "bestRating": 5},
            "reviewBody": review.text,
            "inLanguage": review.lang,
            "datePublished": review.on.isoformat(),
            "publisher": {"@type": "Organization", "name": review.source},
        }
        for review in facts.reviews
    ]
    rating = {"ratingValue": round(average(facts.reviews), 1), "reviewCount": len(facts.reviews), "bestRating": 5}
    return {"aggregateRating": {"@type": "AggregateRating", **rating}, "review": said}


def _offer(product: Product, offer: Offer | None, card: Card, store: Store, uri: str) -> Node:
    """Nothing without a price that the page shows, and no word on stock that the page wouldn't say."""
    if offer is None or offer.price is None or not card.price.digits:
        return {}
    digits = MINOR_DIGITS.get(offer.price.currency, 2)
    node: Node = {
        "@type": "Offer",
        "url": f"{uri}?s={store.store_id}",
        "price": str(Decimal(offer.price.amount_minor).scaleb(-digits)),
        "priceCurrency": offer.price.currency,
        "seller": {"@type": "GroceryStore", "name": store_name(store)},
    }
    if card.stock.tone in AVAILABLE:
        node["availability"] = f"{SCHEMA}/{'OutOfStock' if card.sold_out else AVAILABLE[card.stock.tone]}"
    if any(card.simulated):
        node["description"] = say(texts.SIMULATED[card.simulated])
    return node


def _recipe(recipe: Recipe, uri: str) -> Node:
    return {
        "@type": "Recipe",
        "@id": f"{uri}#recipe",
        "name": _text(recipe.name),
        "recipeYield": str(recipe.serves),
        "totalTime": f"PT{recipe.minutes}M",
        "recipeIngredient": [_text(told) for told in recipe.ingredients],
        "recipeInstructions": [{"@type": "HowToStep", "text": _text(told)} for told in recipe.steps],
    }
