"""Proof of play for people: plays by day, screen and campaign, with a chart, totals and CSV."""

from collections.abc import Sequence
from dataclasses import astuple, dataclass
from datetime import date, timedelta

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
from signage.proof.totals import Beside, Total, by_hour, sold_beside, totals
from signage.storage.cells import Quarter
from signage.storage.plays import Filters, local_days
from signage.storage.users import Role
from signage.web.campaign_pages import product_name
from signage.web.findings import findings
from signage.web.guard import me, needs
from signage.web.language import lang
from signage.web.ports import ports
from signage.web.show import zone_of

_MOST_DAYS = 92


def add(pages: Blueprint) -> None:
    pages.add_url_rule("/studio/reports", "reports", reports)
    pages.add_url_rule("/studio/reports.csv", "reports_csv", reports_csv)


@needs(Role.VIEWER)
def reports() -> str:
    """Totals and the chart are of main areas; what ran beside them stands in rows of its own."""
    filters = _filters()
    rows, storage = _rows(filters), ports().storage
    main = [row for row in rows if row.plays.area is Area.MAIN]
    return render_template(
        "studio/reports.html", rows=rows, filters=filters, formula=FORMULAS["ots"][lang() == "en"],
        names=_names(), by_day=by_day(main, filters), divided=len(main) < len(rows),
        area_words={area: words[lang() == "en"] for area, words in AREA_WORDS.items()},
        campaigns=storage.campaigns.all(me().scope), screens=storage.screens.screens(me().scope),
        findings=_findings(filters), hours=(people := _hours(filters)), most=max(hour.people for hour in people) or 1,
        started=sum(row.plays.started for row in main), completed=sum(row.plays.completed for row in main),
        tables=_tables(rows, filters), sold=_sold(rows, filters), printed=local(ports().clock(), zone_of(me().store_id)),
    )  # fmt: skip


@needs(Role.VIEWER)
def reports_csv() -> Response:
    """Every row, or with `by` one of the page's tables."""
    filters, by = _filters(), request.args.get("by", "")
    rows = _rows(filters)
    if by == "sales":
        head = [_("Product"), _("GTIN"), _("Sold in these days"), _("Sold in as many days before"), _("Left out")]
        text = table_csv(head, [(one[0], one[1].gtin, *astuple(one[1])[1:]) for one in _sold(rows, filters) or ()])
    elif by:
        tables = {table.by: table for table in _tables(rows, filters)}
        if by not in tables:
            raise Invalid("by_bad", "There is no such table.", "この表はありません。")
        head = [tables[by].heading, _("Plays started"), _("Completed plays")]
        text = table_csv(head, [(name, one.started, one.completed) for name, one in tables[by].rows])
    else:
        text = to_csv(rows, _names(), lang())
    response = Response(text, mimetype="text/csv; charset=utf-8")
    name = f"{by or 'plays'}-{filters.first}-{filters.last}.csv"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def by_day(rows: Sequence[ReportRow], filters: Filters) -> list[tuple[date, int, int]]:
    """(day, completed plays, height of its bar 0-100) for every day of the range, also those without a play."""
    days = [filters.first + timedelta(days=n) for n in range((filters.last - filters.first).days + 1)]
    counts = {day: sum(row.plays.completed for row in rows if row.plays.day == day) for day in days}
    most = max(counts.values(), default=0) or 1
    return [(day, count, round(100 * count / most)) for day, count in counts.items()]


def _rows(filters: Filters) -> list[ReportRow]:
    storage = ports().storage
    rows: list[ReportRow] = ports().offload(lambda: report(storage.plays, filters))
    return rows


@dataclass(frozen=True, slots=True)
class Table:
    """Plays `by` something, headed in the reader's language; each row with its name."""

    by: str
    heading: str
    rows: list[tuple[str, Total]]


