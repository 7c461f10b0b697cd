"""Proof of play for people: plays by day, screen and campaign, with a chart, totals and CSV."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import astuple
from datetime import date, datetime, time, timedelta
from typing import Any, cast
from zoneinfo import ZoneInfo

from flask import Blueprint, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from recommender.domain.errors import RecommenderUnreachable
from signage.domain.clock import from_millis, local
from signage.domain.errors import Invalid
from signage.domain.place import Store
from signage.domain.play import Area
from signage.proof.cells import Hour, hours
from signage.proof.exposure import FORMULAS
from signage.proof.report import AREA_WORDS, ReportRow, report, table_csv, to_csv
from signage.proof.totals import people
from signage.storage.campaign_rows import Campaign
from signage.storage.campaign_search import Sought
from signage.storage.cells import Quarter
from signage.storage.plays import Filters, local_days
from signage.storage.users import Role
from signage.web.days import asked_day
from signage.web.findings import findings
from signage.web.guard import me, needs
from signage.web.language import lang
from signage.web.paging import Paged, asked_page
from signage.web.ports import ports
from signage.web.report_tables import Covered, coverage_by_screen, sold, tables
from signage.web.show import zone_of

ROWS = 100  # of a day, a screen and a campaign on a page; a CSV has all of them
CHOICES = 200  # campaigns to choose from
_MOST_DAYS = 92


def add(pages: Blueprint) -> None:
    pages.add_url_rule("/studio/reports", "reports", reports)
    pages.add_url_rule("/studio/reports.csv", "reports_csv", reports_csv)


@needs(Role.VIEWER)
def reports() -> str:
    """Totals and the chart are of main areas; what ran beside them stands in rows of its own."""
    filters = _filters()
    return render_template("studio/reports.html", **cast(dict[str, Any], ports().offload(lambda: _counted(filters))))


def _counted(filters: Filters) -> dict[str, Any]:
    """All that the page shows. Of campaigns only those are read that ran, and those that may be asked for."""
    rows, storage = report(ports().storage.plays, filters), ports().storage
    main = [row for row in rows if row.plays.area is Area.MAIN]
    ran, counted = _ran(rows, filters), _coverage(filters)
    names = _names(ran)
    paged = Paged(asked_page("rows"), len(rows), ROWS, "rows", anchor="rows")
    stores = {one.store_id: one for one in storage.screens.stores()}
    there = [one for one in stores.values() if one.store_id in {row.plays.store_id for row in rows}]
    notices = [storage.notices.get(store.store_id) for store in there]
    return {
        "rows": rows, "page": rows[::-1][paged.start :][:ROWS], "paged": paged, "filters": filters,
        "formula": FORMULAS["ots"][lang() == "en"], "names": names, "by_day": by_day(main, filters),
        "divided": len(main) < len(rows), "area_words": {area: words[lang() == "en"] for area, words in AREA_WORDS.items()},
        "asked_for": _asked_for(filters, ran), "screens": storage.screens.screens(me().scope), "stores": stores,
        "mine": {one.campaign_id for one in ran if me().scope in {None, one.store_id}},
        "findings": _findings(filters), "hours": (came := _hours(filters)), "most": max(hour.people for hour in came) or 1,
        "started": sum(row.plays.started for row in main), "completed": sum(row.plays.completed for row in main),
        "tables": tables(rows, filters, names, counted or {}), "sold": sold(rows, filters, ran), "seen": people(main),
        "coverage": _whole(counted), "printed": local(ports().clock(), zone_of(me().store_id)), "there": there,
        "maker": me().name, "operators": sorted({notice.operator for notice in notices if notice and notice.operator}),
    }  # fmt: skip


@needs(Role.VIEWER)
def reports_csv() -> Response:
    """Every row, or with `by` one of the page's tables."""
    filters, by = _filters(), request.args.get("by", "")
    text = cast(str, ports().offload(lambda: _csv(filters, by)))
    response = Response(text, mimetype="text/csv; charset=utf-8")
    name = f"{by or 'plays'}-{filters.first}-{filters.last}.csv"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _csv(filters: Filters, by: str) -> str:
    rows = report(ports().storage.plays, filters)
    ran = _ran(rows, filters)
    if by == "sales":
        head = [_("Product"), _("GTIN"), _("Sold in these days"), _("Sold in as many days before"), _("Left out")]
        if (told := sold(rows, filters, ran)) is None:  # a file without a line would say that nothing was sold
            raise RecommenderUnreachable("sales")
        return table_csv(head, [(name, one.gtin, *astuple(one)[1:]) for name, one in told])
    if not by:
        return to_csv(rows, _names(ran), lang())
    made = {table.by: table for table in tables(rows, filters, _names(ran), _coverage(filters) or {})}
    if by not in made:
        raise Invalid("by_bad", "There is no such table.", "この表はありません。")
    return table_csv(made[by].head(), made[by].cells())


