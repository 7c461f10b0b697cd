"""The pictures of docs/screenshots/, taken of a real demo store. `python -m tests.screenshots [FOLDER]`, or `make screenshots`.

A demo store is seeded from the real purchases in a temporary folder, left to learn, and then photographed.
"""

import io
import json
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from signage.demo.places import JAPAN, screens
from signage.shelf.routes import STATIC
from tests.conftest import CHROMIUM
from tests.e2e.marketer import EMAIL, NAME, PASSWORD
from tests.e2e.shop import ROOT, base_env
from tests.servers import free_port

PATIENCE_S = 900  # a busy machine; a quiet one learns the year in about two minutes
TURN_MS = 300_000  # until every spot of a screen has had its turn
TYPICAL = {"entrance": "^=demo-", "aisle": "*=ranking", "shelf": "*=trio", "checkout": "^=house"}  # of a spot's id
FADING = "document.querySelectorAll('#stage .layer').length > 1"  # in any player's frame
DESK, PHONE = (1440, 900), (390, 844)


@dataclass
class Studio:
    """Takes pictures of `base` into `folder`."""

    browser: Browser
    base: str
    folder: Path

    def page(self, size: tuple[int, int], locale: str = "ja-JP", scale: float = 1.0) -> Page:
        viewport = {"width": size[0], "height": size[1]}
        context = self.browser.new_context(
            viewport=viewport,  # type: ignore[arg-type]
            locale=locale,
            device_scale_factor=scale,
            reduced_motion="reduce",
        )
        context.set_default_timeout(60_000)
        return context.new_page()

    def keep(self, page: Page, name: str) -> None:
        page.evaluate("document.fonts.ready.then(() => true)")
        page.wait_for_timeout(2_000)  # what was just decided is shown; nothing is asserted on it
        until(lambda: not any(frame.evaluate(FADING) for frame in page.frames), "a moment without a fade")
        Image.open(io.BytesIO(page.screenshot())).convert("RGB").save(self.folder / f"{name}.png", optimize=True)
        print(f"{name}.png {(self.folder / f'{name}.png').stat().st_size // 1024} KB", flush=True)

    def told(self, path: str, body: Any = None) -> Any:
        data = None if body is None else json.dumps(body).encode()
        headers = {"Content-Type": "application/json", "X-Shelfcast-Demo": "1"}
        with urllib.request.urlopen(
            urllib.request.Request(f"{self.base}/demo{path}", data, headers), timeout=60
        ) as got:
            return json.load(got)


def main() -> None:
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "docs" / "screenshots"
    folder.mkdir(parents=True, exist_ok=True)
    with demo_store() as base, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=CHROMIUM)
        studio = Studio(browser, base, folder)
        until(lambda: studio.told(f"/shop/{JAPAN.store_id}")["progress"].get("model") == "trained", "the trained model")
        shop = studio.told(f"/shop/{JAPAN.store_id}")
        demo_pages(studio)
        walls(studio, shop["keys"])
        phone(studio, shop["products"])
        marketer(studio)
        browser.close()


@contextmanager
def demo_store() -> Iterator[str]:
    """`shelfcast demo` on a free port, everything in a temporary folder; its address."""
    with tempfile.TemporaryDirectory(prefix="shelfcast-shots-") as data:
        port, log = free_port(), Path(data) / "demo.log"
        with log.open("wb") as out:
            command = [sys.executable, "-m", "signage", "demo", "--port", str(port)]
            demo = subprocess.Popen(command, env=base_env(Path(data)), stdout=out, stderr=out, start_new_session=True)
        base = f"http://127.0.0.1:{port}"
        try:
            until(lambda: demo.poll() is None and answers(base), "the demo store")
            yield base
        except BaseException:
            for said in (log, *Path(data).glob("logs/web.log")):
                print(said.read_text(errors="replace")[-4000:], file=sys.stderr)
            raise
        finally:
            demo.send_signal(signal.SIGINT)
            demo.wait(60)


def answers(base: str) -> bool:
    try:
        with urllib.request.urlopen(f"{base}/healthz", timeout=2) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


