"""Laws of tracking, on faces without pictures."""

from hypothesis import given
from hypothesis import strategies as st

from signage.audience.bodies import Body
from signage.audience.face import Face
from signage.audience.track import GONE_AFTER_S, SEEN_TO_COUNT, Tracker
from tests.signage.audience.faces import body, face

boxes = st.lists(st.builds(face, st.floats(0, 1200), st.floats(0, 600), st.floats(10, 300)), max_size=6)
films = st.lists(st.tuples(st.floats(0.02, 1.5), boxes), max_size=25)


@given(films)
def test_nobody_is_kept_longer_than_they_are_missed(film: list[tuple[float, list[Face]]]) -> None:
    tracker, at = Tracker[Face](), 0.0
    for step, faces in film:
        at += step
        tracker.update(faces, at)
        assert len(tracker.tracks) <= len(faces) + sum(track.last_at < at for track in tracker.tracks)
        assert all(0 <= at - track.last_at <= GONE_AFTER_S for track in tracker.tracks)


@given(boxes, st.randoms(use_true_random=False))
def test_the_order_of_detections_does_not_matter(faces: list[Face], random: st.DataObject) -> None:
    shuffled = list(faces)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    one, other = Tracker[Face](), Tracker[Face]()
    for at in (0.1, 0.2, 0.3):
        one.update(faces, at)
        other.update(shuffled, at)
    assert {id(track.box) for track in one.tracks} == {id(track.box) for track in other.tracks}


@given(st.integers(1, 5), st.integers(SEEN_TO_COUNT, 30))
def test_people_apart_stay_the_same_people(people: int, frames: int) -> None:
    tracker = Tracker[Face]()
    for index in range(frames):
        tracker.update([face(200.0 * n + index, width=60) for n in range(people)], 0.2 * index)
    assert len(tracker.present) == people
    assert all(track.seen == frames for track in tracker.present)


def test_a_brisk_walk_is_one_person() -> None:
    tracker = Tracker[Face]()
    for index in range(20):
        tracker.update([face(50.0 * index, width=40)], 0.2 * index)  # 1.25 widths a frame: boxes never overlap
    assert [track.seen for track in tracker.tracks] == [20]


def test_two_who_cross_are_two() -> None:
    tracker = Tracker[Face]()
    for index in range(21):
        tracker.update([face(100 + 30.0 * index, 100), face(700 - 30.0 * index, 170)], 0.2 * index)
    first, second = sorted(tracker.present, key=lambda track: track.box.left)
    assert first.seen == second.seen == 21
    assert first.motion[0] < 0 < second.motion[0]  # each kept its own way


def test_one_missed_frame_is_no_departure_and_a_long_absence_is() -> None:
    tracker = Tracker[Face]()
    for at in (0.0, 0.2, 0.4):
        tracker.update([face(300)], at)
    [there] = tracker.present
    tracker.update([], 0.6)
    tracker.update([face(300)], 0.8)
    assert tracker.present == [there]
    tracker.expire(0.8 + GONE_AFTER_S + 0.01)
    assert tracker.tracks == []


def test_a_weak_box_goes_on_with_somebody_and_begins_nobody() -> None:
    tracker = Tracker[Body](begins_from=0.3)
    tracker.update([body(300)], 0.0)
    tracker.update([body(305, score=0.1), body(900, score=0.1)], 0.5)
    assert [(track.seen, track.box.left) for track in tracker.tracks] == [(2, 305)]


def test_who_stands_is_waited_for_and_who_walks_out_is_not() -> None:
    tracker = Tracker[Body](1.6, reach_per_s=2.5, hidden_for_s=3.0)
    for step in range(4):
        tracker.update([body(300), body(700 + 150.0 * step)], 0.5 * step)
    tracker.expire(2.0, across=1280)
    assert [track.box.left for track in tracker.tracks] == [300]
    tracker.expire(4.5, across=1280)
    assert len(tracker.tracks) == 1
    tracker.expire(4.6, across=1280)
    assert tracker.tracks == []


def test_who_stops_or_goes_on_unseen_is_found_where_they_are() -> None:
    for then in (500.0, 700.0):  # where they were seen last; where they would be, a second on
        tracker = Tracker[Body](1.6, reach_per_s=0.2)
        for step in range(3):
            tracker.update([body(300 + 100.0 * step)], 0.5 * step)
        tracker.update([body(then)], 2.5)
        assert [track.seen for track in tracker.tracks] == [4]


def test_a_face_seen_once_is_not_counted() -> None:
    tracker = Tracker[Face]()
    tracker.update([face(300)], 0.0)
    tracker.update([], 0.2)
    assert tracker.present == []
