"""The wire's blueprint: the player's page and files, letting in, manifests, the WebSocket, cameras, health."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, Flask, Response, request

from signage.channel.cameras import add_cameras
from signage.channel.files import add_files
from signage.channel.letting_in import add_letting_in
from signage.channel.session import Desk, serve
from signage.channel.sockets import accept
from signage.domain.errors import SignageError

SOCKET = "/v1/player/socket"


class _Served(Response):
    """The connection was the player's to its end: gunicorn has nothing to send on it."""

    def __call__(self, *_: Any) -> Any:
        raise StopIteration


def install(app: Flask, desk: Desk, *, camera_key: str, base_url: str, check_database: Callable[[], object]) -> None:
    """Register the wire on the app. `base_url` goes into registration QRs; `check_database` raises when it is away."""
    routes = Blueprint("channel", __name__)
    add_files(routes, desk.ports.media_path)
    add_letting_in(routes, desk.screens, desk.ports.manifest, desk.clock, base_url, severed=desk.severed)
    add_cameras(routes, desk.screens, desk.ports, camera_key)
    _add_health(routes, desk, check_database)

    @routes.route(SOCKET, websocket=True)
    def _socket() -> Response:
        serve(accept(request.environ), desk)
        return _Served()

    app.register_blueprint(routes)


def _add_health(routes: Blueprint, desk: Desk, check_database: Callable[[], object]) -> None:
    @routes.get("/healthz")
    def healthz() -> str:
        """The process answers."""
        return "ok"

    @routes.get("/readyz")
    def readyz() -> Response | tuple[dict[str, object], int]:
        """Every part that a screen needs answers: else 503, naming it."""
        checks: dict[str, Callable[[], object]] = {"database": check_database, "live": desk.live.ping}
        parts: dict[str, object] = {name: _answers(check) for name, check in checks.items()}
        parts["listener"] = desk.hub.alive()
        ready = all(parts.values())
        return {"ready": ready, "parts": parts, "screens": len(desk.hub)}, 200 if ready else 503


def _answers(check: Callable[[], object]) -> bool:
    try:
        check()
    except SignageError:
        return False
    return True
