"""Door `crowd`: what suits the people at a place and time. No person in any signature."""

from collections.abc import Collection, Sequence
from typing import Protocol

from recommender.artifacts import Store
from recommender.domain.recommendation import CrowdScores, Place, Scored, left_out
from recommender.serving import crowd
from recommender.serving.rules import RulesOf


class Crowd(Protocol):
    def scores(self, place: Place, gtins: Sequence[str]) -> CrowdScores:
        """Relevance 0-1 for each of `gtins` (unknown products get 0)."""
        ...

    def top(self, place: Place, limit: int, family: str = "", *, without: Collection[str] = ()) -> list[Scored]:
        """Best sellers that suit this place (of one family if given), public-safe only, none that is sold out there or
        age-limited, no two with the same words, two of a category while there are others. without: GTINs that were shown
        already. Raises ValueError for more than LEFT_OUT of them."""
        ...


class LocalCrowd:
    """The door in this process, on the newest artifacts of `store`; swaps to newer ones by itself. `rules` of the moment."""

    def __init__(self, store: Store, rules: RulesOf) -> None:
        self._store = store
        self._rules = rules

    def scores(self, place: Place, gtins: Sequence[str]) -> CrowdScores:
        return crowd.scores(self._store.current(), place, gtins)

    def top(self, place: Place, limit: int, family: str = "", *, without: Collection[str] = ()) -> list[Scored]:
        shown, barred = left_out(without), self._rules(place.store_id, True)
        return crowd.top(self._store.current(), place, limit, family, without=shown, barred=barred)
