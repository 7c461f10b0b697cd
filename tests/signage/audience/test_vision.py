"""The real models on real pixels: the portrait, the clip, a code; and frames that are none."""

import cv2
import numpy as np
import pytest
import segno
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from numpy.typing import NDArray

from signage.audience import zoo
from signage.audience.attributes import CUTS, TEMPLATE, Ages, Genders, chip, similarity
from signage.audience.bodies import Bodies
from signage.audience.box import iou
from signage.audience.codes import AGAIN_AFTER_S, CodeReader
from signage.audience.detect import IOU_AT_MOST, Detector, suppress
from signage.audience.face import Face, is_facing, yaw_deg
from signage.audience.frames import grey_of
from signage.audience.health import FROZEN_AFTER_S, Health, judge, shrink
from signage.audience.look import band, may_be_child
from signage.demo.clip import FACE_HEIGHT, FACE_LEFT, FACE_TOP, FACE_WIDTH
from signage.domain.audience import CameraState
from tests.signage.audience.conftest import CODE
from tests.signage.audience.faces import face
from tests.signage.audience.phones import as_a_phone_shows_it, member_code

Image = NDArray[np.uint8]
NO_MARKS = np.zeros((5, 2), np.float32)
KNOWN = Face(FACE_LEFT, FACE_TOP, FACE_WIDTH, FACE_HEIGHT, 1.0, NO_MARKS)


def test_the_portrait_has_one_face_where_it_is(detector: Detector, portrait: Image) -> None:
    [found] = detector.find(portrait)
    assert iou(found, KNOWN) > 0.85
    assert is_facing(found)
    left_eye, right_eye, nose, left_mouth, right_mouth = found.landmarks
    assert left_eye[0] < nose[0] < right_eye[0] and left_mouth[0] < right_mouth[0]
    assert left_eye[1] < nose[1] < left_mouth[1]


@pytest.mark.parametrize(("size", "x", "y"), [((1920, 1080), 1200, 300), ((700, 900), 60, 333), ((513, 515), 0, 0)])
def test_a_face_is_found_in_frames_of_any_shape(
    detector: Detector, portrait: Image, size: tuple[int, int], x: int, y: int
) -> None:
    width, height = size
    frame = np.full((height, width, 3), 127, np.uint8)
    frame[y : y + 512, x : x + 512] = portrait[: height - y, : width - x]
    [found] = detector.find(frame)
    assert iou(found, Face(FACE_LEFT + x, FACE_TOP + y, FACE_WIDTH, FACE_HEIGHT, 1.0, NO_MARKS)) > 0.75


@pytest.mark.parametrize("shape", [(1, 1, 3), (2, 3000, 3), (480, 640, 3)])
def test_no_face_in_a_frame_without_one(detector: Detector, ages: Ages, shape: tuple[int, int, int]) -> None:
    assert detector.find(np.zeros(shape, np.uint8)) == []
    assert ages.of(np.zeros(shape, np.uint8), []) == []


def test_the_adult_of_the_portrait_looks_like_one_at_any_tilt(detector: Detector, ages: Ages, portrait: Image) -> None:
    for degrees in (-20, 0, 20):
        turn = cv2.getRotationMatrix2D((256, 256), degrees, 1.0)
        tilted = np.asarray(cv2.warpAffine(portrait, turn, (512, 512)), np.uint8)
        [look] = ages.of(tilted, detector.find(tilted)[:1])
        assert (band(look), may_be_child(look)) == ("adult", False)


def test_four_looks_in_turn_tell_what_four_cuts_at_once_do(detector: Detector, ages: Ages, portrait: Image) -> None:
    faces = detector.find(portrait)[:1]
    [at_once] = ages.of(portrait, faces)
    one_by_one = [look for n in range(1, 1 + len(CUTS)) for look in ages.of(portrait, faces, [n])]
    [first, later] = ages.of(portrait, [*faces, *faces], [0, 2])
    assert (first.age, later.age) == pytest.approx((at_once.age, one_by_one[1].age), abs=1e-3)
    assert len({round(look.age, 3) for look in one_by_one}) == len(CUTS)
    assert at_once.age == pytest.approx(np.mean([look.age for look in one_by_one]), abs=1e-3)
    assert at_once.young == pytest.approx(np.mean([look.young for look in one_by_one]), abs=1e-5)


def test_people_are_found_from_behind_and_beside_each_other(bodies: Bodies, portrait: Image) -> None:
    pair = np.full((512, 1100, 3), 127, np.uint8)
    pair[:, :512], pair[:, 588:] = portrait, portrait
    faceless = pair.copy()
    faceless[FACE_TOP : FACE_TOP + FACE_HEIGHT, FACE_LEFT : FACE_LEFT + FACE_WIDTH] = (40, 60, 90)
    for frame in (pair, faceless):
        found = sorted(bodies.find(frame), key=lambda body: body.left)
        assert len(found) == 2
        assert all(body.width > FACE_WIDTH and body.height > 2 * FACE_HEIGHT for body in found)
        assert found[0].left + found[0].width < 560 < found[1].left + found[1].width
    assert bodies.find(np.zeros((1, 1, 3), np.uint8)) == []


def test_gender_answers_with_a_probability(detector: Detector, portrait: Image) -> None:
    [female] = Genders(zoo.load("gender-v1")).of(portrait, detector.find(portrait))
    assert 0.5 < female <= 1.0


