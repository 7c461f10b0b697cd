"""The stages joined, on the portrait with a clock that moves when told."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from signage.audience.attributes import CUTS, Ages
from signage.audience.bodies import Bodies
from signage.audience.detect import Detector
from signage.audience.face import Face
from signage.audience.frames import Frame
from signage.audience.look import Look
from signage.audience.pipeline import FIRST_LOOKS, LOOK_SOON_S, LOST_AFTER_S, Pipeline
from signage.demo.clip import FACE_HEIGHT, FACE_LEFT, FACE_TOP, FACE_WIDTH
from signage.domain.audience import AudienceClass, AudienceSnapshot, CameraState, classify

Models = tuple[Detector, Bodies]
START = datetime(2026, 11, 21, 12, tzinfo=UTC)


class CountingAges(Ages):
    """The real network, counting whom it looked at."""

    looked = cuts = 0

    def of(self, image: NDArray[np.uint8], faces: list[Face], looks_before: Sequence[int] | None = None) -> list[Look]:
        before = looks_before or [0] * len(faces)
        self.looked += len(faces)
        self.cuts += sum(1 if n else len(CUTS) for n in before)
        return super().of(image, faces, looks_before)


class Stage:
    """A pipeline and its clock."""

    def __init__(self, models: Models, ages: Ages | None) -> None:
        self.now, self.frames = 100.0, 0
        self.ahead = timedelta(0)
        self.pipeline = Pipeline(
            "scr_entrance", *models, ages, clock=self.clock, monotonic=lambda: self.now, timer=lambda: 0.0
        )

    def clock(self) -> datetime:
        return START + self.ahead + timedelta(seconds=self.now)

    def show(self, image: NDArray[np.uint8], seconds: float) -> AudienceSnapshot:
        """Ten frames a second of this picture, each with other noise."""
        noise = np.random.default_rng(self.frames)
        for _ in range(round(seconds * 10)):
            self.now += 0.1
            shaken = image + noise.integers(0, 3, image.shape, dtype=np.uint8)
            frame = Frame(shaken, self.now, self.frames)
            self.pipeline.step(frame)
            self.pipeline.look_for_bodies(frame)
            self.frames += 1
        return self.pipeline.snapshot()


@pytest.fixture(scope="module")
def models(detector: Detector, bodies: Bodies) -> Models:
    return detector, bodies


@pytest.fixture
def nobody() -> NDArray[np.uint8]:
    """Goods on shelves, never at the upper end of the grey levels."""
    goods = np.random.default_rng(5).integers(60, 200, (9, 16, 3), dtype=np.uint8)
    return np.asarray(cv2.resize(goods, (1280, 720), interpolation=cv2.INTER_NEAREST), np.uint8)


@pytest.fixture
def scene(nobody: NDArray[np.uint8], portrait: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The portrait in the middle of them."""
    frame = nobody.copy()
    frame[100:612, 400:912] = np.minimum(portrait, 250)
    return frame


