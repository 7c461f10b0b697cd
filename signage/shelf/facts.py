"""What is known of a product, in the words of its page: facts in, rows of a table, nutrition, a recipe and reviews out."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from recommender.domain.facts import Facts, NoticeKind, Nutrition, Per, Recipe, Review, Told
from recommender.domain.product import Product
from signage.domain.words import Words, brand
from signage.shelf import texts
from signage.shelf.frame import day, lang, say
from signage.shelf.look import Card

NO_FOOD = frozenset({"home", "pets", "flowers"})
PER = {Per.HUNDRED_G: texts.PER_HUNDRED_G, Per.HUNDRED_ML: texts.PER_HUNDRED_ML, Per.SERVING: texts.PER_SERVING}
NUTRIENTS = (  # field, words, unit
    ("energy_kcal", texts.ENERGY, "kcal"), ("protein_g", texts.PROTEIN, "g"), ("fat_g", texts.FAT, "g"),
    ("saturated_g", texts.SATURATED, "g"), ("carbohydrate_g", texts.CARBOHYDRATE, "g"), ("sugars_g", texts.SUGARS, "g"),
    ("fibre_g", texts.FIBRE, "g"), ("salt_g", texts.SALT, "g"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Spoken:
    """A text and, where it isn't the page's own, the language that it is in: better read there than not at all."""

    text: str
    lang: str = ""


@dataclass(frozen=True, slots=True)
class Cooking:
    """A recipe as it is read. `makes`: for how many, in how long."""

    name: Spoken
    makes: str
    ingredients: tuple[Spoken, ...]
    steps: tuple[Spoken, ...]


@dataclass(frozen=True, slots=True)
class Opinion:
    """A review as it is read; `stars` for the eye, `rated` for the ear."""

    stars: str
    rated: str
    said: Spoken
    by: str


@dataclass(frozen=True, slots=True)
class FactWords:
    """Everything of the page's part on facts. Empty = there is nothing to say; `alarm` comes before all else."""

    rows: tuple[tuple[Words, Spoken], ...]
    nutrition: tuple[tuple[Words, str], ...]
    per: str
    recipe: Cooking | None
    opinions: tuple[Opinion, ...]
    rating: str
    alarm: tuple[Words, Spoken, bool] | None  # title, text, is it a recall?
    sample: bool


def fact_words(product: Product, facts: Facts, card: Card, today: date) -> FactWords:
    """`today` on the store's calendar."""
    return FactWords(
        rows=tuple(_rows(product, facts, card, today)),
        nutrition=tuple(_nutrition(facts.nutrition)) if facts.nutrition else (),
        per=_per(facts.nutrition) if facts.nutrition else "",
        recipe=_recipe(facts.recipe) if facts.recipe else None,
        opinions=tuple(_opinion(review) for review in facts.reviews),
        rating=say(texts.RATING, stars=f"{average(facts.reviews):.1f}", n=len(facts.reviews)) if facts.reviews else "",
        alarm=_alarm(facts),
        sample=facts.sample,
    )


def spoken(told: Told) -> Spoken:
    """In the page's language, else in the other one."""
    here, other = (lang(), "ja" if lang() == "en" else "en")
    text = getattr(told, here)
    return Spoken(text) if text else Spoken(getattr(told, other), other)


def average(reviews: Sequence[Review]) -> float:
    """Stars of at least one review."""
    return sum(review.stars for review in reviews) / len(reviews)


def _rows(product: Product, facts: Facts, card: Card, today: date) -> list[tuple[Words, Spoken]]:
    """What is known, and where nothing is known but a shopper may need it, that nothing is."""
    category = product.category_en if lang() == "en" else product.category_ja
    missing = Spoken(say(texts.NO_FACT))

    def known(text: str) -> Spoken:
        return Spoken(text) if text else missing

    rows = [(texts.LOT, Spoken(facts.lot))] if facts.lot else []
    if facts.best_before:
        over = say(texts.PAST_DATE) if facts.best_before < today else ""
        rows.append((texts.BEST_BEFORE, Spoken(day(facts.best_before) + over)))
    rows += [
        (texts.CATEGORY, Spoken(category if category == card.family_name else f"{card.family_name} › {category}")),
        (texts.SIZE, known(product.size)),
        (texts.BRAND, known(brand(product.brand, lang()))),
        (texts.MAKER, known(_maker(product.maker))),
    ]
    if facts.producer:
        rows.append((texts.PRODUCER, spoken(facts.producer)))
    if product.family not in NO_FOOD:
        rows.append((texts.ORIGIN, spoken(facts.origin) if facts.origin else missing))
        see = Spoken(say(texts.SEE_PACKAGE))
        rows.append((texts.ALLERGENS, spoken(facts.allergens) if facts.allergens else see))
    return [*rows, (texts.CODE, Spoken(product.gtin))]


def _maker(recorded: str) -> str:
    """A maker's name, or what a number is that stands in for it."""
    return say(texts.MAKER_NUMBER, n=recorded) if recorded.isdigit() else recorded


def _nutrition(told: Nutrition) -> list[tuple[Words, str]]:
    amounts = [(words, getattr(told, name), unit) for name, words, unit in NUTRIENTS]
    return [(words, f"{amount:g} {unit}") for words, amount, unit in amounts if amount is not None]


def _per(told: Nutrition) -> str:
    return say(texts.PER_SERVING_OF, serving=spoken(told.serving).text) if told.serving else say(PER[told.per])


def _recipe(recipe: Recipe) -> Cooking:
    return Cooking(
        name=spoken(recipe.name),
        makes=say(texts.MAKES, serves=recipe.serves, minutes=recipe.minutes),
        ingredients=tuple(map(spoken, recipe.ingredients)),
        steps=tuple(map(spoken, recipe.steps)),
    )


def _opinion(review: Review) -> Opinion:
    said = Spoken(review.text, "" if review.lang == lang() else review.lang)
    stars = "★" * review.stars + "☆" * (5 - review.stars)
    return Opinion(stars, say(texts.STARS, n=review.stars), said, f"{day(review.on)} · {review.source}")


def _alarm(facts: Facts) -> tuple[Words, Spoken, bool] | None:
    if facts.notice is None:
        return None
    recall = facts.notice.kind is NoticeKind.RECALL
    of_lot = texts.RECALL_LOT if facts.lot else texts.RECALL
    return (of_lot if recall else texts.NOTICE, spoken(facts.notice.text), recall)
