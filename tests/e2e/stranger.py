"""Somebody who has never seen the product: only the words on the page tell them what to do, in Japanese or in English."""

import re
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import FilePayload, Locator, Page, Response, expect

from signage.shelf.routes import STATIC
from tests.e2e.shop import Shop

SHOTS = Path("test-output/tasks")
LOCALES = {"ja": "ja-JP", "en": "en-US"}
DESK, PHONE = (1280, 800), (390, 844)
PATIENCE_MS = 30_000  # pictures are processed and screens are asked, on a machine that may be busy

STYLE = STATIC / "shelf.css"
FONTS = '@import url("/assets/fonts/fonts.css");'  # a phone has Japanese fonts of its own; this machine may have none


class Stranger:
    """One person at one page. Every pair of words is (Japanese, English); `lang` tells which of them stands there."""

    def __init__(self, page: Page, lang: str) -> None:
        self.page, self.lang = page, lang
        self.refused = 0  # the status of the page that is open, when it is an error's
        page.set_default_timeout(PATIENCE_MS)
        page.route(
            "**/shelf.css*", lambda route: route.fulfill(body=FONTS + STYLE.read_text("utf-8"), content_type="text/css")
        )
        page.on("response", self._opened)

    def _opened(self, answer: Response) -> None:
        if (
            answer.request.is_navigation_request()
            and answer.frame == self.page.main_frame
            and answer.status // 100 != 3
        ):
            self.refused = answer.status if answer.status >= 400 else 0

    def word(self, ja: str, en: str) -> str:
        return ja if self.lang == "ja" else en

    def begin(self, address: str) -> None:
        """Where the role starts: a bookmark, a label's QR, a link from the counter."""
        self.page.goto(address)
        self.look_around()

    def log_in(self, shop: Shop, email: str, password: str) -> None:
        self.begin(f"{shop.base}/studio")
        self.fill("メールアドレス", "E-mail address", email)
        self.fill("パスワード", "Password", password)
        self.press("ログイン", "Log in")
        self.sees("放映中", "Now showing")

    def press(self, ja: str, en: str, within: Locator | None = None) -> None:
        self._act((within or self.page).get_by_role("button", name=self.word(ja, en), exact=True))

    def follow(self, ja: str, en: str, within: Locator | None = None, *, exact: bool = True) -> None:
        self._act((within or self.page).get_by_role("link", name=self.word(ja, en), exact=exact))

    def _act(self, what: Locator) -> None:
        expect(what).to_have_count(1)  # two of one name: a stranger can't know which
        what.click()
        self.look_around()

    def menu(self, ja: str, en: str) -> None:
        """An entry of the studio's menu."""
        self.follow(ja, en, self.page.get_by_role("navigation", name=self.word("スタジオ", "Studio")))

    def fill(self, ja: str, en: str, text: str) -> None:
        self.page.get_by_label(self.word(ja, en), exact=True).fill(text)

    def tick(self, group: tuple[str, str], ja: str, en: str) -> None:
        """A choice of a named group."""
        box = self.page.get_by_role("group", name=self.word(*group), exact=True)
        box.get_by_text(self.word(ja, en), exact=True).click()

    def choose_file(self, ja: str, en: str, name: str, kind: str, content: bytes) -> None:
        with self.page.expect_file_chooser() as asked:
            self.page.get_by_text(self.word(ja, en), exact=True).click()
        asked.value.set_files(FilePayload(name=name, mimeType=kind, buffer=content))

    def sees(self, ja: str, en: str) -> None:
        """Some words of it stand on the page, in sight."""
        there = self.page.get_by_text(re.compile(self.word(ja, en))).filter(visible=True).first
        expect(there).to_be_visible()

    def look_around(self) -> None:
        """Nowhere without a way on: an error's page has a link or a button besides the change of language."""
        self.page.wait_for_load_state()
        if self.refused:
            ways = self.page.get_by_role("main").locator("a:visible, button:visible")
            further = ways.filter(has_not_text=re.compile("^(日本語|English)$")).count()
            assert further, f"{self.page.url} ({self.refused}) is a dead end: {self.page.inner_text('body')}"
        assert self.page.locator("html").get_attribute("lang") == self.lang

    def keep(self, task: str) -> None:
        """The whole page as a picture, as in a window that is tall enough for it."""
        SHOTS.mkdir(parents=True, exist_ok=True)
        size = self.page.viewport_size or {"width": DESK[0], "height": DESK[1]}
        whole = self.page.evaluate("document.documentElement.scrollHeight")
        self.page.set_viewport_size(size | {"height": max(size["height"], whole)})
        self.page.screenshot(path=SHOTS / f"{task}-{self.lang}.png")
        self.page.set_viewport_size(size)


Meet = Callable[..., Stranger]
