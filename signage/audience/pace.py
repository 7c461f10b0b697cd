"""How long the networks take in; how large a picture the one for faces is given, out."""

from signage.audience.detect import LONG_SIDE_PX

LONG_SIDES_PX = (LONG_SIDE_PX, 544, 480, 416)
LEAST_WIDTH, LEAST_HEIGHT = 320, 256  # never smaller than this: faces a few metres away would be lost
BUSY, IDLE = 0.8, 0.35  # shares of the time that there is
JUDGED = 10  # looks between two changes
MEAN_KEPT = 0.8


class Pace:
    """Gives up far faces on a machine that can't keep up, and takes them back when it can again."""

    def __init__(self, time_s: float) -> None:
        """`time_s`: what there is for one look at a frame, everything included."""
        self._time_s = time_s
        self._step = self._looks = 0
        self._mean_s: float | None = None

    def long_side(self, width: int, height: int) -> int:
        """Frame in px -> the long side in px to shrink it to, so that it stays at least LEAST_WIDTH x LEAST_HEIGHT."""
        long, short = max(width, height), max(1, min(width, height))
        least = max(LEAST_WIDTH, -(-LEAST_HEIGHT * long // short))
        return min(LONG_SIDE_PX, max(LONG_SIDES_PX[self._step], least))

    def took(self, seconds: float) -> None:
        """One more look took so long."""
        mean_s = seconds if self._mean_s is None else MEAN_KEPT * self._mean_s + (1 - MEAN_KEPT) * seconds
        self._mean_s, self._looks = mean_s, self._looks + 1
        if self._looks < JUDGED:
            return
        if mean_s > BUSY * self._time_s and self._step < len(LONG_SIDES_PX) - 1:
            self._change(1)
        elif mean_s < IDLE * self._time_s and self._step > 0:
            self._change(-1)

    def _change(self, by: int) -> None:
        self._step, self._looks, self._mean_s = self._step + by, 0, None
