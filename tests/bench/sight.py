"""How soon a camera is heard: a network camera (Motion JPEG over HTTP, 720p, 15 fps, two people in view), `shelfcast camera`
before a screen of a real shop (made-up history), its player in Chromium.

frame_to_snapshot_p50_ms, …_p95_ms    a frame was read by the camera process (the newest one looked at for a snapshot) -> the
                  snapshot is where the controller keeps it; `snapshots` of them
held_up_to_screen_p50_ms, …_p95_ms    the network camera sends the first frame with a member's phone in it -> the player reports
                  the greeting as presented; `held_up` times (SCANS, default 40)

Camera, server and browser share one machine here, and the browser draws without a GPU.
"""

import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count, cycle
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from playwright.sync_api import Browser, sync_playwright

from recommender.app import open_doors
from recommender.settings import Settings
from signage.controller.house import MOMENT
from signage.demo.clip import phone
from signage.domain.clock import millis
from signage.live import Live
from tests.bench.scan import BREATH_MS, KEPT, code_of, end_greeting, percentile, sign_in, until
from tests.conftest import CHROMIUM
from tests.e2e.ledger import redis_url
from tests.e2e.shop import HIDDEN, Shop, open_shop, seed, seeding, wait_for
from tests.signage.audience.films import Film, paste

SCREEN, FPS = "367-entrance", 15
WATCHED_S, POLL_S = 60.0, 0.004
PHONE_AT = 300, 400
WATCH = """moment => {
  window.presented = 0;
  new MutationObserver(() => {
    if (document.body.dataset.spot === moment && !presented) presented = performance.timeOrigin + performance.now();
  }).observe(document.body, { attributeFilter: ['data-spot'] });
}"""


class NetworkCamera:
    """Sends one second of a film over and over. Its pictures can be changed while it does."""

    def __init__(self) -> None:
        film = Film(0, people=2, seconds=12)
        self._plain = [film.frame(6 + index / FPS) for index in range(FPS)]
        self._pictures = self._jpegs(self._plain)
        self._changed = threading.Condition()
        self._first_sent = 0.0  # of these pictures; 0 before

    def show(self, code: str = "") -> float:
        """From now on with a phone that shows the code, or without one -> the second at which the first was sent."""
        pictures = self._plain
        if code:
            held = np.asarray(phone(code), np.uint8)[..., [2, 1, 0, 3]]
            pictures = [picture.copy() for picture in pictures]
            for picture in pictures:
                paste(picture, held, *PHONE_AT)
        encoded = self._jpegs(pictures)
        with self._changed:
            self._pictures, self._first_sent = encoded, 0.0
            assert self._changed.wait_for(lambda: self._first_sent, 20), "nobody watches"
            return self._first_sent

    def send(self, handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Type", "multipart/x-mixed-replace; boundary=frame")
        handler.end_headers()
        began = time.monotonic()
        for index in count():
            time.sleep(max(0.0, began + index / FPS - time.monotonic()))
            with self._changed:
                jpeg = self._pictures[index % FPS]
                self._first_sent = self._first_sent or time.time()
                self._changed.notify_all()
            head = f"--frame\r\nContent-Type: image/jpeg\r\nContent-Length: {len(jpeg)}\r\n\r\n"
            handler.wfile.write(head.encode() + jpeg + b"\r\n")

    @staticmethod
    def _jpegs(pictures: list[Any]) -> list[bytes]:
        return [cv2.imencode(".jpg", picture)[1].tobytes() for picture in pictures]


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="bench-sight-") as folder, sync_playwright() as playwright:
        template = Path(folder) / "template"
        template.mkdir()
        for name in HIDDEN:
            os.environ.pop(name, None)
        os.environ |= seeding(template)
        keys = seed(template)
        phones = sign_in(template)
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=CHROMIUM)
        with open_shop(template, keys, Path(folder) / "data") as shop, _watched(shop) as camera:
            print(json.dumps(_snapshots(shop) | _held_up(shop, browser, camera, phones)))
        browser.close()


@contextmanager
def _watched(shop: Shop) -> Iterator[NetworkCamera]:
    """A network camera and the process that watches by it."""
    camera = NetworkCamera()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            try:
                camera.send(self)
            except ConnectionError:
                self.close_connection = True

        def log_message(self, format: str, *args: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, daemon=True).start()
        env = {k: v for k, v in os.environ.items() if "URL" not in k and not k.startswith("SHELFCAST_")}
        env["SHELFCAST_CAMERA_KEY"] = (shop.data / "keys" / "camera").read_text().strip()
        source = f"http://127.0.0.1:{server.server_port}/camera.mjpg"
        words = ["--screen", SCREEN, "--source", source, "--server", shop.base, "--mode", "demographics"]
        process = subprocess.Popen([sys.executable, "-m", "signage", "camera", *words], env=env)
        try:
            yield camera
        finally:
            process.terminate()
            process.wait(20)
            server.shutdown()


def _snapshots(shop: Shop) -> dict[str, Any]:
    """Looks again and again whether there is another."""
    live, late_ms, known = Live(redis_url(shop)), list[float](), -1
    wait_for(lambda: (there := live.snapshot(SCREEN)) and there.present, 60, "somebody in view")
    end = time.monotonic() + WATCHED_S
    while time.monotonic() < end:
        snapshot = live.snapshot(SCREEN)
        if snapshot is not None and snapshot.sequence != known:
            known = snapshot.sequence
            late_ms.append(1000 * time.time() - millis(snapshot.taken_at) + snapshot.lag_ms)
        time.sleep(POLL_S)
    live.close()
    return {
        **{f"frame_to_snapshot_p{q}_ms": percentile(late_ms[1:], q) for q in (50, 95)},
        "snapshots": len(late_ms) - 1,
    }


def _held_up(shop: Shop, browser: Browser, camera: NetworkCamera, phones: list[str]) -> dict[str, Any]:
    doors, late_ms, times = open_doors(Settings(data_dir=shop.data)), list[float](), int(os.environ.get("SCANS", "40"))
    page = browser.new_page(viewport={"width": 1280, "height": 720})
    page.goto(shop.player(SCREEN))
    until(page, "document.body.dataset.online === 'true' && document.body.dataset.decision")
    until(page, KEPT, 240)
    page.evaluate(WATCH, MOMENT)
    for _, session in zip(range(times), cycle(phones), strict=False):
        page.evaluate("presented = 0")
        sent = camera.show(code_of(shop, doors, session))
        until(page, "presented > 0")
        late_ms.append(page.evaluate("presented") - 1000 * sent)
        camera.show()
        end_greeting(shop, session)
        until(page, "document.body.dataset.guest === 'false'")
        page.wait_for_timeout(BREATH_MS)
    doors.close()
    page.close()
    return {**{f"held_up_to_screen_p{q}_ms": percentile(late_ms, q) for q in (50, 95)}, "held_up": len(late_ms)}


if __name__ == "__main__":
    main()
