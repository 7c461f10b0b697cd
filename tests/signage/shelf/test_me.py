"""The member's phone on the real history: signing in, the code, ending, and forms that others send."""

import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from recommender.app import Doors
from recommender.domain.member import CodeRefused, Purpose, Refusal, SignInRefused
from signage.shelf.me import recent_codes
from signage.shelf.ports import ShelfPorts
from signage.shelf.session import form_token
from tests.signage.shelf.conftest import TOKEN, Floor, make_app
from tests.signage.shelf.history import PIZZA, agree, link_for
from tests.world import MovableClock

SECRET = re.compile(r"shelfcast_me=([0-9a-f]+)")


@pytest.fixture
def signed_in(phone: FlaskClient, data_dir: Path) -> str:
    """Ada's phone; gives the session's secret."""
    agree(data_dir, Purpose.RECOMMEND_SCREEN)
    answer = phone.post(f"/me/in/{link_for(data_dir)}")
    assert answer.headers["Location"] == "/me"
    found = SECRET.match(answer.headers["Set-Cookie"])
    assert found
    return found[1]


def send(phone: FlaskClient, address: str, session: str, **fields: str) -> object:
    return phone.post(address, data={"form": form_token(session), **fields})


def test_a_phone_that_is_not_signed_in_learns_how(visitor: FlaskClient) -> None:
    for address in ("/me", "/me/picks", "/me/data", "/me/erase", "/me/export.json"):
        answer = visitor.get(address, headers={"Accept-Language": "ja"})
        assert answer.status_code == 200
        assert "サインインのしかた" in answer.text and 'href="/demo"' in answer.text
        assert "<svg" not in answer.text


def test_a_link_signs_in_once_and_only_when_pressed(phone: FlaskClient, data_dir: Path) -> None:
    link = link_for(data_dir)
    for _ in range(3):  # what looks at links before people do
        assert phone.get(f"/me/in/{link}").status_code == 200
    answer = phone.post(f"/me/in/{link}")
    cookie = answer.headers["Set-Cookie"]
    assert answer.status_code == 303
    assert "HttpOnly" in cookie and "SameSite=Lax" in cookie and "Path=/me" in cookie and "Secure" not in cookie
    again = phone.post(f"/me/in/{link}", headers={"Accept-Language": "ja"})
    assert again.status_code == 400 and "すでに使われたか、期限が切れています" in again.text
    assert "Set-Cookie" not in again.headers


def test_over_https_the_cookie_is_for_https_only(ports: ShelfPorts, data_dir: Path) -> None:
    app = make_app(replace(ports, base_url="https://store.test"))
    assert "; Secure" in app.test_client().post(f"/me/in/{link_for(data_dir)}").headers["Set-Cookie"]


@pytest.mark.parametrize("link", ["x", "a" * 10_000, "%00", "%ff%fe", "é", "../../me", "<script>"])
def test_a_forged_link_signs_nobody_in(visitor: FlaskClient, link: str) -> None:
    answer = visitor.post(f"/me/in/{link}")
    assert answer.status_code in {400, 404, 405}
    assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize("secret", ["forged", "é" * 50, "x" * 4_000, "0" * 64])
def test_a_forged_session_is_nobody(visitor: FlaskClient, secret: str) -> None:
    visitor.set_cookie("shelfcast_me", secret, path="/me")
    answer = visitor.get("/me", headers={"Accept-Language": "ja"})
    assert "サインインのしかた" in answer.text and "<svg" not in answer.text


def test_the_page_shows_the_doors_own_code(
    phone: FlaskClient, signed_in: str, doors: Doors, clock: MovableClock
) -> None:
    before = phone.get("/me")
    assert 'data-left="30"' in before.text and "30秒" in before.text
    assert before.headers["Cache-Control"] == "no-store"
    assert doors.personal.code(signed_in, clock()).text not in before.text  # drawn, not written
    clock.tick(30)
    assert phone.get("/me").text != before.text


def test_without_script_it_loads_itself_again(phone: FlaskClient, signed_in: str, clock: MovableClock) -> None:
    assert '<noscript><meta http-equiv="refresh" content="10;url=/me"></noscript>' in phone.get("/me").text
    clock.tick(27)
    assert 'content="3;url=/me"' in phone.get("/me").text


