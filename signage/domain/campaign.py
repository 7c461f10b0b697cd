"""Spots as deciding sees them: what, where, when, for whom, how strongly."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
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


WHOLE = 100  # percent
TAKEOVER_LASTS = timedelta(hours=24)  # at most: it must end by itself
FLIGHT_LASTS = timedelta(days=5 * 366)  # at most: its goal is planned day by day


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


class OnHolidays(StrEnum):
    """What a public holiday of the store's country is to a daypart."""

    SAME = "same"  # a day like its weekday
    ALSO = "also"  # it runs as well: 土日祝
    NEVER = "never"  # it doesn't run: 平日


@dataclass(frozen=True, slots=True)
class Daypart:
    """Weekly hours in store-local time, half open. `weekdays` 0 = Monday; minutes from midnight.

    `end_min` <= `start_min` crosses midnight and belongs to the day on which it starts. `every_weeks`: only in every
    n-th week, those whose number (see domain.calendar) leaves `week` when divided by it.
    """

    weekdays: frozenset[int]
    start_min: int
    end_min: int
    holidays: OnHolidays = OnHolidays.SAME
    every_weeks: int = 1
    week: int = 0


@dataclass(frozen=True, slots=True)
class Flight:
    """Dated window [start, end) in UTC."""

    start: datetime
    end: datetime


class Distance(StrEnum):
    """How near somebody must be; without a camera nobody knows."""

    ANY = "any"
    NEAR = "near"
    FAR = "far"


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
    distance: Distance = Distance.ANY


@dataclass(frozen=True, slots=True)
class Spot:
    """A creative or card with a length, ready to schedule, with all that its campaign says of it.

    `gtins` are the promoted products (14 digits): one at stock 0 in the store takes the spot off its screens, and so does
    one whose price does not meet the conditions. Caps are by spot and screen, 0 = none; a loop is one turn of all that may
    run on the screen. Of the two goals one at most is set; neither is open. `competitor` names a trade ("beer"): spots of
    other campaigns with the same name keep their distance.
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
    cap_per_hour: int = 0
    cap_per_loop: int = 0
    cap_per_guest: int = 0  # in one guest session
    goal_plays: int = 0  # completed plays over the flight; 0 = none
    goal_share: int = 0  # share of voice: percent of each screen's plays, while it may run there; 0 = none
    competitor: str = ""
    price_at_most: int = 0  # minor units of the store's currency; 0 = any price
    price_cut: bool = False  # only while each promoted product costs less than before
    price_proved: bool = False  # its creative shows what each cost before: only while that is proved
    sponsored: bool = False
    paused: bool = False
    own_percent: int = WHOLE  # a store's own: the most of a screen's plays that all of these may have together
    variants: tuple[Media, ...] = ()  # further files of its creative, for other shapes and languages of screens
    expires: datetime | None = None  # from then on its creative is not shown

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
