"""What cameras send: an anonymous snapshot, or the text of a member's code; and sensors: whether a panel is lit. ≤ 1 KB."""

import hmac
from contextlib import suppress
from dataclasses import fields
from typing import Any

from flask import Blueprint, request
from werkzeug.exceptions import Unauthorized

from signage.channel.ports import Ports
from signage.domain.audience import CAMERA_HEADER, AudienceSnapshot, AudienceSource, CameraState
from signage.domain.clock import from_millis
from signage.domain.errors import Conflict, Forbidden, Invalid, NotFound, Unavailable
from signage.domain.place import CameraMode, Screen
from signage.http import bearer, json_body
from signage.storage.screens import Screens

LARGEST_BODY = 1024
LONGEST_CODE = 100
LONGEST_NAME = 64
ENUMERATIONS = {"source": AudienceSource, "camera": CameraState}
FRACTIONS = {"confidence": 1.0, "attention_s": 1_000.0, "fps": 1_000.0}
MOST = 2**31
KNOWN = {field.name for field in fields(AudienceSnapshot)} - {"taken_at", "screen_id"} | {
    "taken_ms",
    "screen",
    "type",
    "v",
}


def add_cameras(routes: Blueprint, screens: Screens, ports: Ports, camera_key: str) -> None:
    """Register POST /v1/screens/<id>/snapshots, …/codes and …/light, all with the cameras' bearer key."""

    def let_in(screen_id: str) -> Screen:
        screen = _known(screens, screen_id, camera_key)
        _must_be_on(screen, ports)
        return screen

    @routes.post("/v1/screens/<screen_id>/light")
    def light(screen_id: str) -> tuple[str, int]:
        _known(screens, screen_id, camera_key)
        ports.light(screen_id, _flag(json_body(LARGEST_BODY), "lit"))
        return "", 204

    @routes.post("/v1/screens/<screen_id>/snapshots")
    def snapshots(screen_id: str) -> tuple[str, int]:
        screen = let_in(screen_id)
        snapshot = read_snapshot(screen_id, json_body(LARGEST_BODY))
        _must_not_tell_ages(screen, snapshot)
        if not _counts(ports, snapshot):
            raise Conflict(
                "camera_second",
                "Another camera counts before this screen. Stop one of the two.",
                "この画面では別のカメラが計測しています。どちらかを停止してください。",
            )
        ports.snapshot(snapshot)
        return "", 204

    @routes.post("/v1/screens/<screen_id>/codes")
    def codes(screen_id: str) -> tuple[str, int]:
        let_in(screen_id)
        text = json_body(LARGEST_BODY).get("text")
        if not isinstance(text, str) or not text.isascii() or not 1 <= len(text) <= LONGEST_CODE:
            raise _bad("text")
        ports.scanned_code(screen_id, text)
        return "", 204


def _must_be_on(screen: Screen, ports: Ports) -> None:
    """Asked with every message: a notice may be emptied, and a region's policy narrowed, while a camera runs."""
    if screen.camera is CameraMode.OFF:
        raise Forbidden("camera_off", "This screen's camera is switched off.", "この画面のカメラは無効です。")
    if not ports.may_watch(screen.store_id):
        raise Forbidden(
            "notice_incomplete",
            "The camera notice of this screen's store is incomplete. Until it is complete nothing of a camera is taken.",
            "この店舗の「カメラ利用のお知らせ」に未記入の項目があります。すべて記入するまでカメラの情報は受け付けません。",
        )
    if not ports.mode_allowed(screen.store_id, screen.camera):
        raise Forbidden(
            "camera_mode",
            "In this store's region a camera may do less than this screen's is set to. Choose another mode in the studio.",
            "この店舗の地域では、この画面のカメラの設定は使えません。スタジオで別の設定を選んでください。",
        )


def _must_not_tell_ages(screen: Screen, snapshot: AudienceSnapshot) -> None:
    told = snapshot.child or snapshot.adult or snapshot.senior or snapshot.possible_child
    if told and screen.camera is CameraMode.PRESENCE:
        raise Forbidden(
            "camera_ages",
            "This screen's camera is set to count people only. Start it with --mode presence.",
            "この画面のカメラは人数の計測だけに設定されています。--mode presence で起動してください。",
        )


def _counts(ports: Ports, snapshot: AudienceSnapshot) -> bool:
    """Of two cameras before one screen only one counts. While nobody can say which, one that sees is better than none."""
    with suppress(Unavailable):
        camera = request.headers.get(CAMERA_HEADER, "")[:LONGEST_NAME]
        return ports.counts(snapshot.screen_id, camera, snapshot.camera is CameraState.OK)
    return True


def _known(screens: Screens, screen_id: str, camera_key: str) -> Screen:
    if not camera_key or not hmac.compare_digest(bearer().encode(), camera_key.encode()):
        raise Unauthorized
    screen = screens.screen(screen_id)
    if screen is None:
        raise NotFound("screen_unknown", f"There is no screen {screen_id}.", f"画面 {screen_id} はありません。")
    return screen


def read_snapshot(screen_id: str, body: dict[str, Any]) -> AudienceSnapshot:
    """The camera's JSON -> the snapshot. Raises Invalid for a field that is unknown, missing, out of range or untrue."""
    if (unknown := sorted(body.keys() - KNOWN)) or body.get("screen", screen_id) != screen_id:
        raise _bad(unknown[0][:40] if unknown else "screen")
    values: dict[str, Any] = {"screen_id": screen_id, "taken_at": from_millis(_whole(body, "taken_ms", 2**42))}
    for field in fields(AudienceSnapshot):
        name = field.name
        if name in values:
            continue
        if name in ENUMERATIONS:
            values[name] = _word(body, name)
        elif name in FRACTIONS:
            values[name] = _fraction(body, name, FRACTIONS[name])
        elif name == "possible_child":
            values[name] = _flag(body, name)
        else:
            values[name] = _whole(body, name, MOST)
    snapshot = AudienceSnapshot(**values)
    if snapshot.child + snapshot.adult + snapshot.senior + snapshot.unknown != snapshot.present:
        raise _bad("present")
    return snapshot


def _whole(body: dict[str, Any], name: str, most: int) -> int:
    value = body.get(name)
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < most:
        raise _bad(name)
    return value


def _fraction(body: dict[str, Any], name: str, most: float) -> float:
    value = body.get(name)
    if not isinstance(value, (int, float)) or isinstance(value, bool) or not 0 <= value <= most:
        raise _bad(name)
    return float(value)


def _flag(body: dict[str, Any], name: str) -> bool:
    value = body.get(name)
    if not isinstance(value, bool):
        raise _bad(name)
    return value


def _word(body: dict[str, Any], name: str) -> Any:
    try:
        return ENUMERATIONS[name](str(body.get(name)))
    except ValueError as error:
        raise _bad(name) from error


def _bad(name: str) -> Invalid:
    return Invalid(
        "bad_field", f"{name} is missing, unknown or out of range.", f"{name} の値が正しくありません。", {"field": name}
    )
