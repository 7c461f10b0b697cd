"""How soon a screen greets a member: a code typed by a USB scanner into a real Chromium player -> the moment on the glass.

A whole shop runs (web, worker, Valkey, SQLite) on the real purchases and trained models (`chain`). Members hold up the
code of their half minute at each of four screens in turn; on their phones they end what it shows before the next one.

scan_to_frame_p50_ms, …_p95_ms, …_p99_ms   the scanner's Enter (time of the key event) -> the player reports the greeting as
                  presented: two animation frames after it came forward, so its first frame has been drawn
n                 scans (argument or SCANS, default 200)
server_cpu_ms     CPU of the web process per scan, its end and the spot that follows included
send_p95_ms       the segments of that: Enter -> the code sent over the socket,
answer_p50_ms, answer_p95_ms    sent -> the greeting received: the server's part,
prepare_p95_ms    received -> built, fitted, its pictures decoded, and brought forward,
present_p95_ms    forward -> presented: the browser's drawing

A page is asked once it has used its spare time: fonts and pictograms are on the device, and the page has built a greeting.
Browser and server share one machine here, and the browser draws without a GPU. The last line of stdout is one JSON object.
"""

import json
import os
import sys
import tempfile
import urllib.parse
import urllib.request
from datetime import UTC, datetime
from itertools import cycle
from pathlib import Path
from typing import Any

import numpy as np
from playwright.sync_api import Browser, Page, sync_playwright

from recommender.app import Doors, open_desk, open_doors, utc_now
from recommender.domain.member import MemberCode
from recommender.settings import Settings
from signage.controller.house import MOMENT
from signage.demo.places import JAPAN, screens
from signage.shelf.session import COOKIE, form_token
from tests.bench.chain import open_chain
from tests.conftest import CHROMIUM
from tests.e2e.ledger import redis_server
from tests.e2e.shop import Shop, open_shop, wait_for

MEMBERS = 80  # codes work once, so each rests until its next half minute
BREATH_MS = 400  # between two members: a player may not say more than ten things a second
SEGMENTS = {
    "send": ("entered", "sent"), "answer": ("sent", "answered"),
    "prepare": ("answered", "forward"), "present": ("forward", "presented"),
}  # fmt: skip
KEPT = """async () => {
  for (const path of await (await fetch('/assets')).json()) if (!(await caches.match(path))) return false;
  return true;
}"""
WATCH = """moment => {
  const times = window.bench = { entered: 0, sent: 0, answered: 0, forward: 0, presented: 0 };
  addEventListener('keydown', event => { if (event.key === 'Enter') times.entered = event.timeStamp; }, true);
  const send = WebSocket.prototype.send;
  WebSocket.prototype.send = function (text) {
    if (JSON.parse(text).type === 'code') {
      times.sent = performance.now();
      this.addEventListener('message', ({ data }) => {
        const { type, item } = JSON.parse(data);
        if (type === 'show' && item && item.spot === moment && !times.answered) times.answered = performance.now();
      });
    }
    return send.call(this, text);
  };
  let forward = 0;
  new MutationObserver((changes) => {
    if (changes.some(({ target }) => target.matches('.layer.in'))) forward = performance.now();
  }).observe(document.getElementById('stage'), { subtree: true, attributeFilter: ['class'] });
  new MutationObserver(() => {
    if (document.body.dataset.spot !== moment || times.presented || !times.sent) return;
    Object.assign(times, { forward, presented: performance.now() });
  }).observe(document.body, { attributeFilter: ['data-spot'] });
}"""


def main() -> None:
    count = int(sys.argv[1] if len(sys.argv) > 1 else os.environ.get("SCANS", "200"))
    with tempfile.TemporaryDirectory(prefix="bench-scan-") as folder, sync_playwright() as playwright:
        template = Path(folder) / "template"
        keys = open_chain(template, 4)
        phones = sign_in(template)
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=CHROMIUM)
        with open_shop(template, keys, Path(folder) / "data") as shop:
            figures = _measure(shop, browser, phones, count)
        browser.close()
    print(json.dumps(figures))


