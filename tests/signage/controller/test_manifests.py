"""The lease: its shape, its etag, what is on it and what must not be."""

import hashlib
import json
from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine

from recommender.domain.product import Offer
from recommender.domain.recommendation import Place, Scored
from signage.controller.leasing import shares
from signage.domain.calendar import week_number
from signage.domain.campaign import CampaignState, Daypart, Distance, Flight, Level, OnHolidays, Targeting
from signage.domain.clock import millis
from signage.domain.content import PLAIN, MediaKind
from signage.storage.campaign_rows import CampaignSpot
from signage.storage.creatives import Creative, Creatives, CreativeState, Served
from tests.signage.controller.conftest import Stage
from tests.signage.controller.shop import BEER, MILK, SODA
from tests.signage.controller.test_next_item import shape
from tests.signage.decide.making import spot

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


def windows(stage: Stage, screen_id: str = "entrance") -> dict[str, list[tuple[int, int]]]:
    """By spot: hours from now at which its items begin and end, 0 = without one."""
    now = stage.clock().timestamp() * 1000
    found: dict[str, list[tuple[int, int]]] = {}
    for item in stage.controller.manifest(screen_id)["items"]:
        hours = [round((item[name] - now) / 3.6e6) if item[name] else 0 for name in ("start_ms", "end_ms")]
        found.setdefault(item["spot"], []).append((hours[0], hours[1]))
    return found


@pytest.mark.parametrize("hours_after_midnight", [0, 0.5, 3, 23.9])
def test_todays_prices_are_leased_from_the_first_minute_of_the_day(stage: Stage, hours_after_midnight: float) -> None:
    stage.clock.tick(
        (12 + hours_after_midnight) * 3600
    )  # from noon in Tokyo; leases begin at 21:00, 3:00, 9:00 and 15:00
    manifest, now = stage.controller.manifest("entrance"), stage.clock().timestamp() * 1000
    priced = [item for item in (*manifest["items"], *manifest["house"]) if (item["card"] or {}).get("products")]
    assert priced
    assert all(0 < item["end_ms"] - now <= 24 * 3.6e6 for item in priced)


def test_a_takeover_of_the_lease_has_the_screen_to_itself(stage: Stage) -> None:
    """A player knows no levels: everything weaker is leased around it."""
    now = stage.clock()
    stage.approve("open", flight=Flight(now, now + timedelta(hours=30)))
    stage.approve("ever")
    stage.approve("short", flight=Flight(now + timedelta(hours=5), now + timedelta(hours=6)))
    stage.approve("fair", level=Level.TAKEOVER, flight=Flight(now + timedelta(hours=4), now + timedelta(hours=8)))
    stage.approve("fire", level=Level.EMERGENCY, flight=Flight(now + timedelta(hours=6), now + timedelta(hours=7)))
    assert windows(stage) == {
        "spt_fire": [(6, 7)], "spt_fair": [(4, 6), (7, 8)], "spt_open": [(0, 4), (8, 30)], "spt_ever": [(0, 4), (8, 0)],
    }  # fmt: skip
    stage.approve("now", level=Level.EMERGENCY)
    stage.controller.campaigns_changed([])
    assert set(windows(stage)) == {"spt_fire", "spt_now"}, "one without an end leaves nothing else"


def test_a_takeover_with_hours_leaves_the_other_hours(stage: Stage) -> None:
    now = stage.clock()  # noon in Tokyo
    part = Daypart(frozenset(range(7)), 22 * 60, 60)
    flight = Flight(now, now + timedelta(hours=24))
    stage.approve("late", level=Level.TAKEOVER, flight=flight, dayparts=(part,))
    stage.approve("ever")
    assert windows(stage)["spt_ever"] == [(0, 10), (13, 0)]


def test_holidays_and_weeks_are_leased_as_plain_weekdays(stage: Stage) -> None:
    """23 November 2026, a Monday, is Labour Thanksgiving Day: a lease from the Saturday before sees all of it."""
    stage.tick(timedelta(days=5).total_seconds())
    off = Daypart(frozenset({5, 6}), 600, 840, OnHolidays.ALSO)
    work = Daypart(frozenset(range(5)), 600, 840, OnHolidays.NEVER)
    this_week = week_number(stage.clock().date()) % 2
    stage.approve("off", dayparts=(off,))
    stage.approve("work", dayparts=(work,))
    stage.approve("weeks", dayparts=(Daypart(frozenset({0, 6}), 0, 1440, every_weeks=2, week=this_week),))
    stage.approve("never", dayparts=(Daypart(frozenset({0}), 0, 1440, every_weeks=2, week=this_week),))
    items = {item["spot"]: item["dayparts"] for item in stage.controller.manifest("entrance")["items"]}
    assert {spot: part["weekdays"] for spot, (part,) in items.items()} == {
        "spt_off": [0, 5, 6], "spt_work": [1, 4], "spt_weeks": [6],
    }  # fmt: skip


