"""The demo's real camera: the page wishes, the supervisor of `shelfcast demo` obeys and tells; two small files lie between."""

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

from flask import Blueprint, Response, jsonify

from signage.demo.asked import bad_field, lang, same_page
from signage.demo.places import JAPAN
from signage.domain.audience import AudienceSource, CameraState
from signage.domain.errors import Conflict
from signage.domain.words import Words
from signage.http import json_body
from signage.live import Live

SCREEN = f"{JAPAN.store_id}-entrance"
OFF, CLIP, WEBCAM = "off", "clip", "webcam"
STARTING, RUNNING, LOST, FAILED, UNAVAILABLE = "starting", "running", "lost", "failed", "unavailable"
NO_WEBCAM = Words(
    "Webカメラを使えません。つながっているか、ほかのアプリが使っていないかを確認してください。",
    "The webcam can't be used. Check that it is connected and that no other app uses it.",
)
TEXTS = {
    OFF: Words("カメラは止まっています。", "The camera is off."),
    STARTING: Words("カメラを始めています。", "The camera is starting."),
    RUNNING: Words("入口のカメラが動いています。映像は保存しません。", "The entrance camera is on. Video is not kept."),
    LOST: Words(
        "カメラの映像が届いていません。接続を確認してください。",
        "No picture comes from the camera. Check its connection.",
    ),
    FAILED: Words(
        "カメラを始められませんでした。接続を確認してください。", "The camera could not start. Check its connection."
    ),
    UNAVAILABLE: Words(
        "カメラは `shelfcast demo` で起動したときだけ使えます。",
        "The camera needs a store started by `shelfcast demo`.",
    ),
}


class Wish:
    """The two files in the demo's folder: what somebody wishes, and what has become of it."""

    def __init__(self, folder: Path) -> None:
        self._wish, self._state = folder / "camera-wish.json", folder / "camera-state.json"

    def make(self, source: str) -> None:
        """`off`, `clip`, `webcam`, or an address that `shelfcast camera` knows (from the command line only)."""
        _write(self._wish, source)

    def made(self) -> str:
        return _read(self._wish) or OFF

    def tell(self, state: str) -> None:
        """By the supervisor: off, starting, running or failed."""
        _write(self._state, state)

    def told(self) -> str:
        """What the supervisor said last; unavailable where there is none."""
        return _read(self._state) or UNAVAILABLE

    def clear(self) -> None:
        """At the supervisor's end: nobody obeys any more."""
        self._state.unlink(missing_ok=True)


class Camera:
    """What the page may know: `running` only while snapshots of a camera that sees do arrive."""

    def __init__(self, wish: Wish, live: Live) -> None:
        self._wish = wish
        self._live = live

    def wished(self) -> str:
        return self._wish.made()

    def told(self, language: str) -> dict[str, Any]:
        state, wished = self._wish.told(), self.wished()
        if state != UNAVAILABLE and OFF in (state, wished):  # the supervisor is yet to obey
            state = OFF if wished == OFF else STARTING
        source = OFF if state == UNAVAILABLE else wished
        if state == RUNNING:
            snapshot = self._live.snapshot(SCREEN)
            if snapshot is None or snapshot.source is not AudienceSource.CAMERA:
                state = STARTING
            elif snapshot.camera is CameraState.LOST:
                state = LOST
        text = NO_WEBCAM if source == WEBCAM and state in (LOST, FAILED) else TEXTS[state]
        return {"source": source, "state": state, "screen": SCREEN, "text": text.say(language)}


def camera_routes(camera: Camera, wish: Callable[[str], object]) -> Blueprint:
    """POST /demo/camera."""
    routes = Blueprint("demo_camera", __name__, url_prefix="/demo")
    routes.before_request(same_page)

    @routes.post("/camera")
    def switch() -> Response:
        source = json_body().get("source")
        if source not in (OFF, CLIP, WEBCAM):
            raise bad_field("source")
        if camera.told(lang())["state"] == UNAVAILABLE:
            raise Conflict("camera_unavailable", TEXTS[UNAVAILABLE].en, TEXTS[UNAVAILABLE].ja)
        wish(source)
        return jsonify(camera=camera.told(lang()))

    return routes


def _read(path: Path) -> str:
    """The word in the file; "" when there is none, or none that can be read."""
    try:
        word = json.loads(path.read_text())
    except (OSError, ValueError):
        return ""
    return word if isinstance(word, str) else ""


def _write(path: Path, word: str) -> None:
    """Whole or not at all: the other side reads at any moment."""
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_suffix(f".{os.getpid()}")
    fresh.write_text(json.dumps(word))
    fresh.replace(path)
