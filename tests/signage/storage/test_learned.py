"""What was learned, in and out: days add up, weights and bets are replaced, and of two who learned the same one is kept."""

from datetime import timedelta

from sqlalchemy import Engine

from signage.domain.response import SpotDay, Weight
from signage.storage.engine import write
from signage.storage.learned import Learned, Learnt, Progress, put_learned
from tests.world import START

HOUR = timedelta(hours=1)


def test_batches_add_up_and_one_of_two_is_kept(engine: Engine) -> None:
    learned = Learned(engine)
    assert learned.progress() == Progress()
    assert (learned.weights(), learned.days("ekimae", 0), learned.bets("ekimae")) == ({}, {}, {})
    first = Learnt(
        {"spot:a": Weight(0.5, 0.2, 1.5)}, {("ekimae", "a"): [SpotDay(7, 10, 2.0, 1.0)]}, {("ekimae", "a"): (0.5, 1.0)}
    )
    second = Learnt(
        {"spot:a": Weight(0.6, 0.1, 2.5)},
        {("ekimae", "a"): [SpotDay(7, 5, 1.0, 0.5), SpotDay(8, 1, 0.1, 0.01)], ("elm", "a"): [SpotDay(7, 1, 1.0, 1.0)]},
        {("ekimae", "a"): (0.7, 1.1)},
    )
    one, two = Progress(1, START, START), Progress(2, START + HOUR, START)
    assert write(engine, lambda connection: put_learned(connection, Progress(), one, first))
    assert write(engine, lambda connection: put_learned(connection, one, two, second))
    for stale in (Progress(), one):
        assert not write(engine, lambda connection, stale=stale: put_learned(connection, stale, two, second))
    assert learned.progress() == two
    assert learned.weights() == {"spot:a": Weight(0.6, 0.1, 2.5)}
    assert learned.days("ekimae", 0) == {"a": [SpotDay(7, 15, 3.0, 1.5), SpotDay(8, 1, 0.1, 0.01)]}
    assert learned.days("ekimae", 8) == {"a": [SpotDay(8, 1, 0.1, 0.01)]}
    assert learned.bets("ekimae") == {"a": (0.7, 1.1)}
