"""From draft to approval: four eyes, takeovers, the arrows, optimistic locking; sending back, copying, reviewing."""

import re
from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

from hypothesis import given, settings
from hypothesis import strategies as st

from signage.domain.campaign import CampaignState, Flight, Level, Restriction, Targeting
from signage.domain.content import Card, Template
from signage.storage.campaign_rows import Campaign, CampaignSpot
from signage.storage.users import Role
from signage.web.campaign_review import competes
from signage.web.ports import EXTENSION
from tests.signage.web.campaigns import CARD, creative, form, made, move
from tests.signage.web.conftest import MILK, PASSWORD, PIZZA, Studio, post
from tests.world import START


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


def test_of_two_approvers_one_can_and_never_who_left_it_so(studio_app: Studio) -> None:
    """Whoever made and edited it, in whatever order: a marketer among them, and with a third approver too."""
    people = {name: studio_app.logged_in(Role.APPROVER, name=name) for name in ("ada", "ben")}
    everybody = people | {"cho": studio_app.logged_in(Role.EDITOR, name="cho")}
    file = creative(studio_app)

    @settings(max_examples=12, deadline=None)
    @given(makers=st.lists(st.sampled_from(sorted(everybody)), min_size=1, max_size=4))
    def holds(makers: list[str]) -> None:
        fields = form(file)
        assert post(everybody[makers[0]], "/studio/campaigns/new", fields).status_code == 302
        campaign = studio_app.ports.storage.campaigns.get(fields["campaign_id"], None)
        page = f"/studio/campaigns/{campaign.campaign_id}"
        for revision, name in enumerate(makers[1:], 1):
            changed = fields | {"revision": str(revision), "name": f"Autumn {revision}"}
            assert post(everybody[name], f"{page}/edit", changed).status_code == 302
        move(everybody[makers[0]], campaign, "submitted", len(makers))
        may = people.keys() - {makers[-1]}
        assert may, "nobody is left waiting"
        for name, client in everybody.items():
            assert (name in may) == ('name="to" value="approved"' in client.get(page).text)
            if name not in may:
                assert move(client, campaign, "approved", len(makers) + 1).status_code == 403
        assert move(everybody[min(may)], campaign, "approved", len(makers) + 1).status_code == 302

    holds()
    people["dan"] = everybody["dan"] = studio_app.logged_in(Role.APPROVER, name="dan")
    holds()


def test_alone_one_may_approve_ones_own(studio_app: Studio) -> None:
    alone = studio_app.logged_in(Role.ADMIN)
    studio_app.person(Role.EDITOR)
    campaign = made(studio_app, alone)
    move(alone, campaign, "submitted")
    assert move(alone, campaign, "approved", 2).status_code == 302


def test_who_may_approve_in_another_store_only_is_nobody_else(studio_app: Studio) -> None:
    alone = studio_app.logged_in(Role.ADMIN)
    theirs = studio_app.logged_in(Role.APPROVER, "elm")
    campaign = made(studio_app, alone)
    move(alone, campaign, "submitted")
    assert move(theirs, campaign, "approved", 2).status_code == 404
    assert move(alone, campaign, "approved", 2).status_code == 302
    own = made(studio_app, theirs, creatives=[creative(studio_app, "elm")])
    move(theirs, own, "submitted")
    assert move(theirs, own, "approved", 2).status_code == 403, "headquarters may approve a store's"


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
        told, _, history = page.partition('id="history"')
        assert ("&lt;b&gt;smaller&lt;/b&gt;" in told) == (to == "sent_back")
        assert ("&lt;b&gt;smaller&lt;/b&gt;" in history) == (revision >= 2), "what was said stays in the history"
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
    assert move(client, campaign, "submitted", 9**40).status_code == 409
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


