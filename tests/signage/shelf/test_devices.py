"""Passkeys and devices on the member's phone: what is listed and ended, and one passkey made and used in a real browser."""

import re
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import Browser, BrowserContext, Page, expect
from werkzeug.serving import BaseWSGIServer, make_server

from recommender.app import Doors
from recommender.domain.member import Purpose
from signage.shelf.offline import rows
from signage.shelf.ports import ShelfPorts
from signage.shelf.session import form_token
from signage.shelf.site import device, site_of
from tests.axe import assert_accessible
from tests.recommender.authenticator import Authenticator
from tests.signage.shelf.conftest import _Quiet, make_app
from tests.signage.shelf.history import link_for
from tests.world import MovableClock

IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605 (KHTML, like Gecko) Version/19 Mobile Safari/604"
KEPT = """new Promise(done => {
  const look = () => localStorage.shelfcast_codes ? done(true) : setTimeout(look, 50);
  look();
})"""
PIXEL = (
    "Mozilla/5.0 (Linux; Android 16; Pixel 9) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/149.0 Mobile Safari/537.36"
)


@pytest.mark.parametrize(("agent", "said"), [
    (IPHONE, "Safari · iPhone"), (PIXEL, "Chrome · Android"), ("", ""), ("curl/8", ""),
    ("<b>Firefox/1 Windows", "Firefox · Windows"), ("x" * 9_000 + " Firefox/1", ""),
])  # fmt: skip
def test_a_device_is_told_in_two_words_of_ours(agent: str, said: str) -> None:
    with Flask("x").test_request_context(headers={"User-Agent": agent}):
        assert device() == said


@pytest.mark.parametrize(("address", "where"), [
    ("https://shop.test", ("shop.test", "https://shop.test")), ("https://shop.test:443/", ("shop.test", "https://shop.test")),
    ("https://shop.test:8443", ("shop.test", "https://shop.test:8443")), ("http://localhost:8000", ("localhost", "http://localhost:8000")),
    ("http://127.0.0.1:8000", ("localhost", "http://localhost:8000")), ("https://192.168.1.5", None), ("http://shop.test", None),
])  # fmt: skip
def test_passkeys_belong_to_https_or_this_machine(address: str, where: tuple[str, str] | None) -> None:
    site = site_of(address)
    assert (site and (site.rp_id, site.origin)) == where


def signed_in(app: Flask, data_dir: Path, agent: str) -> tuple[FlaskClient, str]:
    phone = app.test_client()
    cookie = phone.post(f"/me/in/{link_for(data_dir)}", headers={"User-Agent": agent}).headers["Set-Cookie"]
    return phone, cookie.split(";")[0].removeprefix("shelfcast_me=")


def test_a_member_sees_every_device_and_ends_another(app: Flask, data_dir: Path, doors: Doors) -> None:
    phone, secret = signed_in(app, data_dir, IPHONE)
    site = site_of("http://localhost")
    assert site
    authenticator = Authenticator(site.origin)
    form = {"form": form_token(secret)}
    answer = authenticator.make(phone.post("/me/passkey/new", data=form).text)
    assert (
        phone.post("/me/passkey/add", data=form | {"answer": answer}, headers={"User-Agent": IPHONE}).status_code == 204
    )
    assert phone.post("/me/passkey/add", data=form | {"answer": answer}).status_code == 400  # its challenge is used up
    other = app.test_client()
    told = authenticator.use(other.post("/me/passkey/ask").text)
    entered = other.post("/me/passkey/in", data={"answer": told}, headers={"User-Agent": PIXEL})
    assert entered.status_code == 204 and "HttpOnly" in entered.headers["Set-Cookie"]
    page = other.get("/me/devices", headers={"Accept-Language": "ja"}).text
    assert (
        page.count("Safari · iPhone</p>") == 2 and "Chrome · Android <strong" in page and "2026年11月16日 12:00" in page
    )
    handles = re.findall(r'name="handle" value="(\w+)"', page)
    assert len(handles) == 2  # the other phone and the passkey: not the phone in the hand
    assert other.post("/me/devices/end", data={"handle": handles[0]}).status_code == 400  # no form of ours
    mine = form_token(re.findall("shelfcast_me=([0-9a-f]+)", entered.headers["Set-Cookie"])[0])
    for handle in handles:
        assert other.post("/me/devices/end", data={"form": mine, "handle": handle}).status_code == 303
    assert "サインインのしかた" in phone.get("/me/devices", headers={"Accept-Language": "ja"}).text
    assert "パスキーはまだありません" in other.get("/me/devices", headers={"Accept-Language": "ja"}).text


def test_without_https_the_page_says_so_and_offers_no_button(ports: ShelfPorts, data_dir: Path) -> None:
    app = make_app(replace(ports, base_url="http://shop.test"))
    phone, secret = signed_in(app, data_dir, IPHONE)
    for address in ("/me/devices", "/me"):
        page = (phone if address == "/me/devices" else app.test_client()).get(
            address, headers={"Accept-Language": "ja"}
        )
        assert "https のアドレスでだけ" in page.text and "passkey.js" not in page.text
    for address in ("new", "add", "ask", "in"):
        answer = phone.post(
            f"/me/passkey/{address}", data={"form": form_token(secret)}, headers={"Accept-Language": "en"}
        )
        assert (answer.status_code, answer.mimetype) == (400, "application/problem+json") and "https" in answer.text


