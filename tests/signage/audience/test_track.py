"""Laws of tracking, on faces without pictures."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signage.audience.face import Face
from signage.audience.look import Look
from signage.audience.track import GONE_AFTER_S, SEEN_TO_COUNT, Tracker
from tests.signage.audience.faces import face

boxes = st.lists(st.builds(face, st.floats(0, 1200), st.floats(0, 600), st.floats(10, 300)), max_size=6)
films = st.lists(st.tuples(st.floats(0.02, 1.5), boxes), max_size=25)


@given(films)
def test_whoever_arrived_is_there_or_has_left(film: list[tuple[float, list[Face]]]) -> None:
    tracker, at = Tracker(), 0.0
    for step, faces in film:
        at += step
        tracker.update(faces, at)
        assert tracker.arrived - tracker.left == len(tracker.present)
        assert len(tracker.tracks) <= len(faces) + sum(track.last_at < at for track in tracker.tracks)
        assert all(0 <= track.dwell_s <= at and at - track.last_at <= GONE_AFTER_S for track in tracker.tracks)


@given(films)
def test_nobody_looks_for_longer_than_they_are_there(film: list[tuple[float, list[Face]]]) -> None:
    tracker, at, most = Tracker(), 0.0, 0.0
    for step, faces in film:
        at += step
        tracker.update(faces, at)
        most += step * len(faces)
    assert 0 <= tracker.attention_s <= most + 1e-9


@given(boxes, st.randoms(use_true_random=False))
def test_the_order_of_detections_does_not_matter(faces: list[Face], random: st.DataObject) -> None:
    shuffled = list(faces)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    one, other = Tracker(), Tracker()
    for at in (0.1, 0.2, 0.3):
        one.update(faces, at)
        other.update(shuffled, at)
    assert {id(track.face) for track in one.tracks} == {id(track.face) for track in other.tracks}
    assert (one.arrived, one.left) == (other.arrived, other.left)


@given(st.integers(1, 5), st.integers(SEEN_TO_COUNT, 30))
def test_people_apart_stay_the_same_people(people: int, frames: int) -> None:
    tracker = Tracker()
    for index in range(frames):
        tracker.update([face(200.0 * n + index, width=60) for n in range(people)], 0.2 * index)
    assert (tracker.arrived, tracker.left, len(tracker.present)) == (people, 0, people)
    assert all(track.seen == frames for track in tracker.present)


def test_a_brisk_walk_is_one_person() -> None:
    tracker = Tracker()
    for index in range(20):
        tracker.update([face(50.0 * index, width=40)], 0.2 * index)  # 1.25 widths a frame: boxes never overlap
    assert (tracker.arrived, len(tracker.tracks)) == (1, 1)


def test_two_who_cross_are_two() -> None:
    tracker = Tracker()
    for index in range(21):
        tracker.update([face(100 + 30.0 * index, 100), face(700 - 30.0 * index, 170)], 0.2 * index)
    assert (tracker.arrived, tracker.left, len(tracker.present)) == (2, 0, 2)
    first, second = sorted(tracker.present, key=lambda track: track.face.left)
    assert first.motion[0] < 0 < second.motion[0]  # each kept its own way


def test_one_missed_frame_is_no_departure_and_a_long_absence_is() -> None:
    tracker = Tracker()
    for at in (0.0, 0.2, 0.4):
        tracker.update([face(300)], at)
    tracker.update([], 0.6)
    tracker.update([face(300)], 0.8)
    assert (tracker.arrived, tracker.left) == (1, 0)
    tracker.expire(0.8 + GONE_AFTER_S + 0.01)
    assert (tracker.left, tracker.present) == (1, [])


def test_a_face_seen_once_is_not_counted() -> None:
    tracker = Tracker()
    tracker.update([face(300)], 0.0)
    tracker.update([], 0.2)
    assert (tracker.present, tracker.arrived) == ([], 0)


def test_only_facing_counts_as_attention() -> None:
    facing, away = Tracker(), Tracker()
    for index in range(11):
        facing.update([face(300)], 0.2 * index)
        away.update([face(300, turned=0.6)], 0.2 * index)
    assert facing.attention_s == pytest.approx(2.0, abs=0.25)
    assert away.attention_s == 0


def test_looks_are_averaged_by_width() -> None:
    tracker = Tracker()
    tracker.update([face(300, width=50)], 0.0)
    [track] = tracker.tracks
    track.add_look(Look(30.0, 0.3), 0.0)
    tracker.update([face(300, width=100)], 0.2)
    track.add_look(Look(60.0, 0.0), 0.2)
    assert track.look is not None
    assert (track.look.age, track.look.young) == pytest.approx((50.0, 0.1))