def test_a_screen_that_shows_can_be_ended(
    phone: FlaskClient, signed_in: str, floor: Floor, doors: Doors, clock: MovableClock
) -> None:
    assert "表示を終える" not in phone.get("/me").text  # no button that would do nothing
    assert floor.scan("entrance", doors.personal.code(signed_in, clock()).text) is None
    clock.tick(90)  # shown for 30 s, accepted for 30 more, on the screen for 60
    page = phone.get("/me", headers={"Accept-Language": "ja"}).text
    assert "「入口1」に表示中です" in page and "表示を終える" in page
    why = re.findall(r"<li>(.+?) <span>(.+?)</span></li>", page)  # what it chooses from, and why, while it shows
    assert 1 <= len(why) <= 6 and "そろそろいかがですか" in {reason for _, reason in why}
    answer = send(phone, "/me/end", signed_in)
    assert answer.headers["Location"] == "/me?done=ended"  # type: ignore[attr-defined]
    assert floor.shown == {}
    assert "表示を終えました。" in phone.get("/me?done=ended", headers={"Accept-Language": "ja"}).text
    assert send(phone, "/me/end", signed_in).headers["Location"] == "/me?done=nothing"  # type: ignore[attr-defined]


def test_every_code_that_may_still_be_shown_on_is_known(
    ports: ShelfPorts, phone: FlaskClient, signed_in: str, clock: MovableClock
) -> None:
    shown = []
    for _ in range(24):
        clock.tick(5)
        shown.append(ports.personal.code(signed_in, clock()).text)
    assert set(shown) <= set(recent_codes(ports, signed_in, clock()))


def test_somebody_elses_screen_is_not_ended(phone: FlaskClient, signed_in: str, floor: Floor) -> None:
    floor.shown["M1.SOMEBODYELSES"] = "entrance"
    send(phone, "/me/end", signed_in)
    assert floor.shown == {"M1.SOMEBODYELSES": "entrance"}


def test_without_consent_it_says_that_nothing_will_be_shown(phone: FlaskClient, data_dir: Path) -> None:
    phone.post(f"/me/in/{link_for(data_dir)}")
    page = phone.get("/me", headers={"Accept-Language": "en"}).text
    assert "You haven&#39;t agreed to picks on screens" in page and 'href="/me/data"' in page


@pytest.mark.parametrize("address", ["/me/end", "/me/out", "/me/consent", "/me/erase", f"/me/screen/{TOKEN}"])
def test_a_form_without_the_sessions_token_does_nothing(
    phone: FlaskClient, signed_in: str, floor: Floor, doors: Doors, address: str
) -> None:
    for token in ("", "0" * 64, "é", form_token("another session")):
        sent = {"form": token, "sure": "yes", "purpose": "recommend_phone", "granted": "yes"}
        answer = phone.post(address, data=sent, headers={"Accept-Language": "ja"})
        assert answer.status_code == 400 and "ページの有効期限が切れました" in answer.text
    account = doors.personal.account(signed_in)
    assert account.lines_total > 0 and {c.purpose for c in account.consents} == {Purpose.RECOMMEND_SCREEN}
    assert floor.shown == {}


@pytest.mark.parametrize("origin", ["https://evil.test", "null", "http://localhost.evil.test", "//localhost@evil"])
def test_another_sites_form_signs_nobody_in(phone: FlaskClient, data_dir: Path, origin: str) -> None:
    link = link_for(data_dir)
    assert phone.post(f"/me/in/{link}", headers={"Origin": origin}).status_code == 403
    assert phone.post(f"/me/in/{link}", headers={"Origin": "http://localhost"}).status_code == 303


def test_signing_out_ends_the_session_everywhere(phone: FlaskClient, signed_in: str, doors: Doors) -> None:
    assert send(phone, "/me/out", signed_in).status_code == 303  # type: ignore[attr-defined]
    with pytest.raises(SignInRefused):
        doors.personal.account(signed_in)
    assert phone.get_cookie("shelfcast_me", path="/me") is None


