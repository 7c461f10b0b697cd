"""What the recommender says: scored products with a reason; an affinity that names no one."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class ReasonCode(StrEnum):
    DUE_AGAIN = "due_again"
    GOES_WITH = "goes_with"
    POPULAR_HERE = "popular_here"
    DISCOVERY = "discovery"


@dataclass(frozen=True, slots=True)
class Scored:
    """`score` 0-1, comparable within one list only. `detail` is a figure for the studio ("9 days"), never for a screen."""

    gtin: str
    score: float
    reason: ReasonCode
    detail: str = ""


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
    """Best first, public-safe only; nothing in it leads back to a member."""

    items: tuple[Scored, ...]
    model_version: str