def until(true: Callable[[], object], what: str) -> None:
    end = time.monotonic() + PATIENCE_S
    while not true():
        if time.monotonic() > end:
            raise SystemExit(f"{what} was not there within {PATIENCE_S} s")
        time.sleep(1)


def demo_pages(studio: Studio) -> None:
    """The page that sells it, somebody standing at the entrance, in both languages."""
    for lang, locale, name in (("ja", "ja-JP", "demo"), ("en", "en-US", "demo-en")):
        page = studio.page(DESK, locale)
        page.goto(f"{studio.base}/demo?store={JAPAN.store_id}&lang={lang}")
        page.wait_for_selector("#board-full:not([hidden])")
        for screen in screens(JAPAN):
            frame = page.frame_locator(f'[data-screen="{screen.screen_id}"] iframe')
            frame.locator('body[data-rung="live"]').wait_for()
        unseen = page.locator("#board [data-part=crowd]").inner_text()
        page.locator('#dock [data-action="walk"]').click()
        page.locator('#pop-walk [data-do="walk"]').click()
        page.locator('[data-people-at="367-entrance"]:not([data-count="0"])').wait_for(state="attached")
        page.keyboard.press("Escape")
        page.evaluate("document.activeElement.blur()")
        page.wait_for_function(
            "was => document.querySelector('#board [data-part=crowd]').textContent !== was", arg=unseen, timeout=TURN_MS
        )  # the next decision knows of the people
        studio.keep(page, name)
        page.context.close()


def walls(studio: Studio, keys: dict[str, str]) -> None:
    """The four screens at half their size, and the moment of a member."""
    for screen in screens(JAPAN):
        page = studio.page((screen.width, screen.height), scale=0.5)
        page.goto(f"{studio.base}/player#screen={screen.screen_id}&key={keys[screen.screen_id]}")
        page.locator(f'body[data-rung="live"][data-spot{TYPICAL[screen.zone]}]').wait_for(timeout=TURN_MS)
        studio.keep(page, f"screen-{screen.zone}")
        if screen.zone == "entrance":
            code = studio.told("/member/0/code", {})["text"]
            assert studio.told(f"/scan/{screen.screen_id}", {"text": code})["refused"] is None
            page.locator('body[data-guest="true"]').wait_for()
            studio.keep(page, "member")
            studio.told(f"/end/{screen.screen_id}", {})
        page.context.close()


def phone(studio: Studio, products: list[dict[str, Any]]) -> None:
    """The page of a product with a price that anybody may buy, in the product's own font: this machine may have none."""
    gtin = next(p["gtin"] for p in products if p["price"]["digits"] and not p["restricted"] and p["family"] == "frozen")
    style = '@import url("/assets/fonts/fonts.css");' + (STATIC / "shelf.css").read_text("utf-8")
    page = studio.page(PHONE, scale=1.5)
    page.route("**/shelf.css*", lambda route: route.fulfill(body=style, content_type="text/css"))
    page.goto(f"{studio.base}/p/{gtin}?s={JAPAN.store_id}")
    studio.keep(page, "shelf")
    page.context.close()


def marketer(studio: Studio) -> None:
    """A campaign and its report, as the first person of a new studio sees them."""
    page = studio.page(DESK)
    page.goto(f"{studio.base}/setup")
    for label, text in (
        ("名前", NAME),
        ("メールアドレス", EMAIL),
        ("パスワード", PASSWORD),
        ("パスワード(確認)", PASSWORD),
    ):
        page.get_by_label(label, exact=True).fill(text)
    page.get_by_role("button", name="使い始める").click()
    page.get_by_role("link", name="キャンペーン", exact=True).click()
    page.get_by_role("link", name="炭酸飲料ウィーク").first.click()
    for place in page.locator(".preview .place").all():  # drawn and looked through
        place.locator(".findings li").first.wait_for()
    studio.keep(page, "campaign")
    page.goto(f"{studio.base}/studio/reports")
    studio.keep(page, "report")
    page.context.close()


if __name__ == "__main__":
    main()