def by_day(rows: Sequence[ReportRow], filters: Filters) -> list[tuple[date, int, int]]:
    """(day, completed plays, height of its bar 0-100) for every day of the range, also those without a play."""
    days = [filters.first + timedelta(days=n) for n in range((filters.last - filters.first).days + 1)]
    counts = Counter[date]()
    for row in rows:
        counts[row.plays.day] += row.plays.completed
    most = max(counts.values(), default=0) or 1
    return [(day, counts[day], round(100 * counts[day] / most)) for day in days]


def _ran(rows: Sequence[ReportRow], filters: Filters) -> list[Campaign]:
    """The campaigns of these rows and those that were asked for, if they may be named here: one's own and headquarters'."""
    found = ports().storage.campaigns.these({row.plays.campaign_id for row in rows} | filters.campaign_ids)
    return [one for one in found if me().scope in {None, one.store_id} or not one.store_id]


def _asked_for(filters: Filters, ran: Sequence[Campaign]) -> tuple[list[Campaign], int]:
    """The newest campaigns of these days to choose from, whichever is chosen first; and how many more there are."""
    zone = ZoneInfo(zone_of(me().store_id))
    since, until = (datetime.combine(day, time(), zone) for day in (filters.first, filters.last + timedelta(days=1)))
    these, storage = Sought(since=since, until=until), ports().storage
    newest = storage.campaigns.found(me().scope, these, 0, CHOICES)
    chosen = [one for one in ran if one.campaign_id in filters.campaign_ids]
    more = sum(storage.campaigns.counts(me().scope, these).values()) - len(newest)
    return [*chosen, *(one for one in newest if one.campaign_id not in filters.campaign_ids)], more


def _coverage(filters: Filters) -> dict[str, Covered] | None:
    """By screen, when the page is asked for it: counting takes a while. {} = nobody asked, None = too much to count."""
    if "coverage" not in request.args or filters.campaign_ids:
        return {}
    mine, chosen = ports().storage.screens.screens(me().scope), filters.screen_ids
    return coverage_by_screen([one for one in mine if not chosen or one.screen_id in chosen], filters)


def _whole(counted: dict[str, Covered] | None) -> float | None:
    """Percent of all screens together; None where nothing was counted."""
    scheduled = sum(one[0] for one in (counted or {}).values())
    return 100 * sum(one[1] for one in (counted or {}).values()) / scheduled if scheduled else None


def _hours(filters: Filters) -> list[Hour]:
    """People before the chosen screens by the hour of their store's day."""
    storage, chosen = ports().storage, filters.screen_ids

    def quarters(store: Store) -> list[tuple[Quarter, str]]:
        screens = [one.screen_id for one in storage.screens.screens(store.store_id)]
        days = local_days(store.store_id, store.zone, filters.first, filters.last)
        mine = [screen_id for screen_id in screens if not chosen or screen_id in chosen]
        return [
            (one, store.zone) for one in storage.cells.quarters(mine, from_millis(days[0][2]), from_millis(days[-1][3]))
        ]

    stores = [one for one in storage.screens.stores() if not filters.store_ids or one.store_id in filters.store_ids]
    return hours(one for store in stores for one in quarters(store))


def _findings(filters: Filters) -> list[str]:
    """What was learned of the spots of these stores by now, in plain sentences."""
    storage, today = ports().storage, local(ports().clock(), zone_of(me().store_id)).date()
    stores = [one for one in storage.screens.stores() if not filters.store_ids or one.store_id in filters.store_ids]
    return [
        sentence
        for store in stores
        for sentence in findings(storage.learned, storage.inventories, store, today, lang())
    ]


def _filters() -> Filters:
    """The last seven days unless asked; a store's own people always get their store only."""
    today = local(ports().clock(), zone_of(me().store_id)).date()
    first, last = asked_day("first", today - timedelta(days=6)), asked_day("last", today)
    if not 0 <= (last - first).days < _MOST_DAYS:
        raise Invalid(
            "range_bad",
            "Choose at most 92 days, the first before the last.",
            "期間は92日以内で、開始日を終了日より前にしてください。",
        )
    stores = frozenset({me().store_id} if me().store_id else set())
    chosen = {key: frozenset(filter(None, request.args.getlist(key))) for key in ("screen", "campaign")}
    return Filters(first, last, stores, chosen["screen"], chosen["campaign"])


def _names(ran: Sequence[Campaign]) -> dict[str, str]:
    """Names of stores, screens and these campaigns by id; "" is our own content."""
    storage = ports().storage
    names = {one.store_id: one.name_en if lang() == "en" else one.name_ja for one in storage.screens.stores()}
    names |= {one.screen_id: one.name for one in storage.screens.screens(me().scope)}
    return names | {one.campaign_id: one.name for one in ran} | {"": _("House spot")}
