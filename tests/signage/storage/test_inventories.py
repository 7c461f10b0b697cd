"""Campaigns as spots, inventories by version, records that age."""

import random
from datetime import timedelta

import pytest
from hypothesis import given
from sqlalchemy import Engine

from signage.decide import record
from signage.decide.choose import decide
from signage.domain.campaign import CampaignState, Flight, Inventory, Level
from signage.domain.content import Card, Media, MediaKind, Template
from signage.settings import Settings
from signage.storage.campaign_rows import Campaign, CampaignSpot
from signage.storage.campaigns import Campaigns
from signage.storage.decisions import Decisions, put_decision
from signage.storage.enforcing import Retention
from signage.storage.inventories import Inventories, dump_spots, make_inventory, parse_spots, put_inventory
from signage.storage.retention import lines
from signage.storage.schema import creatives, users
from tests.signage.decide.making import NEUTRAL, NOW, inventories, spot
from tests.world import World

GTIN = "02000010000012"


@given(inventories)
def test_spots_survive_storage(stock: Inventory) -> None:
    assert parse_spots(dump_spots(stock.spots)) == stock.spots


@given(inventories)
def test_a_version_names_content_and_store(stock: Inventory) -> None:
    one = make_inventory("ekimae", stock.spots)
    assert one.version == make_inventory("ekimae", parse_spots(dump_spots(stock.spots))).version
    assert one.version != make_inventory("elm", stock.spots).version
    assert one.version != make_inventory("ekimae", (*stock.spots, spot("more"))).version


def test_sets_are_stored_in_one_order() -> None:
    chance = random.Random(3)
    tags = [f"t{n}" for n in range(20)]
    texts = set()
    for _ in range(5):
        chance.shuffle(tags)
        aim = type(spot("a").targeting)(tags=frozenset(tags))
        texts.add(dump_spots([spot("a", targeting=aim)]))
    assert len(texts) == 1


@pytest.fixture
def campaigns(engine: Engine, world: World) -> Campaigns:
    with engine.begin() as connection:
        connection.execute(
            users.insert().values(id="usr", email="a@b", name="A", password_hash="-", role="admin", created_at=0)
        )
        for name, state in (("ready", "ready"), ("waiting", "processing")):
            connection.execute(
                creatives.insert().values(
                    id=f"crt_{name}", name=f"{name}.png", kind="image", state=state, sha256="a" * 64,
                    mime="image/webp", size=10, width=1920, height=1080, created_at=0,
                )
            )  # fmt: skip
    return Campaigns(engine)


def add(campaigns: Campaigns, name: str, *states: CampaignState, **changes: object) -> None:
    spots = (
        CampaignSpot(f"{name}_file", "", 10_000, creative_id="crt_ready"),
        CampaignSpot(f"{name}_waiting", "", 10_000, creative_id="crt_waiting"),
        CampaignSpot(f"{name}_card", "card", 8_000, card=Card(Template.PRODUCT, gtin=GTIN)),
    )
    plain = {"level": Level.OPEN, "store_id": "", "spots": spots, "gtins": (GTIN, "02000010000029")} | changes
    campaigns.add(Campaign(name, name, **plain), "usr", NOW)  # type: ignore[arg-type]
    for state in states:
        campaigns.move(name, state, campaigns.get(name, None).revision, None, by="usr", now=NOW)


def test_what_a_store_could_show(engine: Engine, campaigns: Campaigns) -> None:
    add(campaigns, "live", CampaignState.SUBMITTED, CampaignState.APPROVED)
    add(campaigns, "paused", CampaignState.SUBMITTED, CampaignState.APPROVED, CampaignState.PAUSED)
    add(campaigns, "draft")
    add(campaigns, "own", store_id="ekimae")
    add(campaigns, "other", store_id="elm")
    add(campaigns, "ended", CampaignState.SUBMITTED, CampaignState.APPROVED, CampaignState.ENDED)
    old = Flight(NOW - timedelta(days=30), NOW - timedelta(days=8))
    add(campaigns, "old", CampaignState.SUBMITTED, CampaignState.APPROVED, flight=old)
    found = {one.spot_id: one for one in Inventories(engine).campaign_spots(["ekimae"], NOW)["ekimae"]}
    assert set(found) == {f"{name}_{kind}" for name in ("live", "paused", "draft", "own") for kind in ("file", "card")}
    file, card = found["live_file"], found["live_card"]
    assert file.content == Media("crt_ready", MediaKind.IMAGE, "a" * 64, "image/webp", 1920, 1080, "ready.png", 10)
    assert (file.name, card.name, card.gtins) == ("live", "card", (GTIN, "02000010000029"))
    states = {
        name: (found[f"{name}_card"].approved, found[f"{name}_card"].paused) for name in ("live", "paused", "draft")
    }
    assert states == {"live": (True, False), "paused": (True, True), "draft": (False, False)}


def test_each_version_is_stored_once_and_the_latest_is_known(engine: Engine) -> None:
    store = Inventories(engine)
    assert store.load("nothing") is None and store.latest("ekimae") is None
    first, second = make_inventory("ekimae", [spot("a")]), make_inventory("ekimae", [spot("b")])
    for minutes, version in enumerate((first, second, first)):
        with engine.begin() as connection:
            put_inventory(connection, version, NOW + timedelta(minutes=minutes))
    assert store.load(second.version) == second
    assert store.latest("ekimae") == first
    assert store.latest("elm") is None


def test_records_age_and_take_their_inventories_along(engine: Engine) -> None:
    old, new = make_inventory("ekimae", [spot("a")]), make_inventory("ekimae", [spot("b")])
    decisions = [decide(stock, NEUTRAL, seed=1, decision_id=name) for stock, name in ((old, "d1"), (new, "d2"))]
    with engine.begin() as connection:
        put_inventory(connection, old, NOW - timedelta(days=100))
        put_inventory(connection, new, NOW - timedelta(days=100))
        for decision in decisions:
            put_decision(connection, decision, record.dump(decision))
    retention = Retention(engine, lines(Settings()))
    gone = retention.enforce(NOW)
    assert (gone["decisions"], gone["inventories"]) == (0, 0)
    assert Inventories(engine).load(old.version) == old
    assert Decisions(engine).get("d1") == record.dump(decisions[0])
    assert len(Decisions(engine).recent("entrance", 5)) == 2
    gone = retention.enforce(NOW + timedelta(days=91))
    assert (gone["decisions"], gone["inventories"]) == (2, 2)
    assert Decisions(engine).get("d1") is None
    assert Inventories(engine).load(old.version) is None
