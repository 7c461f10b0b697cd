"""A member's code changes the screen by each of three ways, works once, and leaves nothing behind."""

import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page

from recommender.app import open_doors
from recommender.domain.member import MemberCode
from recommender.settings import Settings as HistorySettings
from signage.bundle.find import path
from signage.controller.tokens import ScreenTokens
from signage.demo.clip import render
from tests.e2e.glass import said
from tests.e2e.ledger import everything_in_redis, everything_in_signage, redis, rows
from tests.e2e.shop import MEMBER, Shop, run, wait_for
from tests.scanner import scanned

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]
STEP, A_TICK = timedelta(seconds=30), timedelta(seconds=1)  # Redis tells its age in whole seconds
ENTRANCE, AISLE, CHECKOUT = "367-entrance", "367-aisle", "367-checkout"


@dataclass(frozen=True)
class Phone:
    """A member's phone: its session, and the code it shows."""

    session: str
    shop: Shop

    def code(self) -> str:
        """A code from a half minute that Redis has seen begin: an earlier one can't be proved unused."""
        doors = open_doors(HistorySettings(data_dir=self.shop.data))
        shown: list[MemberCode] = []

        def vouched_for() -> bool:
            now = datetime.now(UTC)
            shown[:] = [doors.personal.code(self.session, now)]
            with redis(self.shop) as server:
                remembers_from = now - timedelta(seconds=server.info("server")["uptime_in_seconds"])
            return remembers_from + A_TICK < shown[0].expires_at - STEP

        wait_for(vouched_for, 70, "a code that Redis can vouch for")
        doors.close()
        return shown[0].text


@pytest.fixture(scope="module")
def shop(common_shop: Shop) -> Shop:
    return common_shop


@pytest.fixture
def phone(shop: Shop) -> Callable[[str], Phone]:
    """`phone(member)`: signed in, with every consent given. Each test takes a member of its own: codes work once."""

    def sign_in(member: str) -> Phone:
        words = ("members", "link", "--member", member, "--consent", "--session")
        return Phone(run(shop.env, *words).strip(), shop)

    return sign_in


def playing(shop: Shop, open_page: Callable[..., Page], screen_id: str) -> Page:
    page = open_page(960, 540)
    page.goto(shop.player(screen_id))
    wait_for(lambda: said(page, "online") == "true" and said(page, "spot"), what="the first spot")
    return page


def test_by_a_scanner_and_only_once(shop: Shop, open_page: Callable[..., Page], phone: Callable[[str], Phone]) -> None:
    page = playing(shop, open_page, CHECKOUT)
    text = phone("hh2").code()
    scanned(page, text)
    wait_for(lambda: said(page, "guest") == "true", what="the greeting")
    wait_for(lambda: "いらっしゃいませ" in page.inner_text("body"), what="the words of welcome")
    assert text not in page.content()
    assert "そろそろ" not in page.inner_text("body")

    scanned(page, text)
    wait_for(lambda: "このコードは使用済みです" in page.inner_text("body"), what="the refusal")


def test_by_the_camera(
    shop: Shop,
    open_page: Callable[..., Page],
    phone: Callable[[str], Phone],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    page = playing(shop, open_page, ENTRANCE)
    for name, value in (("FPS", 5), ("SECONDS", 9), ("CODE_FROM_S", 2.0)):  # held up at once, and quickly made
        monkeypatch.setattr(f"signage.demo.clip.{name}", value)
    clip = tmp_path / "clip.mkv"
    render(clip, path("assets", "ready", "photographs", "astronaut.png"), code=phone("hh3").code())
    env = {k: v for k, v in os.environ.items() if "URL" not in k and not k.startswith("SHELFCAST_")}
    env["SHELFCAST_CAMERA_KEY"] = (shop.data / "keys" / "camera").read_text().strip()
    words = ["--screen", ENTRANCE, "--source", str(clip), "--server", shop.base, "--mode", "demographics"]
    camera = subprocess.Popen([sys.executable, "-m", "signage", "camera", *words], env=env)
    try:
        wait_for(lambda: said(page, "guest") == "true", 60, "the greeting")
    finally:
        camera.terminate()
        camera.wait(20)


def test_by_the_phone_and_it_leaves_nothing(
    shop: Shop, open_page: Callable[..., Page], phone: Callable[[str], Phone]
) -> None:
    page = playing(shop, open_page, AISLE)
    tokens = ScreenTokens((shop.data / "keys" / "secret").read_text().strip(), lambda: datetime.now(UTC))
    member = phone(MEMBER)
    member.code()  # from now on the phone shows codes that Redis can vouch for
    hand = open_page(390, 800, locale="ja-JP")
    hand.context.add_cookies([{"name": "shelfcast_me", "value": member.session, "url": f"{shop.base}/me"}])
    hand.goto(f"{shop.base}/s/{tokens.make(AISLE)}")
    hand.get_by_role("button", name="この画面に表示する").click()
    wait_for(lambda: said(page, "guest") == "true", what="the greeting")
    hand.get_by_role("button", name="表示を終える").click()
    wait_for(lambda: said(page, "guest") == "false", what="the end")

    wait_for(
        lambda: rows(shop, "SELECT 1 FROM plays WHERE guest = 1 AND screen_id = ?", AISLE), what="the guest's play"
    )
    kept = everything_in_redis(shop)
    assert not [line for line in kept.splitlines() if line.startswith(("sig:guest:" + AISLE, "sig:began:" + AISLE))]
    database = everything_in_signage(shop)
    for secret in (member.session, MEMBER, "M1."):
        assert secret not in kept
        assert secret not in database
    guests = rows(shop, "SELECT body FROM decisions WHERE guest = 1 AND screen_id = ?", AISLE)
    assert guests
    assert not rows(shop, "SELECT 1 FROM decisions WHERE guest = 1 AND body LIKE '%\"adults\"%'")
