"""The wire's HTTP side over a real server: letting in, manifest, media, cameras, health, and what hostile callers get."""

import hashlib
import json
import urllib.error
import urllib.request
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from redis import Redis
from werkzeug.test import TestResponse

from signage.channel.crowding import MOST_OF_ONE
from signage.domain.place import CameraMode
from signage.storage.notices import Notices
from signage.storage.screens import CODE_LASTS
from tests.signage.channel.conftest import NOTICE, WEBP, Wire
from tests.wire_app import CAMERA_KEY, create
from tests.world import DAIRY

SNAPSHOT = {
    "type": "snapshot", "v": 1, "screen": "entrance", "taken_ms": 1_795_219_200_000, "sequence": 5, "source": "camera",
    "present": 3, "facing": 2, "near": 1, "arrived": 1, "left": 0, "child": 0, "adult": 2, "senior": 1, "unknown": 0,
    "possible_child": False, "confidence": 0.8, "dwell_under_2": 1, "dwell_2_to_10": 1, "dwell_over_10": 1,
    "attention_s": 0.5, "fps": 12.5, "lag_ms": 40, "camera": "ok",
}  # fmt: skip
Answer = tuple[int, dict[str, str], bytes]


def call(wire: Wire, path: str, body: Any = None, *, key: str = "", **headers: str) -> Answer:
    data = body if body is None or isinstance(body, bytes) else json.dumps(body).encode()
    sent = ({"Content-Type": "application/json"} if data is not None else {}) | {
        name.replace("_", "-"): value for name, value in headers.items()
    }
    if key:
        sent["Authorization"] = f"Bearer {key}"
    try:
        with urllib.request.urlopen(urllib.request.Request(wire.nodes[0] + path, data, sent), timeout=10) as answer:
            return answer.status, dict(answer.headers), answer.read()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, dict(error.headers), error.read()


def test_a_player_registers_polls_and_is_let_in(wire: Wire) -> None:
    size = {"width": 1920, "height": 1080, "user_agent": "<img src=x onerror=alert(1)>", "insecure": True}
    status, _headers, body = call(wire, "/v1/player/registrations", size)
    registration = json.loads(body)
    assert status == 201
    assert set(registration) == {"code", "poll_secret", "qr", "expires_ms"}
    assert registration["qr"]["size"] > 21 and registration["qr"]["path"].startswith("M4 4h7v1h-7z")
    secret = {"poll_secret": registration["poll_secret"]}
    assert call(wire, "/v1/player/registrations/claim", secret)[0] == 202
    (waiting,) = [one for one in wire.world.screens.pending(datetime.now(UTC)) if one.code == registration["code"]]
    assert waiting.insecure
    assert waiting.expires_at - waiting.created_at == CODE_LASTS
    wire.world.screens.approve(registration["code"], "dairy", datetime.now(UTC))
    status, _headers, body = call(wire, "/v1/player/registrations/claim", secret)
    let_in = json.loads(body)
    assert (status, let_in["screen"]) == (200, "dairy")
    assert call(wire, "/v1/player/registrations/claim", secret)[0] == 410
    assert call(wire, "/v1/player/manifest?screen=dairy", key=let_in["key"])[0] == 200
    wire.world.keys["dairy"] = let_in["key"]


@pytest.mark.parametrize(
    ("path", "body", "headers", "status"),
    [
        ("/v1/player/registrations", b"{", {}, 400),
        ("/v1/player/registrations", b"[]", {}, 400),
        ("/v1/player/registrations", {"width": 0, "height": 1}, {}, 400),
        ("/v1/player/registrations", {"width": "1", "height": True}, {}, 400),
        ("/v1/player/registrations", b"width=1", {"Content_Type": "application/x-www-form-urlencoded"}, 415),
        ("/v1/player/registrations", b" " * 5000, {}, 413),
        ("/v1/player/registrations/claim", {"poll_secret": "nonsense"}, {}, 410),
        ("/v1/player/registrations/claim", {"poll_secret": 5}, {}, 410),
        ("/v1/screens/entrance/snapshots", SNAPSHOT, {}, 401),
        ("/v1/screens/entrance/codes", {"text": "M1.A"}, {"Authorization": "Bearer wrong"}, 401),
        ("/v1/player/manifest?screen=entrance", None, {}, 401),
        ("/v1/player/manifest?screen=entrance", None, {"Authorization": "Basic eDp5"}, 401),
        ("/v1/nowhere", None, {}, 404),
        ("/v1/player/registrations", None, {}, 405),
    ],
)
def test_a_bad_request_is_told_so_in_one_shape(
    wire: Wire, path: str, body: Any, headers: dict[str, str], status: int
) -> None:
    got, sent, text = call(wire, path, body, **headers)
    assert got == status
    assert sent["Content-Type"] == "application/problem+json"
    problem = json.loads(text)
    assert (problem["status"], problem["type"]) == (status, "about:blank")
    assert problem["code"] and problem["detail"]


