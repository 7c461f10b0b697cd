"""How quick the player's page is by itself: pushed changes, and its first start, in a real Chromium.

A small server that speaks the wire answers at once, so what is measured is the page, the browser and a WebSocket.

push_to_frame_p50_ms, …_p95_ms   a `show` handed to the socket -> the first frame with it has been presented; images,
                  a video and cards in turn, their files on the device
hop_p95_ms, prepare_p95_ms, present_p95_ms   of that: handed over -> received; then -> decoded and laid out; then -> that frame
film_p95_ms       the video's own: it has to start before it is brought forward
greeting_p95_ms   the same from hand to frame for a member's greeting with three products
withdrawn_p50_ms, withdrawn_p95_ms   a `withdraw` of what is on the glass handed to the socket -> something else is (20)
cold_load_ms      an empty browser, its processor four times slower: address opened -> the first item on the glass (worst)
n, starts         pushes measured (argument or PUSHES, default 200), cold starts (5)

The last line of stdout is one JSON object.
"""

import json
import os
import sys
from itertools import cycle
from typing import Any

import numpy as np
from playwright.sync_api import Browser, Page, sync_playwright

from tests.conftest import CHROMIUM
from tests.player.fakes import FakeServer, running, show, spot
from tests.player.samples import Json, gallery
from tests.player.test_seamless import mixed

CPU_SLOWER, STARTS, WITHDRAWALS = 4, 5, 20
NOTE_NEXT = """() => new MutationObserver((_, watch) => {
  window.next = performance.timeOrigin + performance.now();
  watch.disconnect();
}).observe(document.body, { attributeFilter: ['data-spot'] })"""
WATCH = """() => {
  window.times = {};
  const now = () => performance.timeOrigin + performance.now();
  const of = (id) => (window.times[id] = window.times[id] || {});
  const { prototype } = WebSocket;
  const { set } = Object.getOwnPropertyDescriptor(prototype, 'onmessage');
  Object.defineProperty(prototype, 'onmessage', { set(work) {
    set.call(this, work && ((event) => {
      const { type, decision } = JSON.parse(event.data);
      if (type === 'show') of(decision).heard = now();
      return work(event);
    }));
  } });
  let forward = 0;
  new MutationObserver((changes) => {
    if (changes.some(({ target }) => target.classList.contains('in'))) forward = now();
  }).observe(document, { subtree: true, attributeFilter: ['class'] });
  new MutationObserver(() => {
    if (!document.body) return;
    const { decision } = document.body.dataset;
    if (decision && !of(decision).shown) Object.assign(of(decision), { forward, shown: now() });
  }).observe(document, { subtree: true, attributeFilter: ['data-decision'] });
}"""


def main() -> None:
    count = int(sys.argv[1] if len(sys.argv) > 1 else os.environ.get("PUSHES", "200"))
    with running() as server, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=CHROMIUM)
        figures = _pushes(server, browser, count) | _cold_starts(server, browser)
        browser.close()
    print(json.dumps(figures))


def _pushes(server: FakeServer, browser: Browser, count: int) -> dict[str, Any]:
    items = mixed(server)
    page = browser.new_page(viewport={"width": 1920, "height": 1080})
    page.add_init_script(f"({WATCH})()")
    server.decide = lambda message: show(items[0])
    page.goto(server.player_url())
    server.wait_for(lambda: any(m["cached"] == 3 for m in server.of_type("status")), "files on the device", 60)
    plain = [_push(server, page, item, number) for number, item in zip(range(count), cycle(items[1:]))]
    moment = gallery("ja")["moment"]
    greetings = [
        _push(server, page, item, count + number)
        for number in range(count // 4)
        for item in (spot(f"spt_{number}", card=moment), items[0])
    ][::2]
    withdrawn = [_withdrawal(server, page, spot(f"spt_gone_{n}", card=moment), n) for n in range(WITHDRAWALS)]
    page.close()
    whole = [times["shown"] - times["pushed"] for times in plain]
    return {
        "withdrawn_p50_ms": _percentile(withdrawn, 50), "withdrawn_p95_ms": _percentile(withdrawn, 95),
        "push_to_frame_p50_ms": _percentile(whole, 50), "push_to_frame_p95_ms": _percentile(whole, 95),
        "hop_p95_ms": _percentile([times["heard"] - times["pushed"] for times in plain], 95),
        "prepare_p95_ms": _percentile([times["forward"] - times["heard"] for times in plain], 95),
        "present_p95_ms": _percentile([times["shown"] - times["forward"] for times in plain], 95),
        "film_p95_ms": _percentile([t["shown"] - t["pushed"] for t in plain if t["film"]], 95),
        "greeting_p95_ms": _percentile([times["shown"] - times["pushed"] for times in greetings], 95), "n": len(plain),
    }  # fmt: skip


def _push(server: FakeServer, page: Page, item: Json, number: int) -> dict[str, float]:
    """One change while nothing else goes on; the page's times of it, ms."""
    page.wait_for_selector("#stage .layer:only-child", state="attached", timeout=30_000)
    decision = f"{item['spot']} {number}"
    pushed = page.evaluate("performance.timeOrigin + performance.now()")
    server.push({"type": "show", "request": ""} | show(item, now=True, decision=decision))
    page.wait_for_selector(f'body[data-decision="{decision}"]', state="attached", timeout=30_000)
    return {"pushed": pushed, "film": item["kind"] == "video"} | page.evaluate("id => window.times[id]", decision)


def _withdrawal(server: FakeServer, page: Page, item: Json, number: int) -> float:
    """Something is shown and withdrawn; ms until the page has something else on the glass."""
    _push(server, page, item, number)
    page.evaluate(NOTE_NEXT)
    began = page.evaluate("window.next = 0, performance.timeOrigin + performance.now()")
    server.push({"type": "withdraw", "spots": [item["spot"]]})
    return float(server.wait_for(lambda: page.evaluate("window.next"), "something else on the glass", 30)) - began


def _cold_starts(server: FakeServer, browser: Browser) -> dict[str, Any]:
    server.manifest = None  # or a late answer would leave the lease on for its ten minutes
    first = show(spot("spt_first", card=gallery("ja")["product-near"]))
    server.decide = lambda message: first
    times = []
    for _ in range(STARTS):
        context = browser.new_context(viewport={"width": 1920, "height": 1080})
        page = context.new_page()
        page.context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": CPU_SLOWER})
        page.add_init_script(f"({WATCH})()")
        page.goto(server.player_url())
        page.wait_for_selector('body[data-spot="spt_first"]', state="attached", timeout=60_000)
        times.append(page.evaluate("Object.values(window.times).find((t) => t.shown).shown - performance.timeOrigin"))
        context.close()
    print("cold starts:", [round(ms) for ms in times])
    return {"cold_load_ms": round(max(times)), "starts": len(times)}


def _percentile(times: list[float], percent: int) -> float:
    return round(float(np.percentile(times, percent)), 1)


if __name__ == "__main__":
    main()
