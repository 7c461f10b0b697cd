"""Frames in, tracks, snapshots and member codes out: the stages of the camera process, composed, without I/O."""

import time
from collections import defaultdict, deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from signage.audience.attributes import LEAST_FACE_PX, Ages
from signage.audience.codes import CodeReader
from signage.audience.detect import Detector
from signage.audience.frames import Frame, grey_of
from signage.audience.health import Health
from signage.audience.snapshot import Seen, summarise
from signage.audience.track import Track, Tracker
from signage.domain.audience import AudienceSnapshot, CameraState
from signage.domain.clock import Clock

DETECT_EVERY = 2  # codes are read in each frame, faces found in every second one
FIRST_LOOKS = 6  # the first looks at a person come one after the other,
LOOK_AGAIN_S = 1.0  # later ones no more often than this
LOOKS_PER_FRAME = 8
LOST_AFTER_S = 2.0
FPS_OVER_S = 5.0


class Pipeline:
    """`ages` None: presence mode, no network looks at anybody's age. `monotonic` times frames, `clock` dates snapshots."""

    def __init__(
        self,
        screen_id: str,
        detector: Detector,
        ages: Ages | None,
        *,
        clock: Clock,
        monotonic: Callable[[], float],
        detect_every: int = DETECT_EVERY,
    ) -> None:
        self._screen_id, self._detector, self._ages = screen_id, detector, ages
        self._clock, self._monotonic, self._detect_every = clock, monotonic, detect_every
        self._codes, self._health, self.tracker = CodeReader(), Health(), Tracker()
        self._state = CameraState.OK
        self._last: Frame | None = None
        self._frames = 0
        self._sequence = 0
        self._read_at: deque[float] = deque(maxlen=256)
        self._started = monotonic()
        self.stage_s: defaultdict[str, float] = defaultdict(float)  # seconds spent in each stage since the start

    def step(self, frame: Frame) -> list[str]:
        """One frame -> the member codes in it; who is in view is kept for the next snapshot."""
        self._last = frame
        self._read_at.append(frame.at)
        with self._timed("codes"):
            grey = grey_of(frame.image)
            codes = self._codes.read(grey, frame.at)
        if self._frames % self._detect_every == 0:
            with self._timed("health"):
                self._state = self._health.look(grey, frame.at)
            with self._timed("detect"):
                faces = self._detector.find(frame.image)
            with self._timed("track"):
                self.tracker.update(faces, frame.at)
            with self._timed("ages"):
                self._look(frame)
        self._frames += 1
        return codes

    def snapshot(self) -> AudienceSnapshot:
        """Everybody in view now, as it may leave the process."""
        now = self._monotonic()
        with self._timed("snapshot"):
            self.tracker.expire(now)
            self._sequence += 1
            return summarise(self._screen_id, self.tracker, self._clock(), self._sequence, self._seen(now))

    def _seen(self, now: float) -> Seen:
        last = self._last
        silent_s = now - (last.at if last else self._started)
        recent = [at for at in self._read_at if now - at <= FPS_OVER_S]
        span_s = min(FPS_OVER_S, max(now - self._started, 1e-3))
        return Seen(
            frame_width=last.image.shape[1] if last else 0,
            fps=len(recent) / span_s,
            lag_ms=round(silent_s * 1000),
            camera=CameraState.LOST if silent_s > LOST_AFTER_S else self._state,
        )

    def _look(self, frame: Frame) -> None:
        """Estimate the age of those whose turn it is, fewest looks first; narrow faces stay unknown."""
        if self._ages is None:
            return
        due = [track for track in self.tracker.tracks if self._is_due(track, frame.at)]
        due = sorted(due, key=lambda track: track.looks)[:LOOKS_PER_FRAME]
        looks = self._ages.of(frame.image, [track.face for track in due], [track.looks for track in due])
        for track, look in zip(due, looks, strict=True):
            track.add_look(look, frame.at)

    @staticmethod
    def _is_due(track: Track, at: float) -> bool:
        if track.last_at != at or track.face.width < LEAST_FACE_PX:
            return False
        return track.looks < FIRST_LOOKS or at - track.looked_at >= LOOK_AGAIN_S

    @contextmanager
    def _timed(self, stage: str) -> Iterator[None]:
        started = time.perf_counter()
        try:
            yield
        finally:
            self.stage_s[stage] += time.perf_counter() - started
