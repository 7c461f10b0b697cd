"""The demo page: a floor plan with four live players, a dock whose buttons make real things happen, and the board."""

import json
import os
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

import pytest
from playwright.sync_api import Frame, Page

from signage.processes.progress import Step
from tests.axe import assert_accessible
from tests.e2e.ledger import until_redis_remembers
from tests.e2e.shop import MILK, Shop, wait_for

pytestmark = [pytest.mark.browser, pytest.mark.timeout(400)]
ENTRANCE = "367-entrance"
ZONES = ("entrance", "aisle", "checkout", "edge")


@pytest.fixture(scope="module")
def demo(common_demo: Shop) -> Shop:
    return common_demo


def player(page: Page, zone: str) -> Frame:
    return next(frame for frame in page.frames if "/player" in frame.url and f"367-{zone}" in frame.url)


def on_player(page: Page, zone: str, name: str) -> str:
    return str(player(page, zone).evaluate("name => document.body.dataset[name] || ''", name))


def part(page: Page, name: str) -> str:
    return page.inner_text(f"#board [data-part={name}]")


def do(page: Page, action: str, name: str) -> None:
    """Open a button of the dock, and press one inside."""
    if page.locator(f"#pop-{action}").is_hidden():
        page.click(f"#dock [data-action={action}]")
    page.click(f"#pop-{action} [data-do={name}]")


def status(page: Page, action: str) -> str:
    return page.locator(f"#pop-{action} [role=status]").text_content() or ""


def watched(page: Page) -> list[str]:
    """Errors of the console and of the server, as they come."""
    errors: list[str] = []
    page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("response", lambda answer: errors.append(f"{answer.status} {answer.url}") if answer.status >= 400 else None)
    return errors


def test_the_store_comes_to_life_and_the_dock_works(demo: Shop, open_page: Callable[..., Page]) -> None:
    page = open_page(1440, 900, locale="ja-JP")  # one for all: four players start whenever it is opened
    errors = watched(page)
    it_waits_for_its_store(page, demo)
    page.wait_for_selector("body[data-ready=true]")
    for zone in ZONES:
        wait_for(lambda z=zone: on_player(page, z, "rung") == "live", 60, f"{zone} playing")
    wait_for(lambda: page.locator("#board-full").is_visible() and part(page, "sentence"), 20, "the decision")
    assert part(page, "chance").endswith("%") and part(page, "ms").endswith(("ms", "秒"))
    people_walk(page)
    until_redis_remembers(demo)
    a_member_holds_up_a_code(page)
    the_shelf_tells_the_stock(page)
    time_moves(page)
    it_says_that_learning_has_stopped(page, demo)
    assert page.evaluate("document.documentElement.scrollWidth") == 1440
    assert page.evaluate("window.mark"), "it was never loaded again"
    assert errors == []
    (out := Path(os.environ.get("SHELFCAST_TEST_OUTPUT", "test-output"))).mkdir(exist_ok=True)
    page.screenshot(path=out / "demo.png")
    it_says_when_the_server_is_gone(page)


def it_waits_for_its_store(page: Page, demo: Shop) -> None:
    keys, away = demo.data / "demo" / "screens.json", demo.data / "demo" / "screens.away"
    keys.rename(away)
    try:
        page.goto(f"{demo.base}/demo")
        assert "準備しています" in page.inner_text("#preparing")
        assert page.locator("[data-action=tour]").is_disabled()
        page.evaluate("window.mark = true")
    finally:
        away.rename(keys)
    wait_for(page.locator(".panel").first.is_visible, what="the screens")
    assert page.locator("#preparing").is_hidden()


def it_says_that_learning_has_stopped(page: Page, demo: Shop) -> None:
    told = demo.data / "demo" / "progress.json"
    before = told.read_text()
    told.write_text(json.dumps(asdict(Step(10, 10, "学習は中断 / Training stopped", 1.0, "untrained"))))
    wait_for(lambda: "途中で止まりました" in page.inner_text("#model"), 60, "the word that it has stopped")
    told.write_text(before)


def it_says_when_the_server_is_gone(page: Page) -> None:
    page.context.set_offline(True)
    wait_for(lambda: "接続できません" in page.inner_text("#network"), what="the word that the server is gone")
    page.context.set_offline(False)
    wait_for(lambda: page.locator("#network").is_hidden(), what="the word that it is back")


def people_walk(page: Page) -> None:
    page.click("#dock [data-action=walk]")
    page.check("input[value=child]", force=True)
    do(page, "walk", "walk")
    assert page.locator("#pop-walk").is_hidden(), "the popover gives way to what is to be seen"
    dots = page.locator(f"[data-people-at='{ENTRANCE}']")
    wait_for(lambda: dots.get_attribute("data-count") == "3", what="three people at the entrance")
    wait_for(lambda: page.locator("#people .person").count() == 3, what="who stood there before gone")
    assert page.locator("#people .child").count() == 1
    do(page, "walk", "leave")
    wait_for(lambda: page.locator("#people .person").count() == 0, what="nobody there")
    page.keyboard.press("Escape")


