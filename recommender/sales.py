"""Door `sales`: what was sold, and scanned at the shelf, where and when, with small cells suppressed."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time
from typing import Protocol
from zoneinfo import ZoneInfo

from recommender.domain.gtin import is_gtin14
from recommender.domain.instant import from_ms, to_ms
from recommender.storage import sales
from recommender.storage.engine import Engine
from recommender.storage.sales import SoldLine

FEWEST_BASKETS = 10


@dataclass(frozen=True, slots=True)
class SalesCell:
    """Units of one product in one store over one period. `units` is None where fewer than 10 baskets stand behind it."""

    gtin: str
    store_id: str
    start: datetime
    units: int | None


class Sales(Protocol):
    def units(
        self, gtins: Sequence[str], store_ids: Sequence[str], start: datetime, end: datetime, *, by_hour: bool = False
    ) -> list[SalesCell]:
        """Per product, store and day (or hour) of the store's own clock, of what was sold in [start, end).

        Cells without a sale are left out. Where one cell of a comparison would follow from the others, the next smallest
        is suppressed with it."""
        ...

    def scans(
        self, gtins: Sequence[str], store_ids: Sequence[str], start: datetime, end: datetime, *, by_hour: bool = False
    ) -> list[SalesCell]:
        """The same of labels scanned by phones that nobody knows: `units` are scans, and fewer than 10 are not told."""
        ...


@dataclass(frozen=True, slots=True)
class _Cell:
    gtin: str
    store_id: str
    start: datetime
    units: int
    baskets: int


class LocalSales:
    """The door in process."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def units(
        self, gtins: Sequence[str], store_ids: Sequence[str], start: datetime, end: datetime, *, by_hour: bool = False
    ) -> list[SalesCell]:
        known = [gtin for gtin in gtins if is_gtin14(gtin)]
        return _told(sales.sold_lines(self._engine, known, store_ids, to_ms(start), to_ms(end)), by_hour)

    def scans(
        self, gtins: Sequence[str], store_ids: Sequence[str], start: datetime, end: datetime, *, by_hour: bool = False
    ) -> list[SalesCell]:
        known = [gtin for gtin in gtins if is_gtin14(gtin)]
        return _told(sales.scanned_lines(self._engine, known, store_ids, to_ms(start), to_ms(end)), by_hour)


def _told(lines: Iterable[SoldLine], by_hour: bool) -> list[SalesCell]:
    cells = _cells(lines, by_hour)
    hidden = _hidden(cells)
    return [SalesCell(c.gtin, c.store_id, c.start, None if c in hidden else c.units) for c in cells]


def _cells(lines: Iterable[SoldLine], by_hour: bool) -> list[_Cell]:
    units: dict[tuple[str, str, datetime], int] = defaultdict(int)
    baskets: dict[tuple[str, str, datetime], set[str]] = defaultdict(set)
    for line in lines:
        key = line.gtin, line.store_id, _start(line, by_hour)
        units[key] += line.quantity
        baskets[key].add(line.order_id)
    return [_Cell(*key, units[key], len(baskets[key])) for key in sorted(units)]


def _start(line: SoldLine, by_hour: bool) -> datetime:
    """The beginning of the line's day or hour on the store's clock, in UTC: the repeated hour of autumn is two hours."""
    local = from_ms(line.at).astimezone(ZoneInfo(line.zone))
    if by_hour:
        return local.replace(minute=0, second=0, microsecond=0).astimezone(UTC)
    return datetime.combine(local.date(), time(), local.tzinfo).astimezone(UTC)


def _hidden(cells: Sequence[_Cell]) -> set[_Cell]:
    """Too few baskets; and as long as one cell is the only unknown among the stores of a time or the times of a store,
    the smallest that is known there."""
    hidden = {cell for cell in cells if cell.baskets < FEWEST_BASKETS}
    comparisons: dict[object, list[_Cell]] = defaultdict(list)
    for cell in cells:
        comparisons[cell.gtin, cell.start].append(cell)
        comparisons[cell.gtin, cell.store_id].append(cell)
    before = -1
    while before != len(hidden):
        before = len(hidden)
        for group in comparisons.values():
            known = [cell for cell in group if cell not in hidden]
            if known and len(group) - len(known) == 1:
                hidden.add(min(known, key=lambda cell: (cell.baskets, cell.units)))
    return hidden
