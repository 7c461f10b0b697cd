"""The pages in Chromium at a phone's width: without JavaScript, in both languages, by keyboard, and the code's script."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Request, expect

from recommender.domain.member import Purpose
from signage.shelf.routes import STATIC
from tests.signage.shelf.conftest import TOKEN, Floor
from tests.signage.shelf.history import BEER, HOSTILE, PIZZA, SALAD, agree, link_for
from tests.world import MovableClock

pytestmark = pytest.mark.browser
SHOTS = Path("test-output/shelf")
PRODUCT = {
    "ja": ("冷凍ピザ(プレミアム)", "この店に あと2点", "一緒に買われています", "English"),
    "en": ("Frozen pizza, premium", "Only 2 left at this store", "Often bought together", "日本語"),
}
TOO_WIDE = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
SMALL_TARGETS = """[...document.querySelectorAll('a, button, label')].filter(e => {
  const box = e.getBoundingClientRect();
  return box.height && (box.height < 24 || box.width < 24);
}).map(e => e.outerHTML)"""


@pytest.fixture
def open_phone(browser: Browser) -> Iterator[Callable[..., Page]]:
    """`open_phone(lang, js=…)` -> a page that fails the test on any request to another host or any error in the console."""
    contexts: list[BrowserContext] = []
    strays: list[str] = []

    def make(lang: str = "ja", *, js: bool = False, width: int = 390) -> Page:
        locale = {"ja": "ja-JP", "en": "en-US"}[lang]
        context = browser.new_context(viewport={"width": width, "height": 844}, locale=locale, java_script_enabled=js)
        context.route("**/shelf.css*", lambda route: route.fulfill(body=with_font(), content_type="text/css"))
        context.on("request", note)
        context.on("console", lambda line: strays.append(line.text) if "Content Security Policy" in line.text else None)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: strays.append(str(error)))
        return page

    def note(request: Request) -> None:
        if not request.url.startswith(("http://127.0.0.1:", "data:")):
            strays.append(request.url)

    yield make
    for context in contexts:
        context.close()
    assert not strays


def with_font() -> str:
    """Our style with the product's own Japanese font: a test machine may have none."""
    style = (STATIC / "shelf.css").read_text("utf-8")
    return '@import url("/assets/fonts/fonts.css");' + style.replace('"Hiragino Sans", ', "")


def keep(page: Page, name: str) -> None:
    SHOTS.mkdir(parents=True, exist_ok=True)
    page.evaluate("document.fonts.ready.then(() => true)")
    page.screenshot(path=SHOTS / f"{name}.png", full_page=True)


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_a_label_opens_its_page_without_script(open_phone: Callable[..., Page], public_address: str, lang: str) -> None:
    page = open_phone(lang)
    page.goto(f"{public_address}/01/{PIZZA[1:]}?s=ekimae")
    name, stock, goes, other = PRODUCT[lang]
    assert page.url == f"{public_address}/p/{PIZZA}?s=ekimae"
    expect(page.get_by_role("heading", level=1)).to_have_text(name)
    expect(page.get_by_text(stock)).to_be_visible()
    expect(page.get_by_role("heading", name=goes)).to_be_visible()
    assert page.locator(".cards li").count() == 3
    assert page.get_by_role("button").count() == 0  # nothing to press that does nothing
    assert page.context.cookies() == []
    keep(page, f"product_{lang}")
    page.get_by_role("link", name=other).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(PRODUCT["en" if lang == "ja" else "ja"][0])
    page.locator(".cards a").first.click()  # and the choice stays
    expect(page.locator("html")).to_have_attribute("lang", "en" if lang == "ja" else "ja")


