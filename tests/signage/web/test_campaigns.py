"""From draft to screen: the form, the sentence, four eyes, optimistic locking, stores kept apart."""

import html
import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from flask.testing import FlaskClient

from signage.domain.calendar import runs_on
from signage.domain.campaign import CampaignState, Daypart, Distance, Flight, Level, OnHolidays, Targeting
from signage.domain.content import Card, MediaKind, Template
from signage.domain.place import Orientation, Screen
from signage.storage.campaign_rows import Campaign, CampaignSpot
from signage.storage.creatives import Creative, CreativeState, Served
from signage.storage.users import Role
from signage.web.campaign_summary import sentence
from signage.web.ports import EXTENSION
from tests.signage.web.conftest import MILK, PASSWORD, PIZZA, Studio, post
from tests.world import AISLE, CHECKOUT, DAIRY, EDGE, EKIMAE, ELM, ENTRANCE

WEEKDAYS = Daypart(frozenset(range(5)), 600, 840)


def creative(studio_app: Studio, store_id: str = "") -> str:
    """A ready picture -> its id."""
    creative_id, creatives = str(uuid4()), studio_app.ports.storage.creatives
    state, now = CreativeState.UPLOADED, studio_app.ports.clock()
    creatives.add(Creative(creative_id, "秋の味覚.png", MediaKind.IMAGE, state, store_id, now, "a" * 64), "")
    creatives.ready(creative_id, Served("b" * 64, "image/webp", 5000, 1920, 1080, 0, "c" * 64))
    return creative_id


def form(creative_id: str, **changes: Any) -> dict[str, Any]:
    return {
        "campaign_id": str(uuid4()), "name": "Autumn", "what": "creative", "creatives": [creative_id], "length_s": "10",
        "audience": "any", "restriction": "none", "level": "open", "cap_per_hour": "0", "goal_plays": "0",
        "holidays": "same", "every_weeks": "1", "distance": "any", "price_at_most": "", "competitor": "",
        "cap_per_loop": "0", "cap_per_guest": "0", "goal_share": "0",
    } | changes  # fmt: skip


def made(studio_app: Studio, client: FlaskClient, **changes: Any) -> Campaign:
    fields = form(creative(studio_app), **changes)
    assert post(client, "/studio/campaigns/new", fields).status_code == 302
    return studio_app.ports.storage.campaigns.get(fields["campaign_id"], None)


def move(client: FlaskClient, campaign: Campaign, to: str, revision: int = 0, **more: str) -> Any:
    fields = {"to": to, "revision": str(revision or campaign.revision)} | more
    return post(client, f"/studio/campaigns/{campaign.campaign_id}/move", fields)


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


def test_a_takeover_ends_by_itself_and_asks_who_it_is(studio_app: Studio) -> None:
    client = studio_app.logged_in(Role.ADMIN)
    ends = {"start": "2026-11-21T10:00", "end": "2026-11-22T10:01"}
    for bad in ({}, ends):
        answer = post(client, "/studio/campaigns/new", form(creative(studio_app), level="takeover", **bad))
        assert answer.status_code == 422 and "at most 24 hours" in answer.text
    campaign = made(studio_app, client, level="takeover", **ends | {"end": "2026-11-22T10:00"})
    move(client, campaign, "submitted")
    page = client.get(f"/studio/campaigns/{campaign.campaign_id}").text
    assert "Your password, once more" in page
    for secret in ({}, {"password": "wrong"}):
        assert move(client, campaign, "approved", 2, **secret).status_code == 400
    assert studio_app.ports.storage.campaigns.get(campaign.campaign_id, None).state is CampaignState.SUBMITTED
    assert move(client, campaign, "approved", 2, password=PASSWORD).status_code == 302
    move(client, campaign, "paused", 3)
    assert move(client, campaign, "approved", 4).status_code == 400, "to resume it, too"


def test_a_takeover_made_without_an_end_is_not_approved(studio_app: Studio) -> None:
    client = studio_app.logged_in(Role.ADMIN)
    storage, now = studio_app.ports.storage, studio_app.ports.clock()
    storage.campaigns.add(Campaign("old", "old", Level.TAKEOVER, "", (CARD,)), "", now)
    storage.campaigns.move("old", CampaignState.SUBMITTED, 1, None, by="", now=now)
    answer = move(client, storage.campaigns.get("old", None), "approved", password=PASSWORD)
    assert answer.status_code == 409 and "at most 24 hours" in answer.text