@pytest.fixture
def back(scene: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The same with the face painted over: somebody who has turned away."""
    turned = scene.copy()
    turned[100 + FACE_TOP : 100 + FACE_TOP + FACE_HEIGHT, 400 + FACE_LEFT : 400 + FACE_LEFT + FACE_WIDTH] = (40, 60, 90)
    return turned


def test_somebody_comes_is_looked_at_and_leaves(
    models: Models, ages: Ages, scene: NDArray[np.uint8], nobody: NDArray[np.uint8]
) -> None:
    stage = Stage(models, ages)
    assert stage.show(nobody, 1).present == 0
    there = stage.show(scene, 3)
    assert (there.present, there.adult, there.facing, there.arrived, there.possible_child) == (1, 1, 1, 1, False)
    assert (there.dwell_2_to_10, there.fps, there.camera) == (1, 10.0, CameraState.OK)
    assert there.attention_s == pytest.approx(2.8, abs=0.3)
    gone = stage.show(nobody, 3.5)
    assert (gone.present, gone.left, gone.sequence) == (0, 1, 3)


def test_a_person_is_looked_at_a_few_times_and_then_seldom(
    models: Models, ages: Ages, scene: NDArray[np.uint8]
) -> None:
    counting = CountingAges(ages._session, tuple(ages._years.tolist()))
    stage = Stage(models, counting)
    stage.show(scene, FIRST_LOOKS * LOOK_SOON_S)
    assert counting.looked == FIRST_LOOKS, "no more than two looks a second"
    assert counting.cuts == len(CUTS) + FIRST_LOOKS - 1, "the first look is a thorough one"
    stage.show(scene, 2.0)
    assert counting.looked in (FIRST_LOOKS + 1, FIRST_LOOKS + 2)


def test_who_turns_away_is_still_there_and_still_an_adult(
    models: Models, ages: Ages, scene: NDArray[np.uint8], back: NDArray[np.uint8]
) -> None:
    stage = Stage(models, ages)
    stage.show(scene, 2)
    away = stage.show(back, 2.5)
    assert (away.present, away.facing, away.near, away.adult, away.left) == (1, 0, 0, 1, 0)
    again = stage.show(scene, 1)
    assert (again.present, again.facing, again.arrived, again.dwell_2_to_10) == (1, 1, 0, 1)


def test_who_is_seen_from_behind_only_is_counted_and_of_no_age(
    models: Models, ages: Ages, back: NDArray[np.uint8]
) -> None:
    seen = Stage(models, ages).show(back, 2)
    assert (seen.present, seen.arrived, seen.unknown, seen.facing, seen.confidence) == (1, 1, 1, 0, 0.0)
    assert classify(seen, seen.taken_at) is AudienceClass.UNKNOWN


def test_a_far_face_counts_but_has_no_age(models: Models, ages: Ages, scene: NDArray[np.uint8]) -> None:
    far = np.full_like(scene, 127)
    far[200:404, 500:704] = cv2.resize(scene[100:612, 400:912], (204, 204), interpolation=cv2.INTER_AREA)
    seen = Stage(models, ages).show(far, 1)
    assert (seen.present, seen.unknown, seen.confidence) == (1, 1, 0.0)
    assert classify(seen, seen.taken_at) is AudienceClass.UNKNOWN


def test_a_camera_that_falls_silent_is_lost_and_decides_nothing(
    models: Models, ages: Ages, scene: NDArray[np.uint8]
) -> None:
    stage = Stage(models, ages)
    stage.show(scene, 1)
    stage.now += LOST_AFTER_S + 0.1
    lost = stage.pipeline.snapshot()
    assert (lost.camera, lost.present, lost.left) == (CameraState.LOST, 0, 1)
    assert lost.lag_ms == pytest.approx(2100, abs=1)
    assert classify(lost, lost.taken_at) is AudienceClass.UNKNOWN


def test_a_stream_that_stops_for_ten_seconds_is_lost_and_seen_again(
    models: Models, ages: Ages, scene: NDArray[np.uint8]
) -> None:
    stage, silent = Stage(models, ages), list[AudienceSnapshot]()
    stage.show(scene, 2)
    for _ in range(20):
        stage.now += 0.5
        silent.append(stage.pipeline.snapshot())
    assert [each.camera for each in silent] == [CameraState.OK] * 4 + [CameraState.LOST] * 16
    assert [each.present for each in silent[4:]] == [0] * 16
    assert sum(each.left for each in silent) == 1 and sum(each.attention_s for each in silent) == 0
    again = stage.show(scene, 1)
    assert (again.camera, again.present, again.arrived, again.dwell_under_2) == (CameraState.OK, 1, 1, 1)
    assert again.attention_s <= 1.0 and again.lag_ms == 0


@pytest.mark.parametrize(("shape", "people"), [((1, 1, 3), 0), ((3000, 4000, 3), 1)])
def test_frames_of_any_size_are_taken_one_after_the_other(
    models: Models, ages: Ages, scene: NDArray[np.uint8], shape: tuple[int, int, int], people: int
) -> None:
    stage = Stage(models, ages)
    stage.show(scene, 0.5)
    large = cv2.resize(scene, shape[1::-1], interpolation=cv2.INTER_LINEAR)
    odd = stage.show(np.asarray(large, np.uint8).reshape(shape), 0.3)
    assert odd.present == people
    assert stage.show(scene, 0.5).present == 1


@pytest.mark.parametrize("days", [-400, 400])
def test_a_jump_of_the_wall_clock_changes_nothing_but_the_date(
    models: Models, ages: Ages, scene: NDArray[np.uint8], days: int
) -> None:
    stage = Stage(models, ages)
    before = stage.show(scene, 1)
    stage.ahead = timedelta(days=days)
    after = stage.show(scene, 1)
    assert (after.present, after.arrived, after.left, after.fps) == (before.present, 0, 0, before.fps)
    assert abs(after.taken_at - before.taken_at) > timedelta(days=300)
    assert classify(after, before.taken_at) is AudienceClass.UNKNOWN, "its date is not to be believed"


def test_before_the_first_frame_there_is_a_snapshot_too(models: Models) -> None:
    stage = Stage(models, None)
    assert stage.pipeline.snapshot().camera is CameraState.OK
    stage.now += LOST_AFTER_S + 0.1
    assert stage.pipeline.snapshot().camera is CameraState.LOST


def test_a_black_picture_is_told_and_nobody_is_seen_in_it(models: Models, ages: Ages) -> None:
    seen = Stage(models, ages).show(np.zeros((720, 1280, 3), np.uint8), 2)
    assert (seen.present, seen.camera) == (0, CameraState.BLACK)