def _measure(shop: Shop, browser: Browser, phones: list[str], count: int) -> dict[str, Any]:
    doors, waiting = open_doors(Settings(data_dir=shop.data)), cycle(phones)
    cpu_s = 0.0
    whole = []
    parts: dict[str, list[float]] = {name: [] for name in SEGMENTS}
    shapes, device = screens(JAPAN), browser.new_context()
    for turn, screen in enumerate(shapes):
        page = device.new_page()
        page.set_viewport_size({"width": screen.width, "height": screen.height})
        page.goto(shop.player(screen.screen_id))
        until(page, "document.body.dataset.online === 'true' && document.body.dataset.decision")
        until(page, KEPT, 240)
        page.wait_for_timeout(BREATH_MS)  # then it builds a greeting
        page.evaluate(WATCH, MOMENT)
        cpu_s -= _cpu_s(shop)
        for _ in range(count // len(shapes) + (turn < count % len(shapes))):
            times = _scan(shop, doors, page, next(waiting))
            whole.append(times["presented"] - times["entered"])
            for name, (start, end) in SEGMENTS.items():
                parts[name].append(times[end] - times[start])
        cpu_s += _cpu_s(shop)
        page.close()
    device.close()
    doors.close()
    print(f"{len(whole)} scans, slowest {max(whole):.0f} ms")
    return {
        **{f"scan_to_frame_p{q}_ms": percentile(whole, q) for q in (50, 95, 99)}, "n": len(whole),
        "server_cpu_ms": round(cpu_s / len(whole) * 1000, 1),
        "send_p95_ms": percentile(parts["send"], 95),
        **{f"answer_p{q}_ms": percentile(parts["answer"], q) for q in (50, 95)},
        "prepare_p95_ms": percentile(parts["prepare"], 95), "present_p95_ms": percentile(parts["present"], 95),
    }  # fmt: skip


def _scan(shop: Shop, doors: Doors, page: Page, session: str) -> dict[str, float]:
    """One greeting from the scanner's first key to its end by the phone; the page's own times of it, in ms."""
    code = code_of(shop, doors, session)
    page.evaluate("Object.keys(bench).forEach(name => { bench[name] = 0; })")
    page.keyboard.type(code + "\n")
    try:
        until(page, "bench.presented > 0")
    except AssertionError as late:
        raise AssertionError(f"{late}: {page.evaluate('bench')}, the staff read {page.inner_text('body')!r}") from None
    times: dict[str, float] = page.evaluate("bench")
    end_greeting(shop, session)
    until(page, "document.body.dataset.guest === 'false'")
    page.wait_for_timeout(BREATH_MS)
    return times


def _cpu_s(shop: Shop) -> float:
    times = [process.cpu_times() for process in shop.web_processes()]
    return sum(one.user + one.system for one in times)


def until(page: Page, true: str, patience_s: float = 20) -> None:
    wait_for(lambda: page.evaluate(true), patience_s, what=true)


def code_of(shop: Shop, doors: Doors, session: str) -> str:
    """What the phone shows: the code of a half minute that the shop's Redis has seen begin."""
    remembers_from = datetime.fromtimestamp(redis_server(shop).create_time(), UTC)
    shown: list[MemberCode] = []

    def vouched() -> bool:
        shown[:] = [doors.personal.code(session, datetime.now(UTC))]
        return (shown[0].expires_at - remembers_from).total_seconds() > 32  # it counts its age in whole seconds

    wait_for(vouched, 35, "a code that Redis can vouch for")
    return shown[0].text


def end_greeting(shop: Shop, session: str) -> None:
    """表示を終える, as the phone's form sends it."""
    form = urllib.parse.urlencode({"form": form_token(session)}).encode()
    asked = urllib.request.Request(f"{shop.base}/me/end", form, {"Cookie": f"{COOKIE}={session}"})
    with urllib.request.urlopen(asked, timeout=20) as answer:
        assert answer.url.endswith("done=ended"), answer.url


def sign_in(data: Path) -> list[str]:
    """Sessions of consenting households of the data, on as many phones."""
    desk = open_desk(Settings(data_dir=data), utc_now)
    found = (desk.find("retailer", f"hh{number}") for number in range(1, 10 * MEMBERS))
    members = [member for member in found if member is not None][:MEMBERS]
    for member in members:
        desk.consent_to_all(member)
    phones = [desk.session(member) for member in members]
    desk.engine.dispose()
    return phones


def percentile(times: list[float], percent: int) -> float:
    return round(float(np.percentile(times, percent)), 1)


if __name__ == "__main__":
    main()
