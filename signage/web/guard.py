"""Who may open what. Denied by default: a view without `needs` or `open_to_all` answers 403 to everybody."""

from collections.abc import Callable
from typing import Any, TypeVar

from flask import Blueprint, Flask, abort, current_app, redirect, request, url_for
from flask_login import LoginManager, UserMixin, current_user
from flask_wtf.csrf import CSRFProtect
from werkzeug.wrappers import Response

from signage.domain.errors import Forbidden
from signage.storage.users import Role, User, Users
from signage.web.ports import ports

F = TypeVar("F", bound=Callable[..., Any])
csrf = CSRFProtect()
_FORM_BYTES = 1 << 20


class Person(UserMixin):  # type: ignore[misc]
    """Who is logged in. The id in the cookie carries the epoch: a new password ends every older session."""

    def __init__(self, user: User) -> None:
        self.user = user

    def get_id(self) -> str:
        return f"{self.user.user_id}:{self.user.epoch}"


def needs(role: Role) -> Callable[[F], F]:
    """Marks a view: only people whose role covers `role`."""

    def mark(view: F) -> F:
        view.needs_role = role  # type: ignore[attr-defined]
        return view

    return mark


def open_to_all(view: F) -> F:
    """Marks a view that needs no login."""
    view.needs_role = None  # type: ignore[attr-defined]
    return view


def me() -> User:
    """The person who asks; only in views that need a role."""
    return current_user.user  # type: ignore[no-any-return]


def allowed(role: str) -> bool:
    """For templates: may this person do what `role` may?"""
    return bool(current_user.is_authenticated and current_user.user.role.covers(Role(role)))


def install(app: Flask, users: Users) -> None:
    """Flask-Login and CSRF; the latter is checked by the guard, so that players' routes aren't touched."""
    app.config.setdefault("WTF_CSRF_CHECK_DEFAULT", False)
    app.config.setdefault("WTF_CSRF_TIME_LIMIT", None)  # a campaign form may stay open over lunch
    csrf.init_app(app)
    manager = LoginManager(app)

    @manager.user_loader  # type: ignore[untyped-decorator]
    def _load(key: str) -> Person | None:
        user_id, _, epoch = key.rpartition(":")
        user = users.get(user_id)
        return Person(user) if user is not None and str(user.epoch) == epoch else None


def guard(blueprint: Blueprint, *, api: bool) -> None:
    """Check every request of this blueprint before its view runs."""

    @blueprint.before_request
    def _check() -> Response | None:
        view = current_app.view_functions[request.endpoint or ""]
        role = getattr(view, "needs_role", Role)
        if request.endpoint == f"{blueprint.name}.static":
            return None
        uploads = getattr(view, "takes_files", False)
        limit = getattr(view, "takes_at_most", _FORM_BYTES)
        request.max_form_memory_size = limit
        request.max_content_length = (ports().upload_max_mb << 20) + _FORM_BYTES if uploads else limit
        if role is not None and not current_user.is_authenticated:
            return _ask_to_log_in(api)
        if role is not None:
            require(role)
        if request.method not in {"GET", "HEAD", "OPTIONS"}:
            csrf.protect()
        return None


def require(role: Role | type[Role]) -> None:
    """For a view, or a part of it that needs more than the rest; Role itself is what nobody has. Raises Forbidden."""
    if not (isinstance(role, Role) and me().role.covers(role)):
        raise Forbidden(
            "role_too_small",
            "Your role doesn't allow this. Ask an administrator.",
            "この操作を行う権限がありません。管理者に依頼してください。",
        )


def _ask_to_log_in(api: bool) -> Response:
    if api:
        abort(401)
    if not ports().storage.users.any():
        return redirect(url_for("studio.setup"))
    return redirect(url_for("studio.login", next=request.full_path.rstrip("?") if request.method == "GET" else None))


def takes_at_most(size: int) -> Callable[[F], F]:
    """Marks a view whose requests, and the fields of its forms, may hold so many bytes."""

    def mark(view: F) -> F:
        view.takes_at_most = size  # type: ignore[attr-defined]
        return view

    return mark


def takes_files(view: F) -> F:
    """Marks a view that receives uploads: its requests may be as large as one."""
    view.takes_files = True  # type: ignore[attr-defined]
    return view
