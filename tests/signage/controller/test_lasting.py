"""What the recommender said last, while it can't be asked."""

from collections.abc import Collection

from recommender.domain.errors import RecommenderUnreachable
from recommender.domain.recommendation import Place, Scored
from signage.controller.lasting import LastingCrowd
from tests.signage.controller.shop import MILK, SODA, FakeCrowd
from tests.world import START


class Leaving(FakeCrowd):
    here = True

    def top(self, place: Place, limit: int, family: str = "", *, without: Collection[str] = ()) -> list[Scored]:
        if not self.here:
            raise RecommenderUnreachable("gone")
        return super().top(place, limit, family, without=without)


def test_what_was_shown_already_stays_out_while_nobody_answers() -> None:
    door = Leaving()
    crowd, place = LastingCrowd(door), Place("ekimae", START)
    assert [s.gtin for s in crowd.top(place, 2)] == [SODA, MILK]
    door.here = False
    assert [s.gtin for s in crowd.top(place, 2, without=[SODA])] == [MILK]
    assert crowd.top(place, 3) == []  # never asked before
