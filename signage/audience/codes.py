"""A frame in, the member codes held up in it out, each once."""

import re

import numpy as np
import zxingcpp
from numpy.typing import NDArray

MEMBER_CODE = re.compile(r"M1\.[A-Z2-7]{16,64}")  # any other QR in view is nobody's business
AGAIN_AFTER_S = 5.0
QR_ONLY = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)


class CodeReader:
    """Remembers for AGAIN_AFTER_S which codes it gave, in memory only."""

    def __init__(self) -> None:
        self._given: dict[str, float] = {}

    def read(self, grey: NDArray[np.uint8], at: float) -> list[str]:
        """Grey uint8 [H, W] read at `at` (monotonic seconds) -> texts of member codes not given in the last AGAIN_AFTER_S.

        While a code stays in view it is given once more after each AGAIN_AFTER_S, not at each frame.
        """
        found = zxingcpp.read_barcodes(grey, formats=QR_ONLY)
        self._given = {text: given for text, given in self._given.items() if at - given < AGAIN_AFTER_S}
        fresh = []
        for text in (code.text for code in found):
            if MEMBER_CODE.fullmatch(text) and text not in self._given:
                self._given[text] = at
                fresh.append(text)
        return fresh
