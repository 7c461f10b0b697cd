"""A screen is public: whatever the reason, whoever the guest, it says the public words, true prices and no old number."""

import json
from dataclasses import replace

import pytest

from recommender.domain.recommendation import Affinity, ReasonCode, Scored
from signage.controller.loop import Controller
from signage.domain.decision import Reason
from signage.domain.stock import StockLimits
from signage.domain.words import IN_STUDIO, ON_PHONE, ON_SCREEN, private, public, studio
from tests.signage.controller.conftest import Stage
from tests.signage.controller.shop import BANANA, BREAD, MILK, PIZZA, SODA, TWIN

DETAIL = "9 days"
PRIVATE = {
    text for reason, words in ON_PHONE.items() if reason is not Reason.SPONSORED for text in (words.ja, words.en)
}


@pytest.mark.parametrize("reason", ReasonCode)
@pytest.mark.parametrize("screen_id", ["entrance", "aisle", "edge", "dairy"])
def test_no_reason_is_told_on_a_screen_as_on_the_phone(stage: Stage, screen_id: str, reason: ReasonCode) -> None:
    stage.controller.greet(
        screen_id, Affinity(tuple(Scored(g, 0.9, reason, DETAIL) for g in (MILK, BREAD, SODA)), "m1")
    )
    shown = [*stage.pushed("show", screen_id), *(stage.next(screen_id) for _ in range(4))]
    told = json.dumps(shown, ensure_ascii=False)
    assert [text for text in (*PRIVATE, DETAIL) if text in told] == []
    lang = "en" if screen_id == "dairy" else "ja"
    said = {
        product["reason"] for show in shown if show["item"]["guest"] for product in show["item"]["card"]["products"]
    }
    assert said == {public(reason, lang)}


@pytest.mark.parametrize("reason", Reason)
def test_each_reason_has_its_words_for_each_reader(reason: Reason) -> None:
    for lang in ("ja", "en"):
        assert public(reason, lang) not in PRIVATE
        assert studio(reason, lang) and studio(reason, lang, "9") != studio(reason, lang)
        assert private(reason, lang) == (ON_PHONE[reason].say(lang) if reason in ON_PHONE else "")
    assert {Reason(code) for code in ReasonCode} <= ON_PHONE.keys() <= ON_SCREEN.keys() == IN_STUDIO.keys()


def test_a_price_is_shown_whole_or_not_at_all_and_beside_none_that_is_not_proved(stage: Stage) -> None:
    for name, gtin in (("milk", MILK), ("banana", BANANA)):
        stage.approve(name, gtin)
    prices = {}
    for _ in range(30):
        for product in stage.next()["item"]["card"]["products"]:
            prices[product["gtin"]] = product["price"]
            assert set(product) == {
                "gtin", "name", "short", "sub", "family", "tint", "deep", "pictogram", "letter", "reason", "price", "stock",
            }  # fmt: skip
            assert set(product["price"]) == {
                "digits",
                "unit",
                "tax",
                "words",
                "raised_cents",
                "label",
                "usual",
                "dates",
            }
    assert prices[MILK]["digits"] == "598" and prices[MILK]["words"] == prices[MILK]["usual"] == ""
    assert {k: v for k, v in prices[BANANA].items() if v} == {"words": "量り売り"}


def test_no_card_of_any_screen_has_two_products_that_read_alike(stage: Stage) -> None:
    items = tuple(Scored(gtin, 0.9, ReasonCode.DUE_AGAIN) for gtin in (PIZZA, TWIN, MILK))
    stage.controller.greet("aisle", Affinity(items, "m1"))
    shown = stage.pushed("show", "aisle") + [stage.next(screen) for screen in ("aisle", "edge", "checkout") * 12]
    lists = [show["item"]["card"]["products"] for show in shown if show["item"]["card"]]
    assert any(len(products) > 2 for products in lists)
    for products in lists:
        words = [(product["name"], product["sub"]) for product in products]
        assert len(set(words)) == len(words)


def test_the_limits_of_stock_words_are_the_retailers(stage: Stage) -> None:
    stage.approve("soda", SODA)
    stage.catalog.stock[SODA] = 4
    strict = Controller(replace(stage.rooms, stock_limits=StockLimits(plenty=4, few=2)))
    said = set()
    for controller in (stage.controller, strict):
        for turn in range(6):
            stage.tick(10)
            item = controller.next_item("entrance", f"s{turn}", None)["item"]
            said |= {p["stock"]["words"] for p in item["card"]["products"] if p["gtin"] == SODA}
    assert said == {"残りわずか", "在庫あり"}
