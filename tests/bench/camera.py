"""What one camera costs, and how soon it is heard.

Made-up films (720p, 15 fps) go through the real pipeline; then a camera process watches before a screen of a real shop.

**Cost** (two people and six in view, demographics mode, one thread; the figures of six are told, those of both in `people`).
Ten frames a second of the film are taken, as the camera process does, as fast as they go: codes are read four times a second
of the film, faces found five times, people and a snapshot twice, ages at most twice a second for each person.
`fps`: frames a second that one core keeps up with at that pace, reading the video included (a camera gives ten);
`overhead_share`: the part of the pipeline's wall time that is not spent inside onnxruntime (shrinking, codes, tracking,
health, JSON); `overhead_with_reading_share`: the same with the decoding of the video, which FFmpeg does in a thread beside it;
`streams_per_core`: seconds of film for each CPU second of this process, reading included, when six frames a second are taken:
how many such cameras one core holds;
`stages_ms`: mean per frame taken (a look for faces costs twice its figure, one for people five times);
`rss_mb`: most memory held, libraries included.

**Codes**: `codes_read`: share of `codes_n` made-up frames (720p, any angle, 3 px a module, blur of sigma 1, noise) whose member
code was read; `codes_wrong`: how many were read as another; `codes_p50_ms`, `codes_p95_ms`: time for one frame.

**Heard** (sight.py): `frame_to_snapshot_p95_ms`, `held_up_to_screen_p95_ms`.
"""

import json
import resource
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from signage.audience import zoo
from signage.audience.attributes import Ages
from signage.audience.bodies import Bodies
from signage.audience.codes import CodeReader
from signage.audience.detect import Detector
from signage.audience.frames import EndOfStream, Frame, open_source
from signage.audience.pipeline import Pipeline
from signage.audience.snapshot import EVERY_S, to_json
from tests.signage.audience.phones import as_a_phone_shows_it, member_code

CROWDS, SECONDS, FPS = (2, 6), 20, 15
TAKEN_PER_S, LEAST_PER_S = 10.0, 6.0
CODES = 600
WRITE = """
import sys
from pathlib import Path
from tests.signage.audience.films import Film
Film(1, int(sys.argv[2]), float(sys.argv[3])).write(Path(sys.argv[1]), int(sys.argv[4]))
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


@dataclass(frozen=True, slots=True)
class Cost:
    """Of a whole film. Seconds; `stages_s`: of the pipeline's stages and of the networks inside them."""

    frames: int
    film_s: float
    reading_s: float
    working_s: float
    networks_s: float
    cpu_s: float
    stages_s: dict[str, float]


def watch(film: Path, taken_per_s: float) -> Cost:
    """So many frames a second of the film through a pipeline of their own, as fast as they go."""
    networks = {name: Timed(zoo.load(name)) for name in ("centerface", "movenet-people", "age-v1")}
    faces, people, years = networks.values()
    now = 0.0
    pipeline = Pipeline(
        "scr_bench", Detector(faces), Bodies(people), Ages(years, zoo.entry("age-v1").class_values),
        clock=lambda: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=now), monotonic=lambda: now,
    )  # fmt: skip
    reader = open_source(str(film))
    frames = snapshots = index = 0
    reading_s = working_s = 0.0
    cpu_s = time.process_time()
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
        if now >= frames / taken_per_s:
            frame = Frame(image, now, frames)
            pipeline.step(frame)
            pipeline.look_for_bodies(frame)
            frames += 1
        if now >= snapshots * EVERY_S:
            to_json(pipeline.snapshot())
            snapshots += 1
        working_s += time.perf_counter() - read
    cpu_s = time.process_time() - cpu_s
    inside = {f"network: {name}": network.spent_s for name, network in networks.items()}
    stages_s = {"read": reading_s, **pipeline.stage_s, **inside}
    return Cost(frames, index / reader.fps, reading_s, working_s, sum(inside.values()), cpu_s, stages_s)


def measure(film: Path) -> dict[str, Any]:
    """A film -> the figures of its cost."""
    cost = watch(film, TAKEN_PER_S)
    least = watch(film, LEAST_PER_S)
    wall_s = cost.reading_s + cost.working_s
    return {
        "fps": round(cost.frames / wall_s, 1),
        "overhead_share": round(1 - cost.networks_s / cost.working_s, 4),
        "overhead_with_reading_share": round(1 - cost.networks_s / wall_s, 4),
        "streams_per_core": round(least.film_s / least.cpu_s, 2),
        "stages_ms": {name: round(1000 * spent / cost.frames, 3) for name, spent in cost.stages_s.items()},
    }


def codes() -> dict[str, Any]:
    """Many phones held up, each in a frame of its own -> how many are read, and how soon."""
    random, told, spent_ms = np.random.default_rng(20261122), list[bool | None](), list[float]()
    for _ in range(CODES):
        text = member_code(random)
        frame = as_a_phone_shows_it(text, random)
        reader, started = CodeReader(), time.perf_counter()
        found = reader.read(frame, 0.0)
        spent_ms.append(1000 * (time.perf_counter() - started))
        told.append(found == [text] if found else None)
    return {
        "codes_n": CODES,
        "codes_read": round(told.count(True) / CODES, 4),
        "codes_wrong": told.count(False),
        "codes_p50_ms": round(float(np.percentile(spent_ms, 50)), 2),
        "codes_p95_ms": round(float(np.percentile(spent_ms, 95)), 2),
    }


def main() -> None:
    cv2.setNumThreads(1)
    people = {}
    with tempfile.TemporaryDirectory() as folder:
        for count in CROWDS:
            film = Path(folder) / f"{count}.avi"  # written by another process, whose memory is not the camera's
            subprocess.run([sys.executable, "-c", WRITE, str(film), str(count), str(SECONDS), str(FPS)], check=True)
            people[count] = measure(film)
    rss_mb = round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1)
    cost = people[CROWDS[-1]]
    for count, told in people.items():
        print(
            f"{count} people: {told['fps']} frames a second, {told['streams_per_core']} streams on one core at {LEAST_PER_S:.0f}"
        )
        print(f"  outside the networks: {told['overhead_share']:.1%}")
    for name, spent_ms in cost["stages_ms"].items():
        print(f"  {name:24} {spent_ms:8.3f} ms a frame")
    print(json.dumps(cost | {"rss_mb": rss_mb, "people": people} | codes()))


if __name__ == "__main__":
    main()
