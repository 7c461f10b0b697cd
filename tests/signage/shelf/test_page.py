"""The product page: what it says in each language and state, what it doesn't do, and how heavy it is."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from recommender.app import Doors
from recommender.domain.event import Event, PriceChanged, StockChanged
from recommender.domain.recommendation import ReasonCode, Scored
from signage.domain.price import TaxRounding
from signage.domain.stock import StockLimits
from signage.shelf.ports import ShelfPorts
from tests.signage.shelf.conftest import make_app
from tests.signage.shelf.history import BEEF, BEER, BREAD, COOKIE, HOSTILE, PAPER, PIZZA, PLAIN, PRODUCTS, SALAD, SODA
from tests.world import START, MovableClock


def text_of(html: str) -> str:
    """What is read: without tags, head and repeated spaces."""
    body = html[html.index("<body") :]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", body))


def body_of(phone: FlaskClient, address: str) -> bytes:
    with phone.get(address) as answer:
        return bytes(answer.data)


def opened(phone: FlaskClient, gtin: str, lang: str = "ja", store: str = "ekimae") -> str:
    answer = phone.get(f"/p/{gtin}?s={store}", headers={"Accept-Language": lang})
    assert answer.status_code == 200
    return answer.text


def stock_is(doors: Doors, quantity: int) -> None:
    doors.record.record(Event("till", f"now-{quantity}", START, StockChanged(PIZZA, "ekimae", quantity, True)))


def test_it_says_what_the_mock_up_says_in_japanese(visitor: FlaskClient) -> None:
    text = text_of(opened(visitor, PIZZA))
    for words in (
        "駅前店 / 冷凍", "絵は商品のイメージです", "冷凍ピザ(プレミアム)", "ナショナルブランド・12 oz・品番 …4071",
        "398円(税込)", "本体 369円(税8%)", "この店に あと2点", "11:59 現在(1分前) 一緒に",
        "商品情報", "冷凍 › 冷凍ピザ・スナック", "メーカー 103(データ上の番号)",
        "アレルゲン 情報がありません。パッケージの表示をご確認ください",
        "価格・在庫は模擬です。", "このページはCookieを使いません。",
    ):  # fmt: skip
        assert words in text


def test_it_says_the_same_in_english(visitor: FlaskClient) -> None:
    text = text_of(opened(visitor, PIZZA, "en"))
    for words in (
        "Station Front / Frozen", "The picture is an illustration", "Frozen pizza, premium", "National brand · 12 oz · No. …4071",
        "¥398 tax incl.", "¥369 before 8% tax", "Only 2 left at this store", "As of 11:59 (1 min ago) Often",
        "Often bought together", "Frozen › Frozen pizza &amp; snacks", "No information. Please check the package",
        "Prices and stock are simulated.",
    ):  # fmt: skip
        assert words in text
    assert not re.search(r"[ぁ-んァ-ヶ一-龥]", text.replace("日本語", ""))


@pytest.mark.parametrize(
    ("quantity", "words", "tone"),
    [(10, "在庫あり", "green"), (4, "残りわずか", "ink"), (1, "この店に あと1点", "red"), (0, "品切れ", "ink")],
)
def test_stock_is_said_by_quantity(phone: FlaskClient, doors: Doors, quantity: int, words: str, tone: str) -> None:
    stock_is(doors, quantity)
    html = opened(phone, PIZZA)
    assert f'class="stock {tone}"' in html
    assert words in html and "12:00 現在(たった今)" in html


def test_an_old_number_is_never_shown(phone: FlaskClient, clock: MovableClock) -> None:
    clock.now += timedelta(minutes=10)
    html = opened(phone, PIZZA)
    assert "在庫は売場でご確認ください" in html and "在庫の情報が10分以上前のものです。" in html
    assert "あと2点" not in html and "現在" not in html


def test_time_is_the_stores_own(phone: FlaskClient, doors: Doors, clock: MovableClock) -> None:
    doors.record.record(Event("till", "elm", clock(), StockChanged(PIZZA, "elm", 30, False)))
    text = text_of(opened(phone, PIZZA, "en", "elm"))
    assert "As of 21:00 (just now)" in text  # the day before in Chicago
    assert "$3.98" in text and "tax" not in text and "simulated" not in text


def test_what_is_weighed_or_unpriced_shows_no_number(visitor: FlaskClient) -> None:
    beef = opened(visitor, BEEF).split("この店で人気")[0]  # the companions have prices
    assert "量り売り" in beef and "税込" not in beef
    assert 'class="price' not in opened(visitor, PLAIN).split("<h2>")[0]


def cards_on(phone: FlaskClient) -> list[str]:
    """GTINs of what goes with the pizza."""
    return re.findall(r'class="card" href="/p/(\d{14})\?s=ekimae"', opened(phone, PIZZA))


def test_what_goes_with_it_can_be_bought_and_told_apart(phone: FlaskClient, doors: Doors) -> None:
    assert cards_on(phone) == [SODA, SALAD, COOKIE]  # not the salad's twin, not the odd shoppers' bread
    doors.record.record(Event("till", "gone", START, StockChanged(SODA, "ekimae", 0, True)))
    assert cards_on(phone) == [SALAD, COOKIE]  # the milk that comes next is sold out too


def test_best_sellers_are_not_called_bought_together(ports: ShelfPorts) -> None:
    class Catalogue:
        """The real one; of what goes with a product, `best_sellers` weren't seen together with it."""

        def __init__(self, *best_sellers: str) -> None:
            self.best_sellers = best_sellers

        def goes_with(self, gtin: str, store_id: str, limit: int) -> list[Scored]:
            found = ports.catalog.goes_with(gtin, store_id, limit)
            popular = ReasonCode.POPULAR_HERE
            return [replace(item, reason=popular) if item.gtin in self.best_sellers else item for item in found]

        def __getattr__(self, name: str) -> object:
            return getattr(ports.catalog, name)

    def phone_with(catalogue: Catalogue) -> FlaskClient:
        return make_app(replace(ports, catalog=catalogue)).test_client()  # type: ignore[arg-type]

    some = phone_with(Catalogue(SODA))
    assert cards_on(some) == [SALAD, COOKIE] and "一緒に買われています" in opened(some, PIZZA)
    none = phone_with(Catalogue(*PRODUCTS))
    assert cards_on(none) == [SODA, SALAD, COOKIE]
    assert "この店で人気" in opened(none, PIZZA) and "一緒に買われています" not in opened(none, PIZZA)


