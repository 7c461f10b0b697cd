"""Prices, stock and reasons as every surface prints them."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recommender.domain.product import Price, PriceKind, Stock
from recommender.domain.recommendation import ReasonCode
from recommender.domain.usual_price import Sale, Unproved, Usual
from signage.domain.audience import AudienceClass, AudienceSnapshot, AudienceSource, CameraState, classify
from signage.domain.decision import Reason
from signage.domain.families import UNKNOWN, read_families
from signage.domain.price import TaxRounding, price_words, sale_words, without_tax
from signage.domain.stock import CHECK_SHELF, StockLimits, Surface, Tone, stock_words
from signage.domain.words import IN_STUDIO, ON_SCREEN, legal, private, public, second_line, studio

NOW = datetime(2026, 11, 21, 6, 2, tzinfo=UTC)


def price(amount: int, currency: str = "JPY") -> Price:
    return Price(amount, currency, NOW)


@pytest.mark.parametrize(
    ("value", "kind", "lang", "text"),
    [
        (price(598), PriceKind.EACH, "ja", "598円(税込)"),
        (price(1480), PriceKind.EACH, "ja", "1,480円(税込)"),
        (price(598), PriceKind.EACH, "en", "¥598 tax incl."),
        (price(399, "USD"), PriceKind.EACH, "en", "$3.99"),
        (price(5, "USD"), PriceKind.EACH, "ja", "$0.05"),
        (price(1250, "CHF"), PriceKind.EACH, "en", "CHF 12.50"),
        (None, PriceKind.WEIGHT, "ja", "量り売り"),
        (None, PriceKind.WEIGHT, "en", "Sold by weight"),
        (price(98), PriceKind.WEIGHT, "ja", "98円(税込)"),
        (None, PriceKind.EACH, "ja", ""),
        (price(598), PriceKind.NONE, "ja", ""),
    ],
)
def test_a_price_in_one_line(value: Price | None, kind: PriceKind, lang: str, text: str) -> None:
    assert price_words(value, kind, lang).text == text


def test_a_price_stands_beside_the_usual_one_while_that_is_proved() -> None:
    here = datetime(2026, 11, 21, 23, 30, tzinfo=ZoneInfo("Asia/Tokyo"))
    cut = datetime(2026, 11, 14, 15, tzinfo=UTC)  # midnight in Tokyo
    proved = Sale(cut, usual=Usual(698, cut - timedelta(days=49), cut, cut + timedelta(days=21)))
    value = Price(598, "JPY", cut, sale=proved)
    ja, en = (price_words(value, PriceKind.EACH, lang, here) for lang in ("ja", "en"))
    assert (ja.text, ja.label, ja.usual, ja.dates) == ("598円(税込)", "当店通常価格", "698円(税込)", "9/27〜11/14")
    assert (en.label, en.usual, en.dates) == (
        "Our usual price",
        "¥698 tax incl.",
        "27\u00a0Sep\u00a0–\u00a014\u00a0Nov",
    )
    assert sale_words(value, here, "ja") == "当店通常価格 698円 と比較して表示します(12/6 まで実績あり)"
    paper = price_words(value, PriceKind.EACH, "ja")
    assert (paper.label, paper.usual, paper.dates) == ("", "", ""), "nobody takes it off paper when it lapses"
    weighed = price_words(value, PriceKind.NONE, "ja", here)
    assert (weighed.label, weighed.usual) == ("", "")


@pytest.mark.parametrize("why", Unproved)
def test_without_a_proof_it_is_an_offer_and_the_studio_says_why(why: Unproved) -> None:
    lapsed = Usual(698, NOW - timedelta(days=60), NOW - timedelta(days=30), NOW)
    sale = Sale(NOW - timedelta(days=30), usual=lapsed) if why is Unproved.LAPSED else Sale(NOW, unproved=why)
    value = Price(598, "JPY", NOW, sale=sale)
    for lang, label, only in (("ja", "お買得", "比較はしません"), ("en", "Special price", "with no comparison")):
        words = price_words(value, PriceKind.EACH, lang, NOW)
        assert (words.label, words.usual, words.dates) == (label, "", "")
        assert only in sale_words(value, NOW, lang)
    assert len({sale_words(Price(1, "JPY", NOW, sale=Sale(NOW, unproved=one)), NOW, "ja") for one in Unproved}) == 4
    later = NOW + timedelta(weeks=8)
    assert price_words(value, PriceKind.EACH, "ja", later).label == sale_words(value, later, "ja") == ""


def test_only_currencies_with_cents_raise_them() -> None:
    assert price_words(price(399, "USD"), PriceKind.EACH, "en").raised_cents
    assert not price_words(price(399), PriceKind.EACH, "en").raised_cents


@pytest.mark.parametrize(("amount", "percent", "before"), [(598, 8, 554), (398, 8, 369), (110, 10, 100), (1, 8, 1)])
def test_before_tax(amount: int, percent: int, before: int) -> None:
    assert without_tax(amount, percent) == before


@pytest.mark.parametrize(
    ("rounding", "amount", "percent", "before"),
    [
        (TaxRounding.DOWN, 107, 8, 100), (TaxRounding.DOWN, 106, 8, 99),
        (TaxRounding.UP, 107, 8, 99), (TaxRounding.UP, 108, 8, 100),
        (TaxRounding.NEAREST, 106, 8, 98), (TaxRounding.NEAREST, 108, 8, 100),
    ],
)  # fmt: skip
def test_the_rounding_is_the_retailers(rounding: TaxRounding, amount: int, percent: int, before: int) -> None:
    assert without_tax(amount, percent, rounding) == before


@given(st.integers(100, 10**7), st.sampled_from([8, 10]), st.sampled_from(TaxRounding))
def test_the_tax_added_again_comes_within_one_unit(amount: int, percent: int, rounding: TaxRounding) -> None:
    taxes = {
        TaxRounding.DOWN: lambda net: net * percent // 100,
        TaxRounding.UP: lambda net: -(-net * percent // 100),
        TaxRounding.NEAREST: lambda net: (2 * net * percent + 100) // 200,
    }
    before = without_tax(amount, percent, rounding)
    assert abs(before + taxes[rounding](before) - amount) <= 1


@pytest.mark.parametrize(
    ("quantity", "age_s", "surface", "ja", "en", "tone"),
    [
        (10, 0, Surface.SCREEN, "在庫あり", "In stock", Tone.GREEN),
        (9, 0, Surface.SCREEN, "残りわずか", "Low stock", Tone.INK),
        (4, 0, Surface.PHONE, "残りわずか", "Low stock", Tone.INK),
        (3, 0, Surface.PHONE, "あと3点", "Only 3 left", Tone.RED),
        (2, 120, Surface.SCREEN, "あと2点", "Only 2 left", Tone.RED),
        (2, 121, Surface.SCREEN, "残りわずか", "Low stock", Tone.INK),
        (2, 599, Surface.PHONE, "あと2点", "Only 2 left", Tone.RED),
        (0, 0, Surface.PHONE, "品切れ(次回入荷 11/23)", "Out of stock (next delivery 23 Nov)", Tone.INK),
        (50, 601, Surface.PHONE, CHECK_SHELF.ja, CHECK_SHELF.en, Tone.MUTED),
        (50, -60, Surface.PHONE, CHECK_SHELF.ja, CHECK_SHELF.en, Tone.MUTED),
    ],
)
def test_stock_in_words(quantity: int, age_s: int, surface: Surface, *, ja: str, en: str, tone: Tone) -> None:
    stock = Stock(quantity, NOW - timedelta(seconds=age_s), next_delivery=date(2026, 11, 23))
    said = [stock_words(stock, NOW, lang, surface) for lang in ("ja", "en")]
    assert [(words.words, words.tone) for words in said] == [(ja, tone), (en, tone)]


@pytest.mark.parametrize(("day", "words"), [(21, "品切れ(次回入荷 11/21)"), (20, "品切れ")])
def test_a_delivery_that_is_past_is_not_promised(day: int, words: str) -> None:
    tokyo = NOW.astimezone(ZoneInfo("Asia/Tokyo"))
    stock = Stock(0, NOW, next_delivery=date(2026, 11, day))
    assert stock_words(stock, tokyo, "ja", Surface.PHONE).words == words


def test_the_limits_are_the_retailers() -> None:
    limits = StockLimits(plenty=5, few=1, fresh=timedelta(minutes=30))
    said = {
        (n, age): stock_words(Stock(n, NOW - timedelta(minutes=age)), NOW, "ja", Surface.PHONE, limits=limits).words
        for n, age in ((5, 0), (4, 29), (2, 0), (1, 29), (1, 31))
    }
    assert list(said.values()) == ["在庫あり", "残りわずか", "残りわずか", "あと1点", CHECK_SHELF.ja]
    # whatever a level is believed for, a screen counts out none that is older than two minutes
    old = Stock(1, NOW - timedelta(minutes=3))
    assert stock_words(old, NOW, "ja", Surface.SCREEN, limits=limits).words == "残りわずか"


def test_unknown_stock_shows_no_number() -> None:
    unknown = stock_words(None, NOW, "ja", Surface.PHONE)
    assert (unknown.words, unknown.tone, unknown.as_of_ms) == (CHECK_SHELF.ja, Tone.MUTED, 0)


@given(st.integers(0, 1000), st.integers(-10_000, 10_000), st.sampled_from(Surface), st.sampled_from(["ja", "en"]))
def test_an_old_number_is_never_counted_out(quantity: int, age_s: int, surface: Surface, lang: str) -> None:
    words = stock_words(Stock(quantity, NOW - timedelta(seconds=age_s)), NOW, lang, surface)
    if any(letter.isdigit() for letter in words.words):
        assert age_s <= (120 if surface is Surface.SCREEN else 600)
        assert words.words in (f"あと{quantity}点", f"Only {quantity} left")


def test_every_reason_has_words_and_a_screens_never_tell_a_purchase() -> None:
    assert set(ON_SCREEN) == set(IN_STUDIO) == set(Reason)
    assert {Reason(code) for code in ReasonCode} <= set(Reason)
    assert public("due_again", "ja") == "本日のおすすめ"
    assert private("due_again", "ja") == "そろそろいかがですか"
    assert studio("due_again", "ja", "平均9日") == "購入間隔から(平均9日)"
    assert studio("reduced", "en", "10 %") == "Price cut (proved) (10 %)"
    for words in ON_SCREEN.values():
        assert not any(hint in words.ja + words.en for hint in ("そろそろ", "前回", "bought", "restock", "last shop"))
    with pytest.raises(ValueError, match="nonsense"):
        public("nonsense", "ja")


@pytest.mark.parametrize(
    ("brand", "size", "lang", "short", "line"),
    [
        ("national", "12 oz", "ja", False, "ナショナルブランド・12 oz"),
        ("private", "", "ja", False, "プライベートブランド"),
        ("national", "22 lb", "ja", True, "22 lb・NB"),
        ("national", "12 oz", "en", False, "National brand · 12 oz"),
        ("Maker 103", "", "en", False, "Maker 103"),
    ],
)
def test_the_second_line(brand: str, size: str, lang: str, short: bool, line: str) -> None:
    assert second_line(brand, size, lang, short=short) == line


def test_families_come_from_their_table_and_an_unknown_one_is_grey() -> None:
    families = read_families(Path("assets/families.csv").read_text(encoding="utf-8"))
    assert len(families) == 14
    drinks = families["drinks"]
    assert (drinks.name("ja"), drinks.tint, drinks.deep, drinks.letter("ja")) == ("飲料", "#DDF3F0", "#0B5A55", "飲")
    assert families["no such family"] is UNKNOWN
    with pytest.raises(KeyError):
        read_families("family,name_ja\nx,y")


@pytest.mark.parametrize(
    ("bands", "expected"),
    [
        ({"adult": 2}, AudienceClass.ADULTS),
        ({"adult": 1, "senior": 1}, AudienceClass.MIXED),
        ({"senior": 1}, AudienceClass.SENIORS),
        ({"adult": 2, "child": 1}, AudienceClass.CHILD),
        ({"adult": 2, "possible_child": True}, AudienceClass.CHILD),
        ({"unknown": 2}, AudienceClass.UNKNOWN),  # a camera that only counts
        ({"adult": 1, "unknown": 1}, AudienceClass.ADULTS),
        ({}, AudienceClass.NOBODY),
        ({"adult": 1, "camera": CameraState.COVERED}, AudienceClass.UNKNOWN),
        ({"adult": 1, "taken_at": NOW - timedelta(seconds=4)}, AudienceClass.UNKNOWN),
    ],
)
def test_the_bucket_of_an_audience(bands: dict, expected: AudienceClass) -> None:
    nobody = {
        "screen_id": "s", "taken_at": NOW, "sequence": 1, "source": AudienceSource.CAMERA, "facing": 0, "near": 0,
        "arrived": 0, "left": 0, "child": 0, "adult": 0, "senior": 0, "unknown": 0, "possible_child": False,
        "confidence": 0.9, "dwell_under_2": 0, "dwell_2_to_10": 0, "dwell_over_10": 0, "attention_s": 0.0, "fps": 15.0,
        "lag_ms": 50, "camera": CameraState.OK,
    }  # fmt: skip
    present = sum(count for band, count in bands.items() if band in ("child", "adult", "senior", "unknown"))
    assert classify(AudienceSnapshot(**nobody | {"present": present} | bands), NOW) is expected


@pytest.mark.parametrize(
    ("classes", "currency", "ja"),
    [
        ({"none", "medicine"}, "JPY", ""),
        ({"none", "alcohol"}, "JPY", "20歳未満の飲酒は法律で禁止されています"),
        ({"alcohol"}, "USD", "お酒は法律で定められた年齢から"),
        (
            {"tobacco", "alcohol"},
            "JPY",
            "20歳未満の飲酒は法律で禁止されています。20歳未満の喫煙は法律で禁止されています",
        ),
    ],
)
def test_what_the_law_wants_said(classes: set[str], currency: str, ja: str) -> None:
    assert legal(classes, currency, "ja") == ja
    english = legal(classes, currency, "en")
    assert bool(english) == bool(ja) and ("Japan" in english) == (currency == "JPY" and bool(ja))
