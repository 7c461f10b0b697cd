"""What is known of a product, on its page and for programs: facts, lots, other stores, schema.org."""

import json
import re
from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.signage.shelf.history import BEEF, COOKIE, HOSTILE, PAPER, PIZZA, SALAD, SODA
from tests.signage.shelf.test_page import opened, text_of

DATA = re.compile(r'<script type="application/ld\+json">(.*?)</script>', re.S)


def data_of(phone: FlaskClient, gtin: str, lang: str = "ja", more: str = "") -> list[dict[str, Any]]:
    html = phone.get(f"/p/{gtin}?s=ekimae{more}", headers={"Accept-Language": lang}).text
    [text] = DATA.findall(html)
    said = json.loads(text)
    assert said["@context"] == "https://schema.org"
    graph: list[dict[str, Any]] = said["@graph"]
    return graph


def test_everything_that_is_known_is_said_in_both_languages(visitor: FlaskClient) -> None:
    text = text_of(opened(visitor, SALAD))
    for words in (
        "生産者 しなの農園", "原産地 長野県", "栄養成分表示 100gあたり", "熱量 14 kcal", "食塩相当量 0.02 g", "食物繊維 1.1 g",
        "りんごのサラダ", "2人分・約10分", "りんごを薄く切る。", "レビュー 平均 4.5(5点満点)・2件", "★★★★☆ 5点満点の4点",
        "2026年10月2日 · 公式アプリ",
    ):  # fmt: skip
        assert words in text, words
    assert (
        "飽和脂肪酸" not in text and "見本" not in text
    )  # what nobody told isn't said, what is real isn't called a sample
    html = opened(visitor, SALAD, "en")
    assert "Serves 2 · about 10 min" in html and "4.5 out of 5 · 2" in html
    assert (
        "<p lang=ja>しゃきしゃきです&lt;/script&gt;&lt;b&gt;</p>" in html
    )  # a review stays in its own language, and says so


def test_what_is_known_in_one_language_only_is_said_in_that_one(visitor: FlaskClient) -> None:
    html = visitor.get(f"/p/{COOKIE}?lot=OLD", headers={"Accept-Language": "en"}).text
    assert "<dd lang=ja>見本製菓</dd>" in html
    assert "1 Nov 2026 (past)" in html and "<strong>Sample</strong>" in html


def test_other_stores_say_what_they_have_with_its_time(visitor: FlaskClient) -> None:
    text = text_of(opened(visitor, PIZZA))
    assert "ほかの店舗では 本通り店 残りわずか 11:59 現在(1分前) 428円" in text
    assert "エルム通り店" not in text  # in another currency
    assert "ほかの店舗では" not in text_of(opened(visitor, SODA))  # 25 minutes old, and no price: nothing to say
    assert f'href="/p/{PIZZA}?s=hondori"' in opened(visitor, PIZZA)


def test_programs_read_product_and_offer(visitor: FlaskClient) -> None:
    [product] = data_of(visitor, PIZZA)
    uri = f"http://localhost/01/{PIZZA}"
    assert (product["@type"], product["gtin"], product["@id"]) == ("Product", PIZZA, uri)
    assert product["offers"] == {
        "@type": "Offer", "url": f"{uri}?s=ekimae", "price": "398", "priceCurrency": "JPY",
        "seller": {"@type": "GroceryStore", "name": "駅前店"}, "availability": "https://schema.org/LimitedAvailability",
        "description": "価格・在庫は模擬です。",
    }  # fmt: skip
    html = visitor.get(f"/p/{PIZZA}?s=elm").text
    assert json.loads(DATA.findall(html)[0])["@graph"][0]["offers"]["price"] == "3.98"


def test_programs_are_told_no_number_that_people_are_not(visitor: FlaskClient) -> None:
    assert "offers" not in data_of(visitor, BEEF)[0]  # by weight, and its stock is old
    [paper] = data_of(visitor, PAPER)
    assert paper["offers"]["availability"].endswith("LimitedAvailability") and "countryOfOrigin" not in paper


def test_programs_read_facts_recipe_and_reviews(visitor: FlaskClient) -> None:
    product, recipe = data_of(visitor, SALAD, "en", "&lot=L/7")
    told = {one["name"]: one["value"] for one in product["additionalProperty"]}
    assert (told["Lot"], told["Best before"], told["Energy"]) == ("L/7", "2026-11-20", 14)
    assert product["aggregateRating"]["ratingValue"] == 4.5 and product["review"][0]["reviewBody"].endswith(
        "</script><b>"
    )
    assert (product["countryOfOrigin"], product["manufacturer"]["name"]) == ("Ibaraki", "Shinano Farm")
    assert recipe["recipeInstructions"][1] == {"@type": "HowToStep", "text": "Toss."} and recipe["totalTime"] == "PT10M"
    assert "made-up" in data_of(visitor, COOKIE, "en")[0]["description"]


@pytest.mark.parametrize("gtin", [HOSTILE, SALAD])
def test_no_text_ends_the_block_of_data(visitor: FlaskClient, gtin: str) -> None:
    [block] = DATA.findall(opened(visitor, gtin))
    assert not set("<>&'") & set(block)
    assert json.loads(block)["@graph"]
