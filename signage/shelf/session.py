"""The member's session on a phone: one cookie that only `/me` ever gets to see, and forms that only our pages can send."""

import hashlib
import hmac
from collections.abc import Callable
from urllib.parse import urlsplit

from flask import Response, request

from recommender.domain.member import SignInRefused
from signage.domain.errors import Forbidden, Invalid
from signage.shelf import texts
from signage.shelf.frame import page
from signage.shelf.ports import ShelfPorts

COOKIE = "shelfcast_me"
PATH = "/me"  # the product page can't read it: the browser doesn't send it there
LASTS_S = 30 * 86_400  # the recommender's sessions last no longer
LONGEST = 200


def secret() -> str:
    """What the phone's cookie holds, "" when there is none or when no recommender can have made it."""
    return plausible(request.cookies.get(COOKIE, ""))


def plausible(text: str) -> str:
    """A secret that came with a request -> itself, or "" when it is nothing that we could have given out."""
    return text if len(text) <= LONGEST and text.isascii() and text.isprintable() else ""


def keep(response: Response, session: str, ports: ShelfPorts) -> Response:
    """Sign this phone in."""
    secure = request.is_secure or ports.base_url.startswith("https:")
    response.set_cookie(COOKIE, session, LASTS_S, path=PATH, httponly=True, samesite="Lax", secure=secure)
    return response


def drop(response: Response) -> Response:
    """Sign this phone out."""
    response.delete_cookie(COOKIE, path=PATH, httponly=True, samesite="Lax")
    return response


def for_member(
    ports: ShelfPorts, view: Callable[[str], Response], otherwise: Callable[[], Response] | None = None
) -> Response:
    """`view(session)` for a phone that is signed in, and the page that says how to sign in for one that isn't (any more)."""
    session = secret()
    how_to = otherwise or (lambda: page("how_to", demo=ports.demo))
    if not session:
        return how_to()
    try:
        return view(session)
    except SignInRefused:
        return drop(how_to())


def form_token(session: str) -> str:
    """What a form of this session carries. It tells nothing about the session's secret."""
    return hmac.new(session.encode(), b"shelfcast member form", hashlib.sha256).hexdigest()


def check_form(session: str) -> None:
    """Raises Invalid when the form isn't one that this session was given."""
    if not hmac.compare_digest(request.form.get("form", "").encode(), form_token(session).encode()):
        raise Invalid("stale_form", texts.STALE_FORM.en, texts.STALE_FORM.ja)


def refuse_foreign(ports: ShelfPorts) -> None:
    """Raises Forbidden for a form that another site sends: signing in has no session yet that could vouch for it."""
    origin = request.headers.get("Origin")
    if origin is not None and urlsplit(origin).netloc not in {request.host, urlsplit(ports.base_url).netloc}:
        raise Forbidden("foreign_form", texts.STALE_FORM.en, texts.STALE_FORM.ja)
