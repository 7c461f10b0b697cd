"""Coverage of one screen and day for people: what was to be shown, what is proved, and what became of the rest."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from flask import Blueprint, render_template, request
from flask_babel import lazy_gettext as _l

from signage.domain.campaign import Level
from signage.domain.clock import local
from signage.domain.condition import lit_hours
from signage.domain.place import Screen
from signage.proof.coverage import Cause, Hour, gaps, hours
from signage.proof.doubts import Doubt, DoubtKind, Missing, doubts, missing
from signage.storage.users import Role
from signage.web.days import asked_day
from signage.web.guard import me, needs
from signage.web.ports import ports
from signage.web.show import zone_of

CAUSE_WORDS = {
    Cause.OFFLINE: _l("no contact, and no plays told"), Cause.SERVER: _l("the server was away"),
    Cause.CLOSED: _l("the player was closed"), Cause.SHUT_OUT: _l("the device was shut out"),
    Cause.BLACK: _l("nothing to be seen on the page"), Cause.UNLIT: _l("the panel was dark"),
    Cause.PREEMPTED: _l("something stronger ran"), Cause.CAP: _l("the hourly limit was reached"),
    Cause.NOT_CACHED: _l("its files weren’t on the device"), Cause.DAYPART: _l("nothing was due at that hour"),
    Cause.LEASE_OVER: _l("it was alone for longer than it may be"), Cause.FAILED: _l("a creative couldn’t be shown"),
    Cause.NOTHING: _l("there was nothing to show"), Cause.NOT_TOLD: _l("its plays haven’t come yet"),
}  # fmt: skip
DOUBT_WORDS = {
    DoubtKind.OVERLAP: _l("another play of the same area was on"),
    DoubtKind.LONGER_THAN_CLOCK: _l("it claims more time than had passed"),
    DoubtKind.FAR_CLOCK: _l("its clock and its decision don’t fit"),
}
STRONGER = (Level.EMERGENCY, Level.TAKEOVER)


def add(pages: Blueprint) -> None:
    pages.add_url_rule("/studio/coverage", "coverage", coverage)


@needs(Role.VIEWER)
def coverage() -> str:
    screens = ports().storage.screens.screens(me().scope)
    one = next((screen for screen in screens if screen.screen_id == request.args.get("screen")), None)
    one = one or (screens[0] if screens else None)
    zone = zone_of(one.store_id if one else me().store_id)
    day = asked_day("day", local(ports().clock(), zone).date())
    rows, lost, doubted = ports().offload(lambda: covered(one, zone, day, strong())) if one else ([], [], [])
    return render_template(
        "studio/coverage.html", one=one, screens=screens, day=day, rows=rows, lost=lost, doubted=doubted,
        causes=CAUSE_WORDS, doubt_words=DOUBT_WORDS, stores={each.store_id: each for each in ports().storage.screens.stores()},
        hour_of=lambda at: f"{local(at, zone):%H:%M}",
        scheduled=sum(row.scheduled_s for row in rows), confirmed=sum(row.confirmed_s for row in rows),
    )  # fmt: skip


def strong() -> frozenset[str]:
    """The campaigns whose plays are no part of the programme: they take the screen from it."""
    return ports().storage.campaigns.of_levels(STRONGER)


def covered(
    one: Screen, zone: str, day: date, stronger: frozenset[str]
) -> tuple[list[Hour], list[Missing], list[Doubt]]:
    """Of the store's day as far as it has passed."""
    storage, now = ports().storage, ports().clock()
    start = datetime.combine(day, time(), ZoneInfo(zone)).astimezone(UTC)
    end = min(datetime.combine(day + timedelta(days=1), time(), ZoneInfo(zone)).astimezone(UTC), now)
    if end <= start:
        return [], [], []
    told = storage.plays.told([one.screen_id], start - timedelta(hours=1), end)
    stretches = storage.conditions.between([one.screen_id], start, end)
    due = lit_hours(one, zone, start, end)
    rows = hours(due, gaps(due, [row.play for row in told], stretches, stronger))
    today = [row for row in told if row.play.started_at >= start]
    return rows, missing(today), doubts(today)
