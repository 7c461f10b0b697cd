"""Transitions by the hundred: no frame shows neither the old nor the new creative, and nothing stays behind in memory.

Every creative carries a colour whose red + green + blue is MIDDLE or near it, so any mixture of them is as well; what
may never be seen is not: black (0), the ground of the page (740), the brand still (181).
"""

import base64
import time
from collections.abc import Callable
from io import BytesIO
from itertools import cycle

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import CDPSession, Page

from tests.player.conftest import film, png
from tests.player.fakes import FakeServer, now_ms, show, spot
from tests.player.samples import Json, card, product

pytestmark = [pytest.mark.browser, pytest.mark.timeout(7200)]
STALLED_S = 60.0
MIDDLE, TOLERANCE = 360, 60
RED, BLUE, FILM, TINT = (240, 70, 50), (40, 100, 220), (120, 180, 60), "#B4783C"
LAYERS = "Array.from(document.querySelectorAll('#stage > *'), (layer) => layer.outerHTML.slice(0, 200))"
COVER = """() => {
  const seen = window.seen = { frames: 0, bare: 0, least: 1 };
  const ready = (layer) => Array.from(layer.querySelectorAll('img.media, video.media'))
    .every((media) => (media.tagName === 'VIDEO' ? media.readyState >= 2 : media.complete && media.naturalWidth > 0));
  const look = () => {
    let through = 1;
    for (const layer of document.querySelectorAll('#stage .layer.in'))
      if (ready(layer)) through *= 1 - Number(getComputedStyle(layer).opacity);
    seen.frames += 1;
    seen.least = Math.min(seen.least, 1 - through);
    if (1 - through < 0.999) seen.bare += 1;
    requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
}"""


def mixed(server: FakeServer) -> list[Json]:
    """Two images, a video and a card, in every order of kinds, and their manifest so that the device keeps them."""
    tinted = product(1, "ja") | {"tint": TINT, "pictogram": ""}
    items = [
        spot("spt_red", creative=server.add_media(png(RED), "image/png"), length_ms=600_000),
        spot("spt_film", creative=server.add_media(film(FILM), "video/webm"), length_ms=600_000),
        spot("spt_card", card=card("product", "ja", [tinted]), length_ms=600_000),
        spot("spt_blue", creative=server.add_media(png(BLUE), "image/png"), length_ms=600_000),
    ]
    lease: Json = {"start_ms": 0, "end_ms": 0, "dayparts": [], "cap_per_hour": 0, "restricted": False, "level": "open"}
    server.manifest = {
        "v": 1, "etag": "etag-1", "screen": "scr_entrance", "time_zone": "Asia/Tokyo",
        "lease_until_ms": now_ms() + 3_600_000, "items": [item | lease for item in items], "house": [],
    }  # fmt: skip
    red, movie, words, blue = items
    return [red, movie, words, blue, movie, red, words, movie, blue, words, red, blue]


def opened(server: FakeServer, page: Page, items: list[Json]) -> CDPSession:
    """The page playing the first item, its creatives on the device, every frame looked at from now on."""
    server.decide = lambda message: show(items[0])
    page.goto(server.player_url())
    page.wait_for_selector('body[data-spot="spt_red"]', state="attached", timeout=30_000)
    server.wait_for(lambda: any(m["cached"] == 3 for m in server.of_type("status")), "files on the device", 60)
    alone(page)
    page.evaluate(COVER)
    return page.context.new_cdp_session(page)


def alone(page: Page) -> None:
    """Waits until what is on show is all that there is; AssertionError with what stayed."""
    deadline = time.monotonic() + 30
    while len(left := page.evaluate(LAYERS)) > 1:
        assert time.monotonic() < deadline, left
        page.wait_for_timeout(50)


def transitions(server: FakeServer, page: Page, items: list[Json], count: int) -> Json:
    """`count` changes, each as soon as the one before it is on the glass; what the page saw of every frame.

    `missed`: changes that the page could not show, and said so by asking for something else; `errors`: what it told.
    """
    turn, shown, missed = cycle(items[1:] + items[:1]), 0, 0
    errors: list[str] = []

    def following() -> Json:
        return {"type": "show", "request": ""} | show(next(turn), now=True, decision=f"change {shown}")

    def react(message: Json) -> Json | None:
        nonlocal shown, missed
        if message["type"] == "status":
            errors.extend(message["errors"])
        asked = message["type"] == "next"
        if not asked and (message["type"] != "status" or message["decision"] != f"change {shown}"):
            return None
        missed += asked
        shown += 1
        return following() if shown < count else None

    server.react = react
    server.push(following())

    since, last = time.monotonic(), 0
    while shown < count:
        page.wait_for_timeout(50)  # lets events of the browser in
        if shown > last:
            since, last = time.monotonic(), shown
        assert time.monotonic() - since < STALLED_S, (last, errors, page.evaluate("({...document.body.dataset})"))
    return page.evaluate("window.seen") | {"missed": missed, "errors": errors}


