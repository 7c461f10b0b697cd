"""What the recommender said last, while it can't be asked."""

from collections.abc import Collection
from datetime import timedelta

from recommender.domain.errors import RecommenderUnreachable
from recommender.domain.recommendation import Place, Scored
from signage.controller.lasting import LastingCrowd
from tests.signage.controller.shop import MILK, SODA, FakeCrowd
from tests.world import START, MovableClock


class Leaving(FakeCrowd):
    here = True
    asked = 0

    def top(self, place: Place, limit: int, family: str = "", *, without: Collection[str] = ()) -> list[Scored]:
        self.asked += 1
        if not self.here:
            raise RecommenderUnreachable("gone")
        return super().top(place, limit, family, without=without)


def test_what_was_shown_already_stays_out_while_nobody_answers() -> None:
    door = Leaving()
    crowd, place = LastingCrowd(door, lambda: START), Place("ekimae", START)
    assert [s.gtin for s in crowd.top(place, 2)] == [SODA, MILK]
    door.here = False
    assert [s.gtin for s in crowd.top(place, 2, without=[SODA])] == [MILK]
    assert crowd.top(place, 3) == []  # never asked before


def test_what_sells_best_is_asked_for_every_five_minutes_whatever_moment_of_the_day_it_is_asked_for() -> None:
    door, clock = Leaving(), MovableClock(START)
    crowd = LastingCrowd(door, clock)
    for hours in (0, 1, 2):
        crowd.top(Place("ekimae", START + timedelta(hours=hours)), 2)
    assert door.asked == 1
    clock.tick(360)
    crowd.top(Place("ekimae", START), 2)
    assert door.asked == 2
    crowd.top(Place("ekimae", START + timedelta(days=1)), 2)  # promotions differ from day to day
    assert door.asked == 3
