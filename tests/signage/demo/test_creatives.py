"""The demo shops' own content: enough of it, in both languages, with products that the store really sells."""

from datetime import UTC, datetime
from pathlib import Path

import pandas as pd
import pytest

from signage.bundle.find import path
from signage.demo.creatives import IDEAS, SEASONS, creatives
from signage.demo.places import ABROAD, JAPAN, SHELF_OF, STORES, screens
from signage.demo.week import IDEAS as WEEK
from signage.demo.week import campaigns, flight_of
from signage.domain.campaign import Level, Restriction
from signage.domain.content import Card, Template
from signage.domain.families import read_families
from signage.domain.place import Store, Zone
from signage.storage.campaign_rows import Campaign

NOW = datetime(2026, 11, 22, tzinfo=UTC)
FAMILIES = read_families(path("assets", "families.csv").read_text("utf-8"))


def sellers(*, leave: int = 1000) -> pd.DataFrame:
    """A store that sells three sizes of everything that an idea needs; only the first `leave` rows of it."""
    needs = [need for idea in IDEAS for need in idea.needs]
    rows = [(f"{need.category} {need.named}", need.category, need.named or need.category.title()) for need in needs]
    rows += [(f"{idea.category} {idea.named}", idea.category, idea.named or "Anything") for idea in WEEK]
    table = [(f"{name} {size}", category, word, "national", size) for name, category, word in rows for size in "abc"]
    frame = pd.DataFrame(table[:leave], columns=["gtin", "category", "name_en", "brand", "size"])
    return frame.drop_duplicates(ignore_index=True)


def made(store: Store, shop: pd.DataFrame, now: datetime = NOW) -> list[Campaign]:
    return list(creatives(store, shop, now, flight_of(now)))


def cards(found: list[Campaign]) -> list[Card]:
    return [spot.card for campaign in found for spot in campaign.spots if spot.card]


@pytest.mark.parametrize("store", STORES)
def test_at_least_twelve_at_the_house_level_each_in_both_languages(store: Store) -> None:
    found = made(store, sellers())
    assert len(found) >= 12
    assert {campaign.level for campaign in found} == {Level.HOUSE}
    assert len({campaign.campaign_id for campaign in found}) == len(found)
    for card in cards(found):
        assert card.title_ja and card.title_en
        assert bool(card.body_ja) == bool(card.body_en) and bool(card.tag_ja) == bool(card.tag_en)
    assert {campaign.name for campaign in found if store is ABROAD and not campaign.name.isascii()} == set()


def test_every_zone_has_some_and_the_checkout_dishes_and_services() -> None:
    found = made(JAPAN, sellers())
    by_zone = {zone: [c for c in found if zone in c.targeting.zones] for zone in Zone}
    assert all(len(here) >= 3 for here in by_zone.values())
    assert {card.template for card in cards(by_zone[Zone.CHECKOUT])} == {
        Template.RECIPE, Template.SERVICE, Template.NOTICE
    }  # fmt: skip
    assert {card.template for card in cards(by_zone[Zone.SHELF])} == {Template.TRIO}
    (edge,) = [screen for screen in screens(JAPAN) if screen.zone is Zone.SHELF]
    assert SHELF_OF in edge.tags and SHELF_OF in FAMILIES


def test_a_dish_or_a_shelf_without_its_products_is_left_out() -> None:
    everything, little = made(JAPAN, sellers()), made(JAPAN, sellers(leave=0))
    gone = {card.template for card in cards(everything)} - {card.template for card in cards(little)}
    assert gone == {Template.RECIPE, Template.TRIO}
    for campaign in everything:
        assert len(set(campaign.gtins)) == len(campaign.gtins)


def test_the_season_follows_the_stores_month() -> None:
    titles = []
    for month in (1, 4, 7, 10):
        found = made(JAPAN, sellers(), datetime(2026, month, 15, tzinfo=UTC))
        titles += [c.spots[0].card.title_ja for c in found if c.campaign_id.endswith("season") and c.spots[0].card]
    assert titles == [idea.title[0] for idea in SEASONS]


def test_tiles_are_families_and_pictograms_that_are_shipped() -> None:
    shipped = Path("assets/manifest.toml").read_text("utf-8")
    for idea in (*IDEAS, *SEASONS):
        assert not idea.family or idea.family in FAMILIES
        assert not idea.pictogram or f'"pictograms/{idea.pictogram}.svg"' in shipped


def test_six_campaigns_tell_a_week_and_beer_keeps_the_age_rule() -> None:
    week = list(campaigns(JAPAN, sellers(), flight_of(NOW)))
    assert len(week) == 6 and {campaign.level for campaign in week} == {Level.OPEN}
    assert [c.restriction for c in week if "beer" in c.campaign_id] == [Restriction.ALCOHOL]
    hours = [part.start_min // 60 for campaign in week for part in campaign.dayparts]
    assert sorted(hours) == [6, 13, 16]  # morning, tea time, evening
    all_day = [campaign for campaign in week if not campaign.dayparts]
    assert all(Zone.ENTRANCE in campaign.targeting.zones for campaign in week)
    assert len(all_day) >= 3  # the entrance is never without one
    spots = [campaign.spots[0] for campaign in week]
    assert [spot.card.title_ja for spot in spots if spot.card] == [idea.name_ja for idea in WEEK]
    assert [spot.card.title_en for spot in spots if spot.card] == [idea.name_en for idea in WEEK]
