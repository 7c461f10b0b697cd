"""Getting in: the first run's password, login, logout, one's own password, and the language switch."""

import hashlib
from collections.abc import Callable
from contextlib import suppress
from ipaddress import IPv6Address, IPv6Network, ip_address
from typing import ParamSpec, TypeVar, cast

from flask import Blueprint, Flask, Response, flash, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from flask_limiter import Limiter, RequestLimit
from flask_limiter.util import get_remote_address
from flask_login import login_user, logout_user
from limits import parse
from limits.errors import StorageError
from werkzeug.wrappers import Response as BaseResponse

from signage.domain.errors import Invalid, SignageError
from signage.storage.users import Role, User, normal
from signage.web import passwords
from signage.web.guard import Person, me, needs, open_to_all
from signage.web.language import lang
from signage.web.ports import ports

P = ParamSpec("P")
R = TypeVar("R")
_KEYS = "sig:limit"
_PER_ADDRESS = "30 per 5 minutes"
_PER_LOGIN = "10 per 5 minutes"
_ONE_HOUSE = 64  # bits of an IPv6 address: who has one has all that begin alike


def _whose(address: str) -> str:
    """What attempts from this address are counted under."""
    try:
        told = ip_address(address)
    except ValueError:  # of a Unix socket, or what a proxy says that knows no address
        return address
    if not isinstance(told, IPv6Address):
        return address
    return str(told.ipv4_mapped or IPv6Network((int(told), _ONE_HOUSE), strict=False))


limiter = Limiter(lambda: _whose(get_remote_address()), key_prefix=_KEYS)


def install(app: Flask, redis_url: str) -> None:
    """Counts of attempts live in Redis, so that they hold for all web processes together."""
    app.config.update(
        RATELIMIT_STORAGE_URI=redis_url, RATELIMIT_STRATEGY="moving-window",
        RATELIMIT_STORAGE_OPTIONS={"wrap_exceptions": True, "socket_timeout": 0.5, "socket_connect_timeout": 0.5},
    )  # fmt: skip
    limiter.init_app(app)


def may_try(what: str, address: str) -> bool:
    """For pages of other rooms: one more attempt from this address, as often as at the login. While Redis is away nothing
    is counted: it is for attempts that leave something there, or need what is there."""
    with suppress(StorageError):
        return limiter.limiter.hit(parse(_PER_ADDRESS), _KEYS, what, _whose(address))
    return True


def add(pages: Blueprint) -> None:
    pages.add_url_rule("/setup", "setup", setup, methods=["GET", "POST"])
    pages.add_url_rule("/login", "login", login, methods=["GET", "POST"])
    pages.add_url_rule("/logout", "logout", logout, methods=["POST"])
    pages.add_url_rule("/studio/password", "password", password, methods=["GET", "POST"])


def _asked_login() -> str:
    return "login:" + hashlib.sha256(normal(request.form.get("email", "")).encode()).hexdigest()


def _too_often(_limit: RequestLimit) -> Response:
    page = render_template(
        "studio/message.html", status=429, code="too_many_requests",
        text=_("Too many attempts. Wait five minutes and try again."),
    )  # fmt: skip
    response = Response(page, 429, mimetype="text/html")
    response.headers["Retry-After"] = "300"
    return response


@open_to_all
@limiter.limit(_PER_ADDRESS, methods=["POST"], on_breach=_too_often)
def setup() -> str | BaseResponse | tuple[str, int]:
    """First run: nothing works until somebody has chosen the administrator's password."""
    users = ports().storage.users
    if users.any():
        return redirect(url_for("studio.login"))
    if request.method == "GET":
        return render_template("studio/setup.html", error="", email="", name="")
    email, name, secret = (request.form.get(field, "") for field in ("email", "name", "password"))
    try:
        check_person(email, name)
        _check_new(secret, email)
        hashed = ports().offload(lambda: passwords.hashed(secret))
        user = users.add_first(email=email, name=name, password_hash=hashed, now=ports().clock())
    except SignageError as error:
        return render_template("studio/setup.html", error=_say(error), email=email, name=name), 422
    _enter(user)
    return redirect(url_for("studio.home"))


