"""What other machines on the same host took of this one while something was measured."""

import threading
import time
from typing import Self

import psutil

CALM = 0.1


class Stolen:
    """A context; afterwards `share`, and `calm(at)` of a moment in it: was less than a tenth of that second taken?

    By `steal` of /proc/stat, so where the host does not tell, nothing is.
    """

    def __enter__(self) -> Self:
        self._seconds: dict[int, float] = {}
        self._over = threading.Event()
        self._watching = threading.Thread(target=self._watch)
        self._watching.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._watching.join()

    @property
    def share(self) -> float:
        """0-1 of the machine's CPU time, over all whole seconds."""
        return sum(self._seconds.values()) / max(1, len(self._seconds))

    def calm(self, at: float) -> bool:
        """`at` by time.monotonic(). A second that was not watched to its end is not calm."""
        return self._seconds.get(int(at), 1.0) < CALM

    def _watch(self) -> None:
        self._over.wait(1 - time.monotonic() % 1)
        before = psutil.cpu_times()
        while not self._over.wait(1 - time.monotonic() % 1):
            now = psutil.cpu_times()
            whole = sum(now) - now.guest - now.guest_nice - (sum(before) - before.guest - before.guest_nice)
            self._seconds[round(time.monotonic()) - 1] = (now.steal - before.steal) / max(whole, 1e-9)
            before = now
