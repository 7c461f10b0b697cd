"""Where things are shown: stores and their screens."""

from dataclasses import dataclass
from enum import StrEnum


class Orientation(StrEnum):
    LANDSCAPE = "landscape"
    PORTRAIT = "portrait"
    STRIP = "strip"  # a shelf edge: wider than 3 : 1


class Zone(StrEnum):
    ENTRANCE = "entrance"
    AISLE = "aisle"
    CHECKOUT = "checkout"
    SHELF = "shelf"


class CameraMode(StrEnum):
    OFF = "off"
    PRESENCE = "presence"  # counts only
    DEMOGRAPHICS = "demographics"  # counts and age bands


@dataclass(frozen=True, slots=True)
class Store:
    """`zone` is an IANA time zone; `restricted_without_camera`: may restricted spots run when the audience is unknown?"""

    store_id: str
    name_ja: str
    name_en: str
    zone: str
    currency: str
    language: str = "ja"
    restricted_without_camera: bool = False
    simulated: bool = False  # prices and stock are made up, and every surface says so


@dataclass(frozen=True, slots=True)
class Screen:
    """One panel running one player. `width`/`height` px; `distance_m` is where people read it from."""

    screen_id: str
    store_id: str
    name: str
    zone: Zone
    width: int
    height: int
    tags: frozenset[str] = frozenset()
    language: str = "ja"
    camera: CameraMode = CameraMode.OFF
    place_ja: str = ""
    place_en: str = ""

    @property
    def orientation(self) -> Orientation:
        if self.width >= 3 * self.height:
            return Orientation.STRIP
        return Orientation.LANDSCAPE if self.width >= self.height else Orientation.PORTRAIT
