"""Door `crowd`: what suits the people at a place and time. No person in any signature."""

from collections.abc import Sequence
from typing import Protocol

from recommender.artifacts import Store
from recommender.domain.recommendation import CrowdScores, Place, Scored
from recommender.serving import crowd


class Crowd(Protocol):
    def scores(self, place: Place, gtins: Sequence[str]) -> CrowdScores:
        """Relevance 0-1 for each of `gtins` (unknown products get 0)."""
        ...

    def top(self, place: Place, limit: int, family: str = "") -> list[Scored]:
        """Best sellers that suit this place (of one family if given), public-safe only, no two with the same words."""
        ...


class LocalCrowd:
    """The door in this process, on the newest artifacts of `store`; swaps to newer ones by itself."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def scores(self, place: Place, gtins: Sequence[str]) -> CrowdScores:
        return crowd.scores(self._store.current(), place, gtins)

    def top(self, place: Place, limit: int, family: str = "") -> list[Scored]:
        return crowd.top(self._store.current(), place, limit, family)
