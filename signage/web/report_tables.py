"""The tables of a report: rows in, sums by campaign, store, screen, day, named daypart and hour out; sales beside. All of it
takes a while: to be called off the event loop."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import groupby

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from recommender.domain.errors import RecommenderUnreachable
from signage.domain.place import Screen
from signage.proof.report import ReportRow
from signage.proof.totals import DAYPARTS, Beside, Total, by_daypart, by_hour, sold_beside, totals
from signage.storage.campaign_rows import Campaign
from signage.storage.plays import Filters
from signage.web.campaign_review import promoted
from signage.web.coverage_pages import covered, strong
from signage.web.guard import me
from signage.web.paging import Paged, asked_page
from signage.web.ports import ports
from signage.web.product_field import product_name
from signage.web.show import zone_of

A_PAGE = 50  # rows
MOST_SCREEN_DAYS = 31  # a day of plays takes up to half a second to count
DAYPART_WORDS = {
    "morning": _l("Morning"), "midday": _l("Midday"), "afternoon": _l("Afternoon"), "evening": _l("Evening"),
    "night": _l("Night"),
}  # fmt: skip
Covered = tuple[float, float]  # seconds that were to be shown, and those of them that are proved


@dataclass(frozen=True, slots=True)
class Table:
    """Plays `by` something, headed in the reader's language; each row with its name. `covered` by the same keys;
    `peopled`: with exposure."""

    by: str
    heading: str
    rows: list[tuple[str, Total]]
    covered: Mapping[str, Covered] = field(default_factory=dict)
    peopled: bool = True

    @property
    def page(self) -> Paged:
        """The one of its pages that the address asks for."""
        key = f"{self.by}_page"
        return Paged(asked_page(key), len(self.rows), A_PAGE, key, anchor=f"by-{self.by}")

    @property
    def here(self) -> list[tuple[str, Total]]:
        """The rows of that page."""
        return self.rows[self.page.start :][:A_PAGE]

    def head(self) -> list[str]:
        """Of its CSV."""
        plays = [self.heading, _("Plays started"), _("Completed plays")]
        exposure = [
            _("Gross impressions"),
            _("Opportunity to see (OTS)"),
            _("Attention (person-seconds)"),
            _("Left out"),
            _("Simulated audience"),
        ]
        coverage = [_("Coverage, percent")] if self.covered else []
        return plays + (exposure if self.peopled else []) + coverage

    def cells(self) -> list[list[str | float | None]]:
        """The same as `head` has."""
        made = []
        for name, one in self.rows:
            seen = one.people
            line: list[str | float | None] = [name, one.started, one.completed]
            line += (
                [seen.gross_impressions, seen.ots, seen.attention_s, seen.hidden, int(seen.simulated)]
                if self.peopled
                else []
            )
            made.append(line + ([self.percent(one.key)] if self.covered else []))
        return made

    @property
    def silent_hours(self) -> list[str]:
        """Of the hours of a day, those without a play, in stretches: 0:00–8:00."""
        empty = [n for n, (_name, one) in enumerate(self.rows) if not one.started] if self.by == "hour" else []
        stretches = [list(hours) for _gap, hours in groupby(empty, key=lambda n: n - empty.index(n))]
        return [f"{hours[0]}:00–{hours[-1] + 1}:00" for hours in stretches]

    def percent(self, key: str) -> float | None:
        """Of the time in which the panels were to show their programme, how much is proved."""
        scheduled, confirmed = self.covered.get(key, (0.0, 0.0))
        return round(100 * confirmed / scheduled, 1) if scheduled else None


def tables(
    rows: Sequence[ReportRow], filters: Filters, names: Mapping[str, str], covered_by: Mapping[str, Covered]
) -> list[Table]:
    """`covered_by` screen, {} where nobody asked. None without plays."""
    if not rows:
        return []

    def named(sums: list[Total]) -> list[tuple[str, Total]]:
        return [(names.get(one.key, one.key), one) for one in sums]

    where = {row.plays.screen_id: row.plays.store_id for row in rows}
    several = len(set(where.values())) > 1

    def placed(screen_id: str) -> str:
        """With its store where there are several: each may have an entrance."""
        plain, store_id = names.get(screen_id, screen_id), where[screen_id]
        return f"{names.get(store_id, store_id)} · {plain}" if several else plain

    days = sorted(totals(rows, lambda plays: plays.day.isoformat()), key=lambda one: one.key)
    hourly = ports().storage.plays.by_hour(filters)
    by_screen = totals(rows, lambda plays: plays.screen_id)
    parts = [(part_name(one.key), one) for one in by_daypart(hourly)]
    return [
        Table("day", _("Day"), named(days)),
        Table("campaign", _("Campaign"), named(totals(rows, lambda plays: plays.campaign_id))),
        Table("store", _("Store"), named(totals(rows, lambda plays: plays.store_id)), _by_store(covered_by)),
        Table("screen", _("Screen"), [(placed(one.key), one) for one in by_screen], covered_by),
        Table("daypart", _("Part of the day"), parts, peopled=False),
        Table("hour", _("Hour of the day"), [(one.key, one) for one in by_hour(hourly)], peopled=False),
    ]


def part_name(key: str) -> str:
    first, last = DAYPARTS[key]
    return str(_("%(part)s, %(first)s:00 to %(last)s:00", part=DAYPART_WORDS[key], first=first, last=last))


def coverage_by_screen(screens: Sequence[Screen], filters: Filters) -> dict[str, Covered] | None:
    """Of these days; None for more screens and days than can be counted while somebody waits."""
    days = [filters.first + timedelta(days=n) for n in range((filters.last - filters.first).days + 1)]
    if len(screens) * len(days) > MOST_SCREEN_DAYS:
        return None
    stronger, found = strong(), dict[str, Covered]()
    for screen in screens:
        zone = zone_of(screen.store_id)
        hours = [hour for day in days for hour in covered(screen, zone, day, stronger)[0]]
        found[screen.screen_id] = sum(hour.scheduled_s for hour in hours), sum(hour.confirmed_s for hour in hours)
    return found


def _by_store(covered_by: Mapping[str, Covered]) -> dict[str, Covered]:
    sums: dict[str, Covered] = {}
    for screen in ports().storage.screens.screens(me().scope):
        if screen.screen_id in covered_by:
            before, more = sums.get(screen.store_id, (0.0, 0.0)), covered_by[screen.screen_id]
            sums[screen.store_id] = before[0] + more[0], before[1] + more[1]
    return sums


def sold(rows: Sequence[ReportRow], filters: Filters, ran: Sequence[Campaign]) -> list[tuple[str, Beside]] | None:
    """(name, sales) of what the campaigns that `ran` promote, in the stores in which they did; None: nobody can tell now."""
    storage, there = ports().storage, {row.plays.store_id for row in rows if row.plays.campaign_id}
    gtins = [gtin for one in ran for gtin in promoted(one)]
    stores = [(one.store_id, one.zone) for one in storage.screens.stores() if one.store_id in there]
    try:
        units = sold_beside(ports().sold, gtins, stores, filters)
        products = storage.catalog.products([one.gtin for one in units])
    except RecommenderUnreachable:
        return None
    return [(product_name(products[one.gtin]), one) for one in units if one.gtin in products]
