"""A member's code as a camera sees it on a phone: small, turned, out of focus, noisy."""

from functools import cache

import cv2
import numpy as np
import segno
from numpy.typing import NDArray

from signage.audience.frames import grey_of
from tests.signage.audience.films import Film

PX_A_MODULE = 3
LETTERS = list("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567")


def member_code(random: np.random.Generator) -> str:
    return "M1." + "".join(random.choice(LETTERS, 40))


@cache
def scene() -> NDArray[np.uint8]:
    """Two people before shelves, grey, 720p."""
    return grey_of(Film(1, people=2, seconds=20).frame(8))


def as_a_phone_shows_it(text: str, random: np.random.Generator) -> NDArray[np.uint8]:
    """A grey 720p frame with the code at 3 px a module: at any angle, somewhere before the scene, out of focus, with a
    sensor's noise."""
    modules = np.array([list(row) for row in segno.make_qr(text).matrix_iter(border=4)], np.uint8)
    symbol = cv2.resize((1 - modules) * 190 + 30, None, fx=PX_A_MODULE, fy=PX_A_MODULE, interpolation=cv2.INTER_NEAREST)
    frame = scene().copy()
    top, left = int(random.integers(150, 400)), int(random.integers(200, 900))
    frame[top : top + symbol.shape[0], left : left + symbol.shape[1]] = symbol
    middle = (left + symbol.shape[1] / 2, top + symbol.shape[0] / 2)
    turn = cv2.getRotationMatrix2D(middle, float(random.uniform(-180, 180)), 1.0)
    turned = cv2.warpAffine(frame, turn, (1280, 720), borderValue=90)
    blurred = cv2.GaussianBlur(turned, (0, 0), 1.0).astype(np.float32)
    return np.clip(blurred + random.normal(0, 6, blurred.shape), 0, 255).astype(np.uint8)
