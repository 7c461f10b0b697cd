"""A frame in, the people in it out, whichever way they look, by MoveNet MultiPose cut down to its boxes.

The network finds each person as a peak of a heat map with a size beside it (Zhou et al., 2019, arXiv:1904.07850). Its
heads for joints are not in our file: a pose is never computed.
"""

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from signage.audience.box import Found
from signage.audience.detect import fit, suppress

LONG_SIDE_PX = 512
STRIDE = 4
PEAK = np.ones((5, 5), np.uint8)  # a person is the highest cell of its neighbourhood
SCORE_AT_LEAST = 0.3
WEAK_FROM = 0.08  # enough for somebody who is followed already
IOU_AT_MOST = 0.6  # people before a shelf stand close
MOST_BODIES = 64


class Body(Found):
    """One person's box, in pixels of the frame."""

    __slots__ = ()


class Bodies:
    """Wraps one onnxruntime session of `movenet-people`."""

    def __init__(self, session: Any, long_side_px: int = LONG_SIDE_PX) -> None:
        self._session = session
        self._long_side = long_side_px

    def find(self, image: NDArray[np.uint8], at_least: float = SCORE_AT_LEAST) -> list[Body]:
        """BGR uint8 frame -> its people, best first, at most MOST_BODIES."""
        padded, scale = fit(image, self._long_side)
        rgb = np.asarray(cv2.cvtColor(padded, cv2.COLOR_BGR2RGB), np.float32)
        outputs = self._session.run(["centre", "size", "offset"], {"input": rgb[None]})
        return decode(outputs, scale, at_least)


def decode(outputs: list[NDArray[np.float32]], scale: float, at_least: float) -> list[Body]:
    """Heat [1, h, w, 1], size and offset [1, h, w, 2] as y, x in cells -> people after non-maximum suppression."""
    heat, size, offset = outputs[0][0, ..., 0], outputs[1][0], outputs[2][0]
    rows, columns = np.nonzero((heat >= at_least) & (heat >= cv2.dilate(heat, PEAK)))
    order = np.argsort(-heat[rows, columns], kind="stable")
    rows, columns = rows[order], columns[order]
    height, width = np.maximum(size[rows, columns], 0).T
    top = rows + offset[rows, columns, 0] - height / 2
    left = columns + offset[rows, columns, 1] - width / 2
    boxes = np.stack([left, top, width, height], axis=1) * np.float32(STRIDE / scale)
    scores = heat[rows, columns]
    found = []
    for i in suppress(boxes, IOU_AT_MOST)[:MOST_BODIES]:
        left_px, top_px, width_px, height_px = boxes[i].tolist()
        found.append(Body(left_px, top_px, width_px, height_px, float(scores[i])))
    return found
