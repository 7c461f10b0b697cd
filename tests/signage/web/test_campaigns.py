"""Campaigns in the studio: the form, what it refuses, stores kept apart, forecast and why not."""

import html
import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from signage.domain.calendar import runs_on
from signage.domain.campaign import CampaignState, Daypart, Distance, Flight, Level, OnHolidays, Targeting
from signage.domain.content import Card, Template
from signage.domain.place import Orientation
from signage.storage.campaign_rows import Campaign
from signage.storage.users import Role
from tests.signage.web.campaigns import CARD, creative, form, made, move
from tests.signage.web.conftest import MILK, PIZZA, Studio, post

WEEKDAYS = Daypart(frozenset(range(5)), 600, 840)


def test_the_form_says_all_of_it(studio_app: Studio) -> None:
    client = studio_app.logged_in(Role.EDITOR)
    campaign = made(
        studio_app, client, stores=["ekimae"], zones=["entrance"], weekdays=["0", "1", "2", "3", "4"], from_time="10:00",
        to_time="14:00", start="2026-11-21T10:00", end="2026-11-30T18:00", audience="adults", cap_per_hour="6",
        goal_plays="400", restriction="alcohol", sponsored="y", level="guaranteed", gtin=MILK[1:],
    )  # fmt: skip
    assert campaign.flight == Flight(datetime(2026, 11, 21, 1, tzinfo=UTC), datetime(2026, 11, 30, 9, tzinfo=UTC))
    assert campaign.dayparts == (WEEKDAYS,)
    assert campaign.targeting == Targeting(
        stores=frozenset({"ekimae"}), zones=frozenset({"entrance"}), audience=frozenset({"adults"})
    )
    assert (campaign.gtins, campaign.level, campaign.cap_per_hour, campaign.goal_plays) == (
        (MILK,),
        Level.GUARANTEED,
        6,
        400,
    )
    assert campaign.sponsored and campaign.restriction == "alcohol" and campaign.state is CampaignState.DRAFT
    page = client.get(f"/studio/campaigns/{campaign.campaign_id}/edit").text
    assert 'value="2026-11-21T10:00"' in page and 'value="14:00"' in page


def test_the_form_says_the_rarer_conditions_too(studio_app: Studio) -> None:
    client = studio_app.logged_in(Role.EDITOR)
    campaign = made(
        studio_app, client, stores=["ekimae"], weekdays=["5", "6"], holidays="also", every_weeks="2",
        start="2026-11-21T10:00", end="2026-12-30T18:00", distance="near", price_at_most="398", price_cut="y",
        price_proved="y", competitor=" ＢＥＥＲ  cans ", cap_per_loop="1", cap_per_guest="2", goal_share="25", level="guaranteed",
        tags=["drinks"], orientations=["portrait"], gtin=MILK,
    )  # fmt: skip
    (part,) = campaign.dayparts
    assert (part.holidays, part.every_weeks, part.weekdays) == (OnHolidays.ALSO, 2, frozenset({5, 6}))
    assert runs_on(part, date(2026, 11, 21), "JP") and not runs_on(part, date(2026, 11, 28), "JP")
    assert (campaign.price_at_most, campaign.price_cut, campaign.competitor) == (398, True, "beer cans")
    assert campaign.price_proved
    assert (campaign.cap_per_loop, campaign.cap_per_guest, campaign.goal_share) == (1, 2, 25)
    aim = campaign.targeting
    assert (aim.distance, aim.tags, aim.orientations) == (Distance.NEAR, {"drinks"}, {Orientation.PORTRAIT})
    page = client.get(f"/studio/campaigns/{campaign.campaign_id}/edit").text
    assert re.search(r'<input checked[^>]*value="near"', page) and 'value="398"' in page and 'value="beer cans"' in page
    assert re.search(r'value="drinks" checked', page) and re.search(r"<option selected value=.also", page)
    fields = form(campaign.spots[0].creative_id) | {"revision": "1", "stores": ["elm"], "price_at_most": "3.99"}
    path = f"/studio/campaigns/{campaign.campaign_id}/edit"
    assert post(client, path, fields | {"gtin": MILK}).status_code == 302
    assert studio_app.ports.storage.campaigns.get(campaign.campaign_id, None).price_at_most == 399, "in cents"


