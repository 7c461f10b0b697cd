"""The page in Chromium against a real server that speaks the wire: registration, swaps, interrupts, the camera mark."""

import time
from itertools import cycle

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from tests.player.conftest import png
from tests.player.fakes import FakeServer, show, spot
from tests.player.samples import Json, card, gallery, product
from tests.scanner import scanned

pytestmark = pytest.mark.browser
CARDS = gallery("ja")


def answering(server: FakeServer, *items: Json) -> None:
    """Let the server answer with these items in turn."""
    turn = cycle(items)
    server.decide = lambda message: show(next(turn))


def wait_spot(page: Page, name: str) -> None:
    page.wait_for_selector(f'body[data-spot="{name}"]', timeout=10_000, state="attached")


def test_an_unknown_page_shows_a_code_and_plays_once_it_is_approved(server: FakeServer, page: Page) -> None:
    answering(server, spot("spt_a", card=CARDS["product-near"]))
    page.goto(f"{server.url}/player")
    page.wait_for_selector(".register .qr")
    assert page.inner_text(".register .code") == "K7M4QX"
    assert "登録コード" in page.inner_text(".register") and "Registration code" in page.inner_text(".register")
    assert page.locator(".warning").count() == 0
    (asked,) = server.of_type("registration")
    assert isinstance(asked["width"], int) and asked["insecure"] is False and "Chrom" in asked["user_agent"]
    server.approved = True
    wait_spot(page, "spt_a")
    page.reload()
    wait_spot(page, "spt_a")
    assert len(server.of_type("registration")) == 1


def test_another_host_name_over_http_says_what_will_not_work_and_plays_on(server: FakeServer, page: Page) -> None:
    picture = server.add_media(png((200, 220, 120)), "image/png")
    answering(
        server, spot("spt_a", creative=picture, length_ms=1200), spot("spt_b", card=CARDS["trio"], length_ms=1200)
    )
    page.goto(f"http://shelf.test:{server.port}/player")
    page.wait_for_selector(".register .warning")
    assert "https" in page.inner_text(".warning") and "端末に保存できません" in page.inner_text(".warning")
    server.approved = True
    wait_spot(page, "spt_b")
    wait_spot(page, "spt_a")
    server.wait_for(lambda: len(server.plays) >= 2, "plays over http")
    (hello,) = server.of_type("hello")
    assert hello["secure"] is False and hello["cache"] is False
    assert all("cached" not in message for message in server.of_type("next"))
    assert "http" in (page.get_attribute(".staff", "title") or "")


def test_prepared_ahead_the_loop_keeps_its_times(server: FakeServer, page: Page) -> None:
    answering(
        server,
        spot("spt_a", card=CARDS["ranking"], length_ms=1600),
        spot("spt_b", card=CARDS["service"], length_ms=1600),
    )
    page.goto(server.player_url())
    server.wait_for(lambda: len(server.plays) >= 4, "four plays")
    shown = [play["shown_ms"] for play in server.plays.values()]
    assert all(1600 <= ms < 2200 for ms in shown), shown
    starts = [play["started_ms"] for play in server.plays.values()]
    assert starts == sorted(starts)
    assert all(abs(start - time.time() * 1000) < 60_000 for start in starts)


def test_show_now_does_not_wait_for_the_items_end(server: FakeServer, page: Page) -> None:
    answering(server, spot("spt_a", card=CARDS["product-far"]))
    page.goto(server.player_url())
    wait_spot(page, "spt_a")
    pushed = time.monotonic()
    server.push({"type": "show", "request": ""} | show(spot("spt_now", card=CARDS["trio"]), now=True))
    wait_spot(page, "spt_now")
    assert time.monotonic() - pushed < 6  # and not when the item would have ended: the bench says how quick
    server.wait_for(lambda: [play["why"] for play in server.plays.values()] == ["interrupted"], "the play under it")


def test_broken_creatives_are_told_and_the_next_is_shown(server: FakeServer, page: Page) -> None:
    half = png((1, 2, 3))[:60]
    broken = [server.add_media(half, "image/png"), server.add_media(b"\x1aE\xdf\xa3" + b"\0" * 500, "video/webm")]
    items = [
        spot("spt_image", creative=broken[0], length_ms=1500),
        spot("spt_good", card=CARDS["service"], length_ms=1500),
        spot("spt_video", creative=broken[1], length_ms=1500),
        spot("spt_good", card=CARDS["service"], length_ms=1500),
    ]
    answering(server, *items)
    page.goto(server.player_url())
    server.wait_for(lambda: len([p for p in server.plays.values() if p["why"] == "failed"]) >= 2, "two failed plays")
    failed = [play for play in server.plays.values() if play["why"] == "failed"]
    assert {play["spot"] for play in failed} == {"spt_image", "spt_video"} and {p["shown_ms"] for p in failed} == {0}
    wait_spot(page, "spt_good")
    errors = server.wait_for(lambda: [e for m in server.of_type("status") for e in m["errors"]], "errors in status")
    assert any("spt_image" in error for error in errors)


