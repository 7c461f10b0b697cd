"""クイック登録: a photo and a line from a store's phone, on its own screens, until closing, by headquarters' rules."""

import io
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from signage.domain.campaign import CampaignState, Level
from signage.domain.content import Template
from signage.storage.campaign_rows import Campaign
from signage.storage.users import Role
from signage.web.quick_pages import closing
from tests.signage.web.conftest import PASSWORD, Studio, post
from tests.signage.web.test_marketer import shot
from tests.world import AISLE, EKIMAE, ENTRANCE, START


def picture(size: tuple[int, int] = (800, 600)) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", size, (200, 60, 40)).save(file, "JPEG")
    return file.getvalue()


def fields(**changes: Any) -> dict[str, Any]:
    return {
        "post_id": str(uuid4()), "line": "焼きたてです", "screens": ["entrance"], "until": "2026-11-16T21:00",
        "photo": (io.BytesIO(picture()), "photo.jpg"), "drawn": "1",
    } | changes  # fmt: skip


def posted(studio_app: Studio) -> list[Campaign]:
    return studio_app.ports.storage.campaigns.all(None)


def test_it_waits_for_headquarters_unless_they_gave_the_store_a_free_hand(studio_app: Studio) -> None:
    client = studio_app.logged_in(Role.MANAGER, "ekimae")
    page = client.get("/studio/quick").text
    assert "Headquarters approves it" in page and "飲料棚" not in page, "no photo on a shelf edge"
    answer = post(client, "/studio/quick", fields(), follow_redirects=True)
    assert "Sent to headquarters" in answer.text
    [one] = posted(studio_app)
    assert (one.state, one.level, one.store_id, one.name) == (
        CampaignState.SUBMITTED, Level.OPEN, "ekimae", "焼きたてです"
    )  # fmt: skip
    assert one.targeting.stores == {"ekimae"} and one.targeting.screens == {"entrance"}
    assert one.flight is not None and one.flight.end == datetime(2026, 11, 16, 12, tzinfo=UTC)
    studio_app.ports.storage.screens.save_store(replace(EKIMAE, own_approval=False, own_percent=20))
    sent = fields(screens=["entrance", "aisle"])
    assert "at most 20 %" in client.get("/studio/quick").text
    for _ in range(2):  # the button pressed twice
        answer = post(
            client, "/studio/quick", sent | {"photo": (io.BytesIO(picture()), "p.jpg")}, follow_redirects=True
        )
    assert "Posted." in answer.text or "焼きたてです" in answer.text
    assert [campaign.state for campaign in posted(studio_app)].count(CampaignState.APPROVED) == 1
    studio_app.worker.sweep()
    spots = studio_app.ports.storage.inventories.campaign_spots(["ekimae"], studio_app.ports.clock())["ekimae"]
    assert {spot.own_percent for spot in spots} == {20}, "deciding keeps the store to its share"


def test_without_the_script_the_line_follows_as_a_card(studio_app: Studio) -> None:
    client = studio_app.logged_in(Role.MANAGER, "ekimae")
    sent = fields()
    del sent["drawn"]
    post(client, "/studio/quick", sent)
    [one] = posted(studio_app)
    photo, card = one.spots
    assert photo.creative_id and card.card is not None
    assert (card.card.template, card.card.title_ja) == (Template.SERVICE, "焼きたてです")


@pytest.mark.parametrize("role", [Role.STAFF, Role.VIEWER])
def test_not_everybody_posts(studio_app: Studio, role: Role) -> None:
    client = studio_app.logged_in(role, "ekimae")
    assert client.get("/studio/quick").status_code == 403
    assert post(client, "/studio/quick", fields()).status_code == 403


def test_what_is_wrong_is_said_and_nothing_is_posted(studio_app: Studio) -> None:
    client = studio_app.logged_in(Role.MANAGER, "ekimae")
    wrong: list[dict[str, Any]] = [
        {"screens": []}, {"screens": ["dairy"]}, {"screens": ["edge"]}, {"until": "2026-11-16T11:59"}, {"until": "x"},
        {"until": "0001-01-01T00:00"}, {"until": "2027-11-16T11:59"}, {"line": "x" * 27}, {"line": "a\0b"},
        {"post_id": "../x"}, {"photo": (io.BytesIO(b""), "")}, {"store": "elm"},
    ]  # fmt: skip
    for change in wrong:
        assert post(client, "/studio/quick", fields(**change)).status_code in {400, 404}, change
    refused = post(client, "/studio/quick", fields(photo=(io.BytesIO(b"<svg/>"), "x.jpg")), follow_redirects=True)
    assert 'role="alert"' in refused.text
    assert posted(studio_app) == []
    assert client.get("/studio/quick?store=elm").status_code == 404


def test_until_todays_closing() -> None:
    evening = replace(ENTRANCE, lit_from_min=9 * 60, lit_until_min=21 * 60)
    night = replace(AISLE, lit_from_min=9 * 60, lit_until_min=2 * 60)
    tokyo = timedelta(hours=9)
    assert closing(EKIMAE, [evening], START) + tokyo == datetime(2026, 11, 16, 21, tzinfo=UTC)
    assert closing(EKIMAE, [ENTRANCE], START) + tokyo == datetime(2026, 11, 16, 22, tzinfo=UTC)
    late = START + timedelta(hours=11)
    assert closing(EKIMAE, [evening], late) + tokyo == datetime(2026, 11, 17, 21, tzinfo=UTC), "after it: tomorrow's"
    assert closing(EKIMAE, [night], START) + tokyo == datetime(2026, 11, 17, 2, tzinfo=UTC)


@pytest.fixture
def phone(browser: Browser, served: str, studio_app: Studio) -> Iterator[Page]:
    context = browser.new_context(
        base_url=served, viewport={"width": 390, "height": 844}, has_touch=True, locale="ja-JP"
    )
    page, email = context.new_page(), studio_app.person(Role.MANAGER, "ekimae")
    page.goto("/login")
    page.get_by_label("メールアドレス").fill(email)
    page.get_by_label("パスワード").fill(PASSWORD)
    page.get_by_role("button", name="ログイン").click()
    yield page
    context.close()


@pytest.mark.browser
def test_from_the_phone(studio_app: Studio, phone: Page, tmp_path: Path) -> None:
    (tmp_path / "bread.jpg").write_bytes(picture())
    phone.get_by_role("link", name="クイック登録").last.click()
    phone.locator("#photo").set_input_files(tmp_path / "bread.jpg")
    phone.get_by_label("ひとこと").fill("クロワッサン焼きたて")
    expect(phone.locator("[data-look]")).to_be_visible()
    assert phone.evaluate("document.documentElement.scrollWidth <= innerWidth")
    shot(phone, "quick")
    phone.get_by_label("3番通路").uncheck()
    phone.get_by_role("button", name="申請する").click()
    expect(phone.get_by_text("本部に申請しました")).to_be_visible()
    [one] = posted(studio_app)
    studio_app.worker.sweep()
    creative = studio_app.ports.storage.creatives.get(one.spots[0].creative_id, None)
    assert (creative.width, creative.height) == (1920, 1080), "as it was drawn for lying panels"
    assert len(one.spots) == 1 and one.targeting.screens == {"entrance", "checkout"}
