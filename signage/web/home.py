"""The studio's first page: what every screen shows now, and why. A script asks again every two seconds."""

from typing import Any

from flask import Blueprint, redirect, render_template, url_for
from werkzeug.wrappers import Response

from signage.storage.users import Role
from signage.web.guard import me, needs
from signage.web.ports import ports
from signage.web.show import when
from signage.web.status import Status, statuses


def add(pages: Blueprint) -> None:
    pages.add_url_rule("/studio", "home", home)
    pages.add_url_rule("/studio/", "home_slash", home_slash)


def add_api(twins: Blueprint) -> None:
    twins.add_url_rule("/v1/studio/now", "now", now)


def _all() -> list[Status]:
    return statuses(ports(), ports().storage.screens.screens(me().scope))


@needs(Role.VIEWER)
def home() -> str:
    storage = ports().storage
    waiting = storage.screens.pending(ports().clock()) if me().role.covers(Role.STAFF) else []
    stores = {store.store_id: store for store in storage.screens.stores()}
    return render_template("studio/home.html", statuses=_all(), stores=stores, waiting=waiting)


@needs(Role.VIEWER)
def home_slash() -> Response:
    return redirect(url_for("studio.home"))


@needs(Role.VIEWER)
def now() -> dict[str, Any]:
    """JSON: every screen's status in the words that the page shows."""
    return {"screens": [_told(status) for status in _all()]}


def _told(status: Status) -> dict[str, Any]:
    shown, store_id = status.shown, status.screen.store_id
    return {
        "screen_id": status.screen.screen_id, "health": status.health, "words": status.words,
        "seen_at": when(status.seen_at, store_id) if status.seen_at else "",
        "name": shown.name if shown else "", "since": when(shown.at, store_id) if shown else "", "why": status.why,
        "decision": url_for("studio.decision", decision_id=shown.decision_id) if shown and shown.decision_id else "",
    }  # fmt: skip
