"""A small real server that speaks the player's wire: pages, registration, manifest, creatives and the WebSocket."""

import hashlib
import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from mimetypes import guess_type
from pathlib import Path
from socket import SHUT_RDWR
from ssl import SSLContext
from typing import Any

from flask import Flask, request
from flask_sock import Sock
from simple_websocket import ConnectionClosed, Server
from werkzeug import Response
from werkzeug.serving import BaseWSGIServer, make_server

from signage.channel.files import kept_ahead, preloads
from tests.player.samples import Json, qr

ROOT = Path(__file__).parents[2]
READY = ROOT / "assets" / "ready"
CSP = "default-src 'self'; img-src 'self' data: blob:"
SCREEN = "scr_entrance"
KEY = "f3" * 32

STYLES = ("/assets/fonts/fonts.css", "/player/style.css", "/player/cards.css")
GALLERY = (
    '<!doctype html><html lang="ja"><head>'
    + "".join(f'<link rel="stylesheet" href="{href}">' for href in STYLES)
    + '</head><body><main id="stage"></main><div id="overlay" class="board overlay"></div></body></html>'
)

Decide = Callable[[Json], Json | None]


def now_ms() -> int:
    return time.time_ns() // 1_000_000


class FakeServer:
    """Holds what the player sent, and answers `next` by `decide`. `down()` kills every connection and the port.

    `react` may answer any message of a player with one more of the server's.
    """

    def __init__(self, assets: Path = READY, tls: SSLContext | None = None) -> None:
        self.assets = assets
        self.tls = tls
        self.messages: list[Json] = []
        self.plays: dict[str, Json] = {}
        self.duplicates: list[str] = []
        self.requests: list[str] = []
        self.media: dict[str, tuple[bytes, str]] = {}
        self.breaks: set[str] = set()
        self.manifest: Json | None = None
        self.camera: Json = {"on": False, "text": ""}
        self.language = "ja"
        self.settings: Json = {}
        self.decide: Decide = lambda message: None
        self.react: Decide = lambda message: None
        self.approved = False
        self.keys = {SCREEN: KEY}
        self.close_with: int | None = None
        self.acknowledge = True
        self.server_clock: Callable[[], int] = now_ms
        self._sockets: list[Server] = []
        self._wsgi: BaseWSGIServer | None = None
        self._thread: threading.Thread | None = None
        self.port = 0

    @property
    def url(self) -> str:
        return f"{'https' if self.tls else 'http'}://127.0.0.1:{self.port}"

    def player_url(self, screen: str = SCREEN) -> str:
        return f"{self.url}/player#screen={screen}&key={self.keys[screen]}"

    def up(self) -> None:
        self._wsgi = make_server("127.0.0.1", self.port, self._app(), threaded=True, ssl_context=self.tls)
        self.port = self._wsgi.server_port
        self._thread = threading.Thread(target=self._wsgi.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        self._thread.start()

    def down(self) -> None:
        assert self._wsgi and self._thread
        self.hang_up(1012)
        self._wsgi.shutdown()
        self._thread.join(5)
        self._wsgi.server_close()

    def add_media(self, data: bytes, mime: str) -> Json:
        """Serve `data` by its SHA-256 and return the creative as a manifest carries it."""
        sha256 = hashlib.sha256(data).hexdigest()
        self.media[sha256] = (data, mime)
        size = {"sha256": sha256, "url": f"/media/{sha256}", "mime": mime, "size": len(data)}
        return size | {"width": 640, "height": 360}

    def push(self, message: Json) -> None:
        """Send one message to every open socket."""
        for socket in list(self._sockets):
            with suppress(ConnectionClosed):
                socket.send(json.dumps({"v": 1} | message))

    def hang_up(self, code: int) -> None:
        """Close every open socket with this code."""
        for socket in list(self._sockets):
            with suppress(ConnectionClosed, OSError):
                socket.close(code)

    def wait_for(self, found: Callable[[], Any], what: str, timeout_s: float = 15) -> Any:
        """Poll until `found()` is truthy; AssertionError naming `what` after the deadline."""
        deadline = time.monotonic() + timeout_s
        while time.monotonic() < deadline:
            if result := found():
                return result
            time.sleep(0.02)
        raise AssertionError(f"never happened: {what}")

    def of_type(self, kind: str) -> list[Json]:
        return [message for message in self.messages if message["type"] == kind]

    def _app(self) -> Flask:
        app = Flask("fake", static_folder=None)
        self._add_files(app)
        self._add_wire(app)

        @app.after_request
        def _headers(response: Response) -> Response:
            response.headers["Content-Security-Policy"] = CSP
            response.headers["X-Content-Type-Options"] = "nosniff"
            self.requests.append(f"{request.method} {request.path} {response.status_code}")
            return response

        return app

    def _add_files(self, app: Flask) -> None:
        @app.get("/player")
        def _page() -> Response:
            response = _sent(ROOT / "player" / "index.html")
            response.headers["Link"] = preloads(ROOT / "player")
            return response

        @app.get("/player/<path:name>")
        def _file(name: str) -> Response:
            response = _sent(ROOT / "player" / name)
            if name == "sw.js":
                response.headers["Service-Worker-Allowed"] = "/player"
            return response

        @app.get("/gallery")
        def _gallery() -> str:
            return GALLERY

        @app.get("/assets")
        def _assets() -> list[str]:
            return list(kept_ahead())

        @app.get("/assets/<path:name>")
        def _asset(name: str) -> Response:
            return _sent(self.assets / name)

        @app.get("/media/<sha256>")
        def _media(sha256: str) -> Response | tuple[str, int]:
            if sha256 not in self.media:
                return "", 404
            data, mime = self.media[sha256]
            if sha256 in self.breaks and not request.range:  # asked for from its start, the connection ends half way
                return Response(_half(data), headers={"Content-Length": str(len(data))})
            response = Response(data, mimetype=mime)
            response.accept_ranges = "bytes"
            return response.make_conditional(request.environ, accept_ranges=True, complete_length=len(data))

    def _add_wire(self, app: Flask) -> None:
        @app.post("/v1/player/registrations")
        def _register() -> tuple[Json, int]:
            self.messages.append({"type": "registration"} | request.get_json())
            answer = {"code": "K7M4QX", "poll_secret": "s" * 32, "qr": qr(""), "expires_ms": now_ms() + 600_000}
            return answer, 201

        @app.post("/v1/player/registrations/claim")
        def _claim() -> tuple[Json, int]:
            if not self.approved:
                return {}, 202
            return {"screen": SCREEN, "key": KEY}, 200

        @app.get("/v1/player/manifest")
        def _manifest() -> Response | tuple[str, int]:
            if request.headers.get("Authorization") not in {f"Bearer {key}" for key in self.keys.values()}:
                return "", 401
            if self.manifest is None:
                return "", 404
            response = Response(json.dumps(self.manifest), mimetype="application/json")
            response.set_etag(self.manifest["etag"])
            return response.make_conditional(request.environ)

        @Sock(app).route("/v1/player/socket")  # type: ignore[untyped-decorator]
        def _socket(socket: Server) -> None:
            self._serve(socket)
            socket.thread.join(2)
            with suppress(OSError):  # or werkzeug would write an HTTP response after the close frame
                request.environ["werkzeug.socket"].shutdown(SHUT_RDWR)

    def _serve(self, socket: Server) -> None:
        hello = json.loads(socket.receive(timeout=5))
        self.messages.append(hello)
        if self.close_with or self.keys.get(hello["screen"]) != hello["key"]:
            socket.close(self.close_with or 4401)
            return
        self._sockets.append(socket)
        try:
            socket.send(json.dumps(self._welcome(hello["screen"])))
            while True:
                self._answer(socket, json.loads(socket.receive()))
        except ConnectionClosed:
            pass
        finally:
            self._sockets.remove(socket)

    def screen(self, screen: str = SCREEN) -> Json:
        """What `welcome` and `settings` say of a screen."""
        size = {"width": 1920, "height": 1080, "zone": "entrance", "time_zone": "Asia/Tokyo"}
        return {"id": screen, "name": "入口1", "language": self.language} | size | self.settings

    def _welcome(self, screen: str) -> Json:
        return {
            "type": "welcome",
            "v": 1,
            "server_ms": self.server_clock(),
            "screen": self.screen(screen),
            "manifest": (self.manifest or {"etag": ""})["etag"],
            "camera": self.camera,
            "demo_line": "デモ:価格・在庫は模擬",
            "staff_line": "",
        }

    def _answer(self, socket: Server, message: Json) -> None:
        self.messages.append(message)
        if more := self.react(message):
            socket.send(json.dumps({"v": 1} | more))
        if message["type"] == "next" and (show := self.decide(message)):
            socket.send(json.dumps({"type": "show", "v": 1, "request": message["request"]} | show))
        if message["type"] == "plays":
            ids = [play["id"] for play in message["plays"]]
            self.duplicates += [play for play in ids if play in self.plays]
            self.plays |= {play["id"]: play for play in message["plays"]}
            if not self.acknowledge:
                return
            ack = {"type": "plays_ack", "v": 1, "batch": message["batch"]}
            socket.send(json.dumps(ack | {"accepted": ids, "duplicate": [], "refused": []}))


def _sent(file: Path) -> Response:
    """A whole file from memory: a browser that goes away half way leaves nothing open."""
    if not file.is_file():
        return Response("", 404)
    response = Response(file.read_bytes(), mimetype=guess_type(file.name)[0])
    response.add_etag()
    return response.make_conditional(request.environ)


def _half(data: bytes) -> Iterator[bytes]:
    """Half of it, then, when that has arrived, the end of the connection."""
    yield data[: len(data) // 2]
    time.sleep(0.5)


@contextmanager
def running(**options: Any) -> Iterator[FakeServer]:
    """A started fake server, stopped at the end."""
    server = FakeServer(**options)
    server.up()
    try:
        yield server
    finally:
        server.down()


def show(item: Json, **changes: Any) -> Json:
    """A `show` answering a `next`, with the contract's fields; `guest` and `expires_ms` are the item's."""
    of_item = {key: changes.pop(key) for key in ("guest", "expires_ms", "level") if key in changes}
    blank = {"now": False, "decision": "019a0000-0000-7000-8000-000000000000"}
    whole = {"level": "open", "guest": False, "expires_ms": 0} | item | of_item
    return blank | {"item": whole} | changes


def spot(
    name: str, *, card: Json | None = None, creative: Json | None = None, length_ms: int = 10_000, **changes: Any
) -> Json:
    """A spot as `show.item` carries it; its kind follows from its content."""
    kind = "card" if creative is None else creative["mime"].split("/")[0]
    item = {"spot": name, "campaign": "cmp_1", "name": name, "kind": kind, "length_ms": length_ms}
    return item | {"creative": creative, "card": card} | changes
