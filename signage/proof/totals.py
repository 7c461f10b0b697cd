"""Sums of a report: plays by store, screen or campaign and by the hour, and what was sold of the promoted products beside.

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


@dataclass(frozen=True, slots=True)
class Total:
    """`width`: completed plays for each hundred of the greatest total."""

    key: str
    started: int
    completed: int
    width: int


@dataclass(frozen=True, slots=True)
class Beside:
    """Units sold in the days of a report and in as many days before. None: no day of them may be told, or none was sold.

    `hidden`: days and stores left out, since fewer than ten baskets stand behind them."""

    gtin: str
    units: int | None
    before: int | None
    hidden: int


def totals(rows: Iterable[ReportRow], key: Callable[[Counted], str]) -> list[Total]:
    """Plays of main areas, the most first."""
    sums: dict[str, tuple[int, int]] = {}
    for plays in (row.plays for row in rows if row.plays.area is Area.MAIN):
        started, completed = sums.get(key(plays), (0, 0))
        sums[key(plays)] = started + plays.started, completed + plays.completed
    ordered = sorted(sums.items(), key=lambda one: (-one[1][1], one[0]))
    return _drawn([(name, *counts) for name, counts in ordered])


def by_hour(counts: Mapping[int, tuple[int, int]]) -> list[Total]:
    """(started, completed) by the hour of the store's day -> all 24 of them."""
    return _drawn([(f"{hour}:00", *counts.get(hour, (0, 0))) for hour in range(24)])


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


def _drawn(sums: Sequence[tuple[str, int, int]]) -> list[Total]:
    most = max((completed for *_, completed in sums), default=0) or 1
    return [Total(key, started, completed, round(100 * completed / most)) for key, started, completed in sums]
