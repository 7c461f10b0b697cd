"""A frame in, the faces in it out, by CenterFace (Xu et al., 2019, arXiv:1911.03599)."""

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from signage.audience.face import Face

LONG_SIDE_PX = 640  # detect small; attributes are cut from the full frame
STRIDE = 4
GRAIN = 32
SCORE_AT_LEAST = 0.35
IOU_AT_MOST = 0.3
MOST_FACES = 64


class Detector:
    """Wraps one onnxruntime session of `centerface`."""

    def __init__(self, session: Any) -> None:
        self._session = session

    def find(self, image: NDArray[np.uint8], long_side_px: int = LONG_SIDE_PX) -> list[Face]:
        """BGR uint8 frame -> its faces, best first, at most MOST_FACES, in pixels of that frame.

        The network is given it `long_side_px` long at most; the smaller, the sooner it answers and the fewer far faces.
        """
        padded, scale = fit(image, long_side_px)
        blob = np.ascontiguousarray(padded.transpose(2, 0, 1)[None, ::-1], np.float32)  # RGB planes
        return decode(self._session.run(None, {"input.1": blob}), scale)


def fit(image: NDArray[np.uint8], long_side_px: int) -> tuple[NDArray[np.uint8], float]:
    """BGR uint8 [H, W, 3] -> the same no longer than `long_side_px`, black below and right to multiples of 32; its scale."""
    height, width = image.shape[:2]
    scale = min(1.0, long_side_px / max(height, width))
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    small = cv2.resize(image, size, interpolation=cv2.INTER_AREA) if scale < 1.0 else image
    below, right = -size[1] % GRAIN, -size[0] % GRAIN
    return np.asarray(cv2.copyMakeBorder(small, 0, below, 0, right, cv2.BORDER_CONSTANT), np.uint8), scale


def decode(outputs: list[NDArray[np.float32]], scale: float) -> list[Face]:
    """Heatmap, log size, offset, landmarks, each [1, c, h/4, w/4] -> faces after non-maximum suppression, best first."""
    heat, log_size, offset, points = (output[0] for output in outputs)
    rows, columns = np.nonzero(heat[0] > SCORE_AT_LEAST)
    order = np.argsort(-heat[0, rows, columns], kind="stable")
    rows, columns = rows[order], columns[order]
    height, width = np.exp(log_size[:, rows, columns]) * STRIDE
    top = (rows + offset[0, rows, columns] + 0.5) * STRIDE - height / 2
    left = (columns + offset[1, rows, columns] + 0.5) * STRIDE - width / 2
    boxes = np.stack([left, top, width, height], axis=1)
    kept = suppress(boxes)[:MOST_FACES]
    marks = points[:, rows, columns].reshape(5, 2, -1)  # y, x of each landmark
    x, y = marks[:, 1] * width + left, marks[:, 0] * height + top
    landmarks = (np.stack([x, y], axis=2).transpose(1, 0, 2) / scale).astype(np.float32)
    scores = heat[0, rows, columns]
    boxes = boxes / scale
    found = []
    for i in kept:
        left_px, top_px, width_px, height_px = boxes[i].tolist()
        found.append(Face(left_px, top_px, width_px, height_px, float(scores[i]), landmarks[i]))
    return found


def suppress(boxes: NDArray[np.float32], iou_at_most: float = IOU_AT_MOST) -> list[int]:
    """Boxes [n, 4] as left, top, width, height, best first -> indices kept: no two overlap by more than `iou_at_most`."""
    kept: list[int] = []
    area = boxes[:, 2] * boxes[:, 3]
    end = boxes[:, :2] + boxes[:, 2:]
    left = np.arange(len(boxes))
    while left.size:
        best, rest = int(left[0]), left[1:]
        kept.append(best)
        inner = np.minimum(end[rest], end[best]) - np.maximum(boxes[rest, :2], boxes[best, :2])
        shared = np.clip(inner[:, 0], 0, None) * np.clip(inner[:, 1], 0, None)
        left = rest[shared <= iou_at_most * (area[rest] + area[best] - shared)]
    return kept
