"""Composition of the shopper's pages: `blueprint(ports)` has every address of the room."""

import zlib
from pathlib import Path

from flask import Blueprint, Response, request
from werkzeug.exceptions import HTTPException

from recommender.domain.errors import RecommenderUnreachable
from signage.domain.errors import SignageError
from signage.domain.words import Words
from signage.http import RETRY_S, STATUS, WORDS, unreachable
from signage.shelf import devices, digital_link, find, me, my_data, offline, page, screen_qr, session, texts, texts_find
from signage.shelf.frame import context, message, say, url
from signage.shelf.look import Shelf, families_css, load_families
from signage.shelf.ports import ShelfPorts
from signage.shelf.site import site_of

STATIC = Path(__file__).parent / "static"
FORM_BYTES = 16 * 1024
YEAR_S = 365 * 86_400


class _Pages(Blueprint):
    """Style and script are asked for by their content, so a phone on a weak signal may keep them."""

    def get_send_file_max_age(self, filename: str | None) -> int | None:
        return YEAR_S if "v" in request.args else None


def blueprint(ports: ShelfPorts) -> Blueprint:
    """`/01/…` and what else a resolver has, `/p/…`, `/me…`, `/s/…` and what they load from `/shelf/`.

    Pictograms come from `/assets/pictograms/`.
    """
    routes = _Pages(
        "shelf", __name__, template_folder="templates", static_folder="static", static_url_path="/shelf/static"
    )
    shelf, families = Shelf(ports), families_css(load_families())
    version, site = _version(families), site_of(ports.base_url)
    digital_link.add(routes, ports)
    page.add(routes, ports, shelf)
    find.add(routes, ports, shelf)
    me.add(routes, ports)
    my_data.add(routes, ports, shelf)
    devices.add(routes, ports, site)
    screen_qr.add(routes, ports)
    offline.add(routes, ports, str(STATIC))

    @routes.get("/shelf/families.css")
    def families_style() -> Response:
        response = Response(families, mimetype="text/css")
        response.cache_control.max_age = YEAR_S if "v" in request.args else None
        return response

    @routes.before_request
    def _check() -> None:
        request.max_content_length = FORM_BYTES
        if request.method == "POST":
            session.refuse_foreign(ports)

    @routes.context_processor
    def _context() -> dict[str, object]:
        return context() | {"v": version, "site": site}

    routes.register_error_handler(SignageError, _ours)
    routes.register_error_handler(RecommenderUnreachable, lambda error: _ours(unreachable(error)))
    routes.register_error_handler(HTTPException, _http)
    return routes


def _version(families: str) -> str:
    """Changes when anything does that our pages load."""
    files = sorted(STATIC.iterdir())
    return f"{zlib.crc32(b''.join(file.read_bytes() for file in files) + families.encode()):08x}"


def _ours(error: SignageError) -> Response:
    status = STATUS[type(error)]
    return _problem(Words(error.ja, error.en), status)


def _http(error: HTTPException) -> Response | HTTPException:
    status = error.code or 500
    if status < 400:
        return error  # a redirect
    return _problem(Words(*WORDS.get(status, WORDS[500 if status >= 500 else 400])), status)


def _problem(what: Words, status: int) -> Response:
    lines = [say(what), say(texts.TRY_AGAIN)]
    member = [(texts.MEMBER, url("me"))] if request.path.startswith(session.PATH) else []
    response = message(texts.PROBLEM, lines, status, actions=[*member, (texts_find.FIND, url("find"))])
    if status in RETRY_S:
        response.headers["Retry-After"] = str(RETRY_S[status])
    return response
