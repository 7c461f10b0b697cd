"""What a player's browser loads: the page, fonts and pictograms, and creatives by their hash."""

import re
from collections.abc import Callable
from pathlib import Path

from flask import Blueprint, Response, jsonify, request, send_file, send_from_directory
from werkzeug.exceptions import NotFound

from signage.bundle.find import MissingFile, path

SHA256 = re.compile(r"[0-9a-f]{64}")
MAGIC = (  # offset, bytes, media type; only what the media room writes
    (8, b"WEBP", "image/webp"),
    (0, b"\x89PNG\r\n\x1a\n", "image/png"),
    (0, b"\xff\xd8\xff", "image/jpeg"),
    (4, b"ftyp", "video/mp4"),
    (0, b"\x1aE\xdf\xa3", "video/webm"),
)
FOREVER = "public, max-age=31536000, immutable"
SANDBOX = "default-src 'none'; sandbox"
TYPES = {
    ".js": "text/javascript",
    ".css": "text/css",
    ".svg": "image/svg+xml",
    ".html": "text/html",
    ".json": "application/json",
}


def add_files(routes: Blueprint, media_path: Callable[[str], Path | None]) -> None:
    """Register /player, /assets and /media."""

    @routes.get("/player")
    def player() -> Response:
        response = _shipped("player", name="index.html")
        response.headers["Link"] = preloads(path("player"))
        response.headers["X-Robots-Tag"] = "noindex"
        return response

    @routes.get("/player/<path:name>")
    def player_file(name: str) -> Response:
        response = _shipped("player", name=name)
        if name == "sw.js":
            response.headers["Service-Worker-Allowed"] = "/player"
        return response

    @routes.get("/assets/<path:name>")
    def asset(name: str) -> Response:
        return _shipped("assets", "ready", name=name)

    @routes.get("/assets")
    def assets() -> Response:
        """What a page may keep before a card needs it."""
        response = jsonify(kept_ahead())
        response.headers["Cache-Control"] = "no-cache"
        return response

    @routes.get("/media/<sha256>")
    def media(sha256: str) -> Response:
        found = media_path(sha256) if SHA256.fullmatch(sha256) else None
        if found is None or not found.is_file():
            raise NotFound
        response = send_file(found, mimetype=media_type(found), conditional=True, etag=sha256)
        response.headers["Cache-Control"] = FOREVER
        response.headers["Content-Security-Policy"] = SANDBOX
        response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
        return response


def preloads(folder: Path) -> str:
    """Every module of the player's page for its `Link` header: else a browser finds them only by reading one after another."""
    names = sorted(file.name for file in folder.glob("*.js") if file.name != "sw.js")
    return ", ".join(f"</player/{name}>; rel=modulepreload" for name in names)


def kept_ahead() -> list[str]:
    """Addresses of all pictograms and font slices."""
    try:
        ready = path("assets", "ready")
    except MissingFile:
        return []
    files = sorted([*ready.glob("pictograms/*.svg"), *ready.glob("fonts/*.woff2")])
    return [f"/assets/{file.relative_to(ready).as_posix()}" for file in files]


def media_type(file: Path) -> str:
    """By the first bytes; what isn't known is only data."""
    with file.open("rb") as opened:
        head = opened.read(16)
    return next((kind for at, magic, kind in MAGIC if head[at:].startswith(magic)), "application/octet-stream")


def _shipped(*folder: str, name: str) -> Response:
    try:
        root = path(*folder)
    except MissingFile as error:
        raise NotFound from error
    response = send_from_directory(root, name, mimetype=TYPES.get(Path(name).suffix), conditional=True)
    response.headers["Cache-Control"] = "no-cache" if folder[0] == "player" else "public, max-age=3600"
    return response.make_conditional(request)  # type: ignore[return-value]
