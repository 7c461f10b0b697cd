"""What is known of a product beyond its name and price: where it comes from, what is in it, what it makes, what buyers say.

The limits stand in the types: whoever reads a file or an answer holds it to them.
"""

from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Annotated, Literal

from annotated_types import Ge, Le, MaxLen, MinLen, Predicate

from recommender.domain.text import one_line

LOT_LENGTH = 20
LOT_CHARACTERS = frozenset(
    "!\"%&'()*+,-./0123456789:;<=>?ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz"
)  # GS1's 82


def is_lot(text: str) -> bool:
    """May it stand behind Application Identifier (10)? "" may: it is the product itself."""
    return len(text) <= LOT_LENGTH and LOT_CHARACTERS.issuperset(text)


Line = Annotated[str, MaxLen(200), Predicate(one_line)]
Paragraph = Annotated[str, MaxLen(1000), Predicate(one_line)]
Amount = Annotated[float, Ge(0), Le(100_000)]
CLOSED = {"extra": "forbid"}  # for pydantic, which reads these: a field that is misspelt is told, not lost


@dataclass(frozen=True, slots=True)
class Told:
    """One text in the languages in which it is known; "" = not in this one."""

    ja: Paragraph = ""
    en: Paragraph = ""
    __pydantic_config__ = CLOSED

    def __bool__(self) -> bool:
        return bool(self.ja or self.en)


UNKNOWN = Told()


class Per(StrEnum):
    """What nutrition is told for."""

    HUNDRED_G = "100g"
    HUNDRED_ML = "100ml"
    SERVING = "serving"


@dataclass(frozen=True, slots=True)
class Nutrition:
    """The five that Japanese law wants on a package, then what else may be told; None = not told. Grams but for energy.

    `serving` says how much a serving is, when it is told per serving.
    """

    per: Per
    energy_kcal: Amount
    protein_g: Amount
    fat_g: Amount
    carbohydrate_g: Amount
    salt_g: Amount
    saturated_g: Amount | None = None
    sugars_g: Amount | None = None
    fibre_g: Amount | None = None
    serving: Told = UNKNOWN
    __pydantic_config__ = CLOSED


@dataclass(frozen=True, slots=True)
class Recipe:
    """What can be made of it, step by step."""

    name: Told
    serves: Annotated[int, Ge(1), Le(100)]
    minutes: Annotated[int, Ge(1), Le(1440)]
    ingredients: Annotated[tuple[Told, ...], MinLen(1), MaxLen(40)]
    steps: Annotated[tuple[Told, ...], MinLen(1), MaxLen(30)]
    __pydantic_config__ = CLOSED


@dataclass(frozen=True, slots=True)
class Review:
    """What a buyer said, in the language in which they said it; `source`: where it was published."""

    stars: Annotated[int, Ge(1), Le(5)]
    text: Paragraph
    lang: Literal["ja", "en"]
    on: date
    source: Line
    __pydantic_config__ = CLOSED


class NoticeKind(StrEnum):
    NOTICE = "notice"
    RECALL = "recall"


@dataclass(frozen=True, slots=True)
class Notice:
    """What whoever holds this product has to know; a recall comes before everything else on its page."""

    kind: NoticeKind
    text: Told
    __pydantic_config__ = CLOSED


@dataclass(frozen=True, slots=True)
class Facts:
    """Of a product (`lot` "") or of one lot of it. Empty and None = not known. `sample`: made up, labelled wherever shown."""

    gtin: str
    lot: Annotated[str, Predicate(is_lot)] = ""
    sample: bool = False
    origin: Told = UNKNOWN
    producer: Told = UNKNOWN
    allergens: Told = UNKNOWN
    nutrition: Nutrition | None = None
    recipe: Recipe | None = None
    reviews: Annotated[tuple[Review, ...], MaxLen(20)] = ()
    best_before: date | None = None
    notice: Notice | None = None
    __pydantic_config__ = CLOSED

    def of_lot(self, lot: "Facts") -> "Facts":
        """These, with what is known of one lot of the product in place of what is known of them all."""
        return replace(
            self,
            lot=lot.lot,
            sample=self.sample or lot.sample,
            origin=lot.origin or self.origin,
            producer=lot.producer or self.producer,
            allergens=lot.allergens or self.allergens,
            best_before=lot.best_before,
            notice=lot.notice or self.notice,
        )


PRODUCTS_OWN = ("nutrition", "recipe", "reviews")  # no lot differs in these


def misplaced(facts: Facts) -> str:
    """The name of a field that a product has and a lot hasn't, or the other way round; "" for none."""
    if facts.lot:
        return next((name for name in PRODUCTS_OWN if getattr(facts, name)), "")
    return "best_before" if facts.best_before else ""
