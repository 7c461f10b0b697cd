"""Simulated stock of the demo stores: opening stock and a nightly delivery, less real sales of the same weekday.

Everything here is invented but the sales; each level is recorded as simulated and labelled wherever it shows.
"""

import hashlib
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

import pandas as pd

ASSORTMENT_WEEKS = 8
WEEK_MINUTES = 7 * 24 * 60


def lot(gtin: str, store_id: str, day: date) -> float:
    """A fixed number in [0, 1) for a product, store and day: how well the night's delivery filled the shelf."""
    digest = hashlib.sha256(f"{gtin}/{store_id}/{day.isoformat()}".encode()).digest()
    return int.from_bytes(digest[:8]) / 2**64


def morning_level(weekly_units: float, luck: float) -> int:
    """Units on the shelf at opening. Most shelves are full; some nights bring little, and one in 100 brings nothing."""
    if luck < 0.01:
        return 0
    share = 0.15 + 0.85 * min(1.0, luck / 0.35)
    return max(1, round((6 + 4 * weekly_units) * share))


@dataclass(frozen=True)
class Shelves:
    """One store's assortment: `weekly` = mean units a week by GTIN; `sales` = units by GTIN and minute of the week."""

    store_id: str
    weekly: pd.Series
    sales: pd.DataFrame

    def opening(self, day: date) -> dict[str, int]:
        """Level by GTIN on the morning of `day`, the store's local date."""
        return {
            str(gtin): morning_level(float(units), lot(str(gtin), self.store_id, day))
            for gtin, units in self.weekly.items()
        }

    def sold(self, start: datetime, end: datetime) -> dict[str, int]:
        """Units by GTIN in (start, end] of store-local time, replayed from the data's last week. At most a day."""
        first = minute_of_week(start)
        length = min(int((end - start) / timedelta(minutes=1)), 24 * 60)
        after = (self.sales.minute - first) % WEEK_MINUTES
        window = self.sales[(after > 0) & (after <= length)]
        return {str(gtin): int(units) for gtin, units in window.groupby("gtin").units.sum().items()}

    def levels(self, now: datetime) -> dict[str, int]:
        """Level by GTIN at the store-local `now`: this morning's, less what has been sold since midnight."""
        midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
        sold = self.sold(midnight, now)
        return {gtin: max(0, level - sold.get(gtin, 0)) for gtin, level in self.opening(now.date()).items()}


def minute_of_week(local: datetime) -> int:
    return local.weekday() * 24 * 60 + local.hour * 60 + local.minute


def shelves(transactions: pd.DataFrame, store_id: str) -> Shelves:
    """Moved order lines -> one store's shelves: what it sold in the last eight weeks, and the last week's sales."""
    lines = transactions[(transactions.store == store_id) & (transactions.quantity > 0)]
    last = lines.local.max()
    recent = lines[lines.local > last - pd.Timedelta(weeks=ASSORTMENT_WEEKS)]
    weekly = recent.groupby("gtin").quantity.sum() / ASSORTMENT_WEEKS
    week = recent[recent.local > last - pd.Timedelta(weeks=1)]
    minute = week.local.dt.dayofweek * 24 * 60 + week.local.dt.hour * 60 + week.local.dt.minute
    sales = pd.DataFrame({"gtin": week.gtin, "minute": minute, "units": week.quantity})
    return Shelves(store_id, weekly, sales.reset_index(drop=True))


def save(shelf: Shelves, folder: Path) -> None:
    shelf.weekly.rename("units").rename_axis("gtin").reset_index().to_parquet(
        folder / f"weekly_{shelf.store_id}.parquet"
    )
    shelf.sales.to_parquet(folder / f"sales_{shelf.store_id}.parquet")


def load(store_id: str, folder: Path) -> Shelves:
    """Raises FileNotFoundError before seeding."""
    weekly = pd.read_parquet(folder / f"weekly_{store_id}.parquet").set_index("gtin").units
    return Shelves(store_id, weekly, pd.read_parquet(folder / f"sales_{store_id}.parquet"))
