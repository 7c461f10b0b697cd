"""What a retailer plans to promote, told ahead."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Promotion:
    """A product on a display or in the leaflet of one store, on the days from `first` to `last`, both included.

    store_id "" = every store. Neither flag = what was planned for this store and product from `first` on is taken back.
    """

    store_id: str
    gtin: str
    first: date
    last: date
    display: bool
    leaflet: bool
