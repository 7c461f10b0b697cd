"""Where things are shown: stores and their screens."""

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from math import asin, cos, hypot, radians, sin
from typing import Self


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


class Layout(StrEnum):
    """How a stage is divided. Only the main area is what coverage and decisions are about."""

    FULL = "full"
    TWO_ZONE = "two_zone"
    L_BAR = "l_bar"
    TICKER = "ticker"


class Fit(StrEnum):
    """What is done with a picture of another shape than its area."""

    FIT = "fit"  # whole, with ground beside it
    FILL = "fill"  # cropped


EARTH_KM = 6371.0088  # its mean radius
_MINUS = "−"  # as people write it, and NFKC leaves it
_DEGREES = re.compile(r"([+-]?\d{1,3}(?:\.\d{1,15})?)\s*[,、\s]\s*([+-]?\d{1,3}(?:\.\d{1,15})?)", re.ASCII)


@dataclass(frozen=True, slots=True)
class Position:
    """Degrees, north and east positive (WGS 84)."""

    latitude: float
    longitude: float

    @classmethod
    def read(cls, text: str) -> Self:
        """ "35.681236, 139.767125", as a map's page copies it. Raises ValueError."""
        plain = unicodedata.normalize("NFKC", text).replace(_MINUS, "-").strip()
        found = _DEGREES.fullmatch(plain.removeprefix("(").removesuffix(")"))
        read = cls(float(found[1]), float(found[2])) if found else None
        if read is None or abs(read.latitude) > 90 or abs(read.longitude) > 180:
            raise ValueError(f"no position: {text!r}")
        return read

    def __str__(self) -> str:
        return f"{self.latitude:.6f}, {self.longitude:.6f}"

    def km_to(self, other: "Position") -> float:
        """Along a great circle (the haversine formula)."""
        north, east = radians(other.latitude - self.latitude), radians(other.longitude - self.longitude)
        width = cos(radians(self.latitude)) * cos(radians(other.latitude))
        return 2 * EARTH_KM * asin(min(1.0, hypot(sin(north / 2), width**0.5 * sin(east / 2))))


@dataclass(frozen=True, slots=True)
class Store:
    """`zone` is an IANA time zone; `restricted_without_camera`: may restricted spots run when the audience is unknown?

    `contact`: whom to call about a screen. `own_percent`: the share of each screen's plays that the store's own campaigns
    may have together; `own_approval`: do those need headquarters' approval? `position`: None where nobody has told.
    """

    store_id: str
    name_ja: str
    name_en: str
    zone: str
    currency: str
    language: str = "ja"
    restricted_without_camera: bool = False
    simulated: bool = False  # prices and stock are made up, and every surface says so
    contact: str = ""
    own_percent: int = 100
    own_approval: bool = True
    position: Position | None = None


@dataclass(frozen=True, slots=True)
class Screen:
    """One panel running one player. `width`/`height` px.

    `safe_percent` of each side stays free of content, where the panel hides its edge.
    `lit_from_min` to `lit_until_min`: minutes of the store's day in which the panel shows anything; equal = always.
    """

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
    layout: Layout = Layout.FULL
    fit: Fit = Fit.FIT
    safe_percent: int = 0
    lit_from_min: int = 0
    lit_until_min: int = 0

    @property
    def orientation(self) -> Orientation:
        if self.width >= 3 * self.height:
            return Orientation.STRIP
        return Orientation.LANDSCAPE if self.width >= self.height else Orientation.PORTRAIT
