"""Hostile input against the running shop: each time a clear error, nothing crashed, nothing lost."""

import csv
import json
import socket
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psutil
import pytest
import requests
from click.testing import Result
from playwright.sync_api import Page
from simple_websocket import ConnectionClosed

from tests.e2e.glass import playing, said
from tests.e2e.ledger import rows
from tests.e2e.marketer import set_up
from tests.e2e.shop import MILK, STORE, Shop, verb, wait_for
from tests.signage.media.making import picture, png_header, video
from tests.wire_player import Player, raw_play

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]
GOOD, BAD = "367-checkout", "367-aisle"
NOT_LET_IN, NO_TEXT, TOO_BIG = 4401, 1003, {1009, 4413}
JSON = "application/json"
SHOTS = Path("test-output/e2e")


@pytest.fixture(scope="module")
def shop(common_shop: Shop) -> Shop:
    return common_shop


def parts(shop: Shop) -> set[int]:
    """The processes that the shop is made of; another one in its place would be another number."""
    assert shop.process is not None
    family = psutil.Process(shop.process.pid).children(recursive=True)
    return {process.pid for process in family}


def breakdowns(shop: Shop) -> int:
    """How often a process wrote a stack trace."""
    return sum(log.read_text(errors="replace").count("Traceback") for log in (shop.data / "logs").glob("*.log"))


def goes_on(player: Player) -> None:
    player.say("next", request="still-there")
    assert player.expect("show")["request"] == "still-there"


@pytest.fixture
def good(shop: Shop) -> Iterator[Player]:
    """A player that behaves, connected all through the test. Whatever comes, the shop goes on as it was."""
    player = Player.let_in(shop.base, GOOD, shop.keys[GOOD])
    goes_on(player)
    before, broken = parts(shop), breakdowns(shop)
    yield player
    goes_on(player)
    player.close()
    assert requests.get(f"{shop.base}/healthz", timeout=5).text == "ok"
    assert requests.get(f"{shop.base}/readyz", timeout=5).json()["ready"]
    assert before <= parts(shop), "a process ended"
    assert breakdowns(shop) == broken


@pytest.mark.parametrize(
    ("frame", "code"),
    [
        ("{", "malformed"),
        ("[]", "malformed"),
        ('{"type": "next", "v": 1, "request": NaN}', "malformed"),
        ('{"type": "next", "v": 1}', "malformed"),
        ('{"type": "next", "v": 1, "request": "\\ud800"}', "malformed"),
        ('{"a":' * 5_000 + "1" + "}" * 5_000, "malformed"),
        ('{"type": "open_sesame", "v": 1}', "unknown_type"),
        ('{"type": "next", "v": 99, "request": "a"}', "version"),
        ('{"type": "welcome", "v": 1, "server_ms": 0, "screen": {}, "manifest": "", "camera": {}}', "unexpected"),
    ],
)
def test_a_frame_that_is_no_message_is_refused_and_the_socket_stays(
    shop: Shop, good: Player, frame: str, code: str
) -> None:
    bad = Player.let_in(shop.base, BAD, shop.keys[BAD])
    bad.socket.send(frame)
    refused = bad.expect("refused")
    assert refused["code"] == code
    assert refused["text"]
    goes_on(bad)
    bad.close()


def test_a_binary_frame_ends_that_socket_only(shop: Shop, good: Player) -> None:
    bad = Player.let_in(shop.base, BAD, shop.keys[BAD])
    bad.socket.send(b"\x00\xff\xfe")
    assert bad.closed_with() == NO_TEXT
    goes_on(good)


def test_two_megabytes_in_one_message_end_that_socket_only(shop: Shop, good: Player) -> None:
    bad = Player.let_in(shop.base, BAD, shop.keys[BAD])
    bad.socket.send(json.dumps({"type": "code", "v": 1, "text": "A" * 2_000_000}))
    assert bad.closed_with() in TOO_BIG
    goes_on(good)
    again = Player.let_in(shop.base, BAD, shop.keys[BAD])
    goes_on(again)
    again.close()