@open_to_all
@limiter.limit(_PER_ADDRESS, methods=["POST"], on_breach=_too_often)
@limiter.limit(_PER_LOGIN, key_func=_asked_login, methods=["POST"], on_breach=_too_often)
def login() -> str | BaseResponse | tuple[str, int]:
    users = ports().storage.users
    if not users.any():
        return redirect(url_for("studio.setup"))
    if request.method == "GET":
        return render_template("studio/login.html", error="", email="")
    email, secret = request.form.get("email", ""), request.form.get("password", "")
    user = users.by_email(email)
    known = user.password_hash if user is not None else None
    if not ports().offload(lambda: passwords.matches(known, secret)) or user is None:
        wrong = _("The e-mail address or the password is wrong.")
        return render_template("studio/login.html", error=wrong, email=email), 401
    _enter(user)
    return redirect(_inside(request.args.get("next", "")))


@needs(Role.VIEWER)
def logout() -> BaseResponse:
    """On every device: the session stands in the cookie alone, and only the row can make a copy of it worthless."""
    ports().storage.users.end_sessions(me().user_id)
    logout_user()
    session.clear()
    flash(_("You are logged out, on every device."))
    return redirect(url_for("studio.login"))


@needs(Role.VIEWER)
@limiter.limit(_PER_LOGIN, key_func=lambda: f"again:{me().user_id}", methods=["POST"], on_breach=_too_often)
def password() -> str | BaseResponse | tuple[str, int]:
    """One's own password; every other session of this person ends."""
    if request.method == "GET":
        return render_template("studio/password.html", error="")
    old, new = request.form.get("old", ""), request.form.get("password", "")
    user = me()
    try:
        if not ports().offload(lambda: passwords.matches(user.password_hash, old)):
            raise Invalid("password_wrong", "The present password is wrong.", "現在のパスワードが違います。")
        _check_new(new, user.email)
    except Invalid as error:
        return render_template("studio/password.html", error=_say(error)), 422
    users = ports().storage.users
    users.set_password(user.user_id, ports().offload(lambda: passwords.hashed(new)), user.user_id, ports().clock())
    changed = users.get(user.user_id)
    assert changed is not None
    _enter(changed)
    flash(_("The password has been changed. Other sessions have ended."))
    return redirect(url_for("studio.home"))


def limited_password(view: Callable[P, R]) -> Callable[P, R]:
    """For a step that may ask for the password again: as often as at the login."""
    return cast(
        "Callable[P, R]",
        limiter.limit(
            _PER_LOGIN, key_func=lambda: f"again:{me().user_id}", exempt_when=lambda: "password" not in request.form,
            on_breach=_too_often,
        )(view),
    )  # fmt: skip


def ask_password() -> None:
    """Is it still the same person? Raises Invalid unless the form carries their password."""
    user, told = me(), request.form.get("password", "")
    if not ports().offload(lambda: passwords.matches(user.password_hash, told)):
        raise Invalid(
            "password_again", "This step needs your password. Go back and enter it.",
            "この操作にはパスワードの再入力が必要です。戻って入力してください。",
        )  # fmt: skip


def check_person(email: str, name: str) -> None:
    """Raises Invalid unless these can be a login."""
    if "@" not in email.strip("@ ") or len(email) > 200:
        raise Invalid("email_bad", "Enter an e-mail address.", "メールアドレスを入力してください。")
    if not name.strip() or len(name) > 80:
        raise Invalid("name_missing", "Enter a name of at most 80 characters.", "名前を80文字以内で入力してください。")


def _check_new(secret: str, email: str) -> None:
    passwords.check(secret, email)
    if secret != request.form.get("again", ""):
        raise Invalid("password_differs", "The two passwords differ.", "2つのパスワードが一致しません。")


def _enter(user: User) -> None:
    """A fresh session: nothing that was set before the login survives it, but the language."""
    kept = session.get("lang")
    session.clear()
    if kept:
        session["lang"] = kept
    login_user(Person(user))


def _inside(target: str) -> str:
    """Where to go after login: a path of our own, never another site."""
    safe = target.startswith("/studio") and "\\" not in target and target.isprintable()
    return target if safe else url_for("studio.home")


def _say(error: SignageError) -> str:
    return error.en if lang() == "en" else error.ja
