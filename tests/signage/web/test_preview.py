"""The preview in real Chromium: the chosen product's card in four places, what can't be read in words, a warning, no wall."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from signage.domain.campaign import CampaignState, Level, Targeting
from signage.domain.content import Card, MediaKind, Template
from signage.domain.place import Zone
from signage.storage.campaign_rows import Campaign, CampaignSpot
from signage.storage.creatives import Creative, CreativeState
from signage.storage.users import Role
from tests.signage.web.conftest import LASAGNA, MILK, PASSWORD, Studio
from tests.signage.web.test_marketer import shot

pytestmark = pytest.mark.browser
WAIT_MS = 30_000


@pytest.fixture
def page(browser: Browser, served: str, studio_app: Studio) -> Iterator[Page]:
    """Logged in as an editor, on the empty campaign form; no console error, nothing from elsewhere."""
    email = studio_app.person(Role.EDITOR)
    context = browser.new_context(base_url=served, viewport={"width": 1440, "height": 900}, locale="ja-JP")
    page = context.new_page()
    page.set_default_timeout(WAIT_MS)
    wrong: list[str] = []
    page.on("console", lambda message: wrong.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("request", lambda one: None if one.url.startswith(served) else wrong.append(one.url))
    page.goto("/login?next=/studio/campaigns/new")
    page.get_by_label("メールアドレス").fill(email)
    page.get_by_label("パスワード", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="ログイン").click()
    page.goto("/studio/campaigns/new")
    yield page
    context.close()
    assert wrong == []


def findings(page: Page) -> int:
    """How many the preview has counted, once it has."""
    page.wait_for_selector("[data-preview][data-findings]")
    return int(page.get_attribute("[data-preview]", "data-findings") or "")


def test_a_card_is_seen_in_four_places_and_two_languages_while_the_form_changes(page: Page) -> None:
    preview = page.locator("[data-preview]")
    expect(preview).to_be_hidden()
    page.get_by_label("商品カード").check()
    page.get_by_label("商品", exact=True).fill(MILK)
    assert findings(page) == 0
    for place in ("entrance", "aisle", "checkout", "shelf"):
        frame = page.frame_locator(f"[data-place={place}] iframe")
        expect(frame.locator(".layer.in .name").last).to_contain_text("牛乳")
        expect(page.locator(f"[data-place={place}] .findings")).to_have_text("すべて読めます")
        metres = frame.locator("body").evaluate(f"window.legibility.PANELS.{place}.distance_m")
        expect(page.locator(f"[data-place={place}] figcaption")).to_contain_text(f"({metres}m先から見る画面)")
    expect(page.locator("[data-preview-warning]")).to_be_hidden()
    shot(page, "campaign-preview")
    preview.get_by_role("button", name="English").click()
    expect(page.frame_locator("[data-place=aisle] iframe").locator(".layer.in .name").last).to_contain_text("Milk")
    page.get_by_label("商品", exact=True).fill("冷凍ピザ")  # its whole name is as good as its code
    expect(page.frame_locator("[data-place=aisle] iframe").locator(".layer.in .name").last).to_contain_text(
        "Frozen pizza"
    )
    page.get_by_label("サービスの案内").check()
    page.get_by_label("見出し(日本語)").fill("ギフト包装")
    page.get_by_label("見出し(英語)").fill("Gift wrapping")
    page.get_by_label("本文(日本語)").fill("レジでお気軽にお声がけください")
    expect(page.frame_locator("[data-place=aisle] iframe").locator(".layer.in .title").last).to_contain_text("Gift")
    assert findings(page) == 0
    page.get_by_label("素材", exact=True).check()
    expect(preview).to_be_hidden()


def test_what_cannot_be_read_is_said_and_does_not_stop_anybody(page: Page, studio_app: Studio) -> None:
    page.get_by_label("名前").fill("ラザニア")
    page.get_by_label("商品カード").check()
    page.get_by_label("商品", exact=True).fill(LASAGNA)
    assert findings(page) > 0
    expect(page.locator("[data-place=entrance] .findings")).to_contain_text("この文字は5m先から読めません")
    expect(page.locator("[data-preview-warning]")).to_contain_text("画面で読みにくい文字が")
    shot(page, "campaign-preview-hard")
    page.get_by_role("button", name="下書きを保存する").click()
    assert findings(page) > 0
    expect(page.locator(".confirm-card [data-preview-warning]")).to_be_visible()
    shot(page, "campaign-hard")
    page.get_by_role("button", name="申請する").click()
    expect(page.locator(".note.good")).to_be_visible()
    (one,) = studio_app.ports.storage.campaigns.all(None)
    assert one.state is CampaignState.SUBMITTED


def test_a_campaigns_own_card_is_seen_where_it_runs_and_pictures_are_not_measured(
    page: Page, studio_app: Studio
) -> None:
    expect(page.get_by_text("画像や動画の中の文字は、ここでは確認できません")).to_have_count(0)
    storage, now = studio_app.ports.storage, studio_app.ports.clock()
    storage.creatives.add(Creative("photo", "a.png", MediaKind.IMAGE, CreativeState.UPLOADED, "", now, "a" * 64), "")
    card = Card(Template.SERVICE, family="produce", title_ja="ギフト包装", title_en="Gift wrapping", pictogram="basket")
    spots = (
        CampaignSpot("wrap-1", "包装", 12_000, card=card),
        CampaignSpot("wrap-2", "写真", 12_000, creative_id="photo"),
    )
    aim = Targeting(zones=frozenset({str(Zone.AISLE), str(Zone.CHECKOUT)}))
    storage.campaigns.add(Campaign("wrap", "包装", Level.HOUSE, "", spots, targeting=aim), "", now)
    page.goto("/studio/campaigns/wrap")
    assert findings(page) == 0
    assert page.locator("[data-place]").count() == 2
    for place in ("aisle", "checkout"):
        frame = page.frame_locator(f"[data-place={place}] iframe")
        expect(frame.locator(".layer.in .title").last).to_contain_text("ギフト")
    expect(page.get_by_text("画像や動画の中の文字は、ここでは確認できません")).to_be_visible()
    shot(page, "campaign-own-card")


def test_a_product_is_known_by_its_code_or_its_whole_name(studio_app: Studio) -> None:
    client = studio_app.logged_in(Role.VIEWER)
    for gtin in ("abc", "", "4901234567894"):
        assert client.get(f"/v1/studio/preview?gtin={gtin}&store=ekimae").get_json()["code"] == "product_unknown"
    for said in (MILK, "冷凍ピザ", "frozen  PIZZA", "frozen pizza · 12 oz"):
        assert client.get("/v1/studio/preview", query_string={"gtin": said, "store": "ekimae"}).status_code == 200, said
    assert client.get("/v1/studio/preview?gtin=pizza&store=ekimae").status_code == 404, "a part of a name is no choice"
    assert client.get("/v1/studio/preview?gtin=Yogurt&store=ekimae").status_code == 404, "there are two of this name"
    assert client.get("/v1/studio/preview?gtin=Yogurt+·+32+oz&store=ekimae").status_code == 200
    assert client.get(f"/v1/studio/preview?gtin={MILK}&store=nowhere").get_json()["code"] == "store_unknown"
    assert client.get("/v1/studio/preview?campaign=none&store=ekimae").get_json()["code"] == "campaign_unknown"