def test_a_bad_play_does_not_cost_the_good_ones_of_its_batch(shop: Shop, good: Player) -> None:
    fine = [raw_play(seq=n) for n in (1, 2)]
    bad = [raw_play(id="../../etc/passwd"), raw_play(shown_ms=-5), raw_play(started_ms=2**60), {"id": 7}]
    good.say("plays", batch="b1", plays=[fine[0], *bad, fine[1], fine[0]])
    ack = good.expect("plays_ack")
    assert set(ack["accepted"]) == {play["id"] for play in fine}
    assert len(ack["refused"]) == len(bad)
    assert all(refused["why"] for refused in ack["refused"])
    kept = rows(shop, "SELECT play_id FROM plays WHERE screen_id = ?", GOOD)
    assert {play["id"] for play in fine} <= {row["play_id"] for row in kept}
    assert len(rows(shop, "SELECT 1 FROM refused_plays WHERE screen_id = ?", GOOD)) == len(bad)


@pytest.mark.parametrize("key", ["", "0" * 64, "' OR 1=1 --", "鍵" * 20])
def test_a_forged_key_opens_nothing(shop: Shop, good: Player, key: str) -> None:
    bad = Player(shop.base)
    bad.hello(BAD, key)
    assert bad.closed_with() == NOT_LET_IN
    bearer = {"Authorization": f"Bearer {key}".encode()}
    manifest = requests.get(f"{shop.base}/v1/player/manifest", params={"screen": BAD}, headers=bearer, timeout=5)
    counts = requests.post(f"{shop.base}/v1/screens/{BAD}/snapshots", json={}, headers=bearer, timeout=5)
    creatives = requests.get(f"{shop.base}/v1/creatives", cookies={"shelfcast": "forged"}, timeout=5)
    for answer in (manifest, counts, creatives):
        assert answer.status_code == 401
        assert answer.headers["Content-Type"] == "application/problem+json"
        assert answer.json()["detail"]


@pytest.mark.parametrize(
    ("body", "kind", "wanted"),
    [
        (b'{"width": 1920,', JSON, (400, "bad_request")),
        (b"\xff\xfe\x00", JSON, (400, "bad_request")),
        (b"[" * 4_000, JSON, (400, "bad_request")),
        (b'{"width": 1, "height": 1, "user_agent": "\\ud800"}', JSON, (400, "bad_request")),
        (b'{"width": NaN, "height": 1}', JSON, (400, "bad_size")),
        (b'{"width": 1e999, "height": 1}', JSON, (400, "bad_size")),
        (b'"text"', JSON, (400, "bad_request")),
        (b'{"width": "wide", "height": 1}', JSON, (400, "bad_size")),
        (b'{"width": 1920, "height": 1080}', "text/plain", (415, "unsupported_media_type")),
        (b"<svg onload=alert(1)>", "image/svg+xml", (415, "unsupported_media_type")),
        (b'{"width": 1, "height": 1, "user_agent": "' + b"A" * 2_000_000 + b'"}', JSON, (413, "request_entity_too_large")),
    ],
)  # fmt: skip
def test_bad_bodies_get_a_problem_that_says_what_is_wrong(
    shop: Shop, good: Player, body: bytes, kind: str, wanted: tuple[int, str]
) -> None:
    headers = {"Content-Type": kind, "Accept-Language": "en"}
    answer = requests.post(f"{shop.base}/v1/player/registrations", data=body, headers=headers, timeout=10)
    assert (answer.status_code, answer.json()["code"]) == wanted
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert len(answer.json()["detail"]) > 10
    assert rows(shop, "SELECT 1 FROM registrations") == []


def test_bytes_that_are_no_http(shop: Shop, good: Player) -> None:
    for junk in (
        b"\x16\x03\x01\x02\x00\x01\r\n\r\n",
        b"GET /healthz\r\n\r\n",
        b"POST / HTTP/1.1\r\nContent-Length: -1\r\n\r\n",
    ):
        with socket.create_connection(("127.0.0.1", shop.port), timeout=5) as raw:
            raw.sendall(junk)
            assert b" 200 " not in raw.recv(4096)


