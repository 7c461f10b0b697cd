"""An aligned face in, a look at its age out; gender only where it is asked for, and it never leaves this room."""

from collections.abc import Sequence
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from signage.audience.face import Face
from signage.audience.look import YOUNG_TO_AGE, Look

LEAST_FACE_PX = 40.0  # narrower faces are told as unknown: the error grows past 8 years
OVERSAMPLE = 4  # warp large, shrink by area: better than warping to 64 px at once
MEAN_RGB = (122.782, 117.001, 104.298)
# Where eyes, nose tip and mouth corners lie in the square that the networks were trained on, as shares of its side.
TEMPLATE = np.array([(0.303, 0.309), (0.697, 0.309), (0.5, 0.5), (0.339, 0.677), (0.661, 0.677)], np.float64)
AGE_SIDE, GENDER_SIDE = 64, 32
# Zoom and mirror image. The mean answer to all four errs less than one answer does (see the card).
CUTS = ((1.0, False), (1.2, True), (1.0, True), (1.2, False))


class Ages:
    """Wraps one onnxruntime session of `age-v1`; `class_values` [81] are the years that its classes stand for."""

    def __init__(self, session: Any, class_values: tuple[float, ...]) -> None:
        self._session = session
        self._years = np.array(class_values, np.float32)

    def of(self, image: NDArray[np.uint8], faces: list[Face], looks_before: Sequence[int] | None = None) -> list[Look]:
        """BGR frame and faces found in it -> a look at each: the expected age (better than the likeliest class).

        `looks_before`: how often each was looked at already. Whoever was is looked at in one cut, the next in turn: that
        adds as much for the price as all four cuts of fewer frames.
        """
        if not faces:
            return []
        before = looks_before or [0] * len(faces)
        turns = [(CUTS[n % len(CUTS)],) if n else CUTS for n in before]
        cuts = [cut(image, face, *each) for face, turn in zip(faces, turns, strict=True) for each in turn]
        [answers] = self._session.run(None, {"images": np.concatenate(cuts)})
        starts = np.cumsum([0, *map(len, turns[:-1])])
        likely = np.add.reduceat(answers, starts, axis=0) / np.array([[len(turn)] for turn in turns], np.float32)
        young = likely[:, self._years <= YOUNG_TO_AGE].sum(axis=1)
        return [Look(float(age), float(share)) for age, share in zip(likely @ self._years, young, strict=True)]


class Genders:
    """Wraps one onnxruntime session of `gender-v1`. Nothing in the camera process uses it unless told to."""

    def __init__(self, session: Any) -> None:
        self._session = session

    def of(self, image: NDArray[np.uint8], faces: list[Face]) -> list[float]:
        """BGR frame and faces found in it -> probability 0-1 of `female` for each."""
        if not faces:
            return []
        batch = np.concatenate([chip(image, face, GENDER_SIDE) for face in faces])
        return [float(row[0]) for row in self._session.run(None, {"images": batch})[0]]


def cut(image: NDArray[np.uint8], face: Face, zoom: float, mirrored: bool) -> NDArray[np.float32]:
    """BGR frame, face -> input of the network for ages."""
    made = chip(image, face, AGE_SIDE, zoom)
    return made[..., ::-1] if mirrored else made


def chip(image: NDArray[np.uint8], face: Face, side: int, zoom: float = 1.0) -> NDArray[np.float32]:
    """BGR frame, face -> network input [1, 3, side, side]: the face turned upright and cut by its landmarks."""
    large = side * OVERSAMPLE
    target = ((TEMPLATE - 0.5) * zoom + 0.5) * large
    matrix = similarity(face.landmarks.astype(np.float64), target)
    upright = cv2.warpAffine(image, matrix, (large, large), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    small = cv2.resize(upright, (side, side), interpolation=cv2.INTER_AREA)
    return np.asarray(cv2.dnn.blobFromImage(small, 1 / 256, mean=MEAN_RGB, swapRB=True), np.float32)


def similarity(source: NDArray[np.float64], target: NDArray[np.float64]) -> NDArray[np.float64]:
    """Points [n, 2] and where they belong -> 2 x 3 matrix of the best rotation, scale and shift (Umeyama, 1991).

    In the plane the least-squares answer is one complex division. Points that fall together give a plain shift.
    """
    a = source[:, 0] + 1j * source[:, 1]
    b = target[:, 0] + 1j * target[:, 1]
    middle_a, middle_b = a.mean(), b.mean()
    spread = float(np.sum(np.abs(a - middle_a) ** 2))
    turn = np.sum(np.conj(a - middle_a) * (b - middle_b)) / spread if spread > 1e-6 else 1.0 + 0j
    shift = middle_b - turn * middle_a
    return np.array([[turn.real, -turn.imag, shift.real], [turn.imag, turn.real, shift.imag]])