@given(st.floats(-180, 180), st.floats(0.2, 5.0), st.floats(-500, 500), st.floats(-500, 500))
def test_the_alignment_undoes_turn_scale_and_shift(degrees: float, scale: float, x: float, y: float) -> None:
    angle = np.radians(degrees)
    turn = scale * np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    moved = TEMPLATE @ turn.T + (x, y)
    matrix = similarity(moved, TEMPLATE)
    assert np.allclose(moved @ matrix[:, :2].T + matrix[:, 2], TEMPLATE, atol=1e-6)


def test_landmarks_that_fall_together_still_give_a_chip(portrait: Image) -> None:
    nowhere = Face(10, 10, 20, 20, 0.5, np.full((5, 2), 20, np.float32))
    assert np.isfinite(chip(portrait, nowhere, 64)).all()
    assert yaw_deg(nowhere.landmarks) == 90.0


@given(st.floats(-0.7, 0.7))
def test_a_turned_head_turns_with_its_sign(turned: float) -> None:
    right, left = (yaw_deg(face(100, turned=sign * turned).landmarks) for sign in (1, -1))
    assert right - left == pytest.approx(254 * turned, abs=1.0)


@given(arrays.arrays(np.float32, st.tuples(st.integers(0, 30), st.just(4)), elements=st.floats(1, 200, width=32)))
def test_suppression_keeps_the_best_and_no_two_that_overlap(boxes: NDArray[np.float32]) -> None:
    kept = suppress(boxes)
    faces = [Face(left, top, width, height, 1.0, NO_MARKS) for left, top, width, height in boxes.tolist()]
    assert kept[:1] == [0][: len(boxes)]
    assert all(iou(faces[a], faces[b]) <= IOU_AT_MOST + 1e-4 for a in kept for b in kept if a != b)
    assert all(
        any(iou(faces[i], faces[k]) >= IOU_AT_MOST - 1e-4 for k in kept) for i in range(len(faces)) if i not in kept
    )


def showing(text: str, *, inverted: bool = False, turned: float = 0.0) -> Image:
    """A grey frame with a QR of the text in it."""
    modules = np.array([list(row) for row in segno.make_qr(text).matrix_iter(border=4)], np.uint8)
    symbol = cv2.resize((modules if inverted else 1 - modules) * 255, None, fx=5, fy=5, interpolation=cv2.INTER_NEAREST)
    frame = np.full((720, 1280), 90, np.uint8)
    frame[200 : 200 + symbol.shape[0], 500 : 500 + symbol.shape[1]] = symbol
    turn = cv2.getRotationMatrix2D((640, 360), turned, 1.0)
    return np.asarray(cv2.warpAffine(frame, turn, (1280, 720), borderValue=90), np.uint8)


@pytest.mark.parametrize(("inverted", "turned"), [(False, 0.0), (True, 0.0), (False, 33.0)])
def test_a_member_code_in_view_is_read(inverted: bool, turned: float) -> None:
    assert CodeReader().read(showing(CODE, inverted=inverted, turned=turned), 0.0) == [CODE]


def test_phones_are_read_when_turned_blurred_and_noisy() -> None:
    """Wanted: at least 95 % of them, and never another text."""
    random, read = np.random.default_rng(11), 0
    for _ in range(60):
        text = member_code(random)
        told = CodeReader().read(as_a_phone_shows_it(text, random), 0.0)
        assert told in ([], [text])
        read += told == [text]
    assert read >= 57, f"{read} of 60"


@pytest.mark.parametrize(
    "text", ["https://example.com/M1.ABCDEFGHIJKLMNOPQR", "m1." + CODE[3:], "M1.", "M1." + "A" * 65, "4901234567894"]
)
def test_other_codes_are_nobodys_business(text: str) -> None:
    assert CodeReader().read(showing(text), 0.0) == []


def test_a_code_held_up_is_given_once_in_five_seconds() -> None:
    reader, frame = CodeReader(), showing(CODE)
    given_at = [at for at in np.arange(0, 11, 0.5) if reader.read(frame, float(at))]
    assert given_at == [0.0, AGAIN_AFTER_S, 2 * AGAIN_AFTER_S]


def test_what_is_wrong_with_a_picture_is_told(portrait: Image) -> None:
    grey = grey_of(np.asarray(cv2.resize(portrait, (1280, 720)), np.uint8))
    noise = np.random.default_rng(1).integers(0, 8, grey.shape, dtype=np.uint8)
    told = {
        "sharp": grey,
        "black": noise,
        "covered": noise + np.uint8(70),
        "blurred": np.asarray(cv2.GaussianBlur(grey, (0, 0), 60), np.uint8),
    }
    assert {name: judge(shrink(picture)) for name, picture in told.items()} == {
        "sharp": CameraState.OK,
        "black": CameraState.BLACK,
        "covered": CameraState.COVERED,
        "blurred": CameraState.BLURRED,
    }


def test_a_fault_has_to_last_and_a_picture_that_never_changes_is_frozen(portrait: Image) -> None:
    grey, black, health = grey_of(portrait), np.zeros((512, 512), np.uint8), Health()
    assert health.look(grey, 0.0) is CameraState.OK
    assert [health.look(black, at) for at in (0.5, 1.0, 1.5)] == [CameraState.OK, CameraState.OK, CameraState.BLACK]
    assert health.look(grey, 2.0) is CameraState.OK
    assert health.look(grey, 2.0 + FROZEN_AFTER_S - 0.1) is CameraState.OK
    assert health.look(grey, 2.0 + FROZEN_AFTER_S) is CameraState.FROZEN
    assert health.look(grey[::-1], 3.0 + FROZEN_AFTER_S) is CameraState.OK
