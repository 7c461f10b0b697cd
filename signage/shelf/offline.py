"""The member's code without a signal: a page that a phone keeps, and the next hour's codes for it to show, drawn ahead.

The phone keeps pictures of codes and no secret: a code is signed here, for its half minute, and ends with the session's alias.
"""

import json
from datetime import timedelta

import segno
from flask import Blueprint, Response, request, send_from_directory

from recommender.domain.member import MemberCode
from signage.domain.clock import from_millis, millis
from signage.shelf import session, texts
from signage.shelf.frame import page, say, url
from signage.shelf.ports import ShelfPorts

AHEAD = timedelta(hours=1)  # for a walk through a store without a signal
AT_ONCE = 10  # codes in one answer: drawing them keeps everybody else waiting
MASK = 4  # looking for the best of the eight takes five times as long


def add(routes: Blueprint, ports: ShelfPorts, static: str) -> None:
    """`/me/codes.json`, `/me/offline`, `/me/sw.js`, `/me/app.webmanifest`. `static`: folder of our scripts."""

    @routes.get("/me/codes.json")
    def codes() -> Response:
        return session.for_member(ports, lambda secret: _codes(ports, secret))

    @routes.get("/me/offline")
    def offline() -> Response:
        """Says nothing of anybody: what it shows lies on the phone."""
        response = page("offline")
        response.headers["Cache-Control"] = "no-cache"
        return response

    @routes.get("/me/sw.js")
    def worker() -> Response:
        response = send_from_directory(static, "me-worker.js", max_age=0)
        response.headers["Service-Worker-Allowed"] = session.PATH
        return response

    @routes.get("/me/app.webmanifest")
    def manifest() -> Response:
        return Response(json.dumps(_manifest(), ensure_ascii=False), mimetype="application/manifest+json")


def _codes(ports: ShelfPorts, secret: str) -> Response:
    """The codes that follow the one which ends at `?after=` (milliseconds), at most an hour ahead of now."""
    now = ports.clock()
    asked = request.args.get("after", "")
    after = from_millis(int(asked)) if asked.isdecimal() and len(asked) == 13 else now
    start = min(max(after, now), now + AHEAD)
    found = ports.personal.coming_codes(secret, start, AT_ONCE)
    drawn = [{"until": millis(code.expires_at), "rows": rows(code)} for code in found]
    response = Response(json.dumps({"now": millis(now), "codes": drawn}), mimetype="application/json")
    response.headers["Cache-Control"] = "no-store"
    return response


def rows(code: MemberCode) -> str:
    """A code's QR: a hexadecimal number for each row, its bits the modules."""
    matrix = segno.make_qr(code.text, error="m", mask=MASK).matrix
    return " ".join(f"{int(''.join(map(str, row)), 2):x}" for row in matrix)


def _manifest() -> dict[str, object]:
    icon = {"src": url("static", filename="icon.svg"), "sizes": "any", "type": "image/svg+xml"}
    return {
        "id": url("me"),
        "name": say(texts.TAB_CODE),
        "short_name": say(texts.TAB_CODE),
        "start_url": url("me"),
        "scope": session.PATH,
        "display": "standalone",
        "background_color": "#FBF8F1",
        "theme_color": "#0F5C4A",
        "icons": [icon],
    }
