"""A decision: what was chosen for a screen, from what, with what chance, and why."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from signage.domain.audience import AudienceClass
from signage.domain.campaign import Distance, Level
from signage.domain.place import Orientation

APART = timedelta(minutes=5)  # between competitors on one screen, unless the shop's setting says otherwise


class Gate(StrEnum):
    """The gates in the order they are tried. The name is the code in records and API; texts are in decide/texts."""

    APPROVAL = "approval"
    PAUSED = "paused"
    FLIGHT = "flight"
    DAYPART = "daypart"
    PLACE = "place"
    ORIENTATION = "orientation"
    CACHED = "cached"
    STOCK = "stock"
    PRICE = "price"  # a promoted product costs more than its condition allows
    AUDIENCE_CLASS = "audience_class"  # restricted spots and a possible child
    AUDIENCE_TARGET = "audience_target"
    GUEST = "guest"
    PUBLIC_SAFE = "public_safe"
    CAP = "cap"
    SEPARATION = "separation"  # a competitor was shown here just now
    HOLDOUT = "holdout"  # withheld here for now, to see what it changes
    REPEAT = "repeat"  # just shown, and something else can be
    PACING = "pacing"  # a guaranteed spot on or ahead of its pace yields
    LEVEL = "level"  # a stronger level had something to show
    OUTRANKED = "outranked"  # below the 64 most relevant


class Reason(StrEnum):
    """Why an item is shown. Public and private texts in ja/en stand in signage/domain/words.py."""

    DUE_AGAIN = "due_again"
    GOES_WITH = "goes_with"
    POPULAR_HERE = "popular_here"
    DISCOVERY = "discovery"
    REDUCED = "reduced"
    SPONSORED = "sponsored"
    ROTATION = "rotation"
    MEMBER_HERE = "member_here"
    TAKEOVER = "takeover"
    EMERGENCY = "emergency"


@dataclass(frozen=True, slots=True)
class Holdout:
    """An experiment: each campaign is withheld from `percent` of the screen x time blocks. Its name draws the blocks."""

    experiment: str
    percent: int


@dataclass(frozen=True, slots=True)
class Ghost:
    """What the same seed would have shown, had nothing been withheld; its index in the inventory and its chance."""

    index: int
    probability: float


@dataclass(frozen=True, slots=True)
class Pace:
    """How a promised number of plays is kept: `delivered` of those `due` by now. `behind` 0-1: the share of what this hour
    and the one before ask for that is missing; 0 = on its plan, and it yields."""

    delivered: int
    due: float
    behind: float


@dataclass(frozen=True, slots=True)
class Context:
    """All that a decision may look at, besides the inventory. Nothing here can name a person.

    `scores`: the crowd's relevance 0-1 by GTIN, and `reasons` its reason code; both empty while a guest is there: an
    affinity fills cards and decides nothing, so no record tells of it. `stock`: units by GTIN in this store, absent =
    unknown, as of `stock_as_of`. `plays_last_hour` by spot id; `last_shown_ago_s` seconds since a spot was last on this
    screen; `cached`: creative hashes the player holds, None = not told. `unsafe`: GTINs that history may not bring up
    on a screen. `ages_unknown`: somebody stands there whose age the camera can't tell. `pace` by spot id, for
    guaranteed spots with a goal of plays; `owed` by campaign: plays that its share of this screen's voice lacks at this
    moment, below 0 where it had more. `greeting`: the guest was let in this moment; `picks`: there is something to
    recommend to that guest here. `store_ahead`: how far the store's clock was set ahead of `now`, in a demo only.
    `response`: by spot id, the log-odds by which it does better here than an unknown one; empty while a guest is there,
    and `learned` its version. `holdout`: the experiment that withholds campaigns, while one is on; `withheld`: whether
    another one withholds this guest's picks, None = there is none. `distance`: whether somebody is near or people are
    only far; ANY = nobody is there, or nobody knows. `prices`: tax-included minor units by GTIN, absent = unknown;
    `cuts`: the GTINs that cost less than before, `proved`: those whose usual price is proved for a day to come.
    `plays_last_loop` and `plays_this_guest`: as `plays_last_hour`, since one turn of all that may run here began, and
    since the guest came; `own_last_hour`: those of the store's own spots among `plays_last_hour`. `rivals_ago_s`: by
    trade, seconds since each campaign of it was last on this screen, counted from that spot's end; they keep `apart`.
    `contested`: the trades of which more than one campaign may run here. `country` (ISO 3166) is where the store's
    holidays are, "" where nobody knows.
    """

    screen_id: str
    store_id: str
    zone: str
    tags: frozenset[str]
    orientation: Orientation
    now: datetime
    store_zone: str
    audience: AudienceClass
    near: bool
    restricted_without_camera: bool
    guest: bool
    scores: Mapping[str, float]
    reasons: Mapping[str, str]
    stock: Mapping[str, int]
    unsafe: frozenset[str]
    plays_last_hour: Mapping[str, int]
    last_shown_ago_s: Mapping[str, float]
    cached: frozenset[str] | None
    model_version: str
    ages_unknown: bool = False
    pace: Mapping[str, Pace] = field(default_factory=dict)
    owed: Mapping[str, float] = field(default_factory=dict)
    greeting: bool = False
    picks: bool = False
    store_ahead: timedelta = timedelta(0)
    response: Mapping[str, float] = field(default_factory=dict)
    learned: int = 0
    holdout: Holdout | None = None
    withheld: bool | None = None
    distance: Distance = Distance.ANY
    stock_as_of: Mapping[str, datetime] = field(default_factory=dict)
    country: str = ""
    currency: str = "JPY"
    prices: Mapping[str, int] = field(default_factory=dict)
    cuts: frozenset[str] = frozenset()
    proved: frozenset[str] = frozenset()
    own_last_hour: int = 0
    plays_last_loop: Mapping[str, int] = field(default_factory=dict)
    plays_this_guest: Mapping[str, int] = field(default_factory=dict)
    rivals_ago_s: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    contested: frozenset[str] = frozenset()
    apart: timedelta = APART

    @property
    def store_now(self) -> datetime:
        """The moment that flights and dayparts are held against."""
        return self.now + self.store_ahead


@dataclass(frozen=True, slots=True)
class GateResult:
    """One gate's answer for one spot, with the figure it used (plain words or a number)."""

    gate: Gate
    passed: bool
    figure: str


