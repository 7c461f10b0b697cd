"""People who may log in, and what everybody did (操作履歴)."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from signage.domain.errors import Forbidden, Invalid, NotFound
from signage.storage.users import Role
from signage.web import passwords
from signage.web.access import check_person
from signage.web.guard import me, needs
from signage.web.paging import Paged, asked_page
from signage.web.ports import ports

A_PAGE, ENTRIES = 50, 100


def add(pages: Blueprint) -> None:
    pages.add_url_rule("/studio/users", "users", users)
    pages.add_url_rule("/studio/users", "add_user", add_user, methods=["POST"])
    pages.add_url_rule("/studio/users/<user_id>/password", "reset_password", reset_password, methods=["POST"])
    pages.add_url_rule("/studio/history", "history", history)


@needs(Role.ADMIN)
def users() -> str:
    """By the page; `?q=` looks for words of names and addresses."""
    storage, words = ports().storage, " ".join(request.args.get("q", "")[:100].split())
    number = asked_page()
    people, total = storage.users.found(me().scope, words, (number - 1) * A_PAGE, A_PAGE)
    stores = [store for store in storage.screens.stores() if me().scope in {None, store.store_id}]
    return render_template(
        "studio/users.html", people=people, words=words, stores=stores, roles=list(Role), paged=Paged(number, total, A_PAGE)
    )  # fmt: skip


@needs(Role.ADMIN)
def add_user() -> Response:
    """A new login with a first password that the person changes."""
    email, name, secret = (request.form.get(field, "") for field in ("email", "name", "password"))
    store_id = me().store_id or request.form.get("store_id", "")
    try:
        role = Role(request.form.get("role", ""))
    except ValueError as error:
        raise Invalid("role_unknown", "Choose a role.", "役割を選んでください。") from error
    if (store_id or role.of_a_store) and ports().storage.screens.store(store_id) is None:
        raise Invalid("store_unknown", "Choose a store.", "店舗を選んでください。")
    check_person(email, name)
    passwords.check(secret, email)
    ports().storage.users.add(
        email=email, name=name, role=role, store_id=store_id, by=me().user_id, now=ports().clock(),
        password_hash=ports().offload(lambda: passwords.hashed(secret)),
    )  # fmt: skip
    flash(_("%(name)s can log in now.", name=name.strip()))
    return redirect(url_for("studio.users"))


@needs(Role.ADMIN)
def reset_password(user_id: str) -> Response:
    """A new first password; the person's sessions end."""
    user, secret = ports().storage.users.get(user_id), request.form.get("password", "")
    if user is None or me().scope not in {None, user.store_id}:
        raise NotFound("user_unknown", "There is no such login.", "そのユーザーは登録されていません。")
    passwords.check(secret, user.email)
    hashed = ports().offload(lambda: passwords.hashed(secret))
    ports().storage.users.set_password(user_id, hashed, me().user_id, ports().clock())
    flash(_("The password has been changed. Other sessions have ended."))
    return redirect(url_for("studio.users"))


@needs(Role.ADMIN)
def history() -> str:
    """Of the whole chain, so headquarters only."""
    if me().scope is not None:
        raise Forbidden(
            "headquarters_only", "Only headquarters can see this.", "本部の管理者だけが見られます。"
        )  # fmt: skip
    audit = ports().storage.audit
    paged = Paged(asked_page(), audit.count(), ENTRIES)
    return render_template("studio/history.html", entries=audit.latest(ENTRIES, paged.start), paged=paged)
