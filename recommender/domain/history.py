"""What one member bought, as arrays: the only form in which a history reaches the ranking."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class OrderLine:
    """One line as the importer understands it. member "" = anonymous; day `date.toordinal()`, local to the store."""

    order: str
    member: str
    store: str
    day: int
    gtin: int


@dataclass(frozen=True, slots=True)
class MemberHistory:
    """One row per shop-day and product, oldest first. Names nobody.

    gtin    int64  f"{gtin:014d}" is the GTIN-14
    day     int32  `date.toordinal()` in the store's zone
    basket  int32  0 for the oldest shop-day, 1 for the next one; split receipts of a day are one basket
    """

    gtin: NDArray[np.int64]
    day: NDArray[np.int32]
    basket: NDArray[np.int32]

    @classmethod
    def of(
        cls,
        gtins: Sequence[int] | NDArray[np.int64],
        days: Sequence[int] | NDArray[np.int32],
    ) -> Self:
        """Order lines in any sequence (a product and its day each) -> the history."""
        day, gtin = np.asarray(days, np.int32), np.asarray(gtins, np.int64)
        order = np.lexsort((gtin, day))
        day, gtin = day[order], gtin[order]
        first = np.ones(len(day), bool)
        first[1:] = (np.diff(day) != 0) | (np.diff(gtin) != 0)
        day, gtin = day[first], gtin[first]
        return cls(gtin, day, np.unique(day, return_inverse=True)[1].astype(np.int32).reshape(-1))

    def until(self, day: int) -> "MemberHistory":
        """The shop-days up to that day."""
        few = slice(int(np.searchsorted(self.day, day, side="right")))
        return MemberHistory(self.gtin[few], self.day[few], self.basket[few])

    @property
    def baskets(self) -> int:
        """How many shop-days there are."""
        return int(self.basket[-1]) + 1 if len(self.basket) else 0


@dataclass(frozen=True, slots=True)
class Seen:
    """What one member looked at of late, in any order: views, scans and carts alike. Names nobody.

    gtin  int64  f"{gtin:014d}" is the GTIN-14
    at    int64  UTC milliseconds since 1970
    """

    gtin: NDArray[np.int64]
    at: NDArray[np.int64]


NOTHING_SEEN = Seen(np.zeros(0, np.int64), np.zeros(0, np.int64))