class Drawn(NamedTuple):
    """A spot in the draw, named by its number in the inventory snapshot. A tuple, since every decision makes up to 64 of
    them and a frozen dataclass takes three times as long to make."""

    number: int
    score: float
    probability: float


@dataclass(frozen=True, slots=True)
class Decision:
    """The record. As JSON <= 4 KB. From it and the inventory it names, the choice can be made again.

    `chosen` is the index in the inventory, -1 when nothing was eligible (the player then goes down its ladder). `at` is
    the true time; flights and dayparts were held against `at + store_ahead`.
    """

    decision_id: str
    screen_id: str
    store_id: str
    at: datetime
    policy: str
    model_version: str
    inventory: str
    guest: bool
    audience: AudienceClass | None  # None while a guest session is on
    daypart: str  # store-local "mon-15"
    stock_hash: str
    draw: tuple[Drawn, ...]
    failed: Mapping[Gate, int]
    chosen: int
    spot_id: str
    propensity: float
    seed: int
    level: Level | None
    reasons: tuple[Reason, ...]
    latency_us: int
    store_ahead: timedelta = timedelta(0)
    holdout: Holdout | None = None
    withheld: bool | None = None  # the arm of a guest in the members' holdout
    ghost: Ghost | None = None  # where a holdout suppressed it
    cut: bool = False  # a product that the chosen spot promotes cost less than before
