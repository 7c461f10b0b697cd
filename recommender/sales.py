"""Door `sales`: what was sold, where and when, with small cells suppressed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


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
        """Per product, store and day (or hour) in [start, end)."""
        ...
