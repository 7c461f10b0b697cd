"""`/demo`: the four screens side by side, things to do before them, and the last decision with its reasons."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, abort, jsonify, render_template, request

from recommender.domain.member import MemberCode
from signage.demo.asked import lang as asked_lang
from signage.demo.asked import qr, same_page, screen_of, store_of
from signage.demo.people import CROWDS, People
from signage.demo.places import STORES, screens
from signage.demo.texts import texts
from signage.demo.texts_tour import SCENES
from signage.demo.tile import OnShelf, load_families, tiles
from signage.domain.audience import AudienceSnapshot
from signage.domain.clock import Clock
from signage.domain.place import Store
from signage.http import json_body
from signage.shelf import session


@dataclass(frozen=True)
class DemoPorts:
    """What the page needs from the rest, handed down by the composition root. `keys` and `members` grow while it seeds.

    `members(lang)`: the story members in words, `label` and `line`, in the order of their numbers.
    `member_code(index)`: the code of a story member. `scan(screen_id, code)`: None when accepted, else the plain words
    of the refusal. `member_page(index)`: the session of that member's phone.
    `explain(screen_id, lang)`: the last decision of a screen, {} before the first. `shown`: the products on a screen.
    """

    keys: Callable[[], Mapping[str, str]]
    members: Callable[[str], Sequence[Mapping[str, str]]]
    member_code: Callable[[int], MemberCode]
    member_page: Callable[[int], str]
    scan: Callable[[str, str, str], str | None]
    end_guest: Callable[[str], object]
    people: Callable[[AudienceSnapshot], None]
    set_stock: Callable[[str, str, int], None]
    shelf_products: Callable[[Store], Sequence[OnShelf]]
    shown: Callable[[str], Sequence[OnShelf]]
    explain: Callable[[str, str], dict[str, Any]]
    progress: Callable[[], dict[str, object]]
    clock: Clock


def blueprint(ports: DemoPorts) -> Blueprint:
    """The page and its actions. Actions take POSTs from this page only."""
    routes = Blueprint("demo", __name__, url_prefix="/demo", template_folder="templates", static_folder="static")
    families = load_families()

    routes.before_request(same_page)

    @routes.get("/")
    @routes.get("", strict_slashes=False)
    def page() -> str:
        store = store_of(request.args.get("store", STORES[0].store_id))
        words = texts(chosen := _lang(store))
        crowds = [(name, words[f"crowd_{name}"]) for name in CROWDS if name != "leave"]
        return render_template(
            "demo/demo.html",
            t=words, lang=chosen, store=store, stores=STORES, screens=screens(store), crowds=crowds, scenes=SCENES,
        )  # fmt: skip

    @routes.get("/shop/<store_id>")
    def shop(store_id: str) -> Response:
        """What the page can't know before the store is seeded."""
        store, lang, keys = store_of(store_id), asked_lang(), ports.keys()
        mine = {screen.screen_id: keys[screen.screen_id] for screen in screens(store) if screen.screen_id in keys}
        ready = len(mine) == len(screens(store))
        return jsonify(
            ready=ready,
            keys=mine,
            members=list(ports.members(lang)) if ready else [],
            products=sorted(tiles(ports.shelf_products(store), families, lang), key=_restricted) if ready else [],
            progress=ports.progress(),
        )

    @routes.get("/state/<screen_id>")
    def state(screen_id: str) -> Response:
        screen, lang = screen_of(screen_id), asked_lang()
        return jsonify(
            decision=ports.explain(screen.screen_id, lang),
            products=tiles(ports.shown(screen.screen_id), families, lang),
            progress=ports.progress(),
        )

    _store_actions(routes, ports)
    _member_actions(routes, ports)
    return routes


def _store_actions(routes: Blueprint, ports: DemoPorts) -> None:
    """People before a screen, and stock."""
    before = People()

    @routes.post("/people/<screen_id>/<crowd>")
    def people(screen_id: str, crowd: str) -> Response:
        if crowd not in CROWDS:
            abort(404)
        seen = before.snapshot(screen_of(screen_id).screen_id, crowd, ports.clock())
        ports.people(seen)
        return jsonify(present=seen.present, source=seen.source)

    @routes.post("/stock/<store_id>/<gtin>/<int:quantity>")
    def stock(store_id: str, gtin: str, quantity: int) -> Response:
        ports.set_stock(store_of(store_id).store_id, gtin, min(quantity, 999))
        return jsonify(quantity=quantity)


def _member_actions(routes: Blueprint, ports: DemoPorts) -> None:
    """A story member's code, held up at a screen by the same path as a real scan."""

    @routes.post("/member/<int:index>/code")
    def code(index: int) -> Response:
        if index >= len(ports.members("ja")):
            abort(404)
        shown = ports.member_code(index)
        return jsonify(text=shown.text, expires_at=shown.expires_at.isoformat(), qr=qr(shown.text))

    @routes.post("/member/<int:index>/page")
    def member_page(index: int) -> Response:
        if index >= len(ports.members("ja")):
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
        return jsonify(refused=ports.scan(screen_of(screen_id).screen_id, text, asked_lang()))

    @routes.post("/end/<screen_id>")
    def end(screen_id: str) -> Response:
        ports.end_guest(screen_of(screen_id).screen_id)
        return jsonify(ended=True)


def _restricted(tile: dict[str, Any]) -> bool:
    """Alcohol is not what the choices begin with."""
    return bool(tile["restricted"])


def _lang(store: Store) -> str:
    asked = request.args.get("lang", "")
    return asked if asked in ("ja", "en") else store.language
