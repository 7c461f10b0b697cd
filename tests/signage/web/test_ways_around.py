"""Ways around approval and a store's share, tried."""

import io
from dataclasses import replace

import pytest
from PIL import Image

from signage.domain.campaign import CampaignState, Level
from signage.storage.campaign_rows import Campaign, CampaignSpot
from signage.storage.users import Role
from tests.signage.web.campaigns import CARD, creative, form
from tests.signage.web.conftest import Studio, post
from tests.signage.web.test_quick import fields, posted
from tests.signage.web.test_uploads import Sender
from tests.world import EKIMAE


def picture() -> io.BytesIO:
    file = io.BytesIO()
    Image.new("RGB", (300, 300), (20, 60, 40)).save(file, "PNG")
    file.seek(0)
    return file


@pytest.mark.parametrize("state", [CampaignState.SUBMITTED, CampaignState.APPROVED, CampaignState.PAUSED])
def test_no_further_file_slips_into_what_was_approved(studio_app: Studio, state: CampaignState) -> None:
    """A variant is shown in its creative's place, on screens of its shape: nobody has looked at it."""
    file, rows, now = creative(studio_app), studio_app.ports.storage.campaigns, studio_app.ports.clock()
    rows.add(Campaign("c", "c", Level.OPEN, "", (CampaignSpot("s", "s", 10_000, file),)), "", now)
    way = [CampaignState.SUBMITTED, CampaignState.APPROVED, CampaignState.PAUSED]
    for revision, to in enumerate(way[: way.index(state) + 1], 1):
        rows.move("c", to, revision, None, by="", now=now)
    marketer, approver = studio_app.logged_in(Role.EDITOR), studio_app.logged_in(Role.APPROVER)
    path, creatives = f"/studio/creatives/{file}/variants", studio_app.ports.storage.creatives
    answer = post(marketer, path, {"files": (picture(), "a.png")})
    assert answer.status_code == 403 and "an approver" in answer.text and not creatives.variants(file)
    begun = Sender(marketer).begin(picture().getvalue(), to=f"?variant_of={file}")
    assert begun.status_code == 403 and begun.json["code"] == "variant_approved"
    assert post(approver, path, {"files": (picture(), "a.png")}).status_code == 302 and creatives.variants(file)


def test_a_marketer_of_headquarters_is_not_the_store_that_is_trusted(studio_app: Studio) -> None:
    studio_app.ports.storage.screens.save_store(replace(EKIMAE, own_approval=False))
    client = studio_app.logged_in(Role.EDITOR)
    assert "It runs at once" not in client.get("/studio/quick?store=ekimae").text
    post(client, "/studio/quick", fields(store="ekimae"))
    assert [one.state for one in posted(studio_app)] == [CampaignState.SUBMITTED]
    post(studio_app.logged_in(Role.EDITOR, "ekimae"), "/studio/quick", fields())
    post(studio_app.logged_in(Role.APPROVER), "/studio/quick", fields(store="ekimae"))
    assert [one.state for one in posted(studio_app)].count(CampaignState.APPROVED) == 2


@pytest.mark.parametrize(("lang", "says"), [("en", "no share of its screens"), ("ja", "放映シェアが0%")])
def test_a_store_without_a_share_is_not_promised_that_it_runs(studio_app: Studio, lang: str, says: str) -> None:
    studio_app.ports.storage.screens.save_store(replace(EKIMAE, own_percent=0, own_approval=False))
    client = studio_app.logged_in(Role.MANAGER, "ekimae", lang=lang)
    page = client.get("/studio/quick").text
    assert says in page and 'id="photo"' not in page
    assert post(client, "/studio/quick", fields()).status_code == 409 and posted(studio_app) == []


def test_headquarters_forecast_of_a_stores_campaign_goes_by_its_share(studio_app: Studio) -> None:
    """Whoever edits it: it stays the store's."""
    studio_app.ports.storage.screens.save_store(replace(EKIMAE, own_percent=10))
    now, rows = studio_app.ports.clock(), studio_app.ports.storage.campaigns
    rows.add(Campaign("theirs", "Theirs", Level.OPEN, "ekimae", (CARD,)), "", now)
    changed = form("", campaign_id="theirs", revision="1", what="clock", creatives=[], title_ja="x", title_en="x")
    told = [
        post(client, "/v1/studio/forecast", changed | {"campaign_id": key}).json["forecast"]
        for client in (studio_app.logged_in(Role.ADMIN), studio_app.logged_in(Role.MANAGER, "ekimae"))
        for key in ("theirs", "new")
    ]
    of_headquarters, new_of_headquarters, of_the_store, new_of_the_store = told
    assert of_headquarters == of_the_store == new_of_the_store != new_of_headquarters
    sentence = post(studio_app.logged_in(Role.APPROVER), "/v1/studio/sentence", changed).json["sentence"]
    assert "Station Front" in sentence


def test_what_headquarters_posts_for_a_store_is_the_stores(studio_app: Studio) -> None:
    """Its picture too: else the store's people would read that it was deleted."""
    post(studio_app.logged_in(Role.ADMIN), "/studio/quick", fields(store="ekimae"))
    [campaign], [picture] = posted(studio_app), studio_app.ports.storage.creatives.all(None)
    assert campaign.store_id == picture.store_id == "ekimae"
    page = studio_app.logged_in(Role.MANAGER, "ekimae").get(f"/studio/campaigns/{campaign.campaign_id}").text
    assert "has been deleted" not in page
