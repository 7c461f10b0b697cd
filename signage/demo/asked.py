"""What the demo's routes ask of a request: that it comes from the demo's own page, and which store, screen and words."""

import segno
from flask import abort, request

from signage.demo.places import STORES, screens
from signage.domain.errors import Invalid
from signage.domain.place import Screen, Store

SAME_PAGE = "X-Shelfcast-Demo"  # a header that a form on another site can't set


def same_page() -> None:
    """Before every request: 403 for a POST that the demo's own page did not send."""
    if request.method == "POST" and request.headers.get(SAME_PAGE) != "1":
        abort(403)


def store_of(store_id: str) -> Store:
    """One of the demo's two stores, else 404."""
    return next((store for store in STORES if store.store_id == store_id), None) or abort(404)


def screen_of(screen_id: str) -> Screen:
    """One of the demo's screens, else 404."""
    every = (screen for store in STORES for screen in screens(store))
    return next((screen for screen in every if screen.screen_id == screen_id), None) or abort(404)


def lang() -> str:
    """ja unless English is asked for."""
    return "en" if request.args.get("lang") == "en" else "ja"


def bad_field(name: str) -> Invalid:
    """The answer to a field of a body that can't be used (400)."""
    return Invalid(
        "bad_field", f"{name} is missing, unknown or out of range.", f"{name} の値が正しくありません。", {"field": name}
    )


def qr(text: str) -> dict[str, object]:
    """A QR as the player's cards take it: side in modules, and one path."""
    matrix = segno.make(text, error="q", micro=False).matrix
    rows = (f"M{x} {y}h1v1h-1z" for y, row in enumerate(matrix) for x, dark in enumerate(row) if dark)
    return {"size": len(matrix), "path": "".join(rows)}
