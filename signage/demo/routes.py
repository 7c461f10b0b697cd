"""`/demo`: the four screens side by side, things to do before them, and the last decision with its reasons."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import segno
from flask import Blueprint, Response, abort, jsonify, render_template, request

from recommender.domain.member import MemberCode
from recommender.domain.product import Product
from signage.demo.people import CROWDS, snapshot
from signage.demo.places import STORES, screens
from signage.demo.texts import texts
from signage.domain.audience import AudienceSnapshot
from signage.domain.clock import Clock
from signage.domain.place import Screen, Store
from signage.http import json_body
from signage.shelf import session

SAME_PAGE = "X-Shelfcast-Demo"  # a header that a form on another site can't set


@dataclass(frozen=True)
class DemoPorts:
    """What the page needs from the rest, handed down by the composition root. `keys` and `members` grow while it seeds.

    `member_code(index)`: the code of a story member. `scan(screen_id, code)`: None when accepted, else the plain words
    of the refusal. `member_page(index)`: the session of that member's phone.
    `explain(screen_id, lang)`: the last decision of a screen, {} before the first.
    """

    keys: Callable[[], Mapping[str, str]]
    members: Callable[[], int]
    member_code: Callable[[int], MemberCode]
    member_page: Callable[[int], str]
    scan: Callable[[str, str, str], str | None]
    end_guest: Callable[[str], object]
    people: Callable[[AudienceSnapshot], None]
    set_stock: Callable[[str, str, int], None]
    shelf_products: Callable[[Store], Sequence[Product]]
    explain: Callable[[str, str], dict[str, Any]]
    progress: Callable[[], dict[str, object]]
    clock: Clock


def blueprint(ports: DemoPorts) -> Blueprint:
    """The page and its actions. Actions take POSTs from this page only."""
    routes = Blueprint("demo", __name__, url_prefix="/demo", template_folder="templates", static_folder="static")

    @routes.before_request
    def same_page() -> None:
        if request.method == "POST" and request.headers.get(SAME_PAGE) != "1":
            abort(403)

    @routes.get("/")
    @routes.get("", strict_slashes=False)
    def page() -> str:
        store = _store(request.args.get("store", STORES[0].store_id))
        lang = _lang(store)
        keys = ports.keys()
        panels = [(screen, keys[screen.screen_id]) for screen in screens(store) if screen.screen_id in keys]
        return render_template(
            "demo/demo.html",
            t=texts(lang), lang=lang, store=store, stores=STORES, panels=panels, members=range(ports.members()),
            products=ports.shelf_products(store), crowds=CROWDS,
        )  # fmt: skip

    @routes.get("/state/<screen_id>")
    def state(screen_id: str) -> Response:
        screen = _screen(screen_id)
        return jsonify(
            decision=ports.explain(screen.screen_id, request.args.get("lang", "ja")), progress=ports.progress()
        )

    _store_actions(routes, ports)
    _member_actions(routes, ports)
    return routes


def _store_actions(routes: Blueprint, ports: DemoPorts) -> None:
    """People before a screen, and stock."""
    counter = iter(range(1, 2**31))

    @routes.post("/people/<screen_id>/<crowd>")
    def people(screen_id: str, crowd: str) -> Response:
        if crowd not in CROWDS:
            abort(404)
        seen = snapshot(_screen(screen_id).screen_id, crowd, ports.clock(), next(counter))
        ports.people(seen)
        return jsonify(present=seen.present, source=seen.source)

    @routes.post("/stock/<store_id>/<gtin>/<int:quantity>")
    def stock(store_id: str, gtin: str, quantity: int) -> Response:
        ports.set_stock(_store(store_id).store_id, gtin, min(quantity, 999))
        return jsonify(quantity=quantity)


def _member_actions(routes: Blueprint, ports: DemoPorts) -> None:
    """A story member's code, held up at a screen by the same path as a real scan."""

    @routes.post("/member/<int:index>/code")
    def code(index: int) -> Response:
        if index >= ports.members():
            abort(404)
        shown = ports.member_code(index)
        return jsonify(text=shown.text, expires_at=shown.expires_at.isoformat(), qr=_qr(shown.text))

    @routes.post("/member/<int:index>/page")
    def member_page(index: int) -> Response:
        if index >= ports.members():
            abort(404)
        response = jsonify(href="/me")
        response.set_cookie(
            session.COOKIE,
            ports.member_page(index),
            path=session.PATH,
            httponly=True,
            samesite="Lax",
            secure=request.is_secure,
        )
        return response

    @routes.post("/scan/<screen_id>")
    def scan(screen_id: str) -> Response:
        text = str(json_body().get("text", ""))[:100]
        return jsonify(refused=ports.scan(_screen(screen_id).screen_id, text, request.args.get("lang", "ja")))

    @routes.post("/end/<screen_id>")
    def end(screen_id: str) -> Response:
        ports.end_guest(_screen(screen_id).screen_id)
        return jsonify(ended=True)


def _store(store_id: str) -> Store:
    return next((store for store in STORES if store.store_id == store_id), None) or abort(404)


def _screen(screen_id: str) -> Screen:
    every = (screen for store in STORES for screen in screens(store))
    return next((screen for screen in every if screen.screen_id == screen_id), None) or abort(404)


def _lang(store: Store) -> str:
    asked = request.args.get("lang", "")
    return asked if asked in ("ja", "en") else store.language


def _qr(text: str) -> dict[str, object]:
    """A QR as the player's cards take it: side in modules, and one path."""
    matrix = segno.make(text, error="q", micro=False).matrix
    rows = (f"M{x} {y}h1v1h-1z" for y, row in enumerate(matrix) for x, dark in enumerate(row) if dark)
    return {"size": len(matrix), "path": "".join(rows)}
