"""What the recommender says: scored products with a reason; an affinity that names no one."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Literal

from recommender.domain.gtin import is_gtin14

LEFT_OUT = 100  # products that one list may be asked to leave out


class ReasonCode(StrEnum):
    DUE_AGAIN = "due_again"
    GOES_WITH = "goes_with"
    POPULAR_HERE = "popular_here"
    DISCOVERY = "discovery"


class Slot(StrEnum):
    """Which part of the ranking a place in a list was filled from."""

    AGAIN = "again"  # what the member bought before
    DISCOVERY = "discovery"  # what they never bought
    WITH = "with"  # what is bought together with the product looked at
    HERE = "here"  # what sells in the store


@dataclass(frozen=True, slots=True)
class Scored:
    """`score` 0-1, comparable within one list only. `detail` is a figure for the studio ("9 days"), never for a screen.
    `slot` "" = told by a release that knew none."""

    gtin: str
    score: float
    reason: ReasonCode
    detail: str = ""
    slot: Slot | Literal[""] = ""


@dataclass(frozen=True, slots=True)
class Place:
    """Where and when a crowd stands. `audience` is an anonymous class such as "adults"; `at` is aware."""

    store_id: str
    at: datetime
    audience: str = "unknown"


@dataclass(frozen=True, slots=True)
class CrowdScores:
    """Scores by GTIN and the version of the artifacts that gave them ("none" before the first training)."""

    scores: dict[str, float]
    model_version: str


@dataclass(frozen=True, slots=True)
class Affinity:
    """Best first, public-safe only; nothing in it leads back to a member.

    `withheld`: the arm of the members' holdout, one bit; True = a screen is not to show the items. None: there is none."""

    items: tuple[Scored, ...]
    model_version: str
    withheld: bool | None = None


def left_out(gtins: Collection[str]) -> list[str]:
    """What a list must not show, as it was shown already -> the GTINs of it; what is none leaves nothing out.

    Raises ValueError for more than LEFT_OUT.
    """
    if len(gtins) > LEFT_OUT:
        raise ValueError(f"{len(gtins)} products to leave out, at most {LEFT_OUT} can be")
    return [gtin for gtin in gtins if is_gtin14(gtin)]
