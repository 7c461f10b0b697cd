"""Two of the marketer's tasks in real Chromium, from the pages' own words: why isn't it showing, and a report on paper."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import Engine

from signage.domain.campaign import CampaignState, Daypart, Level, Restriction
from signage.storage.campaign_rows import Campaign
from signage.storage.notices import Notice
from signage.web.ports import EXTENSION
from tests.signage.web.campaigns import CARD
from tests.signage.web.conftest import Studio
from tests.signage.web.test_marketer import SHOTS, set_up, shot
from tests.signage.web.test_reports import played
from tests.world import START

pytestmark = pytest.mark.browser


@pytest.fixture
def page(browser: Browser, served: str) -> Iterator[Page]:
    context = browser.new_context(base_url=served, viewport={"width": 1440, "height": 900}, locale="ja-JP")
    yield context.new_page()
    context.close()


def test_why_it_is_not_showing_and_what_was_shown_on_paper(page: Page, studio_app: Studio, engine: Engine) -> None:
    storage = studio_app.ports.storage
    evening = (Daypart(frozenset(range(7)), 17 * 60, 20 * 60),)
    for name, state, fields in (
        ("夕方の献立", CampaignState.APPROVED, {"dayparts": evening}),
        ("地ビール祭り", CampaignState.SUBMITTED, {"restriction": Restriction.ALCOHOL, "sponsored": True}),
    ):
        spot = replace(CARD, spot_id=f"{name}-card", name=name)
        storage.campaigns.add(Campaign(name, name, Level.OPEN, "", (spot,), **fields), "", START)  # type: ignore[arg-type]
        for revision, to in enumerate((CampaignState.SUBMITTED, CampaignState.APPROVED), 1):
            if revision == 1 or state is to:
                storage.campaigns.move(name, to, revision, None, by="", now=START)
    studio_app.app.extensions[EXTENSION] = replace(studio_app.ports, review=("alcohol", "ad"))
    set_up(page)
    page.get_by_role("link", name="番組表").click()
    expect(page.get_by_role("heading", name="夕方の献立")).to_be_visible()
    shot(page, "timetable")
    page.get_by_role("link", name="なぜ出ない").first.click()
    expect(page.locator(".verdict").first).to_have_text("この5台のうち、4台で放映できます。")  # at 17:00
    expect(page.locator(".verdict").first).to_be_in_viewport()
    page.get_by_label("別の日時に放映できるか").fill("2026-11-17T11:30")
    page.get_by_role("button", name="確認する").click()
    expect(page.locator(".verdict").first).to_have_text("この5台では放映できません。理由はそれぞれの画面にあります。")
    expect(page.locator(".verdict").nth(1)).to_contain_text("指定の時間帯ではありません")
    page.get_by_role("link", name="番組表").last.click()
    expect(page.get_by_text("17:00–20:00").first).to_be_visible()
    page.get_by_role("link", name="考査").click()
    page.get_by_role("link", name="地ビール祭り").click()
    for box in page.locator("input[name=reviewed]").all():
        box.check()
    page.get_by_role("button", name="承認する").click()
    expect(page.get_by_text("承認済み", exact=True)).to_be_visible()
    for days_ago in range(6):
        for _ in range(1 + days_ago % 3):
            played(engine, "entrance", "ekimae", days_ago, campaign="夕方の献立")
            played(engine, "dairy", "elm", days_ago)
    storage.notices.save(
        Notice("ekimae", "駅前ストア株式会社", "客層の把握", "Audience counts", "03-0000-0000", START), ""
    )
    page.get_by_role("link", name="放映実績").click()
    expect(page.get_by_role("button", name="放映報告書を印刷する")).to_be_visible()
    shot(page, "report")
    pdf = page.pdf(path=SHOTS / "report.pdf", prefer_css_page_size=True)
    assert pdf.startswith(b"%PDF") and b"/MediaBox [0 0 594" in pdf
    page.emulate_media(media="print")
    expect(page.get_by_role("heading", name="放映報告書")).to_be_visible()
    for gone in ("絞り込む", "CSVで書き出す"):
        expect(page.get_by_text(gone).first).to_be_hidden()
