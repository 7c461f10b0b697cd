"""Frames in, what is wrong with the camera out: black, covered, blurred or frozen."""

import cv2
import numpy as np
from numpy.typing import NDArray

from signage.domain.audience import CameraState

WIDTH_PX = 160
BLACK_BELOW = 16.0  # 99 % of the picture is darker than this, of 255
FLAT_BELOW = 6.0  # standard deviation of a hand, a cap or fog before the lens
SHARP_FROM = 20.0  # variance of the Laplacian at WIDTH_PX; a picture in focus has hundreds
HOLD_S = 1.0  # one odd frame is not a broken camera
FROZEN_AFTER_S = 10.0  # a sensor's noise never repeats; a strong encoder may repeat a still scene for some seconds


def shrink(grey: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Grey uint8 [H, W] -> the same WIDTH_PX across; by area, so that noise does not hide a flat picture."""
    height = max(1, round(grey.shape[0] * WIDTH_PX / grey.shape[1]))
    return np.asarray(cv2.resize(grey, (WIDTH_PX, height), interpolation=cv2.INTER_AREA), np.uint8)


def judge(small: NDArray[np.uint8]) -> CameraState:
    """One grey picture WIDTH_PX across, by itself -> OK, BLACK, COVERED or BLURRED."""
    if float(np.percentile(small, 99)) < BLACK_BELOW:
        return CameraState.BLACK
    if float(small.std()) < FLAT_BELOW:
        return CameraState.COVERED
    if float(cv2.Laplacian(small, cv2.CV_32F).var()) < SHARP_FROM:
        return CameraState.BLURRED
    return CameraState.OK


class Health:
    """Judges a stream: a fault counts after HOLD_S of it, and the same picture for FROZEN_AFTER_S is frozen."""

    def __init__(self) -> None:
        self._seen = CameraState.OK
        self._seen_since = 0.0
        self._picture = b""
        self._picture_since = 0.0

    def look(self, grey: NDArray[np.uint8], at: float) -> CameraState:
        """The frame read at `at` (monotonic seconds), as grey uint8 [H, W] -> the camera's state now."""
        small = shrink(grey)
        picture = small.tobytes()
        if picture != self._picture:
            self._picture, self._picture_since = picture, at
        seen = judge(small)
        if seen is not self._seen:
            self._seen, self._seen_since = seen, at
        if seen is not CameraState.OK and at - self._seen_since >= HOLD_S:
            return seen
        if at - self._picture_since >= FROZEN_AFTER_S:
            return CameraState.FROZEN
        return CameraState.OK
