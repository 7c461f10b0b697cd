"""How a price is written: yen with tax included, dollars with raised cents, by weight, or not at all; and beside it the
price that was usual, which nothing but its proof can bring here."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum

from recommender.domain.product import Price, PriceKind
from recommender.domain.usual_price import Unproved, Usual
from signage.domain.decision import Reason
from signage.domain.words import ON_SCREEN, Words

MINOR_DIGITS = {"JPY": 0, "KRW": 0, "VND": 0}  # every other currency we meet has two
SIGNS = {"JPY": "¥", "USD": "$", "EUR": "€", "GBP": "£"}
LEASED = timedelta(days=1)  # a leased price is shown until midnight
ON_SHOW = timedelta(minutes=5)  # another one is asked for while the item before it is on, and is on itself for a while
BY_WEIGHT = Words("量り売り", "Sold by weight")
TAX_INCLUDED = Words("税込", "tax incl.")
USUAL_PRICE = Words("当店通常価格", "Our usual price")
SPECIAL = ON_SCREEN[Reason.REDUCED]
WHY_UNPROVED = {
    Unproved.NO_USUAL: Words(
        "過去8週間の半分を超えて販売した、より高い価格がありません",
        "no higher price was charged for more than half of the past 8 weeks",
    ),
    Unproved.TOO_SHORT: Words(
        "値下げ前の価格での販売が2週間に足りません", "the former price was charged for less than 2 weeks"
    ),
    Unproved.TOO_LONG_AGO: Words(
        "値下げ前の価格での最後の販売から、値下げまで2週間を超えています",
        "the former price was last charged more than 2 weeks before the cut",
    ),
    Unproved.LAPSED: Words(
        "値下げが続き、値下げ前の価格は直近8週間の半分を超えていません",
        "the cut has lasted so long that the former price no longer fills more than half of the past 8 weeks",
    ),
}
COMPARED = Words(
    "当店通常価格 {amount} と比較して表示します({day} まで実績あり)",
    "Shown beside our usual price of {amount} (proved until {day})",
)
UNCOMPARED = Words(
    "「お買得」とだけ表示し、比較はしません。{why}", "Only “Special price” is shown, with no comparison: {why}"
)


class TaxRounding(StrEnum):
    """What a retailer does with the part of a yen that the tax comes to."""

    DOWN = "down"
    UP = "up"
    NEAREST = "nearest"


@dataclass(frozen=True, slots=True)
class PriceWords:
    """`digits` large; `unit` small, after the digits when it is 円 and before them otherwise; `tax` beside.

    `raised_cents`: what follows the point is set small and high. When there is no number to show, `digits` is "" and
    `words` says what can be said, "" when nothing can. `usual` may stand struck through, behind its `label` and before
    the `dates` of when it was charged; without a proof it is "", and `label` says at most that this is an offer.
    """

    digits: str = ""
    unit: str = ""
    tax: str = ""
    words: str = ""
    raised_cents: bool = False
    label: str = ""
    usual: str = ""
    dates: str = ""

    @property
    def text(self) -> str:
        """One line: 598円(税込), ¥598 tax incl., $3.99, 量り売り or ""."""
        if not self.digits:
            return self.words
        if self.unit == "円":
            return f"{self.digits}円" + (f"({self.tax})" if self.tax else "")
        return f"{self.unit}{self.digits} {self.tax}".rstrip()


def price_words(price: Price | None, kind: PriceKind, lang: str, here: datetime | None = None) -> PriceWords:
    """A known price is shown unless the kind forbids it; unknown and by weight says so; unknown otherwise is silent.

    `here`: the moment until which it is shown, on the store's clock. Without one (on paper, of a purchase) nothing is
    said of what it cost before.
    """
    if kind is PriceKind.NONE:
        return PriceWords()
    if price is None:
        return PriceWords(words=BY_WEIGHT.say(lang) if kind is PriceKind.WEIGHT else "")
    plain = _words(price.amount_minor, price.currency, lang)
    if here is None or price.sale is None or not price.sale.special(here):
        return plain
    usual = price.sale.proved(here)
    if usual is None:
        return replace(plain, label=SPECIAL.say(lang))
    said = _words(usual.amount_minor, price.currency, lang).text
    return replace(plain, label=USUAL_PRICE.say(lang), usual=said, dates=_dates(usual, here, lang))


def sale_words(price: Price | None, now: datetime, lang: str) -> str:
    """For the studio: what a price that was cut may be compared with, or why with nothing; "" for one that was not."""
    if price is None or price.sale is None or not price.sale.special(now):
        return ""
    usual, why = price.sale.proved(now), price.sale.why_not(now)
    if usual:
        amount = money(usual.amount_minor, price.currency, lang)
        return COMPARED.say(lang).format(amount=amount, day=_day(usual.ends.astimezone(now.tzinfo), lang))
    return UNCOMPARED.say(lang).format(why=WHY_UNPROVED[why].say(lang)) if why else ""


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


def _words(amount_minor: int, currency: str, lang: str) -> PriceWords:
    yen, places = currency == "JPY", MINOR_DIGITS.get(currency, 2)
    return PriceWords(
        digits=_digits(amount_minor, places),
        unit="円" if yen and lang != "en" else SIGNS.get(currency, f"{currency} "),
        tax=TAX_INCLUDED.say(lang) if yen else "",
        raised_cents=places > 0,
    )


def _dates(usual: Usual, here: datetime, lang: str) -> str:
    """9/27〜11/14, the first and the last day on the store's calendar; never broken into two lines."""
    first, last = (at.astimezone(here.tzinfo) for at in (usual.first, usual.last - timedelta(milliseconds=1)))
    return ("〜" if lang != "en" else " – ").join(_day(day, lang) for day in (first, last)).replace(" ", "\u00a0")


def _day(day: date, lang: str) -> str:
    return f"{day.day} {day:%b}" if lang == "en" else f"{day.month}/{day.day}"


def _digits(amount_minor: int, places: int) -> str:
    if places == 0:
        return f"{amount_minor:,}"
    whole, part = divmod(amount_minor, 10**places)
    return f"{whole:,}.{part:0{places}d}"
