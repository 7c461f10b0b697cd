"""The snapshot that leaves: its counts, its schema, its size."""

import dataclasses
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signage.audience.look import Look, band, may_be_child
from signage.audience.people import People, Person
from signage.audience.snapshot import Seen, summarise, to_json
from signage.domain.audience import AudienceClass, AudienceSnapshot, AudienceSource, CameraState, classify
from tests.signage.audience.faces import body, face

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
SEEN = Seen(frame_width=1280, fps=10.0, lag_ms=40, camera=CameraState.OK)
EXAMPLE = Path(__file__).parents[3] / "player" / "protocol" / "camera" / "snapshot.json"
WORDS = {*AudienceSource, *CameraState}
ages = st.one_of(st.none(), st.floats(0.25, 80))


def seeming(age: float) -> Look:
    """What a network that is rather sure says of somebody who looks this old."""
    return Look(age, 1.0 if age <= 12 else max(0.0, (30 - age) / 18))


def crowd(*people: float | None, seconds: float = 1.0) -> People:
    """People side by side with these expected ages (None: nobody looked), in view for some seconds."""
    made = People()
    for step in range(6):
        made.see_faces([face(210.0 * n) for n in range(len(people))], seconds * step / 5)
    for age, person in zip(people, sorted(made.present, key=left), strict=True):
        if age is not None and person.face is not None:
            person.add_look(seeming(age), person.face.box, seconds)
    return made


def left(person: Person) -> float:
    return person.face.box.left if person.face else 0.0


def snapshot(people: People, seen: Seen = SEEN) -> AudienceSnapshot:
    return summarise("scr_entrance", people, NOW, 1, seen)


@given(st.lists(ages, max_size=6))
def test_the_counts_of_a_snapshot_agree(people: list[float | None]) -> None:
    made = snapshot(crowd(*people))
    assert made.present == len(people)
    assert made.child + made.adult + made.senior + made.unknown == made.present
    assert made.dwell_under_2 + made.dwell_2_to_10 + made.dwell_over_10 == made.present
    assert made.facing <= made.present and made.near <= made.present
    assert made.unknown == [band(None if age is None else seeming(age)) for age in people].count("unknown")
    assert 0 <= made.confidence <= 1
    assert made.possible_child >= (made.child > 0), "a counted child is a possible child"


@given(
    st.builds(
        AudienceSnapshot,
        screen_id=st.text(st.characters(min_codepoint=48, max_codepoint=122), min_size=1, max_size=64),
        taken_at=st.just(NOW),
        **{name: st.integers(0, 10**6) for name in ("sequence", "present", "facing", "near", "arrived", "left")},
        **{name: st.integers(0, 64) for name in ("child", "adult", "senior", "unknown")},
        **{name: st.floats(0, 1e6) for name in ("attention_s", "fps", "confidence")},
        lag_ms=st.integers(0, 10**9),
    )
)
def test_what_leaves_is_flat_small_and_without_free_words(made: AudienceSnapshot) -> None:
    data = to_json(made)
    body = json.loads(data)
    assert len(data) <= 1024
    assert {name: type(value) for name, value in body.items() if not isinstance(value, int | float | str)} == {}
    texts = {name: value for name, value in body.items() if isinstance(value, str)}
    assert set(texts) == {"type", "screen", "source", "camera"}
    assert texts["source"] in WORDS and texts["camera"] in WORDS and texts["screen"] == made.screen_id


@given(st.lists(ages, max_size=6), st.randoms(use_true_random=False))
def test_nobody_can_be_told_from_another_by_what_leaves(people: list[float | None], random: Random) -> None:
    """Each in another's place, and all of them others than before: the same message."""
    shuffled = list(people)
    random.shuffle(shuffled)
    told = to_json(snapshot(crowd(*people)))
    assert told == to_json(snapshot(crowd(*shuffled))) == to_json(snapshot(crowd(*people)))


def test_a_snapshot_has_only_the_fields_of_the_contract() -> None:
    body, example = json.loads(to_json(snapshot(crowd(40.0)))), json.loads(EXAMPLE.read_text())
    assert {name: type(value) for name, value in body.items()} == {name: type(value) for name, value in example.items()}
    told = {field.name for field in dataclasses.fields(AudienceSnapshot)} - {"screen_id", "taken_at"}
    assert told == set(body) - {"type", "v", "screen", "taken_ms"}
    assert {field.type for field in dataclasses.fields(AudienceSnapshot)} <= {
        str, int, float, bool, datetime, AudienceSource, CameraState,
    }  # fmt: skip


def test_a_snapshot_too_large_does_not_leave() -> None:
    with pytest.raises(ValueError, match="at most 1024"):
        to_json(dataclasses.replace(snapshot(crowd()), screen_id="s" * 1024))


def test_arrivals_and_attention_start_again_with_each_snapshot() -> None:
    people = crowd(40.0, 30.0)
    first, second = snapshot(people), snapshot(people)
    assert (first.arrived, first.attention_s > 0) == (2, True)
    assert (second.arrived, second.left, second.attention_s) == (0, 0, 0.0)


def test_bands_have_their_edges_moved_inward_and_nothing_is_said_near_one() -> None:
    told = {age: band(Look(age, 0.0)) for age in (8.0, 12.0, 12.1, 15.9, 16.0, 54.0, 54.1, 61.9, 62.0)}
    assert list(told.values()) == [
        *("child", "child", "unknown", "unknown", "adult", "adult", "unknown", "unknown", "senior")
    ]
    assert band(None) == "unknown"


def test_whether_somebody_may_be_a_child_goes_by_the_share_of_young_ages() -> None:
    assert [may_be_child(Look(30.0, young)) for young in (0.11, 0.12, 1.0)] == [False, True, True]
    assert not may_be_child(None)


def test_dwell_falls_into_its_buckets() -> None:
    buckets = [snapshot(crowd(40.0, seconds=s)) for s in (1.0, 2.5, 4.9)]
    assert [(b.dwell_under_2, b.dwell_2_to_10, b.dwell_over_10) for b in buckets] == [(1, 0, 0), (0, 1, 0), (0, 1, 0)]
    long = People()
    for second in range(12):
        long.see_faces([face(300)], float(second))
    assert snapshot(long).dwell_over_10 == 1


def test_near_depends_on_how_wide_the_frame_is() -> None:
    people = People()
    for at in (0.0, 0.2):
        people.see_faces([face(100, width=100), face(500, width=70)], at)
    assert snapshot(people).near == 1
    assert snapshot(people, dataclasses.replace(SEEN, frame_width=640)).near == 2
    assert snapshot(people, dataclasses.replace(SEEN, frame_width=1920)).near == 0


def test_without_ages_nothing_is_claimed() -> None:
    """Presence mode: the class that deciding uses is unknown, which a restricted spot does not pass."""
    made = snapshot(crowd(None, None))
    assert (made.unknown, made.possible_child, made.confidence) == (2, False, 0.0)
    assert classify(made, NOW + timedelta(seconds=1)) is AudienceClass.UNKNOWN


def test_who_turns_the_back_is_present_and_nothing_else_is_said_of_them() -> None:
    people = crowd(40.0)
    for at in (0.5, 1.0):
        people.see_bodies([body(600.0)], at)
    made = snapshot(people)
    assert (made.present, made.arrived, made.adult, made.unknown) == (2, 2, 1, 1)
    assert (made.facing, made.near) == (1, 0)
