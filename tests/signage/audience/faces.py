"""Made-up faces and bodies for tests that need no picture."""

import numpy as np

from signage.audience.bodies import Body
from signage.audience.face import Face


def face(left: float, top: float = 100.0, width: float = 60.0, *, turned: float = 0.0) -> Face:
    """A face whose nose is off the middle of the eyes by `turned` eye distances."""
    height = width * 1.3
    eyes, nose, mouth = top + 0.4 * height, top + 0.6 * height, top + 0.8 * height
    middle, apart = left + width / 2, 0.5 * width
    points = [
        (middle - apart / 2, eyes), (middle + apart / 2, eyes), (middle + turned * apart, nose),
        (middle - apart / 3, mouth), (middle + apart / 3, mouth),
    ]  # fmt: skip
    return Face(left, top, width, height, 0.9, np.array(points, np.float32))


def body(left: float, top: float = 60.0, width: float = 150.0, score: float = 0.8) -> Body:
    """A body whose head is where `face(left + 0.3 * width, width=0.4 * width)` is."""
    return Body(left, top, width, 3 * width, score)