def test_a_clock_over_words_of_ones_own(studio_app: Studio) -> None:
    client = studio_app.logged_in(Role.EDITOR)
    words = {"title_ja": "本日ポイント5倍", "title_en": "Points ×5 today"}
    campaign = made(studio_app, client, what="clock", creatives=[], gtin="no such product", **words)
    assert [spot.card for spot in campaign.spots] == [Card(Template.CLOCK, **words)]
    assert campaign.gtins == (), "what a product field still holds doesn't matter"
    page = client.get(f"/studio/campaigns/{campaign.campaign_id}/edit").text
    assert 'value="本日ポイント5倍"' in page and re.search(r'<input checked[^>]*value="clock"', page)
    assert "Clock" in client.get(f"/studio/campaigns/{campaign.campaign_id}").text
    cards = client.get("/v1/studio/preview", query_string={"store": "ekimae"} | words).json["cards"]
    assert (cards["ja"]["entrance"]["template"], cards["en"]["shelf"]["title"]) == ("clock", "Points ×5 today")
    fields = form("", what="clock", creatives=[], title_ja="長" * 27)
    assert "at most 26 characters" in post(client, "/studio/campaigns/new", fields).text


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"creatives": []}, "Choose at least one creative."),
        ({"name": ""}, "Enter a name."),
        ({"length_s": "3"}, "within the range"),
        ({"start": "2026-11-21T10:00"}, "both ends of the flight"),
        ({"start": "2026-11-21T10:00", "end": "2026-11-20T10:00"}, "ends before it starts"),
        ({"start": "2026-11-21T10:00", "end": "2031-11-25T10:01"}, "five years at most"),
        ({"from_time": "10:00"}, "both times"),
        ({"from_time": "10:00", "to_time": "10:00"}, "are the same"),
        ({"what": "card"}, "Choose a product."),
        ({"gtin": "4901234567894"}, "Choose one of the products below"),
        ({"goal_share": "20"}, "needs the level Guaranteed"),
        ({"goal_share": "20", "goal_plays": "9", "level": "guaranteed"}, "one of the two goals"),
        ({"every_weeks": "2"}, "counted from its first one"),
        ({"price_at_most": "398"}, "needs a product"),
        ({"price_at_most": "398", "gtin": MILK}, "different currencies"),
        ({"price_at_most": "3.9", "gtin": MILK, "stores": ["ekimae"]}, "within the range"),
        ({"price_at_most": "NaN", "gtin": MILK, "stores": ["ekimae"]}, "within the range"),
        ({"price_cut": "y"}, "needs a product"),
        ({"price_proved": "y"}, "needs a product"),
        ({"cap_per_loop": "-1"}, "within the range"),
    ],
)
def test_what_is_missing_is_said_at_its_field(studio_app: Studio, changes: dict[str, Any], says: str) -> None:
    client = studio_app.logged_in(Role.EDITOR)
    answer = post(client, "/studio/campaigns/new", form(creative(studio_app), **changes))
    assert answer.status_code == 422
    assert says in answer.text
    assert studio_app.ports.storage.campaigns.all(None) == []


def test_choices_that_were_never_offered_are_refused(studio_app: Studio) -> None:
    client = studio_app.logged_in(Role.EDITOR, "ekimae")
    for changes in ({"level": "emergency"}, {"screens": ["dairy"]}, {"creatives": [creative(studio_app, "elm")]}):
        answer = post(client, "/studio/campaigns/new", form(creative(studio_app, "ekimae"), **changes))
        assert answer.status_code == 422, changes


def test_pressing_twice_makes_one(studio_app: Studio) -> None:
    client = studio_app.logged_in(Role.EDITOR)
    fields = form(creative(studio_app))
    answers = [post(client, "/studio/campaigns/new", fields) for _ in range(2)]
    assert [answer.location for answer in answers] == [f"/studio/campaigns/{fields['campaign_id']}"] * 2
    assert len(studio_app.ports.storage.campaigns.all(None)) == 1


def test_another_stores_campaign_is_not_there(studio_app: Studio) -> None:
    mine, theirs = studio_app.logged_in(Role.ADMIN, "ekimae"), studio_app.logged_in(Role.ADMIN, "elm")
    fields = form(creative(studio_app, "ekimae"), stores=["elm"])
    del fields["stores"]
    post(mine, "/studio/campaigns/new", fields)
    campaign = studio_app.ports.storage.campaigns.get(fields["campaign_id"], "ekimae")
    assert campaign.targeting.stores == frozenset({"ekimae"}), "a store's people never aim at another store"
    path = f"/studio/campaigns/{campaign.campaign_id}"
    assert mine.get(path).status_code == 200
    assert "Autumn" not in theirs.get("/studio/campaigns").text
    for method, tail in (("GET", ""), ("GET", "/edit"), ("POST", "/edit"), ("POST", "/show")):
        answer = theirs.get(path + tail) if method == "GET" else post(theirs, path + tail, {"spot_id": "x"})
        assert answer.status_code == 404, tail
    assert move(theirs, campaign, "submitted").status_code == 404


def test_show_now_reaches_the_screen_or_says_why_not(studio_app: Studio) -> None:
    client = studio_app.logged_in(Role.ADMIN)
    campaign = made(studio_app, client, stores=["ekimae"], zones=["entrance"])
    fields = {"screen_id": "entrance", "spot_id": campaign.spots[0].spot_id}
    path = f"/studio/campaigns/{campaign.campaign_id}/show"
    assert post(client, path, fields).status_code == 409, "not approved yet"
    move(client, campaign, "submitted")
    move(client, campaign, "approved", 2)
    assert post(client, path, fields).status_code == 302
    assert post(client, path, fields | {"screen_id": "dairy"}).status_code == 400
    assert "May run here now" in client.get(f"/studio/campaigns/{campaign.campaign_id}").text