def a_member_holds_up_a_code(page: Page) -> None:
    do(page, "member", "hold")
    wait_for(lambda: "確認しました" in status(page, "member"), what="an accepted code")
    wait_for(lambda: on_player(page, "entrance", "guest") == "true", what="the greeting")
    wait_for(lambda: page.get_attribute(f".panel[data-screen='{ENTRANCE}']", "data-guest") == "true", what="the plan")
    do(page, "member", "again")
    wait_for(lambda: "使用済み" in status(page, "member"), what="the refusal")
    do(page, "member", "end")
    wait_for(lambda: on_player(page, "entrance", "guest") == "false", what="the end")
    page.keyboard.press("Escape")


def the_shelf_tells_the_stock(page: Page) -> None:
    page.click("#dock [data-action=stock]")
    page.select_option("#stock-of", MILK)
    do(page, "stock", "stock")
    wait_for(lambda: "画面" in status(page, "stock"), what="the product off the screens")
    page.click("#dock [data-action=scan]")
    page.select_option("#scan-of", MILK)
    do(page, "scan", "scan")
    phone = page.frame_locator("#phone iframe")
    wait_for(lambda: "品切れ" in phone.locator("body").inner_text(), what="the shelf page saying sold out")
    page.click("#phone .zoom")
    assert page.locator("#phone").bounding_box()["width"] >= 300  # type: ignore[index]
    page.keyboard.press("Escape")
    assert page.locator("#phone").bounding_box()["width"] < 150  # type: ignore[index]


def time_moves(page: Page) -> None:
    before = page.inner_text("#clock")
    page.click("#dock [data-action=clock]")
    page.click("#pop-clock [data-minutes='180']")
    wait_for(lambda: page.locator("#simulated-time").is_visible(), what="the simulated time said")
    assert page.inner_text("#clock") != before
    do(page, "clock", "now")
    wait_for(lambda: page.locator("#simulated-time").is_hidden(), what="real time again")
    page.keyboard.press("Escape")


def test_in_english_its_panels_a_narrow_window_and_axe(demo: Shop, open_page: Callable[..., Page]) -> None:
    page = open_page(390, 844, locale="en-US")
    errors = watched(page)
    page.goto(f"{demo.base}/demo?lang=en&pace=fast")
    wait_for(lambda: page.locator("#board-full").is_visible(), 60, "the decision")
    page.click("[data-action=data]")
    wait_for(lambda: "Households" in page.inner_text("#counts"), what="the counts")
    page.keyboard.press("Escape")
    page.click("[data-action=try]")
    wait_for(lambda: page.inner_text("#phone-try"), what="how to open it on a phone")
    page.keyboard.press("Escape")
    assert page.evaluate("document.documentElement.scrollWidth") == 390, "only the row of screens scrolls sideways"
    row = page.locator(".stage")
    assert row.evaluate("row => row.scrollWidth > row.clientWidth && row.scrollLeft === 0")
    assert_accessible(page)
    a_scene_of_the_tour(page)
    assert errors == []


def a_scene_of_the_tour(page: Page) -> None:
    page.click("[data-action=tour]")
    page.click("button[data-scene=people]")
    page.wait_for_selector("button[data-scene=people][data-scene-state=done]", timeout=60_000)
    assert "alcohol" in page.inner_text("#tour-said [data-line=people_why]")


def test_a_page_that_goes_leaves_no_cable_cut_and_a_second_one_gives_its_screens_back(
    demo: Shop, open_page: Callable[..., Page]
) -> None:
    page = open_page(1440, 900, locale="ja-JP")

    def everywhere(state: str) -> bool:
        return all(on_player(page, zone, "state") == state for zone in ZONES)

    def online() -> bool:
        return all(on_player(page, zone, "online") == "true" for zone in ZONES)

    page.goto(f"{demo.base}/demo?pace=fast")
    page.wait_for_selector("body[data-ready=true]")
    wait_for(online, 60, "four players")
    page.click("[data-action=tour]")
    for _ in range(3):
        page.click("button[data-scene=cable]")
    page.wait_for_selector("#tour-said [data-line=cable_cut]", timeout=30_000)
    assert page.get_attribute("button[data-scene=cable]", "data-scene-state") == "running", "the last press counts"
    page.reload()
    page.wait_for_selector("body[data-ready=true]")
    wait_for(online, 60, "the cable mended")
    second = page.context.new_page()
    second.goto(f"{demo.base}/demo")
    wait_for(lambda: everywhere("elsewhere"), 60, "the second tab's turn")
    wait_for(lambda: "ほかのタブ" in page.inner_text(".panel .state"), what="the page saying so")
    page.evaluate("dispatchEvent(new Event('focus'))")
    wait_for(online, 60, "its screens back")
    second.close()


def test_only_the_page_itself_may_act(demo: Shop, open_page: Callable[..., Page]) -> None:
    page = open_page()
    page.goto(f"{demo.base}/healthz")
    assert page.evaluate("fetch('/demo/end/367-entrance', {method: 'POST'}).then(r => r.status)") == 403