def test_sending_back_says_why_and_the_page_keeps_who_did_what(studio_app: Studio) -> None:
    author, other = studio_app.logged_in(Role.EDITOR, name="Ada"), studio_app.logged_in(Role.APPROVER, name="Bo")
    campaign = made(studio_app, author)
    move(author, campaign, "submitted")
    assert move(other, campaign, "sent_back", 2, comment="  ").status_code == 400
    assert move(other, campaign, "sent_back", 2, comment="The price is old").status_code == 302
    page = author.get(f"/studio/campaigns/{campaign.campaign_id}").text
    deeds = re.findall(r"<li><span class=.sub.>(.*?)</span> <strong>(.*?)</strong> <span>(.*?)</span>", page)
    assert [(what, who) for _when, what, who in deeds] == [
        ("Campaign sent back", "Bo"), ("Campaign submitted", "Ada"), ("Campaign made", "Ada"),
    ]  # fmt: skip
    assert deeds[0][0] == "Mon 16 Nov 12:00" and "<p>The price is old</p>" in page
    assert "Not showing: it was sent back" in page


def test_a_copy_is_a_draft_of_ones_own(studio_app: Studio) -> None:
    boss, editor = studio_app.logged_in(Role.ADMIN), studio_app.logged_in(Role.EDITOR, name="Ada")
    ends = {"start": "2026-11-21T10:00", "end": "2026-11-22T10:00"}
    campaign = made(studio_app, boss, level="takeover", name="n" * 80, **ends)
    path, copy_id = f"/studio/campaigns/{campaign.campaign_id}/copy", str(uuid4())
    for _ in range(2):  # pressed twice: one copy
        assert post(editor, path, {"copy_id": copy_id}).location.endswith(f"/{copy_id}/edit")
    assert len(studio_app.ports.storage.campaigns.all(None)) == 2
    copied = studio_app.ports.storage.campaigns.get(copy_id, None)
    assert (copied.state, copied.flight, copied.targeting) == (CampaignState.DRAFT, campaign.flight, campaign.targeting)
    assert copied.level is Level.OPEN, "who may not choose a takeover doesn't get one by copying"
    assert copied.spots[0].creative_id == campaign.spots[0].creative_id and len(copied.name) <= 80
    assert editor.get(f"/studio/campaigns/{copy_id}/edit").status_code == 200
    assert "Campaign copied" in editor.get(f"/studio/campaigns/{copy_id}").text
    assert post(editor, path, {"copy_id": "../x"}).status_code == 400
    theirs = studio_app.logged_in(Role.EDITOR, "elm")
    assert post(theirs, path, {"copy_id": str(uuid4())}).status_code == 404


def test_the_list_by_state_with_kinds_in_their_own_words(studio_app: Studio) -> None:
    client, storage = studio_app.logged_in(Role.VIEWER), studio_app.ports.storage
    for n, template in enumerate((Template.RANKING, Template.NOTICE)):
        spot = CampaignSpot(f"s{n}", "s", 10_000, card=Card(template))
        storage.campaigns.add(Campaign(f"c{n}", f"Autumn {n}", Level.OPEN, "", (spot,)), "", START)
    storage.campaigns.move("c1", CampaignState.SUBMITTED, 1, None, by="", now=START)
    every, waiting = (client.get(f"/studio/campaigns{query}").text for query in ("", "?state=submitted"))
    assert (
        "Autumn 0" in every and "Open · Ranking" in every and "Open · Notice" in every and "Product card" not in every
    )
    assert "Autumn 1" in waiting and "Autumn 0" not in waiting and 'aria-current="page">Submitted 1' in waiting
    assert "No campaign is in this state." in client.get("/studio/campaigns?state=ended").text


