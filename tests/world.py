"""The small named world of the tests: 駅前店 in Tokyo with four screens, a store in Chicago with one, and their clock."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import Engine

from signage.domain.place import CameraMode, Screen, Store, Zone
from signage.storage.screens import Screens

START = datetime(2026, 11, 16, 3, 0, tzinfo=UTC)  # Monday noon in Tokyo

EKIMAE = Store("ekimae", "駅前店", "Station Front", "Asia/Tokyo", "JPY", "ja", simulated=True)
ELM = Store("elm", "エルム通り店", "Elm Street", "America/Chicago", "USD", "en")

ENTRANCE = Screen(
    "entrance", "ekimae", "入口1", Zone.ENTRANCE, 1920, 1080,
    camera=CameraMode.DEMOGRAPHICS, place_ja="入口", place_en="Entrance",
)  # fmt: skip
AISLE = Screen("aisle", "ekimae", "3番通路", Zone.AISLE, 1080, 1920, place_ja="3番通路・左", place_en="Aisle 3, left")
CHECKOUT = Screen("checkout", "ekimae", "レジ前", Zone.CHECKOUT, 1920, 1080, camera=CameraMode.PRESENCE)
EDGE = Screen("edge", "ekimae", "飲料棚", Zone.SHELF, 1920, 360, tags=frozenset({"drinks"}))
DAIRY = Screen("dairy", "elm", "Dairy", Zone.AISLE, 1920, 1080, language="en")


@dataclass
class MovableClock:
    """A Clock: call it for now, `tick` moves it."""

    now: datetime = START

    def __call__(self) -> datetime:
        return self.now

    def tick(self, seconds: float) -> datetime:
        self.now += timedelta(seconds=seconds)
        return self.now


@dataclass(frozen=True)
class World:
    """What `make_world` saved; keys are the screens' own player keys by screen id."""

    screens: Screens
    keys: dict[str, str]


def make_world(engine: Engine) -> World:
    """Save the stores and screens, and let every screen's player in."""
    screens = Screens(engine)
    for store in (EKIMAE, ELM):
        screens.save_store(store)
    keys = {}
    for screen in (ENTRANCE, AISLE, CHECKOUT, EDGE, DAIRY):
        screens.save_screen(screen, datetime(2026, 11, 1, tzinfo=UTC))
        keys[screen.screen_id] = screens.issue_key(screen.screen_id)
    return World(screens, keys)
