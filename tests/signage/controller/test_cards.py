"""The cards that a screen is sent: dishes with live prices, notices, and shelves that show their own goods."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from signage.controller.house import CAMERA, house_spots
from signage.domain.campaign import Level
from signage.domain.clock import millis
from signage.domain.content import Card, Template
from signage.domain.place import Orientation, Screen, Zone
from signage.storage.campaign_rows import CampaignSpot
from tests.signage.controller.conftest import Stage
from tests.signage.controller.shop import BANANA, BREAD, MILK, PIZZA, SODA, TEA, WATER
from tests.world import EDGE

DISH = Card(
    Template.RECIPE, family="bread", pictogram="sandwich", tag_ja="今夜の献立", tag_en="Tonight's menu",
    title_ja="フレンチトースト", title_en="French toast", body_ja="約15分\n2人分", body_en="15 minutes",
)  # fmt: skip


def shown(stage: Stage, screen: str, wanted: Callable[[dict[str, Any]], bool], tries: int = 60) -> list[dict[str, Any]]:
    """The items among the next ones that are wanted."""
    return [item for _ in range(tries) if wanted(item := stage.next(screen)["item"])]


def approve(stage: Stage, card: Card, *gtins: str, **changes: Any) -> None:
    stage.approve("own", spots=(CampaignSpot("spt_own", "own", 10_000, card=card),), gtins=gtins, **changes)


def test_a_dish_stands_over_its_products_with_todays_price_and_stock(stage: Stage) -> None:
    approve(stage, DISH, MILK, BREAD, BANANA)
    stage.catalog.stock[BREAD] = 2
    items = shown(stage, "checkout", lambda item: item["spot"] == "spt_own", 12)
    card = items[0]["card"]
    assert len({tuple(product["gtin"] for product in item["card"]["products"]) for item in items}) == 1 < len(items)
    assert (card["template"], card["title"], card["tag"]) == ("recipe", "フレンチトースト", "今夜の献立")
    assert card["lines"] == ["約15分", "2人分"]
    assert card["picture"] == {"pictogram": "sandwich", "tint": "#F7E8D3", "deep": "#6A3E12", "letter": "パ"}
    assert [item["gtin"] for item in card["products"]] == [MILK, BREAD, BANANA]  # in the dish's own order, always
    assert card["products"][1]["stock"]["words"] == "あと2点"
    assert card["products"][2]["price"]["words"] == "量り売り"


def test_a_dish_leaves_the_screens_when_one_of_its_products_is_sold_out(stage: Stage) -> None:
    approve(stage, DISH, MILK, BREAD)
    assert shown(stage, "checkout", lambda item: item["spot"] == "spt_own", 6)
    stage.catalog.stock[MILK] = 0
    stage.controller.stock_changed("ekimae", MILK, 0)
    assert shown(stage, "checkout", lambda item: item["spot"] == "spt_own", 20) == []


def test_house_content_of_the_store_is_leased_as_such_and_its_prices_hold_for_today(stage: Stage) -> None:
    approve(stage, DISH, MILK, BREAD, level=Level.HOUSE)
    manifest = stage.controller.manifest("aisle")
    (leased,) = [item for item in manifest["house"] if item["spot"] == "spt_own"]
    assert 0 < leased["end_ms"] - millis(stage.clock()) <= 24 * 3600 * 1000


def test_an_advertisement_says_so_whatever_its_label(stage: Stage) -> None:
    approve(stage, DISH, MILK, BREAD, sponsored=True)
    card = shown(stage, "checkout", lambda item: item["spot"] == "spt_own")[0]["card"]
    assert card["tag"] == "広告"


def test_the_camera_notice_is_a_sign_with_its_qr(stage: Stage) -> None:
    card = shown(stage, "entrance", lambda item: item["spot"] == CAMERA)[0]["card"]
    assert (card["template"], card["tag"]) == ("notice", "お知らせ")
    assert card["qr"]["size"] > 20 and card["picture"]["pictogram"] == "camera"


def test_a_ranking_has_five_rows_with_brand_and_size_short(stage: Stage) -> None:
    items = shown(stage, "aisle", lambda item: item["spot"] == "house_ranking", 80)
    (card, *_) = [item["card"] for item in items]
    assert len(card["products"]) == 5
    assert [item["sub"] for item in card["products"][:2]] == ["12 oz・NB", "12 oz・PB"]


def test_a_tagged_shelf_shows_the_goods_of_its_family_and_they_take_turns(stage: Stage) -> None:
    stage.rooms.screens.save_screen(replace(EDGE, screen_id="cold", tags=frozenset({"drinks"})), stage.clock())
    cards = [item["card"] for item in shown(stage, "cold", lambda item: item["card"]["template"] == "trio", 12)]
    assert {product["gtin"] for card in cards for product in card["products"]} == {SODA, WATER, TEA}
    assert len(cards) >= 3


def test_an_untagged_shelf_shows_what_sells(stage: Stage) -> None:
    plain = Screen("plain", "ekimae", "棚", Zone.SHELF, 1920, 360)
    assert plain.orientation is Orientation.STRIP
    stage.rooms.screens.save_screen(plain, stage.clock())
    cards = [item["card"] for item in shown(stage, "plain", lambda item: item["card"]["template"] == "trio", 20)]
    assert PIZZA in {product["gtin"] for card in cards for product in card["products"]}


def test_in_an_english_store_its_own_spots_have_english_names(stage: Stage) -> None:
    rooms = stage.rooms
    store = rooms.screens.store("ekimae")
    assert store is not None
    screens = rooms.screens.screens("ekimae")
    for language, ascii_only in (("en", True), ("ja", False)):
        spots = house_spots(replace(store, language=language), screens, rooms.crowd, rooms.families, stage.clock())
        assert {spot.name.isascii() for spot in spots} == {ascii_only}, [spot.name for spot in spots]