def test_a_session_that_is_over_is_forgotten_by_the_phone(
    phone: FlaskClient, signed_in: str, clock: MovableClock
) -> None:
    clock.now += timedelta(days=31)
    answer = phone.get("/me", headers={"Accept-Language": "ja"})
    assert "サインインのしかた" in answer.text
    assert phone.get_cookie("shelfcast_me", path="/me") is None


def test_the_screens_own_qr_leads_to_one_button(
    phone: FlaskClient, signed_in: str, floor: Floor, clock: MovableClock
) -> None:
    leads = phone.get(f"/s/{TOKEN}")
    assert (leads.status_code, leads.headers["Location"]) == (303, f"/me/screen/{TOKEN}")
    page = phone.get(leads.headers["Location"], headers={"Accept-Language": "ja"}).text
    assert "「入口1」に、おすすめの商品を60秒まで表示します。" in page
    assert floor.shown == {}  # opening it isn't asking for it
    answer = send(phone, f"/me/screen/{TOKEN}", signed_in)
    assert answer.headers["Location"] == "/me"  # type: ignore[attr-defined]
    assert list(floor.shown.values()) == ["entrance"]
    assert "「入口1」に表示中です" in phone.get("/me", headers={"Accept-Language": "ja"}).text
    again = phone.post(f"/me/screen/{TOKEN}", data={"form": form_token(signed_in)}, headers={"Accept-Language": "ja"})
    assert again.status_code == 409 and "このコードは使用済みです" in again.text
    assert f'href="/me/screen/{TOKEN}"' in again.text


@pytest.mark.parametrize(
    ("why", "status", "words"),
    [
        (Refusal.NO_CONSENT, 409, "同意していないため"),
        (Refusal.EXPIRED, 409, "期限が切れました"),
        (Refusal.INVALID, 409, "読み取れないコードです"),
        (Refusal.UNAVAILABLE, 503, "いまは会員コードを受け付けられません"),
    ],
)
def test_each_refusal_is_said_plainly(ports: ShelfPorts, data_dir: Path, why: Refusal, status: int, words: str) -> None:
    phone = make_app(replace(ports, scan=lambda screen_id, code: why)).test_client()
    found = SECRET.match(phone.post(f"/me/in/{link_for(data_dir)}").headers["Set-Cookie"])
    assert found
    answer = phone.post(f"/me/screen/{TOKEN}", data={"form": form_token(found[1])}, headers={"Accept-Language": "ja"})
    assert answer.status_code == status and words in answer.text and 'class="button' in answer.text


def test_without_a_session_the_screens_qr_explains(visitor: FlaskClient) -> None:
    answer = visitor.get(f"/s/{TOKEN}", follow_redirects=True, headers={"Accept-Language": "ja"})
    assert answer.status_code == 200
    assert "会員ページへのサインインが必要です" in answer.text and "もう一度読み取ってください" in answer.text


@pytest.mark.parametrize("token", ["forged", "a" * 10_000, "%00", "%F0%9F%98%80", "<b>"])
def test_a_forged_or_old_token_is_refused(visitor: FlaskClient, token: str) -> None:
    for answer in (visitor.get(f"/s/{token}"), visitor.get(f"/me/screen/{token}"), visitor.post(f"/me/screen/{token}")):
        assert answer.status_code == 400
        assert "このQRは使えません" in answer.text


def test_the_code_on_the_page_is_taken_once_by_a_screen(doors: Doors, signed_in: str, clock: MovableClock) -> None:
    code = doors.personal.code(signed_in, clock()).text
    picks = doors.personal.affinity(code, "ekimae", clock())
    assert PIZZA in {item.gtin for item in picks.items}
    with pytest.raises(CodeRefused) as refused:
        doors.personal.affinity(code, "ekimae", clock())
    assert refused.value.why is Refusal.USED


def test_a_form_that_is_too_big_is_refused_as_a_page(phone: FlaskClient, signed_in: str) -> None:
    answer = phone.post("/me/consent", data={"form": "x" * 100_000}, headers={"Accept-Language": "en"})
    assert answer.status_code == 413 and "This is too large." in answer.text
