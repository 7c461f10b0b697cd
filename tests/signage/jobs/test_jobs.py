"""The row is the queue: claimed once, renewed by progress, taken over from a dead worker, given up after three tries."""

import io
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from PIL import Image
from sqlalchemy import Engine

from signage.domain.content import MediaKind
from signage.jobs import Bell, Handler, Worker, enqueue
from signage.media.store import MediaStore
from signage.storage.creatives import Creative, Creatives, CreativeState
from signage.storage.jobs import CLAIM_LASTS, MAX_ATTEMPTS, Jobs, JobState
from tests.world import MovableClock

Start = Callable[[float], subprocess.Popen[bytes]]


@pytest.fixture
def jobs(engine: Engine) -> Jobs:
    return Jobs(engine)


def until(true: Callable[[], object], seconds: float = 30) -> None:
    """Wait for another process."""
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_only_one_of_many_claims_a_job(jobs: Jobs, clock: MovableClock) -> None:
    job_id, claimed = jobs.add("k", "s", clock()), []
    gate = threading.Barrier(8)

    def claim() -> None:
        gate.wait()
        claimed.append(jobs.claim(job_id, clock()))

    threads = [threading.Thread(target=claim) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(job is not None for job in claimed) == 1


def test_progress_renews_the_claim_and_silence_ends_it(jobs: Jobs, clock: MovableClock) -> None:
    job_id = jobs.add("k", "s", clock())
    first = jobs.claim(job_id, clock())
    assert first is not None and jobs.due(clock()) == []
    clock.tick(CLAIM_LASTS.total_seconds() - 1)
    jobs.advance(first, 0.4, clock())
    assert jobs.progress_of(["s"]) == {"s": 0.4}
    clock.tick(CLAIM_LASTS.total_seconds() - 1)
    assert jobs.due(clock()) == []
    clock.tick(2)
    assert jobs.due(clock()) == [job_id]
    second = jobs.claim(job_id, clock())
    assert second is not None and second.attempts == 2
    jobs.finish(first, clock())
    running = jobs.get(job_id)
    assert running is not None and running.state is JobState.RUNNING, "the one thought dead decides nothing any more"
    jobs.finish(second, clock())
    assert jobs.claim(job_id, clock()) is None


def test_a_failing_job_is_tried_three_times_then_given_up(jobs: Jobs, clock: MovableClock) -> None:
    tried, given_up = [], []

    def run(subject: str, _progress: object) -> None:
        tried.append(subject)
        raise RuntimeError("no luck")

    worker = Worker(jobs, {"k": Handler(run, given_up.append)}, clock)
    job_id = jobs.add("k", "s", clock())
    for _ in range(5):
        worker.sweep()
    assert (tried, given_up) == (["s"] * MAX_ATTEMPTS, ["s"])
    job = jobs.get(job_id)
    assert job is not None and job.state is JobState.FAILED and "no luck" in job.error


def test_a_job_that_kills_its_worker_is_given_up_too(jobs: Jobs, clock: MovableClock) -> None:
    given_up: list[str] = []
    worker = Worker(jobs, {"k": Handler(lambda _s, _p: None, given_up.append)}, clock)
    job_id = jobs.add("k", "s", clock())
    for _ in range(MAX_ATTEMPTS):
        assert jobs.claim(job_id, clock()) is not None
        clock.tick(CLAIM_LASTS.total_seconds() + 1)
    assert worker.sweep() == 0
    assert given_up == ["s"]


def test_one_bad_job_does_not_stop_the_others(jobs: Jobs, clock: MovableClock) -> None:
    done: list[str] = []
    worker = Worker(jobs, {"k": Handler(lambda subject, _p: done.append(subject), lambda _s: None)}, clock)
    for kind, subject in (("unknown", "a"), ("k", "b"), ("k", "c")):
        jobs.add(kind, subject, clock())
    worker.sweep()
    assert done == ["b", "c"]


def test_without_the_broker_the_row_still_waits(jobs: Jobs, clock: MovableClock) -> None:
    job_id = enqueue(jobs, Bell("redis://127.0.0.1:1/0"), clock, "k", "s")
    assert jobs.due(clock()) == [job_id]


@pytest.fixture
def start(database_url: str, redis_url: str, tmp_path: Path) -> Iterator[Start]:
    running: list[subprocess.Popen[bytes]] = []

    def _start(ahead: float = 0) -> subprocess.Popen[bytes]:
        command = [
            sys.executable,
            "-m",
            "tests.signage.jobs.worker",
            database_url,
            redis_url,
            str(tmp_path / "media"),
            str(ahead),
        ]
        running.append(subprocess.Popen(command))
        return running[-1]

    yield _start
    for process in running:
        process.kill()
        process.wait()


def upload(engine: Engine, media: MediaStore) -> str:
    out = io.BytesIO()
    Image.new("RGB", (640, 360), "#0F5C4A").save(out, "PNG")
    taken = media.take(io.BytesIO(out.getvalue()), 5)
    creative = Creative(
        str(uuid4()), "a.png", MediaKind.IMAGE, CreativeState.UPLOADED, "", datetime.now(UTC), taken.sha256
    )  # fmt: skip
    Creatives(engine).add(creative, "")
    return creative.creative_id


def test_the_worker_process_answers_the_bell(engine: Engine, redis_url: str, tmp_path: Path, start: Start) -> None:
    media, jobs = MediaStore(tmp_path / "media"), Jobs(engine)
    waiting = jobs.add("creative", early := upload(engine, media), datetime.now(UTC))
    worker = start(0)
    until(lambda: (job := jobs.get(waiting)) and job.state is JobState.DONE)
    assert Creatives(engine).get(early, None).state is CreativeState.READY, "found by the sweep at the start"
    creative_id = upload(engine, media)
    rung = time.monotonic()
    job_id = enqueue(jobs, Bell(redis_url), lambda: datetime.now(UTC), "creative", creative_id)
    until(lambda: (job := jobs.get(job_id)) and job.state is JobState.DONE)
    assert time.monotonic() - rung < 20, "rung, not swept: the sweep comes once a minute"
    ready = Creatives(engine).get(creative_id, None)
    assert (ready.state, ready.width, ready.mime) == (CreativeState.READY, 640, "image/webp")
    worker.send_signal(signal.SIGTERM)
    assert worker.wait(20) == 0


def test_a_killed_workers_job_is_taken_over(engine: Engine, redis_url: str, tmp_path: Path, start: Start) -> None:
    jobs, marker = Jobs(engine), tmp_path / "marker"
    job_id = enqueue(jobs, Bell(redis_url), lambda: datetime.now(UTC), "hang", str(marker))
    first = start(0)
    until(lambda: marker.exists() and marker.read_text() == "begun")
    first.kill()
    first.wait()
    held = jobs.get(job_id)
    assert held is not None and held.state is JobState.RUNNING and held.progress == 0.5
    marker.unlink()
    start((CLAIM_LASTS + timedelta(seconds=5)).total_seconds())
    until(lambda: marker.exists() and marker.read_text() == "begun")
    marker.write_text("enough")
    until(lambda: (job := jobs.get(job_id)) and job.state is JobState.DONE)
    taken = jobs.get(job_id)
    assert taken is not None and taken.attempts == 2