def bring_in(shop: Shop, file: Path) -> Result:
    return verb(shop.env, "import", "--progress", "none", str(file))


def test_a_till_file_with_wrong_columns_changes_nothing(shop: Shop, good: Player, tmp_path: Path) -> None:
    file = tmp_path / "wrong.csv"
    file.write_text("order,line,store,when,product\n1,1,367,2026-11-20,4912345678904\n")
    done = bring_in(shop, file)
    assert done.exit_code == 2
    assert "wrong.csv: missing columns order_id, line_id, store_id, ordered_at, gtin" in done.stderr


def test_bad_lines_of_a_till_file_are_listed_and_the_rest_is_taken(shop: Shop, good: Player, tmp_path: Path) -> None:
    at = (datetime.now(UTC) - timedelta(hours=1)).isoformat()
    fine = ["hh1", STORE, at, MILK, "1", "248", "JPY", "store"]
    lines = [
        ["z-1", "1", *fine],
        ["z-1", "2", *fine[:3], "04912345678904", *fine[4:]],
        ["z-1", "3", *fine[:3], MILK[:-1] + "0", *fine[4:]],
        ["z-1", "4", *fine],
        ["z-1", "5", *fine[:4], "0", *fine[5:]],
        ["z-1", "6", *fine[:2], "yesterday", *fine[3:]],
        ["z-1", "7"],
        ["z-1", "8", *fine],
    ]
    file = tmp_path / "till.csv"
    names = [
        "order_id",
        "line_id",
        "member_id",
        "store_id",
        "ordered_at",
        "gtin",
        "quantity",
        "amount_minor",
        "currency",
        "channel",
    ]
    with file.open("w", newline="") as out:
        csv.writer(out).writerows([names, *lines])
        out.write('z-2,1,"never closed\n')
    done = bring_in(shop, file)
    assert done.exit_code == 0, done.output
    assert "till.csv: 9 lines, 3 added, 0 known, 6 rejected" in done.stdout
    for line, why in (
        (3, "unknown product"), (4, "not a GTIN"), (6, "return or void"), (7, "ordered_at is not an RFC 3339 time"),
        (8, "2 columns where 10 columns belong"), (10, "an unclosed quote"),
    ):  # fmt: skip
        assert f"line {line}: {why}" in done.stdout
    assert "hh1" not in done.stdout, "a report names nobody"
    assert "till.csv: 9 lines, 0 added, 3 known, 6 rejected" in bring_in(shop, file).stdout


def send(page: Page, shop: Shop, name: str, content: bytes) -> tuple[int, dict[str, str]]:
    """A file through the studio's own endpoint, in the session of the page -> status and answer."""
    token = page.locator('meta[name="csrf-token"]').get_attribute("content") or ""
    answer = page.request.post(
        f"{shop.base}/v1/creatives",
        multipart={"file": {"name": name, "mimeType": "application/octet-stream", "buffer": content}},
        headers={"X-CSRFToken": token, "Accept-Language": "ja"},
    )
    return answer.status, answer.json()


