"""The stages joined, on the portrait with a clock that moves when told."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from signage.audience.attributes import Ages
from signage.audience.detect import Detector
from signage.audience.face import Face
from signage.audience.frames import Frame
from signage.audience.look import Look
from signage.audience.pipeline import FIRST_LOOKS, LOST_AFTER_S, Pipeline
from signage.domain.audience import AudienceClass, AudienceSnapshot, CameraState, classify

START = datetime(2026, 11, 21, 12, tzinfo=UTC)


class CountingAges(Ages):
    """The real network, counting whom it looked at."""

    looked = 0

    def of(self, image: NDArray[np.uint8], faces: list[Face], looks_before: Sequence[int] | None = None) -> list[Look]:
        self.looked += len(faces)
        return super().of(image, faces, looks_before)


class Stage:
    """A pipeline and its clock."""

    def __init__(self, detector: Detector, ages: Ages | None) -> None:
        self.now, self.frames = 100.0, 0
        self.pipeline = Pipeline("scr_entrance", detector, ages, clock=self.clock, monotonic=lambda: self.now)

    def clock(self) -> datetime:
        return START + timedelta(seconds=self.now)

    def show(self, image: NDArray[np.uint8], seconds: float) -> AudienceSnapshot:
        """Ten frames a second of this picture, each with other noise."""
        noise = np.random.default_rng(self.frames)
        for _ in range(round(seconds * 10)):
            self.now += 0.1
            shaken = image + noise.integers(0, 3, image.shape, dtype=np.uint8)
            self.pipeline.step(Frame(shaken, self.now, self.frames))
            self.frames += 1
        return self.pipeline.snapshot()


@pytest.fixture
def scene(portrait: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The portrait in the middle of a frame, never at the upper end of the grey levels."""
    frame = np.full((720, 1280, 3), 127, np.uint8)
    frame[100:612, 400:912] = np.minimum(portrait, 250)
    return frame


@pytest.fixture
def nobody(scene: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The same scene with the face painted over by a piece of the suit: as sharp, and nobody in it."""
    empty = scene.copy()
    empty[100:330, 530:730] = scene[380:610, 530:730]
    return empty


def test_somebody_comes_is_looked_at_and_leaves(
    detector: Detector, ages: Ages, scene: NDArray[np.uint8], nobody: NDArray[np.uint8]
) -> None:
    stage = Stage(detector, ages)
    assert stage.show(nobody, 1).present == 0
    there = stage.show(scene, 3)
    assert (there.present, there.adult, there.facing, there.arrived, there.possible_child) == (1, 1, 1, 1, False)
    assert (there.dwell_2_to_10, there.fps, there.camera) == (1, 10.0, CameraState.OK)
    assert there.attention_s == pytest.approx(2.8, abs=0.3)
    gone = stage.show(nobody, 1.5)
    assert (gone.present, gone.left, gone.sequence) == (0, 1, 3)


def test_a_person_is_looked_at_a_few_times_and_then_seldom(
    detector: Detector, ages: Ages, scene: NDArray[np.uint8]
) -> None:
    counting = CountingAges(ages._session, tuple(ages._years.tolist()))
    stage = Stage(detector, counting)
    stage.show(scene, FIRST_LOOKS / 5)
    assert counting.looked == FIRST_LOOKS
    stage.show(scene, 2.0)
    assert counting.looked in (FIRST_LOOKS + 1, FIRST_LOOKS + 2)


def test_a_far_face_counts_but_has_no_age(detector: Detector, ages: Ages, scene: NDArray[np.uint8]) -> None:
    far = np.full_like(scene, 127)
    far[200:404, 500:704] = cv2.resize(scene[100:612, 400:912], (204, 204), interpolation=cv2.INTER_AREA)
    seen = Stage(detector, ages).show(far, 1)
    assert (seen.present, seen.unknown, seen.confidence) == (1, 1, 0.0)
    assert classify(seen, seen.taken_at) is AudienceClass.UNKNOWN


def test_a_camera_that_falls_silent_is_lost_and_decides_nothing(
    detector: Detector, ages: Ages, scene: NDArray[np.uint8]
) -> None:
    stage = Stage(detector, ages)
    stage.show(scene, 1)
    stage.now += LOST_AFTER_S + 0.1
    lost = stage.pipeline.snapshot()
    assert (lost.camera, lost.present, lost.left) == (CameraState.LOST, 0, 1)
    assert lost.lag_ms == pytest.approx(2100, abs=1)
    assert classify(lost, lost.taken_at) is AudienceClass.UNKNOWN


def test_before_the_first_frame_there_is_a_snapshot_too(detector: Detector) -> None:
    stage = Stage(detector, None)
    assert stage.pipeline.snapshot().camera is CameraState.OK
    stage.now += LOST_AFTER_S + 0.1
    assert stage.pipeline.snapshot().camera is CameraState.LOST


def test_a_black_picture_is_told_and_nobody_is_seen_in_it(detector: Detector, ages: Ages) -> None:
    seen = Stage(detector, ages).show(np.zeros((720, 1280, 3), np.uint8), 2)
    assert (seen.present, seen.camera) == (0, CameraState.BLACK)
