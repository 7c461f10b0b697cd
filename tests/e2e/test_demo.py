"""The demo page: four live players, and what the buttons make happen."""

import json
import os
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Frame, Page

from tests.e2e.ledger import add_campaign
from tests.e2e.shop import BEER, MEMBER, MILK, Shop, open_shop, run, wait_for

pytestmark = [pytest.mark.browser, pytest.mark.timeout(180)]


@pytest.fixture(scope="module")
def demo(seeded: tuple[Path, dict[str, str]], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    """The shop with the demo's page on, one story member, a milk and a beer campaign."""
    template, keys = seeded
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("SHELFCAST_DEMO", "1")
        with open_shop(template, keys, tmp_path_factory.mktemp("demo") / "data", before=prepare) as shop:
            yield shop


def prepare(shop: Shop) -> None:
    folder = shop.data / "demo"
    folder.mkdir()
    (folder / "screens.json").write_text(json.dumps(shop.keys))
    session = run(shop.env, "recommender", "members", "link", "--member", MEMBER, "--consent", "--session").strip()
    (folder / "sessions.json").write_text(json.dumps([session]))
    for key, gtin in (("milk", MILK), ("beer", BEER)):
        add_campaign(shop.data, datetime.now(UTC), key, gtin, length_ms=8_000)


def frame(page: Page, screen: str) -> Frame:
    return next(f for f in page.frames if screen in f.url)


def test_the_store_lives_and_the_buttons_work(demo: Shop, open_page: Callable[..., Page]) -> None:
    errors: list[str] = []
    page = open_page(1440, 1000, locale="ja-JP")
    page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    page.on("response", lambda answer: errors.append(f"{answer.status} {answer.url}") if answer.status >= 400 else None)
    page.goto(f"{demo.base}/demo")
    for screen in ("entrance", "aisle", "checkout", "edge"):
        wait_for(
            lambda s=screen: frame(page, s).evaluate("document.body.dataset.rung") == "live", 40, f"{screen} playing"
        )
    wait_for(lambda: page.locator(".winner strong").count() and page.inner_text(".winner strong"), 20, "the decision")
    assert "選ばれる確率" in page.inner_text("#decision")

    page.click("[data-crowd=child]")
    wait_for(lambda: page.inner_text(".panel.entrance [data-people]") == "●●●", what="the people")

    page.click("#hold-up")
    wait_for(lambda: page.inner_text("#scan-result"), 10, "the answer to the code")
    if "確認しました" not in page.inner_text("#scan-result"):  # Redis can't vouch for a code from before it started
        wait_for(
            lambda: page.click("#hold-up") or "確認しました" in page.inner_text("#scan-result"), 70, "an accepted code"
        )
    wait_for(lambda: frame(page, "entrance").evaluate("document.body.dataset.guest") == "true", what="the greeting")
    page.click("#again")
    wait_for(lambda: "使用済み" in page.inner_text("#scan-result"), what="the refusal")
    page.click("#end")
    wait_for(lambda: frame(page, "entrance").evaluate("document.body.dataset.guest") == "false", what="the end")

    page.select_option("#product", MILK)
    page.click("[data-quantity='0']")
    wait_for(lambda: "記録しました" in page.inner_text("#stock-result"), what="the stock event")
    page.click("#open-shelf")
    shelf = page.frame_locator("#phone iframe")
    wait_for(lambda: "品切れ" in shelf.locator("body").inner_text(), what="the shelf page saying sold out")
    assert errors == []
    (out := Path(os.environ.get("SHELFCAST_TEST_OUTPUT", "test-output"))).mkdir(exist_ok=True)
    page.screenshot(path=out / "demo.png")


def test_only_the_page_itself_may_act(demo: Shop, open_page: Callable[..., Page]) -> None:
    page = open_page()
    page.goto(f"{demo.base}/healthz")
    assert page.evaluate("fetch('/demo/end/367-entrance', {method: 'POST'}).then(r => r.status)") == 403
