"""A frame in, the member codes held up in it out, each once."""

import re

import cv2
import numpy as np
import zxingcpp
from numpy.typing import NDArray

MEMBER_CODE = re.compile(r"M1\.[A-Z2-7]{16,64}")  # any other QR in view is nobody's business
AGAIN_AFTER_S = 5.0
LARGER, LARGER_TO_PX = 1.35, 1280  # frames up to this width: three pixels a module are few
QR_ONLY = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)


class CodeReader:
    """Remembers for AGAIN_AFTER_S which codes it gave, in memory only."""

    def __init__(self) -> None:
        self._given: dict[str, float] = {}

    def read(self, grey: NDArray[np.uint8], at: float) -> list[str]:
        """Grey uint8 [H, W] read at `at` (monotonic seconds) -> texts of member codes not given in the last AGAIN_AFTER_S.

        While a code stays in view it is given once more after each AGAIN_AFTER_S, not at each frame.
        """
        found = zxingcpp.read_barcodes(_clearer(grey), formats=QR_ONLY)
        self._given = {text: given for text, given in self._given.items() if at - given < AGAIN_AFTER_S}
        fresh = []
        for text in (code.text for code in found):
            if MEMBER_CODE.fullmatch(text) and text not in self._given:
                self._given[text] = at
                fresh.append(text)
        return fresh


def _clearer(grey: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The mean of each two by two pixels, so that a sensor's noise isn't taken for modules: what is left to search is a third.
    Then somewhat larger, which wins back small codes, more of them than the noise had hidden."""
    soft = cv2.blur(grey, (2, 2))
    if grey.shape[1] <= LARGER_TO_PX:
        soft = cv2.resize(soft, None, fx=LARGER, fy=LARGER, interpolation=cv2.INTER_LINEAR)
    return np.asarray(soft, np.uint8)