WRONG = (  # path, status, what is said
    (
        f"/01/{PIZZA[:-1]}2",
        400,
        {"ja": "番号の最後の1桁が合っていません", "en": "The last digit of the code doesn't match"},
    ),
    ("/01/4901234567894", 404, {"ja": "このコードの商品が見つかりません", "en": "We can't find this product"}),
    ("/s/forged", 400, {"ja": "このQRは使えません", "en": "This QR doesn't work"}),
    ("/me", 200, {"ja": "サインインのしかた", "en": "How to sign in"}),
)


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_what_goes_wrong_is_a_page_with_a_way_on(
    open_phone: Callable[..., Page], public_address: str, lang: str
) -> None:
    page = open_phone(lang)
    for path, status, words in WRONG:
        answer = page.goto(public_address + path)
        assert answer is not None and answer.status == status
        expect(page.get_by_text(words[lang]).first).to_be_visible()
        assert not page.evaluate(TOO_WIDE)
        keep(page, f"{path.strip('/').replace('/', '_')[:8]}_{status}_{lang}")


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_nothing_is_cut_off_or_too_small_to_touch(
    open_phone: Callable[..., Page], public_address: str, lang: str
) -> None:
    page = open_phone(lang)
    for gtin in (PIZZA, BEER, HOSTILE, SALAD):
        page.goto(f"{public_address}/p/{gtin}?s=ekimae")
        for width in (195, 320, 390, 1280):  # the first: a phone that shows everything twice as large
            page.set_viewport_size({"width": width, "height": 844})
            assert not page.evaluate(TOO_WIDE), width
            assert page.evaluate(SMALL_TARGETS) == []


def test_hostile_words_run_nothing(open_phone: Callable[..., Page], public_address: str) -> None:
    page = open_phone(js=True)
    page.on("dialog", lambda dialog: pytest.fail(f"a script ran: {dialog.message}"))
    page.goto(f"{public_address}/p/{HOSTILE}?s=%3Cscript%3Ealert(1)%3C/script%3E&lang=%22%3E%3Cscript%3E")
    expect(page.get_by_role("heading", level=1)).to_have_text("<script>alert(1)</script>")


def test_a_member_manages_without_script(
    open_phone: Callable[..., Page], address: str, data_dir: Path, floor: Floor
) -> None:
    page = open_phone()
    page.goto(f"{address}/me/in/{link_for(data_dir)}")
    page.get_by_role("button", name="この端末でサインインする").click()
    expect(page.get_by_role("img", name="会員コードのQR")).to_be_visible()
    page.get_by_role("link", name="設定を開く").click()
    page.get_by_role("button", name="店内の画面でのおすすめ: 同意する").click()
    page.get_by_role("button", name="スマートフォンでのおすすめ: 同意する").click()
    expect(page.get_by_text("同意しています").first).to_be_visible()
    keep(page, "data")
    page.goto(f"{address}/s/{TOKEN}")
    page.get_by_role("button", name="この画面に表示する").click()
    expect(page.get_by_text("「入口1」に表示中です")).to_be_visible()
    keep(page, "code")
    page.get_by_role("button", name="表示を終える").click()
    expect(page.get_by_text("表示を終えました。")).to_be_visible()
    assert floor.shown == {}
    page.get_by_role("link", name="おすすめ").click()
    expect(page.locator(".row").first).to_be_visible()
    keep(page, "picks")
    page.get_by_role("link", name="設定とデータ").click()
    page.get_by_role("link", name="削除を依頼する").click()
    page.get_by_label("すべて削除することを確認しました").check()
    page.get_by_role("button", name="削除を依頼する").click()
    expect(page.get_by_role("heading", name="削除しました")).to_be_visible()


def test_the_script_keeps_the_code_fresh(
    open_phone: Callable[..., Page], address: str, data_dir: Path, floor: Floor, clock: MovableClock
) -> None:
    agree(data_dir, Purpose.RECOMMEND_SCREEN)
    page = open_phone(js=True)
    page.clock.install()
    page.goto(f"{address}/me/in/{link_for(data_dir)}")
    page.get_by_role("button").click()
    first = page.locator(".qr path").last.get_attribute("d")
    session = page.context.cookies(f"{address}/me")[0]["value"]
    expect(page.locator(".left strong")).to_have_text("30秒")
    page.clock.run_for(3_000)
    expect(page.locator(".left strong")).to_have_text("27秒")
    clock.tick(30)
    page.clock.run_for(28_000)
    expect(page.locator(".qr path").last).not_to_have_attribute("d", first or "")
    assert floor.scan("entrance", floor.doors.personal.code(session, clock()).text) is None
    page.clock.run_for(5_000)
    expect(page.get_by_text("「入口1」に表示中です")).to_be_visible()
    page.get_by_role("button", name="表示を終える").focus()
    page.context.set_offline(True)
    page.clock.run_for(5_000)
    expect(page.get_by_text("通信できません。つながると自動で更新します。")).to_be_visible()
    page.context.set_offline(False)
    page.clock.run_for(5_000)
    expect(page.get_by_text("通信できません。つながると自動で更新します。")).to_be_hidden()
    expect(page.get_by_role("button", name="表示を終える")).to_be_focused()