def _tables(rows: Sequence[ReportRow], filters: Filters) -> list[Table]:
    """Those that divide anything: one store alone needs no table of stores."""
    storage, names = ports().storage, _names()

    def named(sums: list[Total]) -> list[tuple[str, Total]]:
        return [(names.get(one.key, one.key), one) for one in sums]

    hourly = ports().offload(lambda: by_hour(storage.plays.by_hour(filters)))
    tables = [
        Table("campaign", _("Campaign"), named(totals(rows, lambda plays: plays.campaign_id))),
        Table("store", _("Store"), named(totals(rows, lambda plays: plays.store_id))),
        Table("screen", _("Screen"), named(totals(rows, lambda plays: plays.screen_id))),
        Table("hour", _("Hour of the day"), [(one.key, one) for one in hourly]),
    ]
    return tables if rows else []


def _sold(rows: Sequence[ReportRow], filters: Filters) -> list[tuple[str, Beside]] | None:
    """(name, sales) of what the campaigns of these rows promote, in the stores in which they ran; None: nobody can tell now."""
    storage, ran = ports().storage, {row.plays.campaign_id for row in rows}
    gtins = [
        gtin
        for one in storage.campaigns.all(me().scope) if one.campaign_id in ran
        for gtin in (*one.gtins, *(part.card.gtin for part in one.spots if part.card and part.card.gtin))
    ]  # fmt: skip
    there = {row.plays.store_id for row in rows if row.plays.campaign_id}
    stores = [(one.store_id, one.zone) for one in storage.screens.stores() if one.store_id in there]
    door = ports().sold
    try:
        sold: list[Beside] = ports().offload(lambda: sold_beside(door, gtins, stores, filters))
        products = storage.catalog.products([one.gtin for one in sold])
    except RecommenderUnreachable:
        return None
    return [(product_name(products[one.gtin]), one) for one in sold if one.gtin in products]


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
    told: list[Hour] = ports().offload(lambda: hours(one for store in stores for one in quarters(store)))
    return told


def _findings(filters: Filters) -> list[str]:
    """What was learned of the spots of these stores by now, in plain sentences."""
    storage, today = ports().storage, local(ports().clock(), zone_of(me().store_id)).date()
    stores = [one for one in storage.screens.stores() if not filters.store_ids or one.store_id in filters.store_ids]
    said: list[str] = ports().offload(lambda: [
        sentence for store in stores for sentence in findings(storage.learned, storage.inventories, store, today, lang())
    ])  # fmt: skip
    return said


def _filters() -> Filters:
    """The last seven days unless asked; a store's own people always get their store only."""
    today = local(ports().clock(), zone_of(me().store_id)).date()
    first, last = _day("first", today - timedelta(days=6)), _day("last", today)
    if not 0 <= (last - first).days < _MOST_DAYS:
        raise Invalid(
            "range_bad",
            "Choose at most 92 days, the first before the last.",
            "期間は92日以内で、開始日を終了日より前にしてください。",
        )
    stores = frozenset({me().store_id} if me().store_id else set())
    chosen = {key: frozenset(filter(None, request.args.getlist(key))) for key in ("screen", "campaign")}
    return Filters(first, last, stores, chosen["screen"], chosen["campaign"])


def _day(key: str, default: date) -> date:
    try:
        return date.fromisoformat(request.args[key]) if request.args.get(key) else default
    except ValueError as error:
        raise Invalid("day_bad", "Enter days as 2026-11-21.", "日付は 2026-11-21 の形で入力してください。") from error


def _names() -> dict[str, str]:
    """Names of stores, screens and campaigns by id; "" is our own content."""
    storage = ports().storage
    names = {one.store_id: one.name_en if lang() == "en" else one.name_ja for one in storage.screens.stores()}
    names |= {one.screen_id: one.name for one in storage.screens.screens()}
    names |= {one.campaign_id: one.name for one in storage.campaigns.all(me().scope)}
    return names | {"": _("House spot")}
