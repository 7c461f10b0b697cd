"""A screen's settings on the glass: parts of a panel, its hours, the staff's commands, and a key that is renewed."""

from datetime import UTC, datetime, timedelta
from itertools import count

import pytest
from playwright.sync_api import Page

from tests.player.conftest import png
from tests.player.fakes import KEY, SCREEN, FakeServer, now_ms, show, spot
from tests.player.samples import Json, gallery

pytestmark = pytest.mark.browser
CARDS = gallery("ja")
LEASE: Json = {"start_ms": 0, "end_ms": 0, "dayparts": [], "cap_per_hour": 0, "restricted": False, "level": "house"}
BOXES = """['main', 'side', 'line'].map((id) => {
  const { left, top, right, bottom } = document.getElementById(id).getBoundingClientRect();
  return [left, top, right, bottom].map(Math.round); })"""
GROUND = "getComputedStyle(document.body).backgroundColor"


def playing(server: FakeServer, page: Page, **settings: object) -> None:
    """The page with these settings, playing one long picture, the house's two cards on the device."""
    server.settings = dict(settings)
    house = [
        spot("spt_hours", card=CARDS["service"], length_ms=1500) | LEASE,
        spot("spt_rank", card=CARDS["ranking"], length_ms=1500) | LEASE,
    ]
    server.manifest = {
        "v": 1, "etag": "etag-1", "screen": SCREEN, "time_zone": "Asia/Tokyo", "lease_until_ms": now_ms() + 3_600_000,
        "items": [], "house": house,
    }  # fmt: skip
    picture = server.add_media(png((90, 160, 90), (300, 300)), "image/png")
    server.decide = lambda message: show(spot("spt_live", creative=picture, length_ms=600_000))
    page.goto(server.player_url())
    page.wait_for_selector('body[data-spot="spt_live"]', state="attached", timeout=30_000)


def tell(server: FakeServer, **settings: object) -> None:
    server.settings = dict(settings)
    server.push({"type": "settings", "screen": server.screen()})


def last_status(server: FakeServer) -> Json:
    return server.of_type("status")[-1]


def test_the_parts_of_a_panel_stand_side_by_side_and_what_is_beside_counts_on_its_own(
    server: FakeServer, page: Page
) -> None:
    playing(server, page, layout="l_bar", fit="fill", safe_percent=5)
    page.wait_for_selector("#beside .layer.in .card:not(.brand)", timeout=20_000)
    main, side, line = page.evaluate(BOXES)
    assert side[2] == main[0] and main[3] == side[3] == line[1]  # they touch, and none covers another
    shift = page.evaluate("new DOMMatrix(getComputedStyle(document.getElementById('panel')).transform).e")
    assert abs(side[0] - shift - 48) <= 1 and abs(line[3] - 513) <= 3  # 5 % of 960 x 540
    assert page.evaluate("getComputedStyle(document.querySelector('#stage .media')).objectFit") == "cover"
    title = CARDS["service"]["title"]
    server.wait_for(lambda: title in page.inner_text("#line .words"), "the house's words on the line")
    assert page.inner_text("#line .time") in {
        f"{datetime.now(UTC) + timedelta(hours=9, seconds=late):%H:%M}" for late in (0, -5)
    }
    aside = server.wait_for(lambda: [p for p in server.plays.values() if p["area"] == "side"], "a play beside", 30)
    assert aside[0]["spot"] in ("spt_hours", "spt_rank") and aside[0]["decision"] == ""
    tell(server, layout="two_zone")
    page.wait_for_selector('body[data-layout="two_zone"]', state="attached")
    main, side, line = page.evaluate(BOXES)
    assert main[2] == side[0] and main[3] == side[3] and line == [0, 0, 0, 0]
    tell(server, layout="not one of them", safe_percent="x")
    page.wait_for_selector('body[data-layout="not one of them"]', state="attached")
    main, side, line = page.evaluate(BOXES)
    assert main[2] - main[0] == 960 and side == [0, 0, 0, 0]
    assert page.get_attribute("body", "data-spot") == "spt_live"  # nothing of it interrupted what was on


