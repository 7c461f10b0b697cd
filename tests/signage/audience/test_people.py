"""Who came, who left, who looks: faces and bodies joined, without pictures."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signage.audience.look import Look
from signage.audience.people import BODY_GONE_AFTER_S, BODY_HIDDEN_FOR_S, People
from signage.audience.track import GONE_AFTER_S
from tests.signage.audience.faces import body, face

faces = st.lists(st.builds(face, st.floats(0, 1200), st.floats(0, 600), st.floats(10, 300)), max_size=5)
bodies = st.lists(st.builds(body, st.floats(0, 1200), st.floats(0, 300), st.floats(40, 400)), max_size=5)
films = st.lists(st.tuples(st.floats(0.02, 1.5), faces, st.none() | bodies), max_size=20)


@given(films)
def test_whoever_arrived_is_there_or_has_left(film: list[tuple[float, list, list | None]]) -> None:
    people, at, most = People(), 0.0, 0.0
    for step, seen_faces, seen_bodies in film:
        at += step
        if seen_bodies is not None:
            people.see_bodies(seen_bodies, at)
        people.see_faces(seen_faces, at)
        most += step * len(seen_faces)
        assert people.arrived - people.left == len(people.present)
        assert all(person.face or person.body for person in people.present)
        assert all(0 <= person.dwell_s <= at for person in people.present)
        tracks = [track for person in people.present for track in (person.face, person.body) if track]
        assert len(tracks) == len(set(tracks)), "a face or body belongs to one person"
    assert 0 <= people.attention_s <= most + 1e-9
    people.expire(at + max(GONE_AFTER_S, BODY_GONE_AFTER_S, BODY_HIDDEN_FOR_S) + 0.01)
    assert people.present == [] and people.arrived == people.left


def watch(people: People, seconds: tuple[float, float], *, face_at: float | None, body_at: float | None) -> None:
    """Five looks for faces a second, two for bodies; None: not to be seen."""
    for tick in range(round(seconds[0] * 10), round(seconds[1] * 10)):
        at = tick / 10
        if tick % 5 == 0:
            people.see_bodies([] if body_at is None else [body(body_at)], at)
        if tick % 2 == 0:
            people.see_faces([] if face_at is None else [face(face_at, width=60)], at)


@pytest.mark.parametrize("first", ["face", "body"])
def test_a_face_in_a_body_is_one_person_whichever_is_seen_first(first: str) -> None:
    people = People()
    watch(people, (0, 2), face_at=345 if first == "face" else None, body_at=300 if first == "body" else None)
    watch(people, (2, 4), face_at=345, body_at=300)
    [person] = people.present
    assert person.face and person.body
    assert (people.arrived, people.left) == (1, 0)
    assert person.dwell_s == pytest.approx(3.8, abs=0.21)


def test_who_turns_away_stays_the_same_person() -> None:
    people = People()
    watch(people, (0, 2), face_at=345, body_at=300)
    [person] = people.present
    assert person.face is not None
    person.add_look(Look(40.0, 0.0), person.face.box, 2.0)
    watch(people, (2, 5), face_at=None, body_at=300)
    assert people.present == [person] and not person.facing and person.look == Look(40.0, 0.0)
    watch(people, (5, 6), face_at=345, body_at=300)
    assert people.present == [person] and person.facing
    assert (people.arrived, people.left) == (1, 0)
    assert person.dwell_s == pytest.approx(5.9, abs=0.21)


def test_two_who_turned_out_to_be_one_are_one() -> None:
    """The face was left of the body's box when both were first seen: somebody leaning."""
    people = People()
    watch(people, (0, 2), face_at=200, body_at=300)
    assert (len(people.present), people.arrived, people.left) == (2, 2, 0)
    watch(people, (2, 4), face_at=345, body_at=300)
    assert (len(people.present), people.arrived, people.left) == (1, 2, 1)


def test_only_facing_counts_as_attention() -> None:
    facing, away = People(), People()
    for index in range(11):
        facing.see_faces([face(300)], 0.2 * index)
        away.see_faces([face(300, turned=0.6)], 0.2 * index)
    assert facing.attention_s == pytest.approx(2.0, abs=0.25)
    assert away.attention_s == 0


def test_looks_are_averaged_by_width() -> None:
    people = People()
    for at, width in ((0.0, 50), (0.2, 50), (0.4, 100)):
        people.see_faces([face(300, width=width)], at)
        for person in people.present:
            person.add_look(Look(30.0, 0.3) if width == 50 else Look(60.0, 0.0), face(300, width=width), at)
    [person] = people.present
    assert person.look is not None
    assert (person.look.age, person.look.young) == pytest.approx((50.0, 0.1))
