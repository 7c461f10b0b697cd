"""What the controller works with; the composition root fills it in once."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from random import Random

from recommender.catalog import Catalog
from recommender.crowd import Crowd
from signage.controller.tokens import ScreenTokens
from signage.domain.clock import Clock
from signage.domain.decision import APART, Holdout
from signage.domain.errors import NotFound
from signage.domain.families import Families
from signage.domain.place import Screen, Store
from signage.domain.stock import DEFAULT_LIMITS, StockLimits
from signage.live import Live
from signage.storage.cells import Cells
from signage.storage.decisions import Decisions
from signage.storage.inventories import Inventories
from signage.storage.learned import Learned
from signage.storage.plays import Plays
from signage.storage.screens import Screens
from signage.storage.writer import GroupWriter


@dataclass(frozen=True, slots=True)
class Site:
    """A screen and the store it stands in."""

    screen: Screen
    store: Store

    @property
    def lang(self) -> str:
        return self.screen.language


def on_time(_store_id: str) -> timedelta:
    """Every store's clock is right."""
    return timedelta(0)


@dataclass(frozen=True, slots=True)
class Rooms:
    """`base_url` without a slash at its end; `monotonic_ns` measures, `clock` tells the time, `rng` seeds decisions.

    `store_ahead(store_id)`: how far a store's clock is set ahead, for its flights and dayparts; only a demo moves it.
    """

    screens: Screens
    inventories: Inventories
    decisions: Decisions
    plays: Plays
    cells: Cells
    learned: Learned
    writer: GroupWriter
    live: Live
    catalog: Catalog
    crowd: Crowd
    families: Families
    tokens: ScreenTokens
    clock: Clock
    monotonic_ns: Callable[[], int]
    rng: Random
    base_url: str
    store_ahead: Callable[[str], timedelta] = on_time
    stock_limits: StockLimits = DEFAULT_LIMITS
    holdout: Holdout | None = None
    apart: timedelta = APART  # between competitors

    def site(self, screen_id: str) -> Site:
        """Raises NotFound for a screen, or a store of it, that isn't there."""
        placed = self.screens.placed(screen_id)
        if placed is None:
            raise NotFound("screen_unknown", "There is no such screen.", "その画面は登録されていません。")
        return Site(*placed)
