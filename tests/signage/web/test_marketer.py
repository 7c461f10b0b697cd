"""The marketer's way in real Chromium: set-up, drop files, make a campaign, approve; on a desk and on a phone, by keyboard."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import Engine

from signage.domain.campaign import CampaignState
from signage.domain.condition import Report, Rung
from signage.live import Shown
from signage.storage.notices import Notice
from tests.signage.web.conftest import PASSWORD, Studio
from tests.signage.web.test_reports import played

pytestmark = pytest.mark.browser
SHOTS = Path("test-output/studio")
WIDE = """width => document.documentElement.scrollWidth <= width ? [] : [...document.querySelectorAll('body *')]
  .filter((one) => one.getBoundingClientRect().right > width + 1).map((one) => one.outerHTML.slice(0, 120))"""


@pytest.fixture
def page(browser: Browser, served: str) -> Iterator[Page]:
    context = browser.new_context(base_url=served, viewport={"width": 1440, "height": 900}, locale="ja-JP")
    page = context.new_page()
    wrong: list[str] = []
    page.on("console", lambda message: wrong.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on(
        "request",
        lambda request: None if request.url.startswith((served, "blob:", "data:")) else wrong.append(request.url),
    )
    yield page
    context.close()
    assert [text for text in wrong if "422" not in text] == []


def shot(page: Page, name: str) -> None:
    """For people to look at: desk and phone. Nothing may stick out sideways."""
    SHOTS.mkdir(parents=True, exist_ok=True)
    for width, height in ((1440, 900), (390, 844)):
        page.set_viewport_size({"width": width, "height": height})
        page.evaluate("document.fonts.ready")
        wide = page.evaluate(WIDE, width)
        assert wide == [], (name, width)
        page.screenshot(path=SHOTS / f"{name}-{width}.png", full_page=True)
    page.set_viewport_size({"width": 1440, "height": 900})


def set_up(page: Page) -> None:
    page.goto("/studio")
    page.get_by_label("名前").fill("青木")
    page.get_by_label("メールアドレス").fill("aoki@example.jp")
    page.get_by_label("パスワード", exact=True).fill(PASSWORD)
    page.get_by_label("パスワード(確認)").fill(PASSWORD)
    page.get_by_role("button", name="使い始める").click()
    expect(page.get_by_role("heading", name="放映中")).to_be_visible()


def test_from_upload_to_approval(page: Page, studio_app: Studio, tmp_path: Path) -> None:
    page.goto("/setup")
    shot(page, "setup")
    set_up(page)
    picture = tmp_path / "秋の味覚フェア.png"
    Image.new("RGB", (1920, 1080), "#C4001A").save(picture)
    (tmp_path / "会社案内.mp4").write_bytes(picture.read_bytes())
    page.get_by_role("link", name="素材").click()
    shot(page, "creatives-empty")
    page.locator("#files").set_input_files([picture, tmp_path / "会社案内.mp4"])
    expect(page.locator(".uploads .wrong")).to_contain_text(
        "MP4という名前ですが、中身は画像です。PNGとして保存し直してください。"
    )
    tile = page.locator("[data-creative]")
    expect(tile).to_contain_text("秋の味覚フェア.png")
    expect(tile.locator("[data-words]")).to_have_text("変換待ち")
    shot(page, "creatives-waiting")
    assert studio_app.worker.sweep() == 1
    expect(tile.locator("[data-words]")).to_have_text("使えます")
    expect(tile.locator("img")).to_be_visible()
    page.reload()
    shot(page, "creatives")
    page.get_by_role("link", name="キャンペーンを作る").click()
    page.get_by_label("名前").fill("秋の味覚フェア")
    page.get_by_text("入口", exact=True).click()
    page.locator("label.choice", has_text="駅前店").click()
    for day in "月火水木金":
        page.locator("label.day", has_text=day).click()
    page.locator("#from_time").fill("10:00")
    page.locator("#to_time").fill("14:00")
    page.get_by_text("回数と優先順位").click()
    page.get_by_label("上限回数(1時間・画面ごと)").fill("6")
    page.get_by_label("名前").focus()
    sentence = "平日10:00–14:00、駅前店の入口1台で、1時間に6回まで放映します。"
    expect(page.locator("[data-sentence-here]")).to_have_text(sentence)
    shot(page, "campaign-form")
    page.get_by_role("button", name="下書きを保存する").click()
    expect(page.get_by_text(sentence)).to_be_visible()
    page.get_by_role("button", name="申請する").click()
    shot(page, "campaign-submitted")
    page.get_by_role("button", name="承認する").click()
    expect(page.get_by_text("承認済み", exact=True)).to_be_visible()
    [campaign] = studio_app.ports.storage.campaigns.all(None)
    assert campaign.state is CampaignState.APPROVED
    assert studio_app.heard.changed[-1] == ["ekimae"]
    expect(page.locator(".verdict")).to_have_text("放映できます")
    shot(page, "campaign")
    shows = studio_app.controller.next_item("entrance", "r1", None)
    assert shows["item"]["campaign"] == campaign.campaign_id, shows


def test_now_showing_follows_by_itself(page: Page, studio_app: Studio) -> None:
    set_up(page)
    now = studio_app.ports.clock()
    live = studio_app.ports.seen.__self__  # the real Live
    live.touch("entrance", now)
    made = studio_app.controller.next_item("entrance", "r1", None)
    card = page.locator('[data-screen="entrance"]')
    expect(card.locator("[data-reach]")).to_have_text("表示内容の報告なし")
    live.put_shown({"entrance": Shown(made["item"]["spot"], made["decision"], "人気ランキング <b>", now)})
    live.put_report("entrance", Report(now, made["item"]["spot"], made["decision"], Rung.LIVE))
    expect(card.locator("[data-reach]")).to_have_text("接続中")
    expect(card.locator("[data-name]")).to_have_text("人気ランキング <b>")
    expect(card.locator("[data-since]")).to_have_text("11月16日(月) 12:00")
    expect(card.locator("[data-why]")).not_to_be_empty()
    shot(page, "home")
    card.get_by_role("link", name="くわしく見る").click()
    expect(page.get_by_role("heading", name="なぜ出ている?")).to_be_visible()
    shot(page, "decision")
    page.goto("/studio/screens/entrance")
    shot(page, "screen")


def test_every_other_page_fits_desk_and_phone(page: Page, studio_app: Studio, engine: Engine) -> None:
    set_up(page)
    storage, now = studio_app.ports.storage, studio_app.ports.clock()
    storage.screens.open_registration(1080, 1920, "Mozilla/5.0 (X11; Linux x86_64) Chrome/150.0", True, now)
    for days_ago in range(6):
        for _ in range(days_ago + 1):
            played(engine, "entrance", "ekimae", days_ago)
    storage.notices.save(
        Notice("ekimae", "駅前ストア株式会社", "客層の把握", "Audience counts", "03-0000-0000", now), ""
    )
    for name in ("campaigns", "screens", "reports", "notices", "users", "history", "password"):
        page.goto(f"/studio/{name}")
        expect(page.locator("h1:visible")).to_be_visible()
        shot(page, name)
    page.goto("/privacy/camera?store=ekimae")
    shot(page, "privacy")


def test_everything_by_keyboard_and_without_a_script(
    browser: Browser, served: str, studio_app: Studio, tmp_path: Path
) -> None:
    picture = tmp_path / "sale.png"
    Image.new("RGB", (800, 600), "#0F5C4A").save(picture)
    context = browser.new_context(base_url=served, java_script_enabled=False, locale="en-GB")
    page = context.new_page()
    page.goto("/studio")
    for text in ("Aoki", "\t", "aoki@example.jp", "\t", PASSWORD, "\t", PASSWORD):
        page.keyboard.press("Tab") if text == "\t" else page.keyboard.type(text)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Now showing")).to_be_visible()
    page.goto("/studio/creatives")
    page.set_input_files("#files", picture)
    page.get_by_role("button", name="Upload").click()
    expect(page.get_by_text("1 file is being processed.")).to_be_visible()
    studio_app.worker.sweep()
    page.goto("/studio/campaigns/new")
    page.get_by_label("Name", exact=True).fill("Milk week")
    page.get_by_label("Product card").check()
    page.get_by_label("Product", exact=True).fill("mil")
    page.get_by_role("button", name="Save as draft").click()
    page.get_by_role("button", name=re.compile("Milk")).click()
    page.get_by_role("button", name="Save as draft").click()
    expect(page.get_by_text("Every day, all day on the 5 screens of 2 stores.")).to_be_visible()
    page.get_by_role("button", name="Submit for approval").click()
    page.get_by_role("button", name="Approve").click()
    [campaign] = studio_app.ports.storage.campaigns.all(None)
    assert campaign.state is CampaignState.APPROVED
    assert campaign.spots[0].card is not None
    context.close()
