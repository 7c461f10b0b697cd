"""A source's pictures in, always the newest one out: a reader thread with one slot, pace, loop and reconnection."""

import threading
from collections.abc import Callable

from signage.audience.frames import EndOfStream, Frame, Reader, SourceError

FIRST_RETRY_S = 1.0
LONGEST_RETRY_S = 30.0


def retry_after_s(failures: int) -> float:
    """Failures in a row (from 1) -> seconds to wait before the next attempt: doubling, at most LONGEST_RETRY_S."""
    return min(LONGEST_RETRY_S, FIRST_RETRY_S * 2.0 ** min(failures - 1, 16))


class Newest:
    """Reads in its own thread and keeps only the newest frame: a slow consumer skips frames, it never falls behind.

    `open_reader` may raise SourceError. `live`: an end means that the camera was lost, so it is opened again for ever.
    A file ends (`ended`), or starts again with `loop`. `monotonic` gives seconds; `wait(s)` sleeps and returns True when
    the reader shall stop.
    """

    def __init__(
        self,
        open_reader: Callable[[], Reader],
        *,
        live: bool,
        loop: bool,
        monotonic: Callable[[], float],
        wait: Callable[[float], bool] | None = None,
    ) -> None:
        self._open, self._live, self._loop, self._monotonic = open_reader, live, loop, monotonic
        self._stop = threading.Event()
        self._wait = wait or self._stop.wait
        self._changed = threading.Condition()
        self._slot: Frame | None = None
        self._index = 0
        self.ended = False
        self.failure = ""  # why the source can't be read now, in plain words; "" while it can
        self._thread = threading.Thread(target=self._run, name="frames", daemon=True)

    def start(self) -> "Newest":
        self._thread.start()
        return self

    def take(self, timeout_s: float) -> Frame | None:
        """The newest frame that was not taken yet, or None when none came within `timeout_s` or the source ended."""
        with self._changed:
            self._changed.wait_for(lambda: self._slot is not None or self.ended, timeout_s)
            frame, self._slot = self._slot, None
            return frame

    def stop(self) -> None:
        self._stop.set()
        self._thread.join(timeout=5)

    def _run(self) -> None:
        failures = 0
        while not self._stop.is_set():
            before = self._index
            try:
                reader = self._open()
            except SourceError as error:
                self.failure = str(error)
            else:
                if self._read_all(reader):
                    break
                self.failure = "" if self._index > before else "the source holds no picture that can be read"
            failures = 0 if self._index > before else failures + 1
            if not self._live and (failures or not self._loop):
                break
            if self._live and self._wait(retry_after_s(max(failures, 1))):
                break
        with self._changed:
            self.ended = True
            self._changed.notify_all()

    def _read_all(self, reader: Reader) -> bool:
        """Until its end; True when told to stop before."""
        started, shown = self._monotonic(), 0
        try:
            while not self._stop.is_set():
                image = reader.read()
                if reader.fps:
                    early_s = started + shown / reader.fps - self._monotonic()
                    if early_s > 0 and self._wait(early_s):
                        return True
                shown += 1
                with self._changed:
                    self._slot = Frame(image, self._monotonic(), self._index)
                    self._index += 1
                    self._changed.notify_all()
            return True
        except EndOfStream:
            return False
        finally:
            reader.close()
