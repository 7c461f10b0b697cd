"""A member's phone opens the QR that a screen itself shows: one button, and that screen greets."""

from flask import Blueprint, Response, redirect

from recommender.domain.member import Refusal
from signage.shelf import session, texts, texts_find
from signage.shelf.frame import message, page, say, url
from signage.shelf.ports import ShelfPorts


def add(routes: Blueprint, ports: ShelfPorts) -> None:
    """`/s/<token>`, which only leads below `/me`, where the phone's session can be seen."""

    @routes.get("/s/<token>")
    def screen_code(token: str) -> Response:
        if _screen(ports, token) is None:
            return _bad_token()
        return redirect(url("screen", token=token), 303)  # type: ignore[return-value]

    @routes.get("/me/screen/<token>")
    def screen(token: str) -> Response:
        screen_id = _screen(ports, token)
        if screen_id is None:
            return _bad_token()
        return session.for_member(ports, lambda secret: _confirm(ports, secret, screen_id), lambda: _explain(ports))

    @routes.post("/me/screen/<token>")
    def show(token: str) -> Response:
        screen_id = _screen(ports, token)
        if screen_id is None:
            return _bad_token()
        return session.for_member(ports, lambda secret: _show(ports, secret, screen_id, token), lambda: _explain(ports))


def _screen(ports: ShelfPorts, token: str) -> str | None:
    good = session.plausible(token)
    return ports.verify_screen_token(good) if good else None


def _bad_token() -> Response:
    actions = [(texts.MEMBER, url("me")), (texts_find.FIND, url("find"))]
    return message(texts.BAD_TOKEN, [say(texts.BAD_TOKEN_TEXT)], 400, actions=actions)


def _explain(ports: ShelfPorts) -> Response:
    return page("how_to", demo=ports.demo, reason=texts.SCREEN_NEEDS_SIGN_IN, after=texts.SCREEN_AGAIN)


def _confirm(ports: ShelfPorts, secret: str, screen_id: str) -> Response:
    ports.personal.account(secret)  # is this session still good?
    return page("screen", screen=ports.screen_name(screen_id), form=session.form_token(secret))


def _show(ports: ShelfPorts, secret: str, screen_id: str, token: str) -> Response:
    session.check_form(secret)
    refused = ports.scan(screen_id, ports.personal.code(secret, ports.clock()).text)
    if refused is None:
        return redirect(url("me"), 303)  # type: ignore[return-value]
    remedy = (texts.TO_CONSENTS, url("data")) if refused is Refusal.NO_CONSENT else (texts.TO_CODE, url("me"))
    status = 503 if refused is Refusal.UNAVAILABLE else 409
    again = [] if refused is Refusal.NO_CONSENT else [(texts.SCREEN_TITLE, url("screen", token=token))]
    return message(texts.REFUSED_TITLE, [say(texts.REFUSED[refused])], status, actions=[*again, remedy])
