"""Door `crowd`: what suits the people at a place and time. No person in any signature."""

from collections.abc import Sequence
from typing import Protocol

from recommender.domain.recommendation import CrowdScores, Place, Scored


class Crowd(Protocol):
    def scores(self, place: Place, gtins: Sequence[str]) -> CrowdScores:
        """Relevance 0-1 for each of `gtins` (unknown products get 0)."""
        ...

    def top(self, place: Place, limit: int, family: str = "") -> list[Scored]:
        """Best sellers that suit this place (of one family if given), public-safe only, no two with the same words."""
        ...