def test_why_not_is_answered_on_the_screens_page(studio_app: Studio) -> None:
    client = studio_app.logged_in(Role.ADMIN, lang="ja")
    campaign = made(studio_app, client, stores=["ekimae"], from_time="22:00", to_time="23:00")
    move(client, campaign, "submitted")
    move(client, campaign, "approved", 2)
    page = client.get("/studio/screens/entrance").text
    assert re.search("放映されていません:.*時間帯", page)
    studio_app.ports.storage.creatives.delete(campaign.spots[0].creative_id, None, "", studio_app.ports.clock())
    studio_app.controller.campaigns_changed([])
    assert "素材が変換中か、削除されているため" in client.get("/studio/screens/entrance").text


def test_product_search_and_sentence_for_the_scripts(studio_app: Studio) -> None:
    client = studio_app.logged_in(Role.EDITOR)
    assert client.get("/v1/studio/products?q=pizza").json == {
        "products": [{"gtin": PIZZA, "name": "Frozen pizza · 12 oz"}]
    }
    said = post(
        client,
        "/v1/studio/sentence",
        form(creative(studio_app), stores=["ekimae"], zones=["entrance"], cap_per_hour="1"),
    )
    assert said.json == {
        "sentence": "Every day, all day on the entrance screen of Station Front, at most 1 play an hour."
    }
    assert post(client, "/v1/studio/sentence", {"name": ""}).json == {"sentence": ""}


def test_the_forecast_before_saving(studio_app: Studio) -> None:
    client = studio_app.logged_in(Role.EDITOR)
    fields = form(creative(studio_app), stores=["ekimae"], cap_per_hour="2")
    answer = post(client, "/v1/studio/forecast", fields).json
    assert answer["forecast"] == "About 96 plays a day, on 2 screens."
    assert answer["none"] == [
        "None on 3番通路: it has no portrait creative.", "None on 飲料棚: it has no shelf-edge strip creative.",
    ]  # fmt: skip
    elsewhere = fields | {"screens": ["aisle", "edge"], "orientations": ["landscape"]}
    assert post(client, "/v1/studio/forecast", elsewhere).json == {"forecast": "", "none": []}, "no screen is asked for"
    assert studio_app.ports.storage.campaigns.all(None) == []
    assert post(client, "/v1/studio/forecast", fields | {"name": ""}).json == {"forecast": "", "none": []}


def test_what_is_long_over_is_listed_when_asked_for(studio_app: Studio) -> None:
    client, now = studio_app.logged_in(Role.EDITOR), studio_app.ports.clock()
    for name, days in (("autumn-now", 1), ("long-ago", 8)):
        flight = Flight(now - timedelta(days=30), now - timedelta(days=days))
        one = Campaign(name, name, Level.OPEN, "", (replace(CARD, spot_id=name),), flight=flight)
        studio_app.ports.storage.campaigns.add(one, "", now)
    shown, everything = client.get("/studio/campaigns").text, client.get("/studio/campaigns?over=1").text
    assert "autumn-now" in shown and "long-ago" not in shown
    assert "autumn-now" in everything and "long-ago" in everything


def test_why_not_at_another_time(studio_app: Studio) -> None:
    client = studio_app.logged_in(Role.ADMIN)
    campaign = made(studio_app, client, stores=["ekimae"], zones=["entrance"], from_time="22:00", to_time="23:00")
    for revision, to in enumerate(("submitted", "approved"), 1):
        move(client, campaign, to, revision)
    path = f"/studio/campaigns/{campaign.campaign_id}"
    assert "Outside its hours" in html.unescape(client.get(path).text).replace("outside", "Outside")
    page = client.get(f"{path}?at=2026-12-24T22:30").text
    assert "May run here then" in page and 'value="2026-12-24T22:30"' in page and "Show now" not in page
    for odd in ("2026-12-24T23:00", "0001-01-01T00:00", "nonsense"):
        assert "utside its hours" in client.get(f"{path}?at={odd}").text, odd


@pytest.mark.parametrize(
    "bad",
    [
        {"start": "0001-01-01T00:00", "end": "2026-12-01T00:00"},
        {"start": "2026-11-01T00:00", "end": "9999-12-31T23:59", "goal_plays": "100", "level": "guaranteed"},
        {"name": " \u3000"}, {"revision": "abc"}, {"revision": "9" * 30}, {"campaign_id": "../a"},
        *({"what": "card", "gtin": MILK, "stores": ["ekimae"], "price_at_most": amount}
          for amount in ("sNaN", "-Infinity", "1E+999999")),
    ],
    ids=lambda bad: next(reversed(bad.values())) if "price_at_most" in bad else ",".join(bad),
)  # fmt: skip
def test_what_no_campaign_can_be_is_asked_again(studio_app: Studio, bad: dict[str, Any]) -> None:
    """Never an inner error, and no flight so long that its plan takes the server's minutes."""
    client = studio_app.logged_in(Role.EDITOR)
    fields = form(creative(studio_app), **bad)
    assert post(client, "/studio/campaigns/new", fields).status_code == 422
    assert post(client, "/v1/studio/sentence", fields).json == {"sentence": ""}
    assert studio_app.ports.storage.campaigns.all(None) == []
