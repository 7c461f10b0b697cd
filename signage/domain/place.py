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


@dataclass(frozen=True, slots=True)
class Store:
    """`zone` is an IANA time zone; `restricted_without_camera`: may restricted spots run when the audience is unknown?

    `contact`: whom to call about a screen. `own_percent`: the share of each screen's plays that the store's own campaigns
    may have together; `own_approval`: do those need headquarters' approval?
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