def test_four_eyes_can_be_switched_off(studio_app: Studio) -> None:
    author = studio_app.logged_in(Role.APPROVER, name="author")
    studio_app.person(Role.APPROVER, name="other")
    campaign = made(studio_app, author)
    move(author, campaign, "submitted")
    assert move(author, campaign, "approved", 2).status_code == 403
    studio_app.app.extensions[EXTENSION] = replace(studio_app.ports, four_eyes=False)
    assert move(author, campaign, "approved", 2).status_code == 302


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


def test_four_eyes(studio_app: Studio) -> None:
    author, other = (
        studio_app.logged_in(Role.APPROVER, name="author"),
        studio_app.logged_in(Role.APPROVER, name="other"),
    )
    campaign = made(studio_app, author, stores=["ekimae"])
    move(author, campaign, "submitted")
    assert move(author, campaign, "approved", 2).status_code == 403
    assert "Somebody else has to approve" in author.get(f"/studio/campaigns/{campaign.campaign_id}").text
    assert move(other, campaign, "approved", 2).status_code == 302
    approved = studio_app.ports.storage.campaigns.get(campaign.campaign_id, None)
    assert approved.state is CampaignState.APPROVED and approved.approved_by != approved.created_by
    assert studio_app.heard.changed[-1] == ["ekimae"]


def test_alone_one_may_approve_ones_own(studio_app: Studio) -> None:
    alone = studio_app.logged_in(Role.ADMIN)
    studio_app.person(Role.EDITOR)
    campaign = made(studio_app, alone)
    move(alone, campaign, "submitted")
    assert move(alone, campaign, "approved", 2).status_code == 302


def test_an_editor_never_approves(studio_app: Studio) -> None:
    client = studio_app.logged_in(Role.EDITOR)
    campaign = made(studio_app, client)
    move(client, campaign, "submitted")
    for to in ("approved", "sent_back"):
        assert move(client, campaign, to, 2).status_code == 403


def test_the_arrows(studio_app: Studio) -> None:
    client = studio_app.logged_in(Role.ADMIN)
    campaign = made(studio_app, client)
    assert move(client, campaign, "approved").status_code == 409, "never without being submitted"
    for revision, (to, comment) in enumerate(
        [("submitted", ""), ("sent_back", "<b>smaller</b>"), ("submitted", ""), ("approved", ""), ("paused", ""),
         ("approved", ""), ("withdrawn", ""), ("ended", "")], start=1,
    ):  # fmt: skip
        assert move(client, campaign, to, revision, comment=comment).status_code == 302, to
        page = client.get(f"/studio/campaigns/{campaign.campaign_id}").text
        assert ("&lt;b&gt;smaller&lt;/b&gt;" in page) == (to == "sent_back")
    for to in CampaignState:
        assert move(client, campaign, to, 9).status_code in {400, 409}, to
    verbs = [entry.verb for entry in studio_app.ports.storage.audit.latest()]
    assert verbs[:3] == ["campaign_ended", "campaign_withdrawn", "campaign_approved"]


def test_an_edit_of_an_old_revision_is_refused(studio_app: Studio) -> None:
    client = studio_app.logged_in(Role.EDITOR)
    campaign = made(studio_app, client)
    path = f"/studio/campaigns/{campaign.campaign_id}/edit"
    fields = form(campaign.spots[0].creative_id, revision="1")
    assert post(client, path, fields | {"name": "First"}).status_code == 302
    late = post(client, path, fields | {"name": "Second"})
    assert late.status_code == 409 and "Somebody else changed this campaign" in late.text
    assert studio_app.ports.storage.campaigns.get(campaign.campaign_id, None).name == "First"


def test_an_approved_campaign_must_be_withdrawn_before_editing(studio_app: Studio) -> None:
    client = studio_app.logged_in(Role.ADMIN)
    campaign = made(studio_app, client)
    move(client, campaign, "submitted")
    move(client, campaign, "approved", 2)
    fields = form(campaign.spots[0].creative_id)
    path = f"/studio/campaigns/{campaign.campaign_id}/edit"
    assert post(client, path, fields | {"revision": "3"}).status_code == 409
    move(client, campaign, "withdrawn", 3)
    assert post(client, path, fields | {"revision": "4"}).status_code == 302
    assert studio_app.ports.storage.campaigns.get(campaign.campaign_id, None).state is CampaignState.DRAFT


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


