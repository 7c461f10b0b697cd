"""The studio for everybody: axe finds nothing grave on any of its pages, and a campaign goes live by keyboard alone."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import Engine

from recommender.training.kept import keep
from signage.domain.campaign import CampaignState, Level
from signage.domain.condition import Report, Rung
from signage.domain.content import Card, Template
from signage.live import Live, Shown
from signage.storage.campaign_rows import Campaign, CampaignSpot
from signage.storage.notices import Notice
from signage.storage.screens import LetIn
from tests.axe import assert_accessible, tab_to
from tests.recommender.judged import told
from tests.signage.web.conftest import MILK, Studio
from tests.signage.web.test_marketer import set_up
from tests.signage.web.test_reports import played
from tests.world import World

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]
BEFORE_LOGIN = ("/login", "/setup", "/privacy", "/privacy/camera?store=ekimae")


@pytest.fixture
def page(browser: Browser, served: str) -> Iterator[Page]:
    context = browser.new_context(base_url=served, viewport={"width": 1440, "height": 900}, locale="ja-JP")
    yield context.new_page()
    context.close()


def furnish(studio_app: Studio, engine: Engine, live: Live) -> dict[str, str]:
    """Something on every page -> the values that addresses of pages need."""
    storage, now = studio_app.ports.storage, studio_app.ports.clock()
    storage.screens.open_registration(1080, 1920, "Mozilla/5.0 (X11; Linux x86_64)", True, now)
    for days_ago in range(3):
        played(engine, "entrance", "ekimae", days_ago)
    storage.notices.save(Notice("ekimae", "駅前ストア", "客層の把握", "Audience counts", "03-0000-0000", now), "")
    made = studio_app.controller.next_item("entrance", "r1", None)
    live.touch("entrance", now)
    live.put_shown({"entrance": Shown(made["item"]["spot"], made["decision"], "人気ランキング", now)})
    live.put_report(
        "entrance", Report(now, made["item"]["spot"], made["decision"], Rung.LIVE, error="404", error_at=now)
    )
    spot = CampaignSpot("milk-1", "milk", 8_000, card=Card(Template.PRODUCT, gtin=MILK))
    storage.campaigns.add(Campaign("milk", "牛乳の日", Level.OPEN, "ekimae", (spot,), gtins=(MILK,)), "", now)
    return {
        "decision_id": made["decision"], "campaign_id": "milk", "screen_id": "entrance",
        "store_id": "ekimae", "creative_id": storage.creatives.all(None)[0].creative_id,
    }  # fmt: skip


def pages(studio_app: Studio, values: dict[str, str]) -> list[str]:
    """Every page of the studio that a browser can open, from the app's own list of addresses."""
    rules = [rule for rule in studio_app.app.url_map.iter_rules() if rule.endpoint.startswith("studio.")]
    rules = [rule for rule in rules if "GET" in (rule.methods or ()) and rule.arguments <= values.keys()]
    with studio_app.app.test_request_context():
        built = [studio_app.app.url_for(rule.endpoint, **{k: values[k] for k in rule.arguments}) for rule in rules]
    return sorted({path for path in built if "." not in path})  # .csv and the like are no pages


def test_axe_finds_nothing_grave_on_any_page(
    page: Page, studio_app: Studio, engine: Engine, live: Live, tmp_path: Path
) -> None:
    page.goto("/setup")
    assert_accessible(page)
    set_up(page)
    picture = tmp_path / "秋.png"
    Image.new("RGB", (640, 360), "#C4001A").save(picture)
    page.goto("/studio/creatives")
    page.locator("#files").set_input_files(picture)
    expect(page.locator("[data-creative]")).to_be_visible()
    studio_app.worker.sweep()
    expect(page.locator("[data-words]")).to_have_text("使えます")
    expect(page.locator("[data-creative] img")).to_be_visible()
    keep(tmp_path / "artifacts", json.dumps(told()))
    looked_at = set()
    for path in pages(studio_app, furnish(studio_app, engine, live)):
        answer = page.goto(path)
        assert answer is not None
        if answer.headers["content-type"].startswith("text/html") and answer.status == 200:
            assert_accessible(page)
            looked_at.add(path)
    assert len(looked_at) >= 14, looked_at
    page.goto("/studio/campaigns/none")  # the page of an error
    assert_accessible(page)
    page.context.clear_cookies()
    for path in BEFORE_LOGIN:
        page.goto(path)
        assert_accessible(page)


def draft(page: Page) -> None:
    """A campaign from the keyboard, as far as a draft; every stop of the focus on the way can be seen."""
    page.goto("/studio/campaigns/new")
    tab_to(page, page.get_by_label("名前"))
    page.keyboard.type("牛乳の日")
    tab_to(page, page.locator("[name=what]:checked"))
    page.keyboard.press("ArrowDown")
    expect(page.locator("[name=what][value=card]")).to_be_checked()
    tab_to(page, page.locator("#gtin"))
    page.keyboard.type(MILK)
    tab_to(page, page.locator("[name=zones]").first)
    page.keyboard.press("Space")
    tab_to(page, page.get_by_role("button", name="下書きを保存する"))
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="申請する")).to_be_visible()


def test_a_campaign_goes_live_and_a_screen_obeys_by_keyboard_alone(
    page: Page, studio_app: Studio, world: World
) -> None:
    set_up(page)
    draft(page)
    for name in ("申請する", "承認する"):
        tab_to(page, page.get_by_role("button", name=name))
        page.keyboard.press("Enter")
        expect(page.get_by_role("button", name=name)).to_have_count(0)
    [campaign] = studio_app.ports.storage.campaigns.all(None)
    assert campaign.state is CampaignState.APPROVED
    assert studio_app.ports.storage.screens.verify("entrance", world.keys["entrance"]) is LetIn.YES
    page.goto("/studio/screens/entrance")
    for name, said in (("画面に名前を出す", "送信しました"), ("更新する", "新しい鍵を受け取ります")):
        tab_to(page, page.get_by_role("button", name=name, exact=True))
        page.keyboard.press("Enter")
        expect(page.get_by_text(said)).to_be_visible()
    assert [message["verb"] for _, message in studio_app.heard.messages] == ["identify"]
    assert studio_app.ports.storage.screens.renewing("entrance")
    expect(page.get_by_text("新しい鍵を渡すところです")).to_be_visible()
    assert campaign.spots[0].card is not None


def test_files_are_dropped_and_pages_changed_by_keyboard(page: Page) -> None:
    set_up(page)
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="本文へ移動")).to_be_focused()
    tab_to(page, page.get_by_role("link", name="素材"))
    page.keyboard.press("Enter")
    expect(page.locator("#files")).to_be_attached()
    with page.expect_file_chooser():
        tab_to(page, page.locator("#files"))
        page.keyboard.press("Enter")