def test_a_manifest_is_fetched_once_per_version(wire: Wire) -> None:
    path, key = "/v1/player/manifest?screen=entrance", wire.world.keys["entrance"]
    status, headers, body = call(wire, path, key=key)
    assert (status, headers["ETag"]) == (200, '"etag-of-entrance"')
    assert json.loads(body)["screen"] == "entrance"
    assert call(wire, path, key=key, If_None_Match=headers["ETag"])[0] == 304
    assert call(wire, "/v1/player/manifest?screen=aisle", key=key)[0] == 401


def test_media_resume_by_range_and_run_nothing(wire: Wire) -> None:
    sha256 = hashlib.sha256(WEBP).hexdigest()
    (wire.media / sha256).write_bytes(WEBP)
    status, headers, body = call(wire, f"/media/{sha256}")
    assert (status, body, headers["Content-Type"]) == (200, WEBP, "image/webp")
    assert headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in headers["Content-Security-Policy"]
    status, headers, body = call(wire, f"/media/{sha256}", Range="bytes=1000-", If_Range=headers["ETag"])
    assert (status, body) == (206, WEBP[1000:])
    assert headers["Content-Range"] == f"bytes 1000-{len(WEBP) - 1}/{len(WEBP)}"
    assert call(wire, f"/media/{sha256}", Range="bytes=999999-")[0] == 416
    page = b"<html><script>alert(1)</script>"
    hostile = hashlib.sha256(page).hexdigest()
    (wire.media / hostile).write_bytes(page)
    assert call(wire, f"/media/{hostile}")[1]["Content-Type"] == "application/octet-stream"


@pytest.mark.parametrize(
    "name",
    ["0" * 64, "0" * 63, "A" * 64, "..%2f..%2fetc%2fpasswd", "../wire.db", "%00" * 64, "0" * 64 + "%0a", "０" * 64],
)
def test_media_are_only_found_by_hash(wire: Wire, name: str) -> None:
    assert call(wire, "/media/" + urllib.request.quote(name, safe="%./"))[0] == 404


@pytest.mark.parametrize(
    "path", ["/player/../pyproject.toml", "/player/%2e%2e/pyproject.toml", "/assets/..%2f..%2fREADME.md"]
)
def test_shipped_files_do_not_lead_outside(wire: Wire, path: str) -> None:
    assert call(wire, path)[0] == 404


def test_a_page_is_told_every_pictogram_and_font_slice_it_may_keep(wire: Wire) -> None:
    status, headers, body = call(wire, "/assets")
    paths = json.loads(body)
    assert (status, headers["Content-Type"], headers["Cache-Control"]) == (200, "application/json", "no-cache")
    ready = Path(__file__).parents[3] / "assets" / "ready"
    assert len(paths) == len(set(paths)) == len([*ready.glob("pictograms/*.svg"), *ready.glob("fonts/*.woff2")]) > 200
    for path in (paths[0], paths[-1]):
        assert call(wire, path)[0] == 200, path


