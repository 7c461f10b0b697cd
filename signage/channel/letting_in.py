"""How a player gets in and fetches its manifest: POST registrations, POST claim, GET manifest."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response, request
from werkzeug.exceptions import ServiceUnavailable, Unauthorized

from signage.channel.crowding import Crowding
from signage.channel.qr import qr_path
from signage.domain.clock import Clock, millis
from signage.domain.errors import Invalid, NotFound
from signage.http import bearer, json_body, problem, with_etag
from signage.storage.screens import Screens

LARGEST_BODY = 4 * 1024
MOST_PIXELS = 16_384


def add_letting_in(
    routes: Blueprint,
    screens: Screens,
    manifest: Callable[[str], dict[str, Any]],
    clock: Clock,
    base_url: str,
    *,
    severed: Callable[[str], bool],
) -> None:
    """Register /v1/player/registrations, …/claim and /v1/player/manifest. `severed`: as in session.Desk."""
    crowding = Crowding()

    @routes.post("/v1/player/registrations")
    def register() -> tuple[dict[str, Any], int]:
        body = json_body(LARGEST_BODY)
        width, height = _side(body, "width"), _side(body, "height")
        agent = body.get("user_agent") or request.user_agent.string
        now = clock()
        with crowding.place(request.remote_addr or "", now):
            code, secret, expires = screens.open_registration(
                width, height, str(agent).replace("\0", ""), body.get("insecure") is True, now
            )
        qr = qr_path(f"{base_url}/studio/screens?code={code}")
        return {"code": code, "poll_secret": secret, "qr": qr, "expires_ms": millis(expires)}, 201

    @routes.post("/v1/player/registrations/claim")
    def claim() -> Response | tuple[dict[str, Any], int]:
        secret = json_body(LARGEST_BODY).get("poll_secret")
        try:
            let_in = screens.claim(secret if isinstance(secret, str) else "", clock())
        except NotFound as error:
            return problem(410, error.code, error.en)
        if let_in is None:
            return {"waiting": True}, 202
        return {"screen": let_in[0], "key": let_in[1]}, 200

    @routes.get("/v1/player/manifest")
    def player_manifest() -> Response:
        screen_id = request.args.get("screen", "")
        if not screens.verify(screen_id, bearer()):
            raise Unauthorized
        if severed(screen_id):
            raise ServiceUnavailable
        body = manifest(screen_id)
        return with_etag(body, etag=body["etag"])


def _side(body: dict[str, Any], name: str) -> int:
    value = body.get(name)
    if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= MOST_PIXELS:
        raise Invalid(
            "bad_size",
            f"{name} must be a whole number of pixels up to {MOST_PIXELS}.",
            f"{name} は1〜{MOST_PIXELS}の整数です。",
        )
    return value
