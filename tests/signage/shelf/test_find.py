"""A product found by hand: by the number under the bars, however it is typed, or by words; and what is said otherwise."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from flask.testing import FlaskClient
from playwright.sync_api import Page, expect

from signage.shelf.ports import ShelfPorts
from tests.signage.shelf.conftest import HONDORI, make_app
from tests.signage.shelf.history import HOSTILE, MILK, PIZZA, SALAD
from tests.signage.shelf.test_browser import SMALL_TARGETS, TOO_WIDE, keep, open_phone  # noqa: F401 - a fixture

WIDE = {ord(letter): ord(letter) - ord("!") + 0xFF01 for letter in "0123456789-"}  # as a Japanese keyboard has them
FIELD = {"ja": "商品の名前、またはバーコードの下の番号", "en": "Product name, or the number under the bars"}
SEARCH = {"ja": "検索する", "en": "Search"}


def found(visitor: FlaskClient, text: str, lang: str = "ja", store: str = "ekimae") -> str:
    answer = visitor.get("/p", query_string={"q": text, "s": store, "lang": lang})
    assert answer.status_code == 200
    return answer.text


@pytest.mark.parametrize("typed", [
    PIZZA, PIZZA[1:], f" {PIZZA[1]} {PIZZA[2:8]} {PIZZA[8:]} ", f"{PIZZA[1:7]}-{PIZZA[7:]}",
    f"{PIZZA[1:7]}ー{PIZZA[7:]}", PIZZA.translate(WIDE),
])  # fmt: skip
def test_a_number_leads_to_its_page(visitor: FlaskClient, typed: str) -> None:
    answer = visitor.get("/p", query_string={"q": typed, "s": "hondori", "lang": "en"})
    assert (answer.status_code, answer.headers["Location"]) == (303, f"/p/{PIZZA}?s=hondori&lang=en")


@pytest.mark.parametrize(("typed", "ja", "en"), [
    (PIZZA[:-1] + "2", "番号の最後の1桁が合っていません", "last digit of the code"),
    ("123456", "桁数が合っていません", "It doesn&#39;t have"),
    ("4901234567894", "この店の商品台帳に載っていない番号です", "not in the store&#39;s catalog"),
])  # fmt: skip
def test_a_wrong_number_is_said_at_the_field(visitor: FlaskClient, typed: str, ja: str, en: str) -> None:
    for lang, words in (("ja", ja), ("en", en)):
        page = found(visitor, typed, lang)
        assert words in page and f'value="{typed}"' in page and 'aria-invalid="true" aria-describedby="why"' in page


def test_words_list_products_with_price_and_stock_of_the_store(visitor: FlaskClient) -> None:
    page = found(visitor, "サラダ")
    assert (
        "「サラダ」の商品:1件" in page and f'href="/p/{SALAD}?s=ekimae&amp;lang=ja"' in page
    )  # the twin reads the same
    assert "248円" in page and "11:59 現在" in page and "価格・在庫は模擬です" in page
    assert "$2.48" in found(visitor, "salad", "en", "elm")
    assert f"/p/{MILK}" in found(visitor, "牛乳")  # it is sold out, and that is worth knowing
    for spelt in ("ｻﾗﾀﾞ", "さらだ", "サラダ\u200b", "\u3000サラダ\tみっくす"):
        assert f"/p/{SALAD}" in found(visitor, spelt), spelt


def test_looking_through_all_names_keeps_nobody_waiting(ports: ShelfPorts) -> None:
    elsewhere: list[object] = []

    def offload(work: Callable[[], list[object]]) -> list[object]:
        elsewhere.extend(work())
        return elsewhere

    phone = make_app(replace(ports, offload=offload)).test_client()
    assert SALAD in phone.get("/p?q=salad").text and elsewhere
    elsewhere.clear()
    phone.get(f"/p?q={PIZZA}"), phone.get("/p?q=123456"), phone.get("/p")
    assert elsewhere == []


def test_what_is_not_found_says_what_else_to_do(visitor: FlaskClient) -> None:
    page = found(visitor, "なっとう")
    assert "「なっとう」は見つかりません" in page and "別の言葉や、短い言葉" in page
    for link in ('href="/me?lang=ja"', 'href="/p?s=elm&amp;q=%E3%81%AA', 'href="?s=ekimae&amp;q=%E3%81%AA'):
        assert link in page


@pytest.mark.parametrize(("count", "folded"), [(8, False), (300, True)])
def test_a_chains_many_stores_are_folded_away_and_all_there(ports: ShelfPorts, count: int, folded: bool) -> None:
    chain = [replace(HONDORI, store_id=f"store-{number}") for number in range(count + 1)]
    phone = make_app(replace(ports, stores=lambda: chain, store=lambda _name: chain[0])).test_client()
    page = phone.get("/p").text
    assert page.count('href="/p?s=store-') == count
    assert ("<details open>" in page, "<details>" in page) == (not folded, folded)


@pytest.mark.parametrize("typed", [
    "<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "%_%", "\0", "' OR 1=1 --", "{text}", "{{7*7}}",
    "𠮷" * 200, "\u202e",
])  # fmt: skip
def test_hostile_words_are_only_words(visitor: FlaskClient, typed: str) -> None:
    page = found(visitor, typed)
    assert "<script" not in page and "<img src=x" not in page and "49" not in page.partition('class="finder"')[2][:900]
    assert "\u202e" not in page and "\0" not in page
    assert "<b>x" not in found(visitor, "alert") and HOSTILE in found(visitor, "alert")


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_an_unknown_code_is_no_dead_end_without_script(
    open_phone: Callable[..., Page],  # noqa: F811
    public_address: str,
    lang: str,
) -> None:
    page = open_phone(lang)
    page.goto(f"{public_address}/01/4901234567894?s=elm")
    field = page.get_by_label(FIELD[lang])
    for width in (320, 390, 1280):
        page.set_viewport_size({"width": width, "height": 844})
        assert not page.evaluate(TOO_WIDE) and page.evaluate(SMALL_TARGETS) == []
    page.set_viewport_size({"width": 390, "height": 844})
    keep(page, f"unknown_{lang}")
    field.fill("milk")
    page.get_by_role("button", name=SEARCH[lang]).click()
    page.wait_for_url(f"{public_address}/p?q=milk&s=elm")
    for width in (195, 390):  # the first: a phone that shows everything twice as large
        page.set_viewport_size({"width": width, "height": 844})
        assert not page.evaluate(TOO_WIDE) and page.evaluate(SMALL_TARGETS) == []
    keep(page, f"found_{lang}")
    page.get_by_role("link", name={"ja": "牛乳", "en": "Milk"}[lang]).click()
    expect(page.get_by_role("heading", level=1)).to_have_text({"ja": "牛乳", "en": "Milk"}[lang])
    page.get_by_role("link", name={"ja": "商品をさがす", "en": "Find a product"}[lang]).click()
    field.fill("12345678")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_be_visible()
    keep(page, f"wrong_{lang}")