def test_the_player_page_is_served_under_a_strict_policy(wire: Wire) -> None:
    status, headers, body = call(wire, "/player")
    assert status == 200
    assert b"<script" in body
    assert headers["Content-Type"].startswith("text/html")
    assert "default-src 'self'" in headers["Content-Security-Policy"]
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert "frame-ancestors 'self'" in headers["Content-Security-Policy"]
    assert "</player/stage.js>; rel=modulepreload" in headers["Link"] and "sw.js" not in headers["Link"]
    status, headers, _body = call(wire, "/player/stage.js")
    assert (status, headers["Content-Type"].split(";")[0]) == (200, "text/javascript")


def test_a_snapshot_reaches_the_live_state(wire: Wire) -> None:
    assert call(wire, "/v1/screens/entrance/snapshots", SNAPSHOT, key=CAMERA_KEY)[0] == 204
    kept = wire.live.snapshot("entrance")
    assert kept is not None
    assert (kept.present, kept.senior, kept.source, kept.sequence) == (3, 1, "camera", 5)


def test_of_two_cameras_before_a_screen_one_counts(wire: Wire) -> None:
    """The first that sees; the other takes over when that one has been silent or blind for three seconds."""

    def post(name: str, present: int, state: str = "ok") -> tuple[int, str]:
        body = SNAPSHOT | {"present": present, "adult": present, "senior": 0, "camera": state}
        status, _headers, told = call(
            wire, "/v1/screens/entrance/snapshots", body, key=CAMERA_KEY, Shelfcast_Camera=name
        )
        return status, json.loads(told)["code"] if told else ""

    def seen() -> int:
        return kept.present if (kept := wire.live.snapshot("entrance")) else 0

    redis = Redis(port=wire.valkey.port)
    redis.delete("sig:camera:entrance")
    try:
        assert post("a", 1) == (204, "")
        assert post("b", 2) == (409, "camera_second") and seen() == 1
        assert post("a", 3) == (204, "") and seen() == 3
        assert (
            call(wire, "/v1/screens/entrance/codes", {"text": "M1.A"}, key=CAMERA_KEY, Shelfcast_Camera="b")[0] == 204
        )
        assert 0 < redis.pttl("sig:camera:entrance") <= 3000
        redis.pexpire("sig:camera:entrance", 500)
        assert post("a", 4, "lost") == (204, "")
        assert redis.pttl("sig:camera:entrance") <= 500, "a blind one does not hold its place"
        redis.delete("sig:camera:entrance")
        assert post("b", 2) == (204, "") and post("a", 1) == (409, "camera_second")
    finally:
        redis.delete("sig:camera:entrance")
        redis.close()


@pytest.mark.parametrize(
    "change",
    [
        {"face_ids": [1, 2]}, {"image": "aGk="}, {"name": "Ada"}, {"source": "elsewhere"}, {"camera": 5}, {"present": 4},
        {"present": -1, "adult": -2}, {"present": True}, {"adult": 2.0}, {"possible_child": 1}, {"confidence": 2},
        {"taken_ms": 2**60}, {"screen": "aisle"}, {"fps": None}, {"attention_s": "1"},
    ],
)  # fmt: skip
def test_a_snapshot_can_carry_nothing_else(wire: Wire, change: dict[str, Any]) -> None:
    status, _headers, body = call(wire, "/v1/screens/entrance/snapshots", SNAPSHOT | change, key=CAMERA_KEY)
    assert (status, json.loads(body)["code"]) == (400, "bad_field")


def test_a_snapshot_has_at_most_a_kilobyte(wire: Wire) -> None:
    fat = json.dumps(SNAPSHOT).encode() + b" " * 1024
    assert call(wire, "/v1/screens/entrance/snapshots", fat, key=CAMERA_KEY)[0] == 413


def test_a_screen_without_camera_takes_nothing_from_one(wire: Wire) -> None:
    status, _headers, body = call(wire, "/v1/screens/aisle/snapshots", SNAPSHOT | {"screen": "aisle"}, key=CAMERA_KEY)
    assert (status, json.loads(body)["code"]) == (403, "camera_off")
    assert call(wire, "/v1/screens/nowhere/codes", {"text": "M1.A"}, key=CAMERA_KEY)[0] == 404


