"""From draft to approval: four eyes, takeovers, the arrows, optimistic locking."""

from dataclasses import replace

from signage.domain.campaign import CampaignState, Level
from signage.storage.campaign_rows import Campaign
from signage.storage.users import Role
from signage.web.ports import EXTENSION
from tests.signage.web.campaigns import CARD, creative, form, made, move
from tests.signage.web.conftest import PASSWORD, Studio, post


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