def test_a_film_cut_short_and_a_clock_two_hours_off_are_no_fault_to_see(
    server: FakeServer, page: Page, webm: bytes
) -> None:
    page.add_init_script("const right = Date.now; Date.now = () => right() + 7200000;")
    cut = server.add_media(webm[: len(webm) * 2 // 3], "video/webm")
    answering(server, spot("spt_cut", creative=cut, length_ms=1500), spot("spt_good", card=CARDS["service"]))
    page.goto(server.player_url())
    wait_spot(page, "spt_cut")
    wait_spot(page, "spt_good")
    assert not any(message["black"] for message in server.of_type("status"))
    (play,) = server.wait_for(lambda: list(server.plays.values()), "the film's play")
    assert play["spot"] == "spt_cut" and play["why"] in ("finished", "failed")
    assert abs(play["started_ms"] - time.time() * 1000) < 60_000
    expires = int(time.time() * 1000) + 30_000  # by the page's own clock it was over long ago
    guest = spot("spt_guest", card=CARDS["moment"])
    server.push({"type": "show", "request": ""} | show(guest, now=True, guest=True, expires_ms=expires))
    wait_spot(page, "spt_guest")


def test_while_the_camera_is_on_nothing_is_shown_without_its_mark(server: FakeServer, page: Page) -> None:
    server.camera = {"on": True, "text": "人数と年代を推定中・映像は保存しません"}
    picture = server.add_media(png((90, 160, 90)), "image/png")
    answering(server, spot("spt_a", creative=picture, length_ms=1500))
    page.goto(server.player_url())
    wait_spot(page, "spt_a")
    mark = page.locator(".camera")
    assert mark.is_visible() and "人数と年代を推定中" in mark.inner_text()
    bounds = mark.bounding_box()
    assert bounds and bounds["height"] >= 48 * 0.5 * 0.98 and bounds["y"] + bounds["height"] <= 540
    mark.evaluate("mark => mark.remove()")
    server.wait_for(lambda: len(server.plays) >= 1, "an item after the mark was lost")
    wait_spot(page, "spt_a")
    assert page.locator(".camera").is_visible()  # drawn again
    page.evaluate("document.styleSheets[1].insertRule('.camera { opacity: 0 !important }')")
    page.wait_for_selector('body[data-rung="brand"]', timeout=15_000, state="attached")
    said = server.wait_for(lambda: [e for m in server.of_type("status") for e in m["errors"]], "the refusal told")
    assert any("camera mark" in error for error in said)


def test_without_a_camera_there_is_no_mark(server: FakeServer, page: Page) -> None:
    answering(server, spot("spt_a", card=CARDS["product-near"]))
    page.goto(server.player_url())
    wait_spot(page, "spt_a")
    assert page.locator(".camera").is_hidden()


def test_a_scanner_types_a_code_and_the_answer_is_a_notice(server: FakeServer, page: Page) -> None:
    answering(server, spot("spt_a", card=CARDS["product-near"]))
    page.goto(server.player_url())
    wait_spot(page, "spt_a")
    scanned(page, "M1.AE3DQ5ABCDEFGHIJKLMNOP234567")
    (code,) = server.wait_for(lambda: server.of_type("code"), "a code")
    assert code["text"] == "M1.AE3DQ5ABCDEFGHIJKLMNOP234567"
    assert "AE3DQ5" not in page.inner_text("body")
    words = "このコードは使用済みです。画面を更新してください"
    server.push({"type": "notice", "tone": "refused", "text": words, "lasts_ms": 700})
    page.wait_for_selector(".notice:not([hidden])")
    assert page.inner_text(".notice") == words
    page.wait_for_selector(".notice[hidden]", state="attached", timeout=3000)


KEPT = """async () => {
  const all = [JSON.stringify(localStorage)];
  for (const {name} of await indexedDB.databases()) {
    const db = await new Promise((done) => { const r = indexedDB.open(name); r.onsuccess = () => done(r.result); });
    for (const table of db.objectStoreNames) {
      const read = db.transaction(table).objectStore(table).getAll();
      all.push(JSON.stringify(await new Promise((done) => { read.onsuccess = () => done(read.result); })));
    }
    db.close();
  }
  for (const name of await caches.keys())
    for (const request of await (await caches.open(name)).keys()) all.push(request.url);
  return all.join('\\n');
}"""


def test_a_guest_is_greeted_counted_down_and_forgotten(server: FakeServer, page: Page) -> None:
    answering(server, spot("spt_open", card=CARDS["service"]))
    page.goto(server.player_url())
    wait_spot(page, "spt_open")
    secret = product(8, "ja", reason="本日のおすすめ") | {"name": "ひみつの商品", "short": ""}
    moment = spot("spt_moment", card=card("moment", "ja", [secret], title="いらっしゃいませ"))
    expires = int(time.time() * 1000) + 60_000
    server.push(
        {"type": "show", "request": ""} | show(moment, now=True, guest=True, level="member", expires_ms=expires)
    )
    wait_spot(page, "spt_moment")
    assert "いらっしゃいませ" in page.inner_text("#stage") and "お名前は表示しません" in page.inner_text("#stage")
    first = page.inner_text("[data-expires]")
    page.wait_for_function("text => document.querySelector('[data-expires]').textContent !== text", arg=first)
    assert page.get_attribute("body", "data-guest") == "true"
    server.push({"type": "guest_end"})
    wait_spot(page, "spt_open")
    assert page.get_attribute("body", "data-guest") == "false"
    page.wait_for_function("!document.body.textContent.includes('ひみつ')")
    (guest,) = server.wait_for(lambda: [p for p in server.plays.values() if p["guest"]], "the guest's play")
    assert guest["why"] == "interrupted" and guest["name"] == ""
    page.wait_for_function("document.body.dataset.queued === '0'")
    kept = page.evaluate(KEPT)
    assert "ひみつ" not in kept and "spt_moment" not in kept and "spt_open" in kept


def test_a_guest_item_ends_by_itself_when_its_time_is_over(server: FakeServer, page: Page) -> None:
    answering(server, spot("spt_open", card=CARDS["service"]))
    page.goto(server.player_url())
    wait_spot(page, "spt_open")
    expires = int(time.time() * 1000) + 1500
    pick = spot("spt_pick", card=CARDS["product-near"])
    server.push({"type": "show", "request": ""} | show(pick, now=True, guest=True, expires_ms=expires))
    wait_spot(page, "spt_pick")
    wait_spot(page, "spt_open")
    assert time.time() * 1000 >= expires - 50


def test_withdrawal_takes_the_item_off_at_once(server: FakeServer, page: Page) -> None:
    items = iter([spot("spt_a", card=CARDS["product-near"]), *[spot("spt_b", card=CARDS["trio"])] * 50])
    server.decide = lambda message: show(next(items))
    page.goto(server.player_url())
    wait_spot(page, "spt_a")
    pushed = time.monotonic()
    server.push({"type": "withdraw", "spots": ["spt_a"]})
    wait_spot(page, "spt_b")
    assert time.monotonic() - pushed < 6  # and not when the item would have ended: the bench says how quick
    server.wait_for(lambda: [p["why"] for p in server.plays.values()][:1] == ["withdrawn"], "the withdrawn play")


def test_a_revoked_key_is_given_up_after_three_refusals_and_the_page_registers(server: FakeServer, page: Page) -> None:
    answering(server, spot("spt_a", card=CARDS["product-near"]))
    page.goto(server.player_url())
    wait_spot(page, "spt_a")
    server.close_with = 4401
    server.push({"type": "refused", "code": "revoked", "text": "revoked"})
    server.hang_up(4401)
    page.wait_for_selector(".register .code", timeout=20_000)
    assert len(server.of_type("hello")) >= 3
    assert "key=" not in page.url


def test_opened_elsewhere_it_says_so_and_comes_back_when_touched(server: FakeServer, page: Page) -> None:
    answering(server, spot("spt_a", card=CARDS["product-near"]))
    page.goto(server.player_url())
    wait_spot(page, "spt_a")
    server.hang_up(4409)
    page.wait_for_selector(".elsewhere")
    assert "別の場所" in page.inner_text(".elsewhere")
    assert page.get_attribute("body", "data-state") == "elsewhere"
    page.keyboard.press("a")
    page.wait_for_selector(".elsewhere", state="detached")
    wait_spot(page, "spt_a")
    (closed,) = server.wait_for(lambda: [p for p in server.plays.values() if p["why"] == "closed"], "the closed play")
    assert closed["spot"] == "spt_a"


def test_four_screens_of_one_origin_live_side_by_side(server: FakeServer, page: Page) -> None:
    names = ["scr_entrance", "scr_aisle", "scr_checkout", "scr_edge"]
    server.keys = {name: f"{index}" * 64 for index, name in enumerate(names)}
    answering(server, spot("spt_a", card=CARDS["trio"], length_ms=1500))
    page.goto(f"{server.url}/gallery")
    page.evaluate(
        """(urls) => urls.forEach((url) => {
          const frame = document.createElement('iframe'); frame.src = url; document.body.append(frame); })""",
        [server.player_url(name) for name in names],
    )
    server.wait_for(lambda: {m["screen"] for m in server.of_type("hello")} == set(names), "four screens")
    server.wait_for(lambda: len(server.plays) >= 8, "plays of all four")
    assert page.evaluate("localStorage.getItem('shelfcast:identity')") is None
    databases = page.evaluate("indexedDB.databases().then((all) => all.map((one) => one.name))")
    assert set(databases) >= {f"shelfcast:{name}" for name in names}
    assert server.duplicates == []


def test_less_motion_means_cuts(server: FakeServer, browser: Browser) -> None:
    context: BrowserContext = browser.new_context(reduced_motion="reduce")
    page = context.new_page()
    answering(server, spot("spt_a", card=CARDS["product-near"]))
    page.goto(server.player_url())
    wait_spot(page, "spt_a")
    assert page.evaluate("getComputedStyle(document.querySelector('.layer.in')).transitionDuration") == "0s"
    assert page.evaluate("getComputedStyle(document.querySelector('.layer.in .pay')).animationName") == "none"
    context.close()