def test_a_foreign_page_and_a_missing_form_get_nothing(phone: FlaskClient, app: Flask, data_dir: Path) -> None:
    mine, _ = signed_in(app, data_dir, "")
    for address in ("/me/passkey/new", "/me/passkey/add", "/me/devices/end"):
        assert mine.post(address).status_code == 400
    foreign = {"Origin": "https://evil.test"}
    assert {phone.post(f"/me/passkey/{what}", headers=foreign).status_code for what in ("ask", "in")} == {403}
    assert phone.post("/me/passkey/in", data={"answer": "{}"}).status_code == 400


@pytest.fixture
def at_localhost(ports: ShelfPorts) -> Iterator[BaseWSGIServer]:
    """The pages where a browser believes in passkeys and keeps pages: at their own address, which is localhost."""
    server = make_server("127.0.0.1", 0, Flask("empty"), threaded=True, request_handler=_Quiet)
    server.app = make_app(replace(ports, base_url=f"http://localhost:{server.server_port}"))
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def with_authenticator(context: BrowserContext, page: Page) -> None:
    """A phone's own authenticator, which says yes to everything."""
    devtools = context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    what = {
        "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
        "isUserVerified": True, "automaticPresenceSimulation": True,
    }  # fmt: skip
    devtools.send("WebAuthn.addVirtualAuthenticator", {"options": what})


@pytest.mark.browser
def test_a_passkey_signs_in_and_without_a_signal_the_phone_shows_what_it_kept(
    browser: Browser, at_localhost: BaseWSGIServer, data_dir: Path, doors: Doors, clock: MovableClock
) -> None:
    home = f"http://localhost:{at_localhost.server_port}"
    context = browser.new_context(locale="ja-JP", viewport={"width": 390, "height": 844})
    page = context.new_page()
    page.goto(f"{home}/me/in/{link_for(data_dir)}")
    page.get_by_role("button", name="この端末でサインインする").click()
    page.goto(f"{home}/me/devices")
    with_authenticator(context, page)
    page.get_by_role("button", name="この端末にパスキーを作る").click()
    expect(page.get_by_text("パスキーを作りました。")).to_be_visible(timeout=20_000)
    context.clear_cookies()
    page.goto(f"{home}/me")
    page.get_by_role("button", name="パスキーでサインインする").click()
    expect(page.get_by_role("img", name="会員コードのQR")).to_be_visible(timeout=20_000)
    page.goto(f"{home}/me/devices")
    expect(page.get_by_role("button", name=re.compile("このパスキーを削除する"))).to_be_visible()
    assert_accessible(page)  # its script takes the authenticator away

    page.goto(f"{home}/me")
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    page.evaluate(KEPT)
    secret = next(cookie["value"] for cookie in context.cookies(f"{home}/me") if cookie["name"] == "shelfcast_me")
    coming = [modules(rows(code)) for code in doors.personal.coming_codes(secret, clock(), 10)]
    at_localhost.shutdown()
    at_localhost.server_close()
    page.goto(f"{home}/me")
    expect(page.get_by_text("この端末に用意しておいたコードを表示しています。")).to_be_visible(timeout=20_000)
    assert_accessible(page)
    shown = page.locator(".qr path").get_attribute("d") or ""
    assert set(re.findall(r"M(\d+ \d+)", shown)) in coming
    context.close()


def modules(rows: str) -> set[str]:
    """ "x y" of each dark module, with the quiet zone."""
    lines = [f"{int(row, 16):b}" for row in rows.split()]
    size = len(lines)
    return {
        f"{x + 4} {y + 4}" for y, line in enumerate(lines) for x, dark in enumerate(line.zfill(size)) if dark == "1"
    }


def test_the_next_codes_are_drawn_ahead_for_an_hour_at_most(
    app: Flask, data_dir: Path, doors: Doors, clock: MovableClock
) -> None:
    phone, secret = signed_in(app, data_dir, IPHONE)
    first = phone.get("/me/codes.json").json
    assert first["codes"][0]["until"] - first["now"] == 30_000 and len(first["codes"]) == 10
    following = phone.get(f"/me/codes.json?after={first['codes'][-1]['until']}").json["codes"]
    assert following[0]["until"] - first["codes"][-1]["until"] == 30_000
    for asked in ("9999999999999", "x", "-1", "1" * 400, "\u0663" * 13):
        last = phone.get("/me/codes.json", query_string={"after": asked}).json["codes"][-1]["until"]
        assert last <= first["now"] + 3_600_000 + 300_000
    assert "サインインのしかた" in app.test_client().get("/me/codes.json", headers={"Accept-Language": "ja"}).text
    coming = doors.personal.coming_codes(secret, clock(), 60)
    assert coming[0] == doors.personal.code(secret, clock()) and len({code.text for code in coming}) == 60
    doors.personal.consent(secret, Purpose.RECOMMEND_SCREEN, True, clock())
    clock.tick(300)
    assert doors.personal.affinity(coming[10].text, "ekimae", clock()).items  # a screen takes it when its time has come


def test_what_a_phone_keeps_says_nothing_of_anybody(visitor: FlaskClient) -> None:
    page = visitor.get("/me/offline", headers={"Accept-Language": "en"})
    assert page.status_code == 200 and "Set-Cookie" not in page.headers and "<svg" not in page.text
    worker = visitor.get("/me/sw.js?v=1")
    assert worker.headers["Service-Worker-Allowed"] == "/me" and worker.mimetype == "text/javascript"
    worker.close()
    told = visitor.get("/me/app.webmanifest?lang=en")
    assert (told.mimetype, told.get_json(force=True)["start_url"]) == ("application/manifest+json", "/me?lang=en")
