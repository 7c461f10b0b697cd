"""How a price is written: yen with tax included, dollars with raised cents, by weight, or not at all."""

from dataclasses import dataclass

from recommender.domain.product import Price, PriceKind
from signage.domain.words import Words

MINOR_DIGITS = {"JPY": 0, "KRW": 0, "VND": 0}  # every other currency we meet has two
SIGNS = {"JPY": "¥", "USD": "$", "EUR": "€", "GBP": "£"}
BY_WEIGHT = Words("量り売り", "Sold by weight")
TAX_INCLUDED = Words("税込", "tax incl.")


@dataclass(frozen=True, slots=True)
class PriceWords:
    """`digits` large; `unit` small, after the digits when it is 円 and before them otherwise; `tax` beside.

    `raised_cents`: what follows the point is set small and high. `cut`: a proved reduction (red). When there is no
    number to show, `digits` is "" and `words` says what can be said, "" when nothing can.
    """

    digits: str = ""
    unit: str = ""
    tax: str = ""
    cut: bool = False
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


def price_words(price: Price | None, kind: PriceKind, lang: str, *, cut: bool = False) -> PriceWords:
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
        cut=cut,
        raised_cents=places > 0,
    )


def without_tax(amount_minor: int, tax_percent: int) -> int:
    """Tax-included amount -> the amount before tax, for a retailer who rounds the tax down (Japan's usual way)."""
    return -(-amount_minor * 100 // (100 + tax_percent))


def _digits(amount_minor: int, places: int) -> str:
    if places == 0:
        return f"{amount_minor:,}"
    whole, part = divmod(amount_minor, 10**places)
    return f"{whole:,}.{part:0{places}d}"