def test_what_needs_a_review_is_ticked_before_it_is_approved(studio_app: Studio) -> None:
    """Also what has come up since the approver opened the page."""
    boss = studio_app.logged_in(Role.ADMIN)
    watched = ("alcohol", "MILK", "competing")
    studio_app.app.extensions[EXTENSION] = replace(studio_app.ports, review=watched)
    campaign = made(studio_app, boss, restriction="alcohol", gtin=MILK, competitor="beer")
    plain = made(studio_app, boss)
    for one in (campaign, plain):
        move(boss, one, "submitted")
    page = boss.get("/studio/review").text
    assert "Restricted: Alcohol" in page and "To be looked at: Milk" in page and "Nothing special" in page
    assert move(boss, plain, "approved", 2).status_code == 302
    page = boss.get(f"/studio/campaigns/{campaign.campaign_id}").text
    assert re.findall(r'name="reviewed" value="(\w+)" required', page) == ["alcohol", "MILK"]
    rival = made(studio_app, boss, name="Rival", competitor="beer")
    move(boss, rival, "submitted")
    ticked = {"reviewed": ["alcohol", "MILK"]}
    refused = move(boss, campaign, "approved", 2, **ticked)
    assert refused.status_code == 400 and "has to be reviewed" in refused.text
    assert "Competes with Rival" in boss.get(f"/studio/campaigns/{campaign.campaign_id}").text
    page = boss.get(f"/studio/campaigns/{campaign.campaign_id}").text
    ticked["reviewed"] += re.findall(r'name="reviewed" value="(competing-\w+)" required', page)
    third = made(studio_app, boss, name="Third", competitor="beer")
    move(boss, third, "submitted")
    assert move(boss, campaign, "approved", 2, **ticked).status_code == 400, "another rival was not looked at"
    move(boss, third, "withdrawn", 2)
    assert move(boss, campaign, "approved", 2, **ticked).status_code == 302
    assert studio_app.ports.storage.audit.latest(1)[0].detail == (
        "Restricted: Alcohol / To be looked at: Milk / Competes with Rival"
    )
    move(boss, campaign, "paused", 3)
    assert move(boss, campaign, "approved", 4).status_code == 302, "resumed as it was reviewed"
    assert studio_app.logged_in(Role.EDITOR).get("/studio/review").status_code == 403


def test_competing_is_the_same_trade_or_an_ad_beside_its_category_at_one_time_and_place(studio_app: Studio) -> None:
    day = timedelta(days=1)
    products = studio_app.ports.storage.catalog.products([MILK, PIZZA])  # of one category
    beer = Campaign("a", "a", Level.OPEN, "", (CARD,), Flight(START, START + day), competitor="beer", gtins=(MILK,))
    other = replace(beer, campaign_id="b", gtins=(PIZZA,), restriction=Restriction.NONE)
    assert competes(beer, other, {}) and not competes(beer, beer, {})
    assert not competes(beer, replace(other, flight=Flight(START + day, START + 2 * day)), {})
    assert not competes(replace(beer, store_id="elm"), replace(other, targeting=Targeting(frozenset({"ekimae"}))), {})
    tea = replace(other, competitor="")
    assert not competes(beer, tea, products), "two products of one shop's own category"
    assert competes(beer, replace(tea, sponsored=True), products)


def test_whoever_made_it_is_told_on_the_first_page_that_it_was_sent_back(studio_app: Studio) -> None:
    maker, other = studio_app.logged_in(Role.EDITOR), studio_app.logged_in(Role.EDITOR, name="another")
    approver, told = studio_app.logged_in(Role.APPROVER), "1 campaign of yours was sent back"
    campaign = made(studio_app, maker)
    move(maker, campaign, "submitted")
    assert told not in maker.get("/studio").text
    move(approver, campaign, "sent_back", 2, comment="The price")
    assert told in maker.get("/studio").text
    assert told not in other.get("/studio").text and told not in approver.get("/studio").text
    assert campaign.name in maker.get("/studio/campaigns?state=sent_back").text
    move(maker, campaign, "submitted", 3)
    assert told not in maker.get("/studio").text


def test_a_refusal_leads_back_to_where_it_can_be_put_right(studio_app: Studio) -> None:
    client = studio_app.logged_in(Role.EDITOR)
    campaign = made(studio_app, client)
    page = f"/studio/campaigns/{campaign.campaign_id}"
    move(client, campaign, "submitted")
    old = {"to": "submitted", "revision": "1"}  # as another tab still has it
    for referrer, link in (
        (f"http://localhost{page}?at=2026-11-16T09:00", f'href="{page}?at=2026-11-16T09:00"'),
        ("https://evil.example/x", ""), (f"http://localhost{page}/move", ""), ("", ""),
        ("https://evil.example//studio/evil.example", ""),
    ):  # fmt: skip
        answer = post(client, f"{page}/move", old, headers={"Referer": referrer})
        assert answer.status_code == 409 and "Somebody else changed this campaign" in answer.text
        assert ("Open the last page again" in answer.text) is bool(link), referrer
        assert link in answer.text and "evil.example" not in answer.text