def test_of_competitors_a_lease_holds_one_and_they_take_turns(stage: Stage) -> None:
    for name in ("ours", "theirs"):
        stage.approve(name, competitor="beer")
    stage.approve("tea", competitor="tea")
    leased = []
    for _ in range(8):
        (chosen,) = spots(stage) & {"spt_ours", "spt_theirs"}
        assert "spt_tea" in spots(stage)
        leased.append(chosen)
        stage.tick(6 * 3600)
    assert set(leased) == {"spt_ours", "spt_theirs"}
    stage.approve("strong", competitor="beer", level=Level.GUARANTEED)
    stage.controller.campaigns_changed([])
    assert spots(stage) & {"spt_ours", "spt_theirs", "spt_strong"} == {"spt_strong"}


def test_a_condition_on_the_price_is_leased_until_midnight(stage: Stage) -> None:
    stage.approve("cheap", gtins=(SODA,), price_at_most=598)
    stage.approve("cheaper", gtins=(SODA,), price_at_most=597)
    stage.approve("near", targeting=Targeting(distance=Distance.NEAR))
    assert windows(stage) == {"spt_cheap": [(0, 12)]}


def test_an_edit_while_a_screen_is_offline_changes_its_next_lease(stage: Stage) -> None:
    """It goes on with the lease that it holds; the next one holds the new version only, and the old plays still count."""
    stage.approve("old", dayparts=(Daypart(frozenset(range(7)), 0, 1440),))
    first = stage.controller.manifest("entrance")
    stage.move("old", CampaignState.WITHDRAWN)
    campaign = stage.campaigns.get("cmp_old", None)
    stage.campaigns.edit(replace(campaign, dayparts=()), None, "usr", stage.clock())
    stage.controller.campaigns_changed([])
    assert "spt_old" not in spots(stage), "a draft is on no lease"
    for state in (CampaignState.SUBMITTED, CampaignState.APPROVED):
        stage.move("old", state)
    stage.controller.campaigns_changed([])
    (item,) = stage.controller.manifest("entrance")["items"]
    assert (item["spot"], item["dayparts"]) == (first["items"][0]["spot"], [])
    assert first["etag"] != stage.controller.manifest("entrance")["etag"]


def test_a_screen_gets_what_fits_its_shape(stage: Stage) -> None:
    assert {name.split("_")[1] for name in spots(stage, "edge")} >= {"trio", "welcome"}
    assert not [name for name in spots(stage, "edge") if "ranking" in name or "product" in name]
    assert not [name for name in spots(stage, "aisle") if "trio" in name]


def test_each_screen_gets_its_own_file_of_a_creative_and_none_after_it_expired(stage: Stage, engine: Engine) -> None:
    creatives, now = Creatives(engine), stage.clock()
    for name, of, size in (("wide", "", (1920, 1080)), ("tall", "wide", (1080, 1920))):
        made = Creative(name, "秋.png", MediaKind.IMAGE, CreativeState.UPLOADED, "", now, "0" * 64, variant_of=of)
        creatives.add(made, "")
        creatives.ready(name, Served(name[0] * 64, "image/webp", 9, *size, 0, ""))
    creatives.describe(
        "wide", None, "", now, name="秋", language="", expires_at=now + timedelta(hours=1), framing=PLAIN
    )  # fmt: skip
    spot_id = stage.approve("autumn", spots=(CampaignSpot("spt_autumn", "秋", 10_000, creative_id="wide"),))
    for screen_id, sha256 in (("entrance", "w" * 64), ("aisle", "t" * 64)):
        [item] = [one for one in stage.controller.manifest(screen_id)["items"] if one["spot"] == spot_id]
        assert (item["creative"]["sha256"], item["end_ms"]) == (sha256, millis(now + timedelta(hours=1)))
        shown = stage.next(screen_id, cached=frozenset({sha256}))["item"]
        assert (shown["spot"], shown["creative"]["sha256"]) == (spot_id, sha256)
    assert spot_id not in spots(stage, "edge")
    stage.tick(3600)
    assert spot_id not in spots(stage, "entrance")


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


def test_shares_that_a_player_keeps_alone() -> None:
    """Of voice: in equal parts to a campaign's spots. Of a store's own: only where their turns would give them more."""
    voice = [spot(f"v{n}", Level.GUARANTEED, campaign_id="voice", goal_share=8) for n in range(2)]
    own = [spot(f"o{n}", campaign_id=f"own{n}", own_percent=20) for n in range(2)]
    chain = [spot(f"c{n}", campaign_id=f"c{n}") for n in range(8)]
    house = [spot("h", Level.HOUSE, own_percent=20)]
    assert shares([*voice, *own, *chain[:4], *house]) == {"v0": 0.04, "v1": 0.04, "o0": 0.1, "o1": 0.1}
    assert shares([*own, *chain]) == {}
    assert shares(own) == {"o0": 0.1, "o1": 0.1}
    assert shares([]) == {}
