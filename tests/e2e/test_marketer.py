"""A marketer on the first day: a password, a picture dropped, a campaign approved; it is on the screen, and in the report.
Its approval is withdrawn, and it is off the screen."""

import base64
import io
import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw
from playwright.sync_api import Page, expect

from tests.e2e.glass import picture, playing, said
from tests.e2e.ledger import rows
from tests.e2e.marketer import exported, set_up
from tests.e2e.shop import Shop, wait_for

expect.set_options(timeout=20_000)  # a picture is processed by the worker, on a machine that may be busy
pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]
SCREEN, WIDTH, HEIGHT, LENGTH_S = "367-entrance", 1280, 720, 12
NAME = "秋の味覚フェア"
SHOTS = Path("test-output/e2e")
# From the press of the button, on a machine that may be busy; waiting for an item's end would take longer.
DECIDED_S, SHOWN_S, GONE_S = 3.0, 8.0, 5.0
DROP = """([bytes, name]) => {
  const files = new DataTransfer();
  files.items.add(new File([Uint8Array.from(atob(bytes), (one) => one.charCodeAt(0))], name, { type: 'image/png' }));
  return files;
}"""
NOTE_CLICKS = "addEventListener('click', () => sessionStorage.setItem('clicked', Date.now()), true)"
NOTE_SPOTS = """window.spots = [];
new MutationObserver(() => window.spots.push([Date.now(), document.body.dataset.spot]))
  .observe(document.body, { attributeFilter: ['data-spot'] })"""
EDGE = 2  # px
SHIFT = "() => { const at = new DOMMatrix(getComputedStyle(document.getElementById('panel')).transform); return [at.e, at.f]; }"