def test_nothing_of_a_camera_is_taken_while_the_notice_is_incomplete(wire: Wire) -> None:
    notices = Notices(wire.engine)
    notices.save(replace(NOTICE, contact=" "), by="")
    try:
        refused = [
            call(wire, f"/v1/screens/entrance/{kind}", body, key=CAMERA_KEY)
            for kind, body in (("snapshots", SNAPSHOT | {"sequence": 6}), ("codes", {"text": "M1.ABC"}))
        ]
    finally:
        notices.save(NOTICE, by="")
    assert [(status, json.loads(body)["code"]) for status, _headers, body in refused] == [
        (403, "notice_incomplete")
    ] * 2
    kept = wire.live.snapshot("entrance")
    assert kept is None or kept.sequence != 6
    assert call(wire, "/v1/screens/entrance/snapshots", SNAPSHOT, key=CAMERA_KEY)[0] == 204


def test_a_camera_does_no_more_than_its_region_and_its_screen_allow(wire: Wire) -> None:
    """Age bands in Chicago, where the policy of this shop only counts; and before a screen that is set to count."""
    notices, screens, now = Notices(wire.engine), wire.world.screens, datetime.now(UTC)
    notices.save(replace(NOTICE, store_id="elm"), by="")

    def post(screen: str, **change: Any) -> tuple[int, str]:
        body = SNAPSHOT | {"screen": screen} | change
        status, _headers, told = call(wire, f"/v1/screens/{screen}/snapshots", body, key=CAMERA_KEY)
        return status, json.loads(told)["code"] if told else ""

    no_ages = {"adult": 0, "senior": 0, "unknown": 3}
    try:
        screens.save_screen(replace(DAIRY, camera=CameraMode.DEMOGRAPHICS), now)
        assert post("dairy") == (403, "camera_mode") == post("dairy", **no_ages)
        screens.save_screen(replace(DAIRY, camera=CameraMode.PRESENCE), now)
        assert post("dairy", **no_ages) == (204, "")
        assert post("dairy") == post("dairy", **no_ages, possible_child=True) == (403, "camera_ages")
    finally:
        screens.save_screen(DAIRY, now)


def test_one_address_cannot_take_every_place(database_url: str, redis_url: str, tmp_path: Path) -> None:
    app = create(database_url, redis_url, tmp_path)
    client, size = app.test_client(), {"width": 1920, "height": 1080}

    def register(address: str, body: dict[str, int] = size) -> TestResponse:
        return client.post("/v1/player/registrations", json=body, environ_overrides={"REMOTE_ADDR": address})

    assert register("192.0.2.1", {"width": 0, "height": 0}).status_code == 400  # takes no place
    assert [register("192.0.2.1").status_code for _ in range(MOST_OF_ONE)] == [201] * MOST_OF_ONE
    answer = register("192.0.2.1")
    assert (answer.status_code, answer.mimetype) == (429, "application/problem+json")
    assert answer.get_json()["code"] == "too_many_requests"
    assert 0 < int(answer.headers["Retry-After"]) <= CODE_LASTS.total_seconds()
    assert register("192.0.2.2").status_code == 201
    app.extensions["hub"].stop()


@pytest.mark.parametrize(("text", "status"), [("M1.ABC", 204), ("", 400), ("x" * 101, 400), ("é", 400), (None, 400)])
def test_a_code_is_a_short_ascii_text(wire: Wire, text: Any, status: int) -> None:
    assert call(wire, "/v1/screens/entrance/codes", {"text": text}, key=CAMERA_KEY)[0] == status


def test_health_names_its_parts(wire: Wire) -> None:
    assert call(wire, "/healthz")[0] == 200
    status, _headers, body = call(wire, "/readyz")
    assert (status, json.loads(body)["parts"]) == (200, {"database": True, "live": True, "listener": True})


def test_not_ready_names_what_is_away(database_url: str, tmp_path: Path) -> None:
    app = create(database_url, "redis://127.0.0.1:1/0", tmp_path)
    answer = app.test_client().get("/readyz")
    assert (answer.status_code, answer.get_json()["parts"]) == (
        503,
        {"database": True, "live": False, "listener": False},
    )
    assert app.test_client().get("/healthz").status_code == 200
    app.extensions["hub"].stop()
