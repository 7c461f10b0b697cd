"""Spots as deciding sees them: what, where, when, for whom, how strongly."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import IntEnum, StrEnum

from signage.domain.content import Card, Media
from signage.domain.place import Orientation


class Level(IntEnum):
    """Named priority levels, strongest first. Always shown by name, never by number."""

    EMERGENCY = 0
    TAKEOVER = 1
    MEMBER = 2
    GUARANTEED = 3
    OPEN = 4
    HOUSE = 5


class Restriction(StrEnum):
    """Why a spot may not run before a possible child."""

    NONE = "none"
    ALCOHOL = "alcohol"
    TOBACCO = "tobacco"
    ADULT = "adult"


class CampaignState(StrEnum):
    DRAFT = "draft"
    SUBMITTED = "submitted"
    APPROVED = "approved"
    SENT_BACK = "sent_back"
    PAUSED = "paused"
    WITHDRAWN = "withdrawn"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class Daypart:
    """Weekly hours in store-local time, half open. `weekdays` 0 = Monday; minutes from midnight.

    `end_min` <= `start_min` crosses midnight and belongs to the weekday on which it starts.
    """

    weekdays: frozenset[int]
    start_min: int
    end_min: int


@dataclass(frozen=True, slots=True)
class Flight:
    """Dated window [start, end) in UTC."""

    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class Targeting:
    """Empty sets mean "any". `audience` holds audience classes (see domain.audience.AudienceClass)."""

    stores: frozenset[str] = frozenset()
    zones: frozenset[str] = frozenset()
    screens: frozenset[str] = frozenset()
    tags: frozenset[str] = frozenset()
    orientations: frozenset[Orientation] = frozenset()
    audience: frozenset[str] = frozenset()
    guests_only: bool = False


@dataclass(frozen=True, slots=True)
class Spot:
    """A creative or card with a length, ready to schedule, with all that its campaign says of it.

    `gtins` are the promoted products (14 digits): one at stock 0 in the store takes the spot off its screens.
    """

    spot_id: str
    name: str
    level: Level
    length_ms: int
    content: Media | Card
    campaign_id: str = ""
    approved: bool = False
    flight: Flight | None = None
    dayparts: tuple[Daypart, ...] = ()
    targeting: Targeting = field(default_factory=Targeting)
    gtins: tuple[str, ...] = ()
    restriction: Restriction = Restriction.NONE
    cap_per_hour: int = 0  # plays per screen and hour; 0 = no cap
    goal_plays: int = 0  # completed plays over the flight; 0 = none
    sponsored: bool = False
    paused: bool = False

    def called(self, lang: str) -> str:
        """What people who read this language know it by: the title of its card, its name where that has none."""
        if not isinstance(self.content, Card):
            return self.name
        return (self.content.title_en if lang == "en" else self.content.title_ja) or self.name


@dataclass(frozen=True, slots=True)
class Inventory:
    """Every spot that a store's screens could be asked to show, in a stable order; `version` is its content's hash."""

    store_id: str
    version: str
    spots: tuple[Spot, ...]
