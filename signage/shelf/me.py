"""The member's phone: signing in by a one-time link, the code to hold up, and ending what a screen shows."""

import math
from datetime import datetime, timedelta

import segno
from flask import Blueprint, Response, redirect, request

from recommender.domain.member import MemberCode, Purpose, SignInRefused
from signage.domain.clock import millis
from signage.domain.guest import GUEST_LASTS
from signage.domain.words import private
from signage.shelf import session, texts
from signage.shelf.frame import again_later, lang, message, page, say, url
from signage.shelf.look import name
from signage.shelf.ports import ShelfPorts
from signage.shelf.site import device

STEP = timedelta(seconds=30)
ACCEPTED = 2 * STEP  # from a code's beginning until it is refused
TOLD = 6  # a screen shows up to three, of the first that are in stock
WITHOUT_SCRIPT_S = 10  # how often the page is loaded again by a phone that runs no script


def add(routes: Blueprint, ports: ShelfPorts) -> None:
    """`/me`, `/me/in/<link>`, `/me/out`, `/me/end`."""

    @routes.get("/me")
    def me() -> Response:
        return session.for_member(ports, lambda secret: _code_page(ports, secret))

    @routes.get("/me/in/<link>")
    def entrance(link: str) -> Response:
        """Only a page: what looks at links before people do must not use this one up."""
        return page("enter")

    @routes.post("/me/in/<link>")
    def enter(link: str) -> Response:
        if not ports.may_try("link", request.remote_addr or ""):
            wait = message(texts.PROBLEM, [say(texts.TOO_OFTEN)], 429, actions=[(texts.HOW_TO, url("me"))])
            return again_later(wait)
        try:
            secret = ports.personal.sign_in(session.plausible(link), device())
        except SignInRefused:
            return message(texts.BAD_LINK, [say(texts.BAD_LINK_TEXT)], 400, actions=[(texts.HOW_TO, url("me"))])
        return session.keep(_see("me"), secret, ports)

    @routes.post("/me/out")
    def leave() -> Response:
        return session.drop(session.for_member(ports, lambda secret: _leave(ports, secret)))

    @routes.post("/me/end")
    def end() -> Response:
        return session.for_member(ports, lambda secret: _end(ports, secret))


def _see(endpoint: str, done: str = "") -> Response:
    """303: after a form, a page that may be loaded again; `done` names what it says was done."""
    return redirect(url(endpoint, done=done) if done else url(endpoint), 303)  # type: ignore[return-value]


def _code_page(ports: ShelfPorts, secret: str) -> Response:
    now = ports.clock()
    code = ports.personal.code(secret, now)
    agreed = any(c.granted for c in ports.personal.account(secret).consents if c.purpose is Purpose.RECOMMEND_SCREEN)
    screen_id, shown = _now_showing(ports, recent_codes(ports, secret, now))
    left_s = max(1, math.ceil((code.expires_at - now).total_seconds()))
    return page(
        "code",
        qr=qr_svg(code), left_s=left_s, again_s=min(left_s, WITHOUT_SCRIPT_S), agreed=agreed,
        screen=ports.screen_name(screen_id) if screen_id else "", state=f"{millis(code.expires_at)} {screen_id or ''}",
        shown=shown, form=session.form_token(secret), done=texts.DONE.get(request.args.get("done", "")),
    )  # fmt: skip


def _now_showing(ports: ShelfPorts, codes: list[str]) -> tuple[str | None, list[tuple[str, str]]]:
    """The screen that shows because of one of these codes, and the products that it chooses from, each with why."""
    for code in codes:
        screen_id = ports.showing(code)
        chosen = ports.chosen(code) if screen_id else None
        if chosen and not chosen.withheld:
            items = chosen.items[:TOLD]
            products = ports.catalog.products([item.gtin for item in items])
            why = [(name(products[i.gtin]), private(i.reason, lang())) for i in items if i.gtin in products]
            return screen_id, why
        if screen_id:
            return screen_id, []
    return None, []


def recent_codes(ports: ShelfPorts, secret: str, now: datetime) -> list[str]:
    """Every code of this phone that a screen may still be showing on, newest first.

    A code is accepted until a step after its own, and then shown on for a guest session. Nothing is remembered for this:
    a code follows from its session and time.
    """
    steps = math.ceil((ACCEPTED + GUEST_LASTS) / STEP)
    return [ports.personal.code(secret, now - step * STEP).text for step in range(steps + 1)]


def qr_svg(code: MemberCode) -> str:
    """The code as a QR with its quiet zone, in SVG that needs no style of its own."""
    return segno.make_qr(code.text, error="m").svg_inline(
        border=4, omitsize=True, dark="#000", light="#fff", svgclass=None
    )


def _end(ports: ShelfPorts, secret: str) -> Response:
    session.check_form(secret)
    codes = recent_codes(ports, secret, ports.clock())
    ended = [code for code in codes if ports.end_by_code(code)]
    return _see("me", "ended" if ended else "nothing")


def _leave(ports: ShelfPorts, secret: str) -> Response:
    session.check_form(secret)
    ports.personal.sign_out(secret)
    return _see("me")
