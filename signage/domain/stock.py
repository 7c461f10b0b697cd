"""How stock is said: words and a tone by quantity and age. An old number is never shown."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from recommender.domain.product import Stock
from signage.domain.clock import millis
from signage.domain.words import Words

AHEAD = timedelta(seconds=30)  # a till's clock may run this far ahead of ours


class Tone(StrEnum):
    GREEN = "green"
    INK = "ink"
    RED = "red"
    MUTED = "muted"


class Surface(StrEnum):
    SCREEN = "screen"
    PHONE = "phone"


@dataclass(frozen=True, slots=True)
class StockLimits:
    """From `plenty` units up there is stock; at most `few` are counted out; older than `fresh` nothing is said."""

    plenty: int = 10
    few: int = 3
    fresh: timedelta = timedelta(minutes=10)
    number_on_screen: timedelta = timedelta(minutes=2)


@dataclass(frozen=True, slots=True)
class StockWords:
    """`as_of_ms` is 0 when nothing is known well enough to date it."""

    words: str
    tone: Tone
    as_of_ms: int


DEFAULT_LIMITS = StockLimits()
IN_STOCK = Words("在庫あり", "In stock")
LOW = Words("残りわずか", "Low stock")
OUT = Words("品切れ", "Out of stock")
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
CHECK_SHELF = Words("在庫は売場でご確認ください", "Please check the shelf")


def stock_words(
    stock: Stock | None,
    now: datetime,
    lang: str,
    surface: Surface,
    *,
    limits: StockLimits = DEFAULT_LIMITS,
) -> StockWords:
    """Stock (None = unknown) at `now` on the store's wall clock -> what the stock table says.

    A screen counts out no number older than two minutes; a delivery whose day is past is not promised.
    """
    age = now - stock.as_of if stock else timedelta.max
    if stock is None or age > limits.fresh or age < -AHEAD:
        return StockWords(CHECK_SHELF.say(lang), Tone.MUTED, 0)
    as_of = millis(stock.as_of)
    if stock.quantity >= limits.plenty:
        return StockWords(IN_STOCK.say(lang), Tone.GREEN, as_of)
    if stock.quantity <= 0:
        return StockWords(_out(stock, now, lang), Tone.INK, as_of)
    if stock.quantity > limits.few or (surface is Surface.SCREEN and age > limits.number_on_screen):
        return StockWords(LOW.say(lang), Tone.INK, as_of)
    return StockWords(f"Only {stock.quantity} left" if lang == "en" else f"あと{stock.quantity}点", Tone.RED, as_of)


def _out(stock: Stock, now: datetime, lang: str) -> str:
    day = stock.next_delivery
    if day is None or day < now.date():
        return OUT.say(lang)
    if lang == "en":
        return f"{OUT.en} (next delivery {day.day} {MONTHS[day.month - 1]})"
    return f"{OUT.ja}(次回入荷 {day.month}/{day.day})"
