"""A clip through the real pipeline by the clip's own time, as fast as the machine goes: the same answer on any machine."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from signage.audience.attributes import Ages
from signage.audience.bodies import Bodies
from signage.audience.detect import Detector
from signage.audience.frames import EndOfStream, Frame, open_source
from signage.audience.pipeline import Pipeline
from signage.audience.snapshot import EVERY_S
from signage.domain.audience import AudienceSnapshot

START = datetime(2026, 11, 21, 12, tzinfo=UTC)
TAKEN_PER_S = 10.0


class Replay:
    """`snapshots` are dated START and so many seconds of the clip; `codes` with the second at which they were read."""

    def __init__(self, detector: Detector, bodies: Bodies, ages: Ages | None) -> None:
        self.now = 0.0
        self.pipeline = Pipeline(
            "scr_entrance", detector, bodies, ages, clock=lambda: START + timedelta(seconds=self.now),
            monotonic=lambda: self.now, timer=lambda: 0.0,
        )  # fmt: skip
        self.snapshots: list[AudienceSnapshot] = []
        self.codes: list[tuple[float, str]] = []

    def run(self, frames: Iterator[Frame]) -> None:
        for frame in frames:
            self.now = frame.at
            self.codes += [(frame.at, code) for code in self.pipeline.step(frame)]
            if self.now >= len(self.snapshots) * EVERY_S:
                self.snapshots.append(self.pipeline.snapshot())
            self.pipeline.look_for_bodies(frame)


def frames_of(clip: Path) -> Iterator[Frame]:
    """The frames that a camera process takes of it on a machine that keeps up, timed by their place in it."""
    reader, index, taken = open_source(str(clip)), 0, 0
    try:
        while True:
            image = reader.read()
            if index / reader.fps >= taken / TAKEN_PER_S:
                yield Frame(image, index / reader.fps, taken)
                taken += 1
            index += 1
    except EndOfStream:
        return
    finally:
        reader.close()
