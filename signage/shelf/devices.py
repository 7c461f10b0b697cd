"""Where a member is signed in, and their passkeys: listed, ended one by one; and signing in by passkey beside the link."""

from collections.abc import Callable
from datetime import datetime

from flask import Blueprint, Response, redirect, request

from recommender.domain.member import PasskeyRefused, Site
from signage.domain.clock import local
from signage.domain.words import Words
from signage.http import problem
from signage.shelf import session, texts
from signage.shelf.frame import again_later, day, page, say, url
from signage.shelf.ports import ShelfPorts
from signage.shelf.site import device

ANSWER_LENGTH = 12_000


def add(routes: Blueprint, ports: ShelfPorts, site: Site | None) -> None:
    """`/me/devices…`, `/me/passkey/…`. `site`: where passkeys belong, None where there can be none."""

    @routes.get("/me/devices")
    def devices() -> Response:
        return session.for_member(ports, lambda secret: _devices(ports, secret))

    @routes.post("/me/devices/end")
    def end_device() -> Response:
        return session.for_member(ports, lambda secret: _end(ports, secret))

    @routes.post("/me/passkey/new")
    def new_passkey() -> Response:
        return session.for_member(ports, lambda secret: _options(site, secret, ports.personal.ask_for_new_passkey))

    @routes.post("/me/passkey/add")
    def add_passkey() -> Response:
        return session.for_member(ports, lambda secret: _add(ports, site, secret))

    @routes.post("/me/passkey/ask")
    def ask_for_passkey() -> Response:
        if not ports.may_try("passkey", request.remote_addr or ""):
            return again_later(problem(429, "too_many_requests", say(texts.TOO_OFTEN)))
        return _options(site, "", lambda _secret, where: ports.personal.ask_for_passkey(where))

    @routes.post("/me/passkey/in")
    def sign_in_by_passkey() -> Response:
        if site is None:
            return _no_passkey(texts.PASSKEY_NEEDS_HTTPS)
        try:
            secret = ports.personal.sign_in_by_passkey(site, _answer(), device())
        except PasskeyRefused:
            return _no_passkey(texts.PASSKEY_REFUSED)
        return session.keep(Response(status=204), secret, ports)


def _devices(ports: ShelfPorts, secret: str) -> Response:
    told = ports.personal.devices(secret)
    return page(
        "devices",
        sessions=[(one.handle, one.device or say(texts.SOME_DEVICE), _on(ports, one.since), one.here) for one in told.sessions],
        passkeys=[
            (one.handle, one.device or say(texts.SOME_DEVICE), _on(ports, one.since), _on(ports, one.used) if one.used else "")
            for one in told.passkeys
        ],
        form=session.form_token(secret), done=texts.DONE.get(request.args.get("done", "")),
    )  # fmt: skip


def _on(ports: ShelfPorts, at: datetime) -> str:
    """The day and time on the wall of the first store: a member has no zone."""
    first = next(iter(ports.stores()), None)
    here = local(at, first.zone if first else "UTC")
    return f"{day(here.date())} {here:%H:%M}"


def _end(ports: ShelfPorts, secret: str) -> Response:
    session.check_form(secret)
    ports.personal.end_device(secret, request.form.get("handle", "")[:64])
    return redirect(url("devices", done="device_ended"), 303)  # type: ignore[return-value]


def _options(site: Site | None, secret: str, ask: Callable[[str, Site], str]) -> Response:
    """What a browser's authenticator is to do, as JSON."""
    if secret:
        session.check_form(secret)
    if site is None:
        return _no_passkey(texts.PASSKEY_NEEDS_HTTPS)
    try:
        options = ask(secret, site)
    except PasskeyRefused:
        return _no_passkey(texts.PASSKEY_NOT_NOW)
    response = Response(options, mimetype="application/json")
    response.headers["Cache-Control"] = "no-store"
    return response


def _add(ports: ShelfPorts, site: Site | None, secret: str) -> Response:
    session.check_form(secret)
    if site is None:
        return _no_passkey(texts.PASSKEY_NEEDS_HTTPS)
    try:
        ports.personal.add_passkey(secret, site, _answer(), device())
    except PasskeyRefused:
        return _no_passkey(texts.PASSKEY_REFUSED)
    return Response(status=204)


def _answer() -> str:
    return request.form.get("answer", "")[:ANSWER_LENGTH]


def _no_passkey(why: Words) -> Response:
    """For our own script, which shows `detail`."""
    return problem(400, "passkey_refused", say(why))
