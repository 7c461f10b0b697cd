"""The wire alone as a web app, for the channel's tests: real storage, Redis and proof; a stand-in for deciding. gunicorn
serves `from_environment()`."""

import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from flask import Flask

from signage.channel.hub import Hub
from signage.channel.ports import Ports
from signage.channel.protocol import body
from signage.channel.routes import install
from signage.channel.session import Desk
from signage.domain.audience import AudienceSnapshot
from signage.domain.camera_policy import CameraPolicy
from signage.domain.condition import Report
from signage.domain.place import CameraMode
from signage.http import install as install_http
from signage.live import Live
from signage.proof.plays import Proof
from signage.proof.watching import Watching
from signage.storage.engine import open_engine, ping
from signage.storage.notices import Notices
from signage.storage.screens import Screens
from signage.storage.writer import GroupWriter

ONLY_JAPAN = CameraPolicy({"Asia/Tokyo": CameraMode.DEMOGRAPHICS, "*": CameraMode.PRESENCE})
CAMERA_KEY = "camera-key-of-the-tests"
ITEM = {
    "spot": "spt_1", "campaign": "cmp_1", "name": "オーツ週間", "kind": "image", "length_ms": 10_000, "level": "open",
    "guest": False, "expires_ms": 0, "card": None,
    "creative": {"sha256": "0" * 64, "url": "/media/" + "0" * 64, "mime": "image/webp", "size": 1, "width": 1, "height": 1},
}  # fmt: skip


def show(request: str, *, now: bool = False) -> dict[str, Any]:
    return {"type": "show", "v": 1, "request": request, "now": now, "decision": "dec_1", "item": ITEM}


def create(database_url: str, redis_url: str, media: Path) -> Flask:
    """An app whose `hub` (in `app.extensions`) is started."""
    engine = open_engine(database_url)
    screens, live = Screens(engine), Live(redis_url)
    writer = GroupWriter(engine)
    proof = Proof(writer, screens, lambda plays: None)

    def clock() -> datetime:
        return datetime.now(UTC)

    def next_item(screen_id: str, request: str, cached: frozenset[str] | None) -> dict[str, Any]:
        if request == "bug":
            raise ZeroDivisionError
        return show(request) | {"decision": "dec_" + "_".join(sorted(cached or ["1"]))}

    def scanned(screen_id: str, text: str) -> None:
        live.publish(screen_id, {"type": "notice", "v": 1, "tone": "refused", "text": text, "lasts_ms": 5000})

    watching = Watching(writer)
    zones = {store.store_id: store.zone for store in screens.stores()}

    def status(screen_id: str, report: Report) -> None:
        watching.note(screen_id, *report.condition, report.at)
        live.put_report(screen_id, report)

    def snapshot(snapshot: AudienceSnapshot) -> None:
        live.put_snapshot(snapshot)

    ports = Ports(
        next_item=next_item,
        record_plays=lambda screen_id, raw: proof.record(screen_id, raw, clock()),
        scanned_code=scanned,
        snapshot=snapshot,
        may_watch=Notices(engine).complete,
        counts=live.counts,
        manifest=lambda screen_id: {
            "v": 1,
            "etag": "etag-of-" + screen_id,
            "screen": screen_id,
            "items": [],
            "house": [],
        },
        media_path=lambda sha256: media / sha256,
        status=status,
        light=live.put_light,
        ended=lambda screen_id, condition: watching.ended(screen_id, condition, clock()),
        answered=lambda screen_id, answer: live.put_answer(screen_id, body(answer)),
        mode_allowed=lambda store_id, mode: ONLY_JAPAN.allows(zones[store_id], mode),
    )
    hub = Hub(live)
    app = Flask("wire")
    app.extensions["hub"] = hub
    install_http(app)
    install(
        app, Desk(hub, live, screens, ports, clock),
        camera_key=CAMERA_KEY, base_url="https://signage.example", check_database=lambda: ping(engine),
    )  # fmt: skip
    hub.start()

    return app


def from_environment() -> Flask:
    return create(os.environ["WIRE_DATABASE"], os.environ["WIRE_REDIS"], Path(os.environ["WIRE_MEDIA"]))
