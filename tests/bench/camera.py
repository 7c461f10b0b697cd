"""What one camera costs: the demo's clip (720p, up to three people) through the real pipeline, demographics mode, one thread.

Ten frames a second of the clip are taken, as the camera process does, as fast as they go: codes are read four times a
second of the clip, faces found five times, people and a snapshot twice. Keys:
`fps`: frames a second from picture in memory to snapshot in JSON (faster than needed: a camera gives ten);
`overhead_share`: the part of that time that is not spent inside onnxruntime (shrinking, codes, tracking, health, JSON);
`streams_per_core`: seconds of clip for each CPU second of this process, reading the video included: how many such cameras
one core keeps up with at that pace each;
`stages_ms`: mean per frame taken (a look for faces costs twice its figure,
one for people five times); `rss_mb`: most memory held, libraries included.
"""

import json
import resource
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import cv2

from signage.audience import zoo
from signage.audience.attributes import Ages
from signage.audience.bodies import Bodies
from signage.audience.detect import Detector
from signage.audience.frames import EndOfStream, Frame, open_source
from signage.audience.pipeline import Pipeline
from signage.audience.snapshot import EVERY_S, to_json

TAKEN_PER_S = 10.0
RENDER = """
import sys
from pathlib import Path
from signage.bundle import find
from signage.demo.clip import render
render(Path(sys.argv[1]), find.path("assets", "ready", "photographs", "astronaut.png"))
"""


class Timed:
    """An onnxruntime session whose time inside `run` is added up."""

    def __init__(self, session: Any) -> None:
        self._session, self.get_inputs, self.spent_s = session, session.get_inputs, 0.0

    def run(self, *given: Any) -> Any:
        started = time.perf_counter()
        answer = self._session.run(*given)
        self.spent_s += time.perf_counter() - started
        return answer


def measure(clip: Path) -> dict[str, Any]:
    """The clip -> the figures named above."""
    cv2.setNumThreads(1)
    networks = {name: Timed(zoo.load(name)) for name in ("centerface", "movenet-people", "age-v1")}
    faces, people, years = networks.values()
    now = 0.0
    pipeline = Pipeline(
        "scr_bench", Detector(faces), Bodies(people), Ages(years, zoo.entry("age-v1").class_values),
        clock=lambda: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=now), monotonic=lambda: now,
    )  # fmt: skip
    reader = open_source(str(clip))
    frames = snapshots = index = 0
    reading_s = working_s = 0.0
    cpu = time.process_time()
    while True:
        started = time.perf_counter()
        try:
            image = reader.read()
        except EndOfStream:
            break
        read = time.perf_counter()
        reading_s += read - started
        now = index / reader.fps
        index += 1
        if now >= frames / TAKEN_PER_S:
            pipeline.step(Frame(image, now, frames))
            frames += 1
        if now >= snapshots * EVERY_S:
            to_json(pipeline.snapshot())
            snapshots += 1
        working_s += time.perf_counter() - read
    cpu = time.process_time() - cpu
    inference_s = sum(network.spent_s for network in networks.values())
    inside = {f"network: {name}": network.spent_s for name, network in networks.items()}
    stages = {"read": reading_s, **pipeline.stage_s, **inside}
    return {
        "fps": round(frames / working_s, 1),
        "overhead_share": round(1 - inference_s / working_s, 4),
        "streams_per_core": round(index / reader.fps / cpu, 2),
        "stages_ms": {name: round(1000 * spent / frames, 3) for name, spent in stages.items()},
        "rss_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1),
    }


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        clip = Path(folder) / "clip.mkv"
        subprocess.run([sys.executable, "-c", RENDER, str(clip)], check=True)  # its libraries are not the camera's
        figures = measure(clip)
    print(f"camera: {figures['fps']} frames a second, {figures['streams_per_core']} streams on one core")
    print(f"outside the networks: {figures['overhead_share']:.1%}; memory {figures['rss_mb']} MB")
    for name, spent_ms in figures["stages_ms"].items():
        print(f"  {name:24} {spent_ms:8.3f} ms a frame")
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