def test_an_unknown_store_is_the_first_one_with_its_name(visitor: FlaskClient) -> None:
    for query in ("", "?s=nowhere", "?s=" + "x" * 5_000, "?s=%00"):
        assert "駅前店" in visitor.get(f"/p/{PIZZA}{query}").text


def test_before_there_is_a_store_it_says_so(ports: ShelfPorts) -> None:
    answer = make_app(replace(ports, stores=list, store=lambda store_id: None)).test_client().get(f"/p/{PIZZA}")
    assert answer.status_code == 503 and "Retry-After" in answer.headers
    assert "お店の準備ができていません" in answer.text


def test_facts_suit_the_product(visitor: FlaskClient) -> None:
    assert "アレルゲン" not in opened(visitor, PAPER) and "原産地" not in opened(visitor, PAPER)
    assert "20歳未満の飲酒は法律で禁止されています" in opened(visitor, BEER)
    assert "20歳未満" not in opened(visitor, PIZZA)
    beside = opened(visitor, BREAD)  # a beer goes with it, and whoever scanned the bread may be a child
    assert BEER not in beside and "20歳未満" not in beside


def test_facts_are_shown_where_they_are_known_and_made_up_ones_are_labelled_once(visitor: FlaskClient) -> None:
    real, sample = text_of(opened(visitor, SALAD)), text_of(opened(visitor, COOKIE))
    assert "原産地 長野県" in real and "アレルゲン なし" in real and "見本" not in real
    assert "原産地 アメリカ" in sample and "アレルゲン 小麦・卵" in sample
    assert sample.count("見本") == 2 and "見本 産地、生産者、アレルゲン、" in sample  # the mark and its sentence
    english = text_of(opened(visitor, COOKIE, "en"))
    assert "Origin United States" in english and "Sample Origin, producer, allergens" in english
    assert "原産地 情報がありません" in text_of(opened(visitor, PIZZA))


def test_what_is_simulated_is_said_once(visitor: FlaskClient) -> None:
    for gtin in PRODUCTS:
        text = text_of(opened(visitor, gtin))
        assert text.count("模擬") <= 1 and text.count("デモ") == 1, gtin
    assert text_of(opened(visitor, PIZZA)).count("価格・在庫は模擬です。") == 1


def test_the_next_delivery_is_told_when_it_is_known(phone: FlaskClient, doors: Doors) -> None:
    empty = StockChanged(PIZZA, "ekimae", 0, True, "2026-11-18")
    doors.record.record(Event("till", "empty", START, empty))
    assert "品切れ(次回入荷 11/18)" in opened(phone, PIZZA)
    assert "Out of stock (next delivery 18 Nov)" in opened(phone, PIZZA, "en")


