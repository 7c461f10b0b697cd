"""What somebody looked at comes up: as the rule says, never further, and only while it is news."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from recommender.domain.history import NOTHING_SEEN, MemberHistory, Seen
from recommender.domain.instant import to_ms
from recommender.serving import personal
from recommender.serving.seen import raised
from tests.recommender import camps
from tests.recommender.serving.conftest import Trained

NOW = datetime.combine(camps.MONDAY + timedelta(days=1), datetime.min.time(), UTC)
NOBODY = MemberHistory.of([], [])
SCORES = np.linspace(1.0, 0.0, 2 * camps.CAMP, dtype=np.float32)


def looked(*views: tuple[int, float]) -> Seen:
    """(item, hours ago) each."""
    at = [to_ms(NOW - timedelta(hours=hours)) for _, hours in views]
    return Seen(np.array([camps.gtin(i) for i, _ in views], np.int64), np.array(at, np.int64))


def after(seen: Seen, history: MemberHistory = NOBODY) -> np.ndarray:
    return raised(SCORES, camps.items(), history, seen, NOW)


def test_just_seen_goes_half_the_way_to_the_top_and_half_of_that_after_twelve_hours() -> None:
    low = 2 * camps.CAMP - 1
    assert [float(after(looked((low, hours)))[low]) for hours in (0, 12, 24)] == pytest.approx([0.5, 0.25, 0.125])


def test_looking_often_is_no_more_than_looking_now() -> None:
    low = 2 * camps.CAMP - 1
    assert float(after(looked(*[(low, 1)] * 50))[low]) == pytest.approx(0.5)
    assert after(looked(*[(i, 0) for i in range(1, 12)])).argmax() == 0  # nothing passes the best


def test_what_was_not_seen_stays_and_what_nobody_knows_changes_nothing() -> None:
    out = after(looked((5, 3)))
    assert np.flatnonzero(out != SCORES).tolist() == [5]
    np.testing.assert_array_equal(after(looked((900, 1))), SCORES)
    assert after(NOTHING_SEEN) is SCORES


def test_a_purchase_ends_it_and_an_older_one_does_not() -> None:
    today, before = (NOW.date() - timedelta(days=d) for d in (0, 3))
    bought = MemberHistory.of([camps.gtin(5)], [today.toordinal()])
    np.testing.assert_array_equal(after(looked((5, 3)), bought), SCORES)
    bought = MemberHistory.of([camps.gtin(5)], [before.toordinal()])
    assert after(looked((5, 3)), bought)[5] > SCORES[5]


def test_a_clock_that_runs_ahead_counts_as_now() -> None:
    assert float(after(looked((11, -5)))[11]) == pytest.approx(0.5)


def test_a_view_changes_the_next_list_and_two_days_later_it_is_as_before(trained: Trained) -> None:
    artifacts = trained()
    coffee = camps.gtin14(9)

    def _place(seen: Seen) -> int:
        picks = personal.rank(artifacts, NOBODY, "east", NOW, 12, public=False, seen=seen)
        return [s.gtin for s in picks].index(coffee)

    assert _place(looked((9, 1))) < _place(NOTHING_SEEN) == _place(looked((9, 24 * 14)))
