"""Sums of a report: plays and people by store, screen, campaign or day, plays by the hour, and sales beside.

Sales stand beside plays: whether they follow from them only an experiment can tell.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from recommender.sales import SalesCell
from signage.domain.clock import from_millis
from signage.domain.play import Area
from signage.proof.report import ReportRow
from signage.storage.plays import Counted, Filters, local_days

Sold = Callable[..., list[SalesCell]]  # the door's `units`
MOST_PRODUCTS = 50


DAYPARTS = {"morning": (5, 11), "midday": (11, 14), "afternoon": (14, 17), "evening": (17, 20), "night": (20, 5)}


@dataclass(frozen=True, slots=True)
class People:
    """Exposure added up over the rows of a report that may be told, as they are told there, so that no sum tells more
    than its rows. `hidden`: rows left out since too few were there; `simulated`: are some of them made up? None: nothing
    that was measured may be told."""

    gross_impressions: int | None = None
    ots: int | None = None
    attention_s: int | None = None
    hidden: int = 0
    simulated: bool = False


@dataclass(frozen=True, slots=True)
class Total:
    """`width`: completed plays for each hundred of the greatest total."""

    key: str
    started: int
    completed: int
    width: int
    people: People = People()


@dataclass(frozen=True, slots=True)
class Beside:
    """Units sold in the days of a report and in as many days before. None: no day of them may be told, or none was sold.

    `hidden`: days and stores left out, since fewer than ten baskets stand behind them."""

    gtin: str
    units: int | None
    before: int | None
    hidden: int


def totals(rows: Iterable[ReportRow], key: Callable[[Counted], str]) -> list[Total]:
    """Plays of main areas and the people before them, the most plays first."""
    groups: dict[str, list[ReportRow]] = {}
    for row in rows:
        if row.plays.area is Area.MAIN:
            groups.setdefault(key(row.plays), []).append(row)
    sums = [
        (name, sum(row.plays.started for row in of), sum(row.plays.completed for row in of), people(of))
        for name, of in groups.items()
    ]
    return _drawn(sorted(sums, key=lambda one: (-one[2], one[0])))


def people(rows: Sequence[ReportRow]) -> People:
    """Rows of one area only: the same people are before all areas of a screen."""

    def added(values: Iterable[int | None]) -> int | None:
        told = [value for value in values if value is not None]
        return sum(told) if told else None

    return People(
        added(row.gross_impressions for row in rows), added(row.ots for row in rows),
        added(row.attention_s for row in rows), sum(row.suppressed for row in rows),
        any(row.simulated for row in rows),
    )  # fmt: skip


def by_hour(counts: Mapping[int, tuple[int, int]]) -> list[Total]:
    """(started, completed) by the hour of the store's day -> all 24 of them."""
    return _drawn([(f"{hour}:00", *counts.get(hour, (0, 0)), People()) for hour in range(24)])


def by_daypart(counts: Mapping[int, tuple[int, int]]) -> list[Total]:
    """The same hours -> the named parts of a store's day."""
    sums = []
    for name, (first, last) in DAYPARTS.items():
        of = [counts.get(hour % 24, (0, 0)) for hour in range(first, last if last > first else last + 24)]
        sums.append((name, sum(one[0] for one in of), sum(one[1] for one in of), People()))
    return _drawn(sums)


def sold_beside(sold: Sold, gtins: Sequence[str], stores: Iterable[tuple[str, str]], filters: Filters) -> list[Beside]:
    """`stores`: (id, time zone). Products in their order, at most MOST_PRODUCTS. Raises RecommenderUnreachable."""
    asked, length = list(dict.fromkeys(gtins))[:MOST_PRODUCTS], filters.last - filters.first + timedelta(days=1)
    now: list[SalesCell] = []
    before: list[SalesCell] = []
    for store_id, zone in stores if asked else ():
        for cells, back in ((now, timedelta()), (before, length)):
            days = local_days(store_id, zone, filters.first - back, filters.last - back)
            cells.extend(sold(asked, [store_id], from_millis(days[0][2]), from_millis(days[-1][3])))
    return [
        Beside(gtin, _units(now, gtin), _units(before, gtin), sum(c.units is None for c in now if c.gtin == gtin))
        for gtin in asked
    ]


def _units(cells: Iterable[SalesCell], gtin: str) -> int | None:
    told = [cell.units for cell in cells if cell.gtin == gtin and cell.units is not None]
    return sum(told) if told else None


def _drawn(sums: Sequence[tuple[str, int, int, People]]) -> list[Total]:
    most = max((completed for _, _, completed, _ in sums), default=0) or 1
    return [Total(key, started, completed, round(100 * completed / most), of) for key, started, completed, of in sums]
