"""Prices, stock and reasons as every surface prints them."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recommender.domain.product import Price, PriceKind, Stock
from recommender.domain.recommendation import ReasonCode
from signage.domain.audience import AudienceClass, AudienceSnapshot, AudienceSource, CameraState, classify
from signage.domain.decision import Reason
from signage.domain.families import UNKNOWN, read_families
from signage.domain.price import price_words, without_tax
from signage.domain.stock import CHECK_SHELF, Surface, Tone, stock_words
from signage.domain.words import IN_STUDIO, ON_SCREEN, private, public, second_line, studio

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


def test_only_currencies_with_cents_raise_them() -> None:
    assert price_words(price(399, "USD"), PriceKind.EACH, "en").raised_cents
    assert not price_words(price(399), PriceKind.EACH, "en").raised_cents


@pytest.mark.parametrize(("amount", "percent", "before"), [(598, 8, 554), (398, 8, 369), (110, 10, 100), (1, 8, 1)])
def test_before_tax(amount: int, percent: int, before: int) -> None:
    assert without_tax(amount, percent) == before


@given(st.integers(1, 10**7), st.sampled_from([8, 10]))
def test_adding_the_tax_rounded_down_comes_within_one_unit(amount: int, percent: int) -> None:
    before = without_tax(amount, percent)
    assert 0 <= before * (100 + percent) // 100 - amount <= 1


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
    stock = Stock(quantity, NOW - timedelta(seconds=age_s))
    said = [stock_words(stock, NOW, lang, surface, next_delivery=date(2026, 11, 23)) for lang in ("ja", "en")]
    assert [(words.words, words.tone) for words in said] == [(ja, tone), (en, tone)]


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
    assert studio("popular_here", "en", "5 weeks") == "This store, 4 weeks (5 weeks)"
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
