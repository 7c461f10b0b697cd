"""Alerts for people: what fired, when, for how long, and whether the webhook heard of it; and one to try it with."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from signage.domain.errors import Conflict, Forbidden
from signage.domain.operations import AlertKind, NotToldWhy
from signage.storage.alerts import MOST_ATTEMPTS, Alert
from signage.storage.users import Role
from signage.web.guard import me, needs
from signage.web.paging import Paged, asked_page
from signage.web.ports import ports
from signage.web.show import when

KIND_WORDS = {
    AlertKind.NO_CONTACT: _l("No contact with the screen"), AlertKind.DARK: _l("Nothing to be seen on the screen"),
    AlertKind.NOT_AS_EXPECTED: _l("The screen shows something else than it should"),
    AlertKind.PLAYS_DOUBTED: _l("Plays that can’t be quite true"),
    AlertKind.LIVE_AWAY: _l("Redis doesn’t answer: nothing is known of any screen"), AlertKind.TEST: _l("Test"),
}  # fmt: skip
WHY_WORDS = {
    NotToldWhy.AWAY: _l("Nobody answers at the address, or not in time"),
    NotToldWhy.PRIVATE: _l("The address is one of a private network"),
    NotToldWhy.UNTRUSTED: _l("The certificate of the address can’t be trusted"),
    NotToldWhy.REFUSED: _l("The address refuses it"),
}  # fmt: skip
_SHOWN = 100


def add(pages: Blueprint) -> None:
    pages.add_url_rule("/studio/alerts", "alerts", alerts)
    pages.add_url_rule("/studio/alerts/test", "test_alert", test_alert, methods=["POST"])


@needs(Role.VIEWER)
def alerts() -> str:
    storage = ports().storage
    paged = Paged(asked_page(), storage.alerts.count(me().scope), _SHOWN)
    return render_template(
        "studio/alerts.html", alerts=storage.alerts.recent(me().scope, _SHOWN, paged.start), paged=paged,
        to=ports().alerts_to, kinds=KIND_WORDS,
        names={one.screen_id: one.name for one in storage.screens.screens(me().scope)}, told=told,
        last_error=last_error,
        may_test=me().role.covers(Role.ADMIN) and me().scope is None,
    )  # fmt: skip


@needs(Role.ADMIN)
def test_alert() -> Response:
    """Queue one that is told like any other."""
    if me().scope is not None:
        raise Forbidden("headquarters_only", "Only headquarters can do this.", "本部の管理者だけができます。")
    if not ports().alerts_to:
        raise Conflict("alert_nobody", "No address for alerts is set.", "通知先が設定されていません。")
    if ports().storage.alerts.test(ports().clock()):
        ports().storage.audit.add(ports().clock(), me().user_id, "alert_tested", "", detail=ports().alerts_to)
        flash(_("A test alert goes out within a minute. Reload this page to see whether it was heard."))
    else:
        flash(_("The last test is still waiting to be told."), "error")
    return redirect(url_for("studio.alerts"))


def told(alert: Alert) -> tuple[str, str]:
    """What the webhook knows of it, in words -> (words, "yes", "no" or "" for neither)."""
    if alert.told_at is not None:
        return _("Told at %(moment)s", moment=when(alert.told_at, alert.store_id)), "yes"
    if alert.next_try_at is not None and not alert.attempts:
        return _("About to be told"), ""
    if alert.next_try_at is not None:
        again = when(alert.next_try_at, alert.store_id)
        return _("Not heard yet (%(n)s tries); next try %(moment)s", n=alert.attempts, moment=again), "no"
    if alert.attempts:
        return _("Given up after %(n)s tries", n=MOST_ATTEMPTS), "no"
    return _("Nobody was told"), ""


def last_error(alert: Alert) -> tuple[str, str]:
    """(in words, the detail for technicians) of why it could not be told last."""
    why, _separator, detail = alert.error.partition(": ")
    return (str(WHY_WORDS[NotToldWhy(why)]), detail) if why in WHY_WORDS else ("", alert.error)
