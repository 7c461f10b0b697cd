"""The demo's till, when the recommender is another service and that is away."""

import pytest
from structlog.testing import capture_logs

from recommender.domain.errors import RecommenderUnreachable
from signage.demo.till import PAUSES_S, TICK, keep_telling


class Enough(Exception):
    """The test has seen enough."""


def test_it_waits_longer_and_longer_and_goes_on() -> None:
    away, slept = [True] * 6 + [False, True, False], list[float]()

    def tick() -> None:
        if away[len(slept)]:
            raise RecommenderUnreachable("nobody answered")

    def sleep(seconds: float) -> None:
        slept.append(seconds)
        if len(slept) == len(away):
            raise Enough

    with capture_logs() as said, pytest.raises(Enough):
        keep_telling(tick, sleep)
    minute = TICK.total_seconds()
    assert slept == [*PAUSES_S, PAUSES_S[-1], minute, PAUSES_S[0], minute]
    assert [line["event"] for line in said] == ["till_waits"] * 7
