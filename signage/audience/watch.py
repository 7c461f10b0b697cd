"""Newest frames in, snapshots twice a second and member codes to a sender out: the turn of the camera's loop."""

import time
from collections.abc import Callable
from typing import Protocol

import cv2

from signage.audience import zoo
from signage.audience.attributes import Ages
from signage.audience.bodies import Bodies
from signage.audience.detect import Detector
from signage.audience.frames import is_live, open_source
from signage.audience.newest import Newest
from signage.audience.pipeline import FACES_EVERY_S, Pipeline
from signage.audience.snapshot import EVERY_S, to_json
from signage.domain.clock import Clock
from signage.domain.place import CameraMode


class Outlet(Protocol):
    """Where messages go: the Sender, or a list in a test."""

    sent: int
    dropped: int
    failed: int

    def snapshot(self, body: bytes) -> None: ...
    def code(self, text: str) -> None: ...


def build_pipeline(screen_id: str, mode: CameraMode, *, clock: Clock, monotonic: Callable[[], float]) -> Pipeline:
    """Models loaded and joined for a mode: `presence` loads no network for ages. Raises BundleError."""
    cv2.setNumThreads(1)
    ages = None
    if mode is CameraMode.DEMOGRAPHICS:
        ages = Ages(zoo.load("age-v1"), zoo.entry("age-v1").class_values)
    faces, bodies = Detector(zoo.load("centerface")), Bodies(zoo.load("movenet-people"))
    return Pipeline(screen_id, faces, bodies, ages, clock=clock, monotonic=monotonic)


class Watcher:
    """Owns the reader thread; `turn` is called again and again."""

    def __init__(
        self, pipeline: Pipeline, source: str, outlet: Outlet, *, loop: bool, monotonic: Callable[[], float]
    ) -> None:
        self._pipeline, self._outlet, self._monotonic = pipeline, outlet, monotonic
        self._newest = Newest(lambda: open_source(source), live=is_live(source), loop=loop, monotonic=monotonic).start()
        self._began = self._next_snapshot = self._next_frame = monotonic()
        self.frames = 0

    @property
    def failure(self) -> str:
        return self._newest.failure

    def turn(self, pace_s: float) -> bool:
        """At most one frame and one snapshot, no sooner than `pace_s` after the last frame; False when the source ended."""
        early_s = min(self._next_frame, self._next_snapshot + FACES_EVERY_S) - self._monotonic()
        if early_s > 0:
            time.sleep(early_s)
        frame = self._newest.take(pace_s) if (now := self._monotonic()) >= self._next_frame else None
        if frame is not None:
            self._next_frame = max(self._next_frame + pace_s, now)
            self.frames += 1
            for code in self._pipeline.step(frame):
                self._outlet.code(code)
        # A snapshot waits for the next look at faces, if one comes soon: it tells what is seen now
        late_s = (now := self._monotonic()) - self._next_snapshot
        if late_s >= (0.0 if frame is not None and self._pipeline.looked_at == frame.at else FACES_EVERY_S):
            # After a long turn the beat starts anew: a burst of snapshots would tell nothing
            self._next_snapshot = max(self._next_snapshot, now - EVERY_S) + EVERY_S
            self._outlet.snapshot(to_json(self._pipeline.snapshot()))
        if frame is not None:
            self._pipeline.look_for_bodies(frame)
        return not self._newest.ended

    def figures(self) -> dict[str, object]:
        """For the log: how much, how fast, where the time went. Numbers only."""
        seconds = max(self._monotonic() - self._began, 1e-3)
        stages = {name: round(1000 * spent / max(self.frames, 1), 2) for name, spent in self._pipeline.stage_s.items()}
        return {
            "frames": self.frames,
            "fps": round(self.frames / seconds, 2),
            "ms_per_frame": stages,
            "sent": self._outlet.sent,
            "dropped": self._outlet.dropped,
            "failed": self._outlet.failed,
            "source": self.failure,
        }

    def close(self) -> None:
        """A last snapshot of who is still there, then the reader is let go."""
        self._outlet.snapshot(to_json(self._pipeline.snapshot()))
        self._newest.stop()