def test_bad_uploads_say_why_and_good_ones_come_through(
    shop: Shop, good: Player, open_page: Callable[..., Page], tmp_path: Path
) -> None:
    page = open_page(1440, 900, locale="ja-JP")
    set_up(page, shop)
    page.goto(f"{shop.base}/studio/creatives")
    png, mp4 = picture("PNG"), video(tmp_path / "whole.mp4", "mpeg4", "mp4", 50).read_bytes()
    script = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'

    at_once = {
        "広告.mp4": (png, "MP4という名前ですが、中身は画像です。PNGとして保存し直してください。"),
        "logo.svg": (script, "SVGは使えません。PNGで書き出し直してください。"),
        "logo.png": (b"\xef\xbb\xbf<?xml version='1.0'?>" + script, "SVGは使えません。"),
        "all.zip": (b"PK\x03\x04" + bytes(500), "ZIPなどの圧縮ファイルは使えません。"),
        "all.png": (b"PK\x03\x04" + bytes(500), "ZIPなどの圧縮ファイルは使えません。"),
        "page.html": (b"<!doctype html><script>alert(1)</script>", "中身がウェブページ(HTML)です。"),
        "empty.png": (b"", "ファイルが空です。"),
        "notes.png": (b"hello", "画像でも動画でもないファイルです。"),
    }
    for name, (content, words) in at_once.items():
        status, answer = send(page, shop, name, content)
        assert (status, answer["detail"][: len(words)]) == (422, words), name

    later = {
        "half.mp4": (mp4[: int(len(mp4) * 0.6)], "動画が途中で切れています。"),
        "bomb.png": (png_header(30_000, 30_000), "画像が大きすぎます(30000×30000)。"),
        "half.png": (png[: len(png) // 2], "画像が壊れているか、途中で切れています。"),
        "../../../../tmp/<b>up.png": (picture("PNG", (640, 360)), ""),
        "..\\..\\win.png": (picture("PNG", (320, 200)), ""),
        "whole.mp4": (mp4, ""),
    }
    sent = {}
    for name, (content, words) in later.items():
        status, answer = send(page, shop, name, content)
        assert status == 201, name
        sent[answer["creative_id"]] = words
    told: dict[str, dict[str, str]] = {}

    def processed() -> bool:
        listed = page.request.get(f"{shop.base}/v1/creatives", headers={"Accept-Language": "ja"}).json()["creatives"]
        told.update((one["creative_id"], one) for one in listed)
        return all(one["state"] in ("ready", "failed") for one in told.values())

    wait_for(processed, 40, "an answer for every upload")
    assert told.keys() == sent.keys()
    for creative_id, words in sent.items():
        one = told[creative_id]
        assert (one["state"], one["error"][: len(words)]) == ("failed" if words else "ready", words), one
    media = shop.data / "media"
    stray = [file for file in media.rglob("*") if file.is_file() and not set(file.name) <= set("0123456789abcdef")]
    assert stray == []
    assert not list(shop.data.parent.rglob("*up.png")) + list(Path("/tmp").glob("*up.png"))

    page.reload()
    assert page.locator("main b").count() == 0, "a name is text"
    assert "動画が途中で切れています" in page.inner_text("main")
    SHOTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SHOTS / "bad-uploads.png", full_page=True)


def test_a_connection_that_breaks_off_in_the_middle_of_an_upload(shop: Shop, good: Player) -> None:
    head = (
        "POST /v1/creatives HTTP/1.1\r\nHost: shop\r\nContent-Type: multipart/form-data; boundary=x\r\n"
        "Content-Length: 5000000\r\n\r\n--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.png\"\r\n\r\n"
    )  # fmt: skip
    with socket.create_connection(("127.0.0.1", shop.port), timeout=5) as raw:
        raw.sendall(head.encode() + b"\x89PNG\r\n\x1a\n" + bytes(100_000))
    goes_on(good)


def test_a_player_that_vanishes_without_a_word(shop: Shop, good: Player) -> None:
    bad = Player.let_in(shop.base, BAD, shop.keys[BAD])
    bad.socket.sock.shutdown(socket.SHUT_RDWR)
    with pytest.raises((ConnectionClosed, OSError)):
        bad.expect("show")
    goes_on(good)


def test_of_two_tabs_with_one_key_the_newer_plays_and_the_older_says_so(
    shop: Shop, open_page: Callable[..., Page]
) -> None:
    older = playing(shop, open_page, "367-entrance")
    newer = playing(shop, open_page, "367-entrance")
    wait_for(lambda: said(older, "state") == "elsewhere", what="the older one's end")
    assert "別の場所" in older.inner_text(".elsewhere")
    older.keyboard.press("a")  # whoever stands there wants it back
    wait_for(lambda: said(newer, "state") == "elsewhere", what="the newer one's end")
    wait_for(lambda: said(older, "online") == "true" and said(older, "state") == "playing", what="the older one's show")
    assert said(newer, "online") == "false"  # they don't take the screen from each other in turns
