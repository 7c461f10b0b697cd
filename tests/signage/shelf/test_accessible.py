"""The shopper's pages for everybody: axe finds nothing grave on any of them, and a member does everything by keyboard."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from recommender.domain.member import Purpose
from tests.axe import assert_accessible, tab_to
from tests.signage.shelf.conftest import TOKEN, Floor
from tests.signage.shelf.history import BEEF, BEER, HOSTILE, MILK, PIZZA, SALAD, agree, link_for

pytestmark = [pytest.mark.browser, pytest.mark.timeout(180)]
OPEN_TO_ALL = (
    f"/p/{PIZZA}?s=ekimae", f"/p/{PIZZA}?s=elm", f"/p/{BEER}?s=ekimae", f"/p/{BEEF}?s=ekimae", f"/p/{MILK}?s=ekimae",
    f"/p/{HOSTILE}?s=ekimae", f"/p/{SALAD}?lot=L/7",
    f"/01/{PIZZA[:-1]}2", "/01/4901234567894", "/p?q=salad", "/p?q=123456", "/p?q=nothing", "/me/erased",
    "/s/forged", f"/s/{TOKEN}", "/me", "/me/in/link",
)  # fmt: skip


@pytest.fixture
def open_page(browser: Browser) -> Iterator[Callable[[str], Page]]:
    contexts = []

    def make(locale: str = "ja-JP") -> Page:
        contexts.append(browser.new_context(locale=locale, viewport={"width": 390, "height": 844}))
        return contexts[-1].new_page()

    yield make
    for context in contexts:
        context.close()


@pytest.mark.parametrize("locale", ["ja-JP", "en-US"])
def test_axe_finds_nothing_grave_on_pages_open_to_all(
    open_page: Callable[..., Page], public_address: str, locale: str
) -> None:
    page = open_page(locale)
    for path in OPEN_TO_ALL:
        page.goto(public_address + path)
        expect(page.locator("html")).to_have_attribute("lang", locale[:2])
        assert_accessible(page)


def test_a_member_does_everything_by_keyboard_on_accessible_pages(
    open_page: Callable[..., Page], address: str, data_dir: Path, floor: Floor
) -> None:
    page = open_page()

    def press(role: str, name: str) -> None:
        tab_to(page, page.get_by_role(role, name=name, exact=True))  # type: ignore[arg-type]
        page.keyboard.press("Enter")
        page.wait_for_load_state()

    page.goto(f"{address}/me/in/{link_for(data_dir)}")
    press("button", "この端末でサインインする")
    expect(page.get_by_role("img", name="会員コードのQR")).to_be_visible()
    assert_accessible(page)  # not agreed yet: with the warning
    press("link", "設定を開く")
    press("button", "店内の画面でのおすすめ: 同意する")
    expect(page.get_by_role("button", name="店内の画面でのおすすめ: 同意を取り消す")).to_be_visible()
    assert_accessible(page)
    agree(data_dir, Purpose.RECOMMEND_PHONE)
    page.goto(f"{address}/s/{TOKEN}")
    assert_accessible(page)
    press("button", "この画面に表示する")
    expect(page.get_by_text("「入口1」に表示中です")).to_be_visible()
    assert_accessible(page)
    press("button", "表示を終える")
    expect(page.get_by_text("表示を終えました。")).to_be_visible()
    assert floor.shown == {}
    press("link", "おすすめ")
    expect(page.locator(".row").first).to_be_visible()
    assert_accessible(page)
    press("link", "設定とデータ")
    press("link", "削除を依頼する")
    assert_accessible(page)
    tab_to(page, page.get_by_label("すべて削除することを確認しました"))
    page.keyboard.press("Space")
    press("button", "削除を依頼する")
    expect(page.get_by_role("heading", name="削除しました")).to_be_visible()
    assert_accessible(page)


def test_a_label_s_page_is_walked_by_keyboard(open_page: Callable[..., Page], public_address: str) -> None:
    page = open_page()
    page.goto(f"{public_address}/p/{PIZZA}?s=ekimae")
    tab_to(page, page.locator(".switch"))
    page.keyboard.press("Enter")
    expect(page.locator("html")).to_have_attribute("lang", "en")
    tab_to(page, page.locator("a.card").last)
    page.keyboard.press("Enter")
    expect(page).not_to_have_url(f"{public_address}/p/{PIZZA}?s=ekimae")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
