"""The lease: its shape, its etag, what is on it and what must not be."""

import hashlib
import json
from collections.abc import Collection, Sequence
from datetime import timedelta
from pathlib import Path

import pytest

from recommender.domain.product import Offer
from recommender.domain.recommendation import Place, Scored
from signage.domain.campaign import Daypart, Flight, Level, Targeting
from tests.signage.controller.conftest import Stage
from tests.signage.controller.shop import BEER, MILK, SODA
from tests.signage.controller.test_next_item import shape

EXAMPLE = json.loads(Path("player/protocol/manifest.json").read_text(encoding="utf-8"))


def spots(stage: Stage, screen_id: str = "entrance") -> set[str]:
    manifest = stage.controller.manifest(screen_id)
    return {item["spot"] for item in (*manifest["items"], *manifest["house"])}


def test_it_has_the_shape_of_the_contract_and_an_etag_of_its_content(stage: Stage) -> None:
    stage.approve("soda", SODA, dayparts=(Daypart(frozenset({0}), 600, 840),))
    manifest = stage.controller.manifest("entrance")
    shape(EXAMPLE, manifest)
    rest = {name: value for name, value in manifest.items() if name != "etag"}
    text = json.dumps(rest, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    assert manifest["etag"] == hashlib.sha256(text.encode()).hexdigest()
    assert manifest["items"][0]["dayparts"] == [{"weekdays": [0], "start_min": 600, "end_min": 840}]


def test_the_etag_changes_with_the_content_only(stage: Stage) -> None:
    first = stage.controller.manifest("entrance")["etag"]
    stage.tick(120)
    assert stage.controller.manifest("entrance")["etag"] == first
    assert type(stage.controller)(stage.rooms).manifest("entrance")["etag"] == first
    stage.approve("soda", SODA)
    stage.controller.campaigns_changed(["ekimae"])
    second = stage.controller.manifest("entrance")["etag"]
    assert second != first
    assert stage.pushed("manifest_changed")[-1]["etag"] == second
    stage.tick(6 * 3600)
    assert stage.controller.manifest("entrance")["lease_until_ms"] - stage.clock().timestamp() * 1000 > 66 * 3.6e6


def test_what_is_not_leased(stage: Stage) -> None:
    now = stage.clock()
    stage.approve("soda", SODA)
    stage.approve("beer", BEER)
    stage.approve("over", flight=Flight(now - timedelta(days=2), now))
    stage.approve("next_week", flight=Flight(now + timedelta(days=7), now + timedelta(days=8)))
    stage.approve("guests", level=Level.MEMBER)
    stage.approve("adults", targeting=Targeting(audience=frozenset({"adults"})))
    stage.approve("out", MILK)
    stage.catalog.stock[MILK] = 0
    leased = spots(stage)
    assert {name for name in leased if name.startswith("spt_")} == {"spt_soda"}
    assert not leased & {"system_moment", "system_pick", "house_member"}
    assert "house_welcome" in leased


def test_restricted_spots_are_leased_where_the_store_allows(stage: Stage) -> None:
    stage.approve("beer", BEER)
    store = stage.rooms.screens.store("ekimae")
    assert store is not None and "spt_beer" not in spots(stage)
    fields = {name: getattr(store, name) for name in store.__dataclass_fields__}
    stage.rooms.screens.save_store(type(store)(**fields | {"restricted_without_camera": True}))
    assert "spt_beer" in spots(stage)
    restricted = {item["spot"]: item["restricted"] for item in stage.controller.manifest("entrance")["items"]}
    assert restricted["spt_beer"] is True


def test_a_leased_card_says_no_stock_and_its_price_only_today(stage: Stage) -> None:
    stage.approve("soda", SODA)
    (item,) = stage.controller.manifest("entrance")["items"]
    (product,) = item["card"]["products"]
    assert (product["stock"]["words"], product["stock"]["as_of_ms"]) == ("在庫は売場でご確認ください", 0)
    assert product["price"]["digits"] == "598"
    midnight = stage.clock() + timedelta(hours=12)  # noon in Tokyo when the test starts
    assert item["end_ms"] == int(midnight.timestamp() * 1000)


def test_a_screen_gets_what_fits_its_shape(stage: Stage) -> None:
    assert {name.split("_")[1] for name in spots(stage, "edge")} >= {"trio", "welcome"}
    assert not [name for name in spots(stage, "edge") if "ranking" in name or "product" in name]
    assert not [name for name in spots(stage, "aisle") if "trio" in name]


def test_the_screens_of_a_store_ask_the_same_question_once(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[object] = []
    top, offers = stage.crowd.top, stage.catalog.offers

    def heard_top(place: Place, limit: int, family: str = "", *, without: Collection[str] = ()) -> list[Scored]:
        asked.append((place, limit, family))
        return top(place, limit, family, without=without)

    def heard_offers(store_id: str, gtins: Sequence[str]) -> dict[str, Offer]:
        asked.append((store_id, *gtins))
        return offers(store_id, gtins)

    stage.approve("soda", SODA)
    first = stage.controller.manifest("entrance")
    monkeypatch.setattr(stage.crowd, "top", heard_top)
    monkeypatch.setattr(stage.catalog, "offers", heard_offers)
    second = stage.controller.manifest("checkout")
    assert not asked
    assert [item["card"] for item in second["items"]] == [item["card"] for item in first["items"]]
    stage.tick(10)
    stage.controller.manifest("checkout")
    assert asked


def test_what_screens_share_is_what_each_would_have_made(stage: Stage) -> None:
    """After an outage a whole store asks at once; every screen's manifest is still its own."""
    stage.approve("soda", SODA)
    stage.approve("milk", MILK)
    screens = [screen.screen_id for screen in stage.rooms.screens.screens("ekimae")]
    together = {screen_id: stage.controller.manifest(screen_id)["etag"] for screen_id in screens}
    alone = {screen_id: type(stage.controller)(stage.rooms).manifest(screen_id)["etag"] for screen_id in screens}
    assert together == alone
    assert len(set(together.values())) == len(screens)
