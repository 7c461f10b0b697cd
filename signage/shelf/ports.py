"""All that the shopper's pages need, handed in once: doors of the recommender, places, and callables."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from recommender.catalog import Catalog
from recommender.domain.member import Refusal
from recommender.domain.recommendation import Affinity
from recommender.personal import Personal
from signage.domain.clock import Clock
from signage.domain.place import Store
from signage.domain.price import TaxRounding
from signage.domain.stock import DEFAULT_LIMITS, StockLimits


@dataclass(frozen=True, slots=True)
class ShelfPorts:
    """`stores` are in the order of preference: the first one stands in for a store that isn't known.

    A member's phone and a screen are known to each other only while a guest session lasts, and only through the code
    that began it: `showing(code)` gives the screen that such a code shows on now, `chosen(code)` what it may choose from
    there, `end_by_code(code)` ends that and says whether there was anything to end. `scan(screen_id, code)` is None when
    the screen accepted the code.
    `may_try(what, address)`: may this address try it once more, or has it tried too often?
    `offload` runs what would keep every socket of the process waiting: looking through all names.
    `scanned(gtin, store_id)` hears of every shelf label that a phone opened and returns at once: see scans.py.
    """

    catalog: Catalog
    personal: Personal
    stores: Callable[[], list[Store]]
    store: Callable[[str], Store | None]
    verify_screen_token: Callable[[str], str | None]
    scan: Callable[[str, str], Refusal | None]
    scanned: Callable[[str, str], None]
    showing: Callable[[str], str | None]
    chosen: Callable[[str], Affinity | None]
    end_by_code: Callable[[str], bool]
    screen_name: Callable[[str], str]
    may_try: Callable[[str, str], bool]
    clock: Clock
    base_url: str
    demo: bool = False
    offload: Callable[[Callable[[], Any]], Any] = lambda work: work()
    stock_limits: StockLimits = DEFAULT_LIMITS
    tax_rounding: TaxRounding = TaxRounding.DOWN