@pytest.fixture(scope="module")
def creative() -> Image.Image:
    """As large as the player's window, so that pixels can be compared one by one; no two fields are alike."""
    rng = np.random.default_rng(11)
    fields = rng.integers(0, 256, (HEIGHT // 80, WIDTH // 80, 3), dtype=np.uint8)
    image = Image.fromarray(fields.repeat(80, axis=0).repeat(80, axis=1))
    ImageDraw.Draw(image).ellipse((440, 160, 840, 560), fill="#C4001A")
    return image


def shot(page: Page, name: str) -> None:
    SHOTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SHOTS / f"marketer-{name}.png", full_page=True)


def upload(page: Page, image: Image.Image) -> None:
    """Drop it on the page and wait until it can be used."""
    file = io.BytesIO()
    image.save(file, "PNG")
    page.get_by_role("link", name="素材").click()
    page.wait_for_load_state()  # a drop before the page's script runs is the browser's
    dropped = page.evaluate_handle(DROP, [base64.b64encode(file.getvalue()).decode(), f"{NAME}.png"])
    page.dispatch_event(".drop", "drop", {"dataTransfer": dropped})
    tile = page.locator("[data-creative]")
    expect(tile).to_contain_text(f"{NAME}.png")
    expect(tile.locator("[data-words]")).to_have_text("使えます", timeout=20_000)
    expect(tile).to_contain_text(f"{WIDTH}×{HEIGHT}")


def make_campaign(page: Page) -> None:
    """For the entrance screen, submitted: it waits for its approval."""
    page.get_by_role("link", name="キャンペーンを作る").click()
    page.get_by_label("名前").fill(NAME)
    page.get_by_label("表示する秒数").fill(str(LENGTH_S))
    page.get_by_role("group", name="画面", exact=True).get_by_text("入口", exact=True).click()
    shot(page, "form")
    page.get_by_role("button", name="下書きを保存する").click()
    page.get_by_role("button", name="申請する").click()
    expect(page.get_by_role("button", name="承認する")).to_be_visible()


def differing(player: Page, wanted: Image.Image) -> int:
    """Pixels that aren't the creative's, but for the camera mark, the staff's dot and the edge that the shift against
    burn-in moves."""
    x, y = player.evaluate(SHIFT)
    assert abs(x) <= EDGE >= abs(y)
    here = np.roll(np.asarray(picture(player)), (-y, -x), (0, 1))
    wrong = (here != np.asarray(wanted)).any(axis=2)
    for overlay in (".camera", ".staff"):
        if (box := player.locator(overlay).bounding_box()) is not None:
            left, top = int(box["x"]) - x, int(box["y"]) - y
            wrong[top : top + int(box["height"]) + 2, left : left + int(box["width"]) + 2] = False
            assert box["width"] * box["height"] < 0.1 * WIDTH * HEIGHT
    return int(wrong[EDGE:-EDGE, EDGE:-EDGE].sum())


def first_from(player: Page, pressed_ms: int) -> tuple[int, str]:
    """When the player's page changed its spot for the first time since, and to what; (0, "") while it hasn't."""
    return next(((at, spot) for at, spot in player.evaluate("window.spots") if at >= pressed_ms), (0, ""))


def withdrawn_ms(studio: Page, player: Page, campaign_id: str) -> int:
    """From the press of 承認を取り消す, on the open page of a campaign that is on the screen, to another spot on the glass."""
    studio.evaluate(NOTE_CLICKS)
    studio.get_by_role("button", name="承認を取り消す").click()
    expect(studio.locator(".state")).to_have_text("承認取り消し")
    pressed_ms = int(studio.evaluate("sessionStorage.getItem('clicked')"))
    wait_for(lambda: first_from(player, pressed_ms)[0], what="another spot on the screen")
    gone_ms, instead = first_from(player, pressed_ms)
    assert not instead.startswith(campaign_id)
    return gone_ms - pressed_ms


def test_from_a_dropped_picture_to_the_report(
    shop: Shop, open_page: Callable[..., Page], creative: Image.Image
) -> None:
    studio = open_page(1440, 900, locale="ja-JP")
    set_up(studio, shop)
    upload(studio, creative)
    shot(studio, "creatives")
    make_campaign(studio)
    campaign_id = studio.url.rsplit("/", 1)[1]

    player = playing(shop, open_page, SCREEN, width=WIDTH, height=HEIGHT)
    assert not said(player, "spot").startswith(campaign_id), "shown before it was approved"
    player.evaluate(NOTE_SPOTS)
    studio.evaluate(NOTE_CLICKS)
    studio.get_by_role("button", name="承認する").click()
    wait_for(lambda: said(player, "spot").startswith(campaign_id), what="the approved spot on the screen")
    decision = said(player, "decision")
    pressed_ms = int(studio.evaluate("sessionStorage.getItem('clicked')"))
    shown_ms = next(at for at, spot in player.evaluate("window.spots") if spot.startswith(campaign_id))
    (decided,) = rows(shop, "SELECT at FROM decisions WHERE id = ?", decision)
    assert 0 <= decided["at"] - pressed_ms <= DECIDED_S * 1000
    assert decided["at"] < shown_ms <= pressed_ms + SHOWN_S * 1000
    wait_for(lambda: differing(player, creative) == 0, 5, "exactly that picture on the glass")
    shot(player, "player")

    studio.goto(f"{shop.base}/studio/screens/{SCREEN}")
    now = studio.locator(".now-card")
    expect(now).to_contain_text(NAME)
    expect(now.locator(".why")).to_have_text(re.compile(r"なぜ出ている?.*順番に放映", re.DOTALL))
    expect(studio.locator(".verdict")).to_have_text("放映中")
    shot(studio, "screen")
    studio.goto(f"{shop.base}/studio/decisions/{decision}")
    expect(studio.locator(".showing")).to_contain_text(NAME)
    expect(studio.locator(".sentence")).to_contain_text("順番に放映")
    shot(studio, "decision")

    wait_for(
        lambda: rows(shop, "SELECT 1 FROM plays WHERE decision_id = ? AND completed = 1", decision), what="its play"
    )
    studio.goto(f"{shop.base}/studio/reports?screen={SCREEN}")
    expect(studio.get_by_role("row").filter(has_text=NAME).filter(has_text="入口")).to_be_visible()
    shot(studio, "report")
    (line,) = exported(studio, shop, screen=SCREEN, campaign=campaign_id)
    assert (line["画面"], line["キャンペーン"]) == ("入口", NAME)
    assert int(line["放映完了"]) >= 1
    assert int(line["放映秒数"]) >= LENGTH_S * 0.75

    studio.goto(f"{shop.base}/studio/campaigns/{campaign_id}")
    before = said(player, "decision")
    studio.get_by_role("button", name="今すぐ放映する").click()  # so that it has its whole length before it
    wait_for(
        lambda: said(player, "decision") != before and said(player, "spot").startswith(campaign_id), what="it again"
    )
    on = said(player, "decision")
    took_ms = withdrawn_ms(studio, player, campaign_id)
    print(f"withdrawn: off the screen {took_ms} ms after the press")
    assert 0 <= took_ms <= GONE_S * 1000
    wait_for(lambda: rows(shop, "SELECT 1 FROM plays WHERE decision_id = ? AND why = 'withdrawn'", on), what="its end")