SCREENS = [ENTRANCE, AISLE, CHECKOUT, EDGE, DAIRY, Screen("entrance2", "ekimae", "入口2", ENTRANCE.zone, 1920, 1080)]
CARD = CampaignSpot("s", "s", 10_000, card=Card(Template.PRODUCT, MILK))


def say(language: str, **fields: Any) -> str:
    campaign = Campaign("c", "c", Level.OPEN, "", (CARD,), **fields)
    return sentence(campaign, [EKIMAE, ELM], SCREENS, language, zone="Asia/Tokyo")


def test_the_glossarys_sentence_word_for_word() -> None:
    aim = Targeting(stores=frozenset({"ekimae"}), zones=frozenset({"entrance"}))
    fields: dict[str, Any] = {"dayparts": (WEEKDAYS,), "targeting": aim, "cap_per_hour": 6}
    assert say("ja", **fields) == "平日10:00–14:00、駅前店の入口2台で、1時間に6回まで放映します。"
    assert (
        say("en", **fields)
        == "Weekdays 10:00–14:00 on the 2 entrance screens of Station Front, at most 6 plays an hour."
    )


def test_the_rarer_conditions_in_the_sentence() -> None:
    aim = Targeting(stores=frozenset({"ekimae"}), distance=Distance.NEAR)
    off = Daypart(frozenset({5, 6}), 600, 840, OnHolidays.ALSO, every_weeks=2)
    fields: dict[str, Any] = {
        "dayparts": (off,), "targeting": aim, "cap_per_loop": 1, "cap_per_guest": 2, "competitor": "ビール",
        "price_at_most": 398, "price_cut": True, "price_proved": True,
    }  # fmt: skip
    assert say("ja", **fields) == (
        "2週に1回の土日祝10:00–14:00、駅前店の画面5台で、画面の近くに人がいるときに、価格が398円以下のときに、値下げ中に、"
        "当店通常価格の実績があるときに、1ループに1回まで、会員1人に2回まで、「ビール」のほかのキャンペーンとは間をあけて放映します。"
    )
    assert say("en", **fields) == (
        "Every 2 weeks: Weekends and public holidays 10:00–14:00 on the 5 screens of Station Front, only while somebody is "
        "near, only while the price is at most ¥398, only while the price is cut, only while our usual "
        "price is proved, at most 1 play a loop, at most 2 plays before one member, some minutes from other campaigns of "
        "“ビール”."
    )
    work = Daypart(frozenset(range(5)), 0, 1440, OnHolidays.NEVER)
    assert say("ja", dayparts=(work,)).startswith("平日(祝日を除く)終日、")
    assert say("en", dayparts=(work,)).startswith("Weekdays except public holidays, all day on")


def test_other_sentences() -> None:
    flight = Flight(datetime(2026, 11, 21, 1, tzinfo=UTC), datetime(2026, 11, 30, 9, tzinfo=UTC))
    assert say("ja") == "毎日終日、2店舗の画面6台で放映します。"
    assert say("ja", flight=flight).startswith("11月21日(土) 10:00から11月30日(月) 18:00まで、毎日終日、")
    assert say("en", flight=flight).startswith("From Sat 21 Nov 10:00 to Mon 30 Nov 18:00: Every day")
    today = Flight(flight.start, flight.start + timedelta(hours=3))
    assert say("ja", flight=today) == "11月21日(土) 10:00から11月21日(土) 13:00まで、2店舗の画面6台で放映します。"
    assert say("en", flight=today) == "From Sat 21 Nov 10:00 to Sat 21 Nov 13:00 on the 6 screens of 2 stores."
    seniors = Targeting(screens=frozenset({"dairy"}), audience=frozenset({"seniors"}))
    odd = Daypart(frozenset({0, 2}), 1320, 120)
    assert (
        say("ja", targeting=seniors, dayparts=(odd,))
        == "月・水曜 22:00–02:00、エルム通り店の画面1台で、シニアの方がいるときに放映します。"
    )
    assert say("en", targeting=seniors, dayparts=(odd,)) == (
        "Mondays, Wednesdays 22:00–02:00 on the screen of Elm Street, only while seniors are there."
    )
    assert say("en", targeting=Targeting(tags=frozenset({"none"}))) == "No screen matches, so nothing will be shown."
