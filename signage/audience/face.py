"""One detected face, in pixels of the frame it was found in, and what its geometry alone tells."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from signage.audience.box import Found

NEAR_FACE_PX = 90.0  # a face this wide is about 1.5 m away at 1280 px across and a 70 degree lens
FACING_YAW_DEG = 35.0


@dataclass(frozen=True, slots=True, eq=False)
class Face(Found):
    """`landmarks`: float32 [5, 2] as x, y: the eyes left to right in the picture, nose tip, mouth corners likewise."""

    landmarks: NDArray[np.float32]


def yaw_deg(landmarks: NDArray[np.float32]) -> float:
    """Landmarks -> how far the head is turned, degrees, + to the picture's right; 90 when the eyes fall together.

    A straight line fitted to a face mesh on mostly frontal faces: 127 x (nose offset along the eye axis / eye distance)
    + 2. Its accuracy on turned heads is unknown, so it only splits facing from not facing.
    """
    left_eye, right_eye, nose = landmarks[0], landmarks[1], landmarks[2]
    axis = right_eye - left_eye
    square = float(axis @ axis)
    if square < 1.0:
        return 90.0
    offset = float((nose - (left_eye + right_eye) / 2) @ axis) / square
    return float(np.clip(127.0 * offset + 2.0, -90.0, 90.0))


def is_facing(face: Face) -> bool:
    """Turned less than FACING_YAW_DEG away from the camera, which hangs at the screen."""
    return abs(yaw_deg(face.landmarks)) <= FACING_YAW_DEG
