"""The studio's first page: what the screens show now, and why, those in trouble first. A script asks again every two seconds."""

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from signage.storage.users import Role
from signage.web.guard import me, needs
from signage.web.ports import ports
from signage.web.screen_search import BY_TROUBLE, by_state, in_order
from signage.web.show import when
from signage.web.status import Status, statuses, told

MOST_CARDS = 24  # more than that nobody watches; the list of screens has all


def add(pages: Blueprint) -> None:
    pages.add_url_rule("/studio", "home", home)
    pages.add_url_rule("/studio/", "home_slash", home_slash)


def add_api(twins: Blueprint) -> None:
    twins.add_url_rule("/v1/studio/now", "now", now)


@needs(Role.VIEWER)
def home() -> str:
    storage = ports().storage
    waiting = storage.screens.pending(ports().clock()) if me().role.covers(Role.STAFF) else []
    found = statuses(ports(), in_order(storage.screens.screens(me().scope)))
    worst = sorted(found, key=lambda one: BY_TROUBLE[one.health])[:MOST_CARDS]
    return render_template(
        "studio/home.html", statuses=told(ports(), worst), all=len(found), by_state=by_state(found), waiting=waiting,
        stores={store.store_id: store for store in storage.screens.stores()},
        sent_back=storage.campaigns.sent_back(me().scope, me().user_id),
    )  # fmt: skip


@needs(Role.VIEWER)
def home_slash() -> Response:
    return redirect(url_for("studio.home"))


@needs(Role.VIEWER)
def now() -> dict[str, Any]:
    """JSON: the status of each `screen` of the address, or of every one, in the words that the page shows."""
    asked = set(request.args.getlist("screen"))
    mine = [one for one in ports().storage.screens.screens(me().scope) if not asked or one.screen_id in asked]
    return {"screens": [_words(status) for status in told(ports(), statuses(ports(), mine))]}


def _words(status: Status) -> dict[str, Any]:
    shown, store_id = status.shown, status.screen.store_id
    return {
        "screen_id": status.screen.screen_id, "health": status.health, "words": status.words,
        "seen_at": when(status.seen_at, store_id) if status.seen_at else "", "heading": status.heading,
        "name": status.title, "item": status.item, "since": when(shown.at, store_id) if shown else "", "why": status.why,
        "decision": url_for("studio.decision", decision_id=shown.decision_id) if shown and shown.decision_id else "",
    }  # fmt: skip
