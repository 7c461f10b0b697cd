"""How a price is written: yen with tax included, dollars with raised cents, by weight, or not at all."""

from dataclasses import dataclass
from enum import StrEnum

from recommender.domain.product import Price, PriceKind
from signage.domain.words import Words

MINOR_DIGITS = {"JPY": 0, "KRW": 0, "VND": 0}  # every other currency we meet has two
SIGNS = {"JPY": "¥", "USD": "$", "EUR": "€", "GBP": "£"}
BY_WEIGHT = Words("量り売り", "Sold by weight")
TAX_INCLUDED = Words("税込", "tax incl.")


class TaxRounding(StrEnum):
    """What a retailer does with the part of a yen that the tax comes to."""

    DOWN = "down"
    UP = "up"
    NEAREST = "nearest"


@dataclass(frozen=True, slots=True)
class PriceWords:
    """`digits` large; `unit` small, after the digits when it is 円 and before them otherwise; `tax` beside.

    `raised_cents`: what follows the point is set small and high. When there is no number to show, `digits` is "" and
    `words` says what can be said, "" when nothing can. There is no place for a price to compare with: a struck-through
    price needs its proof, and nothing proves one.
    """

    digits: str = ""
    unit: str = ""
    tax: str = ""
    words: str = ""
    raised_cents: bool = False

    @property
    def text(self) -> str:
        """One line: 598円(税込), ¥598 tax incl., $3.99, 量り売り or ""."""
        if not self.digits:
            return self.words
        if self.unit == "円":
            return f"{self.digits}円" + (f"({self.tax})" if self.tax else "")
        return f"{self.unit}{self.digits} {self.tax}".rstrip()


def price_words(price: Price | None, kind: PriceKind, lang: str) -> PriceWords:
    """A known price is shown unless the kind forbids it; unknown and by weight says so; unknown otherwise is silent."""
    if kind is PriceKind.NONE:
        return PriceWords()
    if price is None:
        return PriceWords(words=BY_WEIGHT.say(lang) if kind is PriceKind.WEIGHT else "")
    yen = price.currency == "JPY"
    places = MINOR_DIGITS.get(price.currency, 2)
    return PriceWords(
        digits=_digits(price.amount_minor, places),
        unit="円" if yen and lang != "en" else SIGNS.get(price.currency, f"{price.currency} "),
        tax=TAX_INCLUDED.say(lang) if yen else "",
        raised_cents=places > 0,
    )


def money(amount_minor: int, currency: str, lang: str) -> str:
    """An amount in a sentence: 598円, ¥598, $3.99."""
    number = _digits(amount_minor, MINOR_DIGITS.get(currency, 2))
    return f"{number}円" if currency == "JPY" and lang != "en" else f"{SIGNS.get(currency, f'{currency} ')}{number}"


def without_tax(amount_minor: int, tax_percent: int, rounding: TaxRounding = TaxRounding.DOWN) -> int:
    """Tax-included amount -> the amount before tax, which with the tax rounded that way comes to it again.

    Where no amount does (rounding leaves such gaps), the nearest one below (`up`) or above.
    """
    scaled, divisor = amount_minor * 100, 100 + tax_percent
    if rounding is TaxRounding.DOWN:
        return -(-scaled // divisor)
    if rounding is TaxRounding.UP:
        return scaled // divisor
    return (2 * scaled + divisor) // (2 * divisor)


def _digits(amount_minor: int, places: int) -> str:
    if places == 0:
        return f"{amount_minor:,}"
    whole, part = divmod(amount_minor, 10**places)
    return f"{whole:,}.{part:0{places}d}"