def turns(server: FakeServer, page: Page, items: list[Json], count: int) -> Json:
    """The loop's own turns, which fade; what was pushed before was there at once."""
    turn = cycle(item | {"length_ms": 1_000} for item in items)
    server.react = lambda message: None
    server.decide = lambda message: show(next(turn))
    server.push({"type": "show", "request": ""} | show(items[0] | {"length_ms": 1_000}, now=True))

    def done() -> bool:
        page.wait_for_timeout(50)  # lets events of the browser in
        return sum(play["why"] == "finished" for play in list(server.plays.values())) >= count  # more come meanwhile

    server.wait_for(done, f"{count} turns", 60 + 20 * count)
    server.decide = lambda message: show(items[0], decision="the last")
    page.wait_for_selector('body[data-decision="the last"]', state="attached", timeout=30_000)
    return dict(page.evaluate("window.seen"))


def test_no_frame_without_old_or_new_also_on_a_slow_processor_and_nothing_left_behind(
    server: FakeServer, page: Page
) -> None:
    items = mixed(server)
    session = opened(server, page, items)
    corners = watched(session, lambda: transitions(server, page, items, 24))
    assert len(corners) > 24 and strangers(corners) == []
    first = held(session)
    session.send("Emulation.setCPUThrottlingRate", {"rate": 4})
    assert strangers(watched(session, lambda: transitions(server, page, items, 8))) == []
    session.send("Emulation.setCPUThrottlingRate", {"rate": 1})
    transitions(server, page, items, 24)
    assert strangers(watched(session, lambda: turns(server, page, items, 5))) == []
    seen = page.evaluate("window.seen")
    assert seen["frames"] > 60 and seen["bare"] == 0, seen
    assert held(session) - first < 200_000  # the soak measures the slope
    alone(page)
    assert {play["why"] for play in server.plays.values()} <= {"interrupted", "finished"}


@pytest.mark.soak
@pytest.mark.parametrize("rate", [1, 4])
def test_a_thousand_mixed_transitions(server: FakeServer, page: Page, rate: int) -> None:
    items = mixed(server)
    session = opened(server, page, items)
    session.send("Emulation.setCPUThrottlingRate", {"rate": rate})
    pushed = watched(session, lambda: transitions(server, page, items, 700))
    turned = watched(session, lambda: turns(server, page, items, 300))
    seen, corners = page.evaluate("window.seen"), np.concatenate([pushed, turned])
    print(f"{rate}x slower: {seen}, {len(corners)} frames of the screencast, {strangers(corners)}")
    assert seen["bare"] == 0, seen
    assert strangers(corners) == []


@pytest.mark.soak
def test_ten_thousand_transitions_leave_nothing_in_memory(server: FakeServer, page: Page) -> None:
    items = mixed(server)
    session = opened(server, page, items)
    heap = []
    for _ in range(11):
        seen = transitions(server, page, items, 1000)
        heap.append(held(session))
        print(f"{1000 * len(heap)} transitions: {heap[-1] / 1e6:.2f} MB, {seen}", flush=True)
    slope = float(np.polyfit(range(10), heap[1:], 1)[0])  # the first thousand warms up
    print(f"heap after GC, MB per 1,000 transitions: {slope / 1e6:.3f}")
    assert slope <= 1e6 and seen["bare"] == 0


def watched(session: CDPSession, work: Callable[[], Json]) -> np.ndarray:
    """The colour near the glass's upper left corner in every frame that Chromium composed during `work()`, RGB [n, 3]."""
    frames: list[bytes] = []

    def keep(event: Json) -> None:
        frames.append(base64.b64decode(event["data"]))
        session.send("Page.screencastFrameAck", {"sessionId": event["sessionId"]})

    session.on("Page.screencastFrame", keep)
    session.send("Page.startScreencast", {"format": "jpeg", "quality": 90, "maxWidth": 320, "maxHeight": 180})
    work()
    session.send("Page.stopScreencast")
    session.remove_listener("Page.screencastFrame", keep)
    return np.array([Image.open(BytesIO(frame)).convert("RGB").getpixel((12, 12)) for frame in frames])


def strangers(colours: np.ndarray) -> list[list[int]]:
    """Colours that are no mixture of the creatives'."""
    off = np.abs(colours.sum(axis=1) - MIDDLE) >= TOLERANCE
    return [list(map(int, colour)) for colour in colours[off]]


def held(session: CDPSession) -> int:
    """Bytes of the page's heap after a garbage collection."""
    for _ in range(2):
        session.send("HeapProfiler.collectGarbage")
    return int(session.send("Runtime.getHeapUsage")["usedSize"])