def test_outside_its_hours_the_panel_is_dark_but_for_an_emergency(server: FakeServer, page: Page) -> None:
    playing(server, page)
    local = datetime.now(UTC) + timedelta(hours=9)
    minute = local.hour * 60 + local.minute
    hours = {"from_min": (minute + 60) % 1440, "until_min": (minute + 120) % 1440}
    tell(server, lit=hours)
    page.wait_for_selector('body[data-state="night"]', state="attached")
    (closed,) = server.wait_for(lambda: list(server.plays.values()), "the play under it")
    assert closed["why"] == "closed"
    assert page.locator("#panel").is_hidden() and page.evaluate(GROUND) == "rgb(0, 0, 0)"
    server.push({"type": "command", "id": "c-1", "verb": "report", "expires_ms": now_ms() + 60_000})
    status = server.wait_for(lambda: last_status(server)["light"] == "off" and last_status(server), "a report at night")
    assert status["black"] is False and status["spot"] == ""
    loud = spot("spt_loud", card=CARDS["service"], length_ms=600_000)
    server.push({"type": "show", "request": ""} | show(loud, now=True))
    server.push({"type": "show", "request": ""} | show(loud | {"spot": "spt_alarm"}, now=True, level="emergency"))
    page.wait_for_selector('body[data-spot="spt_alarm"]', state="attached")
    assert page.locator("#panel").is_visible()
    tell(server)
    page.wait_for_selector('body[data-state="playing"]', state="attached")


def test_staff_commands_are_done_and_answered(server: FakeServer, page: Page) -> None:
    playing(server, page)
    number = count(1)

    def command(verb: str, late_ms: int = 60_000) -> Json:
        wanted = f"c-{next(number)}"
        server.push({"type": "command", "id": wanted, "verb": verb, "expires_ms": now_ms() + late_ms})
        answers = server.wait_for(lambda: [m for m in server.of_type("done") if m["id"] == wanted], verb, 20)
        return dict(answers[0])

    assert command("identify")["ok"] and page.inner_text(".notice") == "入口1"
    assert command("capture")["ok"]
    (shot,) = server.of_type("capture")
    assert shot["spot"] == "spt_live" and 500 < len(shot["picture"]) <= 40_000
    assert command("clear_cache")["ok"]
    refused = [command("format_disk"), command("identify", late_ms=-60_000)]
    assert [answer["ok"] for answer in refused] == [False, False]
    greeting = spot("spt_pick", card=CARDS["product-near"])
    server.push({"type": "show", "request": ""} | show(greeting, now=True, guest=True))
    page.wait_for_selector('body[data-spot="spt_pick"]', state="attached")
    assert command("capture")["ok"]
    words = server.of_type("capture")[-1]
    assert not words.get("text") and not words.get("picture")  # what stands there for a guest is theirs
    assert command("reload")["ok"]
    server.push({"type": "guest_end"})
    server.wait_for(lambda: len(server.of_type("hello")) == 2, "the page loaded again at the boundary", 30)


def test_a_key_is_renewed_in_two_phases_also_when_the_player_comes_back_twice_meanwhile(
    server: FakeServer, page: Page
) -> None:
    server.approved = True
    server.decide = lambda message: show(spot("spt_live", card=CARDS["service"], length_ms=600_000))
    page.goto(f"{server.url}/player")
    page.wait_for_selector('body[data-spot="spt_live"]', state="attached", timeout=30_000)

    def said(position: int) -> str:
        server.wait_for(lambda: len(server.of_type("hello")) > position, f"hello {position + 1}", 30)
        return str(server.of_type("hello")[position]["key"])

    server.push({"type": "key", "key": "a" * 64})  # the server that gave it forgets it again: refused
    assert [said(0), said(1), said(2)] == [KEY, "a" * 64, KEY]
    server.wait_for(lambda: page.get_attribute("body", "data-online") == "true", "back with the old key", 30)
    server.close_with = 1013  # before it could welcome anybody
    server.push({"type": "key", "key": "c" * 64})
    assert [said(3), said(4)] == ["c" * 64, "c" * 64]
    server.keys[SCREEN], server.close_with = "c" * 64, None
    server.wait_for(lambda: page.get_attribute("body", "data-online") == "true", "let in with the newest", 30)
    page.reload()
    server.wait_for(lambda: page.get_attribute("body", "data-online") == "true", "let in after a reload", 30)
    assert server.of_type("hello")[-1]["key"] == "c" * 64
    page.wait_for_selector('body[data-state="playing"]', state="attached", timeout=30_000)
