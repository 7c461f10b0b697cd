"""Cards drawn from the shipped tables: a seed in, JSON as the controller sends it out, every price length and stock word."""

import csv
import random
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from functools import cache

from recommender.domain.product import Price, PriceKind, Stock
from recommender.domain.usual_price import Sale, Unproved, Usual
from signage.bundle.find import path
from signage.controller.cards import ILLUSTRATION, LAST_FOUR_WEEKS, SEE_SHELF, SEE_STOCK
from signage.controller.qr import qr
from signage.domain.decision import Reason
from signage.domain.families import Families, read_families
from signage.domain.price import price_words
from signage.domain.stock import Surface, stock_words
from signage.domain.words import ON_SCREEN, legal, second_line
from tests.player.samples import Json, card

NOW = datetime(2100, 1, 1, tzinfo=UTC)  # ahead of the page's clock, so that no stock gets old
SIZES = ("", "12 oz", "1 GA", "16.9 oz", "22 lb", "100 CT")
REASONS = (Reason.ROTATION, Reason.POPULAR_HERE, Reason.DUE_AGAIN, Reason.GOES_WITH, Reason.REDUCED, Reason.SPONSORED)
LAWS: tuple[set[str], ...] = (set(), set(), set(), {"alcohol"}, {"tobacco"})
LINK = "https://shop.example.co.jp/01/02000010000029?s=ekimae"
PLACES = {"ja": ("", "3番通路・左", "12番通路・右奥"), "en": ("", "Aisle 3, left", "Aisle 12, far right")}


@cache
def table(name: str) -> list[dict[str, str]]:
    return list(csv.DictReader(path("assets", name).read_text("utf-8").splitlines()))


@cache
def families() -> Families:
    return read_families(path("assets", "families.csv").read_text("utf-8"))


def sales(amount: int) -> list[Sale]:
    """An offer with its usual price, of as many digits at least, and one without a proof."""
    usual = Usual(amount * 3 // 2 + 1, NOW - timedelta(days=66), NOW - timedelta(days=10), NOW + timedelta(days=18))
    return [Sale(NOW - timedelta(days=10), usual=usual), Sale(NOW, unproved=Unproved.TOO_SHORT)]


def product(draw: random.Random, lang: str, *, strip: bool) -> Json:
    """Any type's name with any category's tile; a price of 1 to 6 digits, by weight or none, the usual one beside some;
    any stock in store."""
    kind, category = draw.choice(table("types.csv")), draw.choice(table("categories.csv"))
    family = families()[category["family"]]
    amount = draw.randrange(10 ** (length := draw.randint(0, 5)), 10 ** (length + 1))
    currency = draw.choice(["JPY", "JPY", "USD"]) if lang == "en" else "JPY"
    price = None if draw.random() < 0.1 else Price(amount, currency, NOW, sale=draw.choice([None, *sales(amount)]))
    known = draw.choice(["number", "number", "number", "old", "none"])
    age = timedelta(minutes=11 if known == "old" else 0)
    stock = None if known == "none" else Stock(draw.choice([1, 2, 3, 4, 9, 10, 250]), NOW - age)
    return {
        "gtin": f"0{draw.randrange(10**13):013d}",
        "name": kind[f"name_{lang}"],
        "short": category["name_en" if lang == "en" else "short_ja"],
        "sub": second_line(draw.choice(["national", "private"]), draw.choice(SIZES), lang, short=strip),
        "family": family.name(lang), "tint": family.tint, "deep": family.deep,
        "pictogram": category["pictogram"], "letter": family.letter(lang),
        "reason": ON_SCREEN[draw.choice(REASONS)].say(lang),
        "price": asdict(price_words(price, PriceKind(category["price_kind"]), lang, NOW)),
        "stock": asdict(stock_words(stock, NOW, lang, Surface.SCREEN)),
    }  # fmt: skip


def product_cards(count: int, lang: str, seed: int, *, strip: bool) -> list[Json]:
    """One product each, far and near."""
    draw = random.Random(seed)
    cards = [
        card(
            "product", lang, [product(draw, lang, strip=strip)],
            qr=qr(LINK, SEE_STOCK.say(lang)), place=draw.choice(PLACES[lang]), near=draw.random() < 0.7,
            legal=legal(draw.choice(LAWS), "JPY", lang), image_note=ILLUSTRATION.say(lang),
        )
        for _ in range(count)
    ]  # fmt: skip
    for one in cards:
        if one["legal"]:  # the law's line needs their room
            one["products"][0]["price"]["dates"] = ""
    return cards


def shelf_cards(count: int, lang: str, seed: int, *, strip: bool) -> list[Json]:
    """Rankings and threes, as the controller titles them."""
    draw = random.Random(seed)
    cards = []
    for number in range(count):
        ranked = number % 2 == 0
        goods = [product(draw, lang, strip=strip) | {"reason": ""} for _ in range(5 if ranked else 3)]
        title = (
            ("人気ランキング" if lang == "ja" else "Best sellers")
            if ranked
            else "冷凍コーナー"
            if lang == "ja"
            else "Frozen food"
        )
        around = (
            {"title": title, "basis": LAST_FOUR_WEEKS.say(lang)} if ranked else {"qr": qr(LINK, SEE_SHELF.say(lang))}
        )
        cards.append(card("ranking" if ranked else "trio", lang, goods, **around))
    return cards
