"""The demo page for everybody: axe finds nothing grave in any of its states, it goes by keyboard, and motion can be off."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.axe import assert_accessible, findings, tab_to
from tests.e2e.shop import Shop, wait_for

pytestmark = [pytest.mark.browser, pytest.mark.timeout(400)]
PATIENCE_MS = 40_000
DESK = (1440, 900)
MOVING = """() => [...document.querySelectorAll('*')].filter(one => {
  const style = getComputedStyle(one);
  const longest = list => Math.max(...list.split(',').map(parseFloat));
  return longest(style.transitionDuration) > 0.01 || (style.animationName !== 'none' && longest(style.animationDuration) > 0.01);
}).map(one => one.outerHTML.slice(0, 100))"""


@pytest.fixture(scope="module")
def demo(common_demo: Shop) -> Shop:
    return common_demo


def test_the_page_is_for_everybody(demo: Shop, open_page: Callable[..., Page]) -> None:
    page = open_page(*DESK, locale="ja-JP")  # one for all: four players start whenever it is opened
    page.goto(f"{demo.base}/demo?pace=fast")
    expect(page.locator("body")).to_have_attribute("data-ready", "true", timeout=PATIENCE_MS)
    expect(page.locator("#board-full")).to_be_visible(timeout=PATIENCE_MS)
    people_walk_by_keyboard_alone(page)
    axe_finds_nothing_grave_in_any_state(page)
    nothing_moves_for_who_wants_no_motion(page)
    page.reload()
    the_tour_starts_by_keyboard_alone(page)


def axe_finds_nothing_grave_in_any_state(page: Page) -> None:
    assert_accessible(page)
    for action in ("walk", "member", "scan", "stock", "network", "clock"):
        page.locator(f'#dock [data-action="{action}"]').click()
        expect(page.locator(f"#pop-{action}")).to_be_visible()
        assert findings(page, within=f"#pop-{action}") == []
        page.locator(f'#dock [data-action="{action}"]').press("Escape")
    for action in ("data", "try"):
        page.locator(f'header [data-action="{action}"]').click()
        expect(page.locator(f"#panel-{action}")).to_be_visible()
        assert_accessible(page, within=f"#panel-{action}")
        page.keyboard.press("Escape")
    page.locator('header [data-action="tour"]').click()
    expect(page.locator('[data-scene="quiet"]')).to_be_visible()
    assert_accessible(page)


def people_walk_by_keyboard_alone(page: Page) -> None:
    walk = page.locator('#dock [data-action="walk"]')
    tab_to(page, walk)
    page.keyboard.press("Enter")
    expect(page.locator("#pop-walk")).to_be_visible()
    tab_to(page, page.locator('#pop-walk [data-do="walk"]'))
    page.keyboard.press("Enter")
    expect(page.locator('[data-people-at="367-entrance"]')).not_to_have_attribute(
        "data-count", "0", timeout=PATIENCE_MS
    )
    page.keyboard.press("Escape")
    expect(page.locator("#pop-walk")).to_be_hidden()
    expect(walk).to_be_focused()


def the_tour_starts_by_keyboard_alone(page: Page) -> None:
    expect(page.locator('header [data-action="tour"]')).to_be_enabled(timeout=PATIENCE_MS)
    tab_to(page, page.locator('header [data-action="tour"]'))
    page.keyboard.press("Enter")
    quiet = page.locator('[data-scene="quiet"]')
    tab_to(page, quiet)
    page.keyboard.press("Enter")
    expect(quiet).to_have_attribute("data-scene-state", "done", timeout=PATIENCE_MS)
    expect(page.locator("#tour-said [data-line]").first).to_be_visible()


def nothing_moves_for_who_wants_no_motion(page: Page) -> None:
    player = next(frame for frame in page.frames if "367-entrance" in frame.url)
    wait_for(lambda: player.evaluate("document.body.dataset.rung") == "live", 40, "the entrance playing")
    for motion, moves in (("no-preference", True), ("reduce", False)):
        page.emulate_media(reduced_motion=motion)  # type: ignore[arg-type]
        for frame in (page.main_frame, player):
            assert bool(found := frame.evaluate(MOVING)) == moves, found
    page.emulate_media(reduced_motion="null")