def test_limits_and_rounding_are_the_retailers(ports: ShelfPorts) -> None:
    limits = StockLimits(plenty=2, few=1, fresh=timedelta(minutes=30))
    phone = make_app(replace(ports, stock_limits=limits, tax_rounding=TaxRounding.UP)).test_client()
    text = text_of(opened(phone, PIZZA))
    assert "在庫あり" in text and "本体 368円(税8%)" in text
    assert "在庫の情報が30分以上前のものです。" not in text_of(opened(phone, BEEF))  # 25 minutes old


def test_a_price_is_struck_through_only_while_it_is_proved(
    phone: FlaskClient, doors: Doors, clock: MovableClock
) -> None:
    for gtin in PRODUCTS:
        html = opened(phone, gtin)
        assert not re.search(r"<(s|del|strike)\b", html) and "通常価格" not in html and "お買得" not in html

    def was(days: int, amount: int) -> str:
        told = PriceChanged(PIZZA, "ekimae", amount, "JPY", simulated=True)
        doors.record.record(Event("erp", f"was-{days}", START - timedelta(days=days), told))
        return opened(phone, PIZZA)

    short = was(10, 498)
    assert '<p class="usual">お買得</p>' in short and "<s>" not in short
    long = was(60, 498)
    assert '<p class="usual">当店通常価格 <s>498円(税込)</s> <span>9/21〜11/16</span></p>' in long
    assert "Our usual price <s>¥498 tax incl.</s>" in opened(phone, PIZZA, "en")
    clock.tick(28 * 24 * 3600)
    assert "<s>" not in opened(phone, PIZZA) and "お買得" in opened(phone, PIZZA)


def test_a_product_with_hostile_words_is_only_words(visitor: FlaskClient) -> None:
    html = opened(visitor, HOSTILE) + opened(visitor, HOSTILE, "en")
    assert html.count("<script") == 2 == html.count('<script type="application/ld+json">')  # data, and of each page one
    assert "<img src=x" not in html and '"><b>x' not in html
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in html and "{{ 7*7 }}" in html


def test_the_switch_keeps_the_page_and_the_choice(visitor: FlaskClient) -> None:
    html = opened(visitor, PIZZA)
    assert 'href="?s=ekimae&amp;lang=en"' in html
    english = visitor.get(f"/p/{PIZZA}?s=ekimae&lang=en", headers={"Accept-Language": "ja"})
    assert "Only 2 left" in english.text and english.headers["Content-Language"] == "en"
    assert f'href="/p/{SODA}?s=ekimae&amp;lang=en"' in english.text


@pytest.mark.parametrize(
    ("accept", "lang"),
    [("", "ja"), ("fr", "ja"), ("fr, en;q=0.3", "en"), ("en-GB", "en"), ("ja, en", "ja"), (";;q=x", "ja")],
)
def test_the_browsers_language_decides(visitor: FlaskClient, accept: str, lang: str) -> None:
    answer = visitor.get(f"/p/{PIZZA}", headers={"Accept-Language": accept})
    assert f'<html lang="{lang}">' in answer.text
    assert "Accept-Language" in answer.headers["Vary"]


def test_a_shorter_spelling_leads_to_the_one_address(visitor: FlaskClient) -> None:
    answer = visitor.get(f"/p/{PIZZA[1:]}?s=elm&lang=en")
    assert (answer.status_code, answer.headers["Location"]) == (307, f"/p/{PIZZA}?s=elm&lang=en")


def test_it_is_light_sets_no_cookie_and_asks_nobody_else(visitor: FlaskClient) -> None:
    visitor.set_cookie("shelfcast_me", "a-session", path="/")
    answer = visitor.get(f"/p/{PIZZA}?s=ekimae")
    assert "Set-Cookie" not in answer.headers and "a-session" not in answer.text
    assert "Cookie" not in answer.headers["Vary"]
    loaded = re.findall(r'<link[^>]* href="([^"]+)"', answer.text)
    weight = len(answer.data) + sum(len(body_of(visitor, address)) for address in loaded)
    assert len(loaded) == 3 and weight < 60_000
    assert not re.findall(r'(?:src|href|action)="(?!/|\?)', answer.text)
    assert (
        "<script" not in answer.text.replace('<script type="application/ld+json">', "")
        and "style=" not in answer.text
        and "<style" not in answer.text
    )
    assert "'unsafe" not in answer.headers["Content-Security-Policy"]
    assert answer.headers["Cache-Control"] == "no-store"


def test_what_it_loads_may_be_kept(visitor: FlaskClient) -> None:
    html = opened(visitor, PIZZA)
    for address in re.findall(r'<link[^>]* href="([^"]+)"', html):
        with visitor.get(address) as answer:
            assert "max-age=31536000" in answer.headers["Cache-Control"]
