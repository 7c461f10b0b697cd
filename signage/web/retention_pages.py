"""What is kept, why and how long: the retention table with its last round for staff, and what of it is about shoppers for all."""

from datetime import timedelta

from flask import Blueprint, render_template
from flask_babel import gettext as _
from flask_babel import ngettext

from signage.storage.retention import Line
from signage.storage.users import Role
from signage.web.guard import needs, open_to_all
from signage.web.ports import ports

_DAY, _HOUR = timedelta(days=1), timedelta(hours=1)


def add(pages: Blueprint) -> None:
    pages.add_url_rule("/studio/retention", "retention", retention)
    pages.add_url_rule("/privacy", "privacy", privacy)


@needs(Role.VIEWER)
def retention() -> str:
    kept = ports().storage.retention
    runs = kept.runs()
    last = max((run.at for run in runs.values()), default=None)
    return render_template("studio/retention.html", lines=kept.lines, runs=runs, last=last, how_long=how_long)


@open_to_all
def privacy() -> str:
    """Public: what this shop's screens know of those before them, and for how long."""
    storage = ports().storage
    return render_template(
        "studio/privacy.html", lines=[line for line in storage.retention.lines if line.public], how_long=how_long,
        stores=storage.screens.stores(),
    )  # fmt: skip


def how_long(line: Line) -> str:
    """400 days, 24 hours, 60 seconds, never, or until somebody removes it."""
    keep = line.keep
    if keep is None:
        return str(_("until it is removed"))
    if not keep:
        return str(_("never"))
    if keep > _DAY:
        return str(ngettext("%(num)s day", "%(num)s days", keep // _DAY))
    if keep >= _HOUR:
        return str(ngettext("%(num)s hour", "%(num)s hours", keep // _HOUR))
    return str(ngettext("%(num)s second", "%(num)s seconds", int(keep.total_seconds())))
