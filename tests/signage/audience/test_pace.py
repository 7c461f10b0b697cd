"""How large a picture is looked at: on a machine that keeps up, on one that doesn't, in every shape of frame."""

from hypothesis import given
from hypothesis import strategies as st

from signage.audience.detect import LONG_SIDE_PX
from signage.audience.pace import JUDGED, LEAST_HEIGHT, LEAST_WIDTH, Pace
from signage.audience.pipeline import Beat


def test_a_slow_machine_looks_at_smaller_pictures_and_a_quick_one_at_large_ones_again() -> None:
    pace, sizes = Pace(0.2), []
    for spent_s in (0.1, 0.3, 0.3, 0.3, 0.3, 0.12, 0.03, 0.03, 0.03, 0.03):
        for _ in range(JUDGED):
            pace.took(spent_s)
        sizes.append(pace.long_side(640, 480))
    assert sizes == [640, 544, 480, 416, 416, 416, 480, 544, 640, 640]


@given(st.integers(1, 8000), st.integers(1, 8000), st.integers(0, 100))
def test_the_picture_never_gets_smaller_than_the_least(width: int, height: int, slow: int) -> None:
    pace = Pace(0.2)
    for _ in range(slow):
        pace.took(5.0)
    long = pace.long_side(width, height)
    shrunk = long / max(width, height)
    assert long <= LONG_SIDE_PX
    assert long == LONG_SIDE_PX or (long >= LEAST_WIDTH and min(width, height) * shrunk >= LEAST_HEIGHT - 1e-6)


@given(st.lists(st.floats(0.01, 2.0), min_size=1, max_size=200))
def test_what_is_due_four_times_a_second_is_not_done_more_often(steps: list[float]) -> None:
    beat, at, done = Beat(0.25), 0.0, list[float]()
    for step in steps:
        at += step
        if beat.due(at):
            done.append(at)
    assert done[0] == steps[0]
    assert all(sum(start <= each < start + 1.0 for each in done) <= 5 for start in done)


def test_frames_that_come_evenly_are_taken_evenly() -> None:
    beat = Beat(0.2)
    assert sum(beat.due(n * 0.1) for n in range(100)) in (50, 51)
