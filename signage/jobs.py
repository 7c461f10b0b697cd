"""Background work: `enqueue` writes a row and rings; the worker claims rows, does them, and sweeps up what was dropped."""

import logging
from collections.abc import Callable, Mapping

import structlog
from huey import RedisHuey, crontab

from signage.domain.clock import Clock
from signage.domain.content import Framing
from signage.domain.errors import RefusedFile
from signage.media.process import Made, process
from signage.media.refusals import refused
from signage.media.store import MediaStore
from signage.storage import wishes
from signage.storage.creatives import Creative, Creatives, CreativeState, Served
from signage.storage.jobs import Job, Jobs

log = structlog.get_logger()
Progress = Callable[[float], None]
WORKERS = 2  # a picture need not wait for a long video


class Handler:
    """What a kind of job does: `run` the work (it may raise; then it is tried again), `give_up` after the last try."""

    def __init__(self, run: Callable[[str, Progress], None], give_up: Callable[[str], None]) -> None:
        self.run = run
        self.give_up = give_up


def _unanswered(job_id: str) -> None:
    raise RuntimeError(f"job {job_id}: this process rings, it never works")


class Bell:
    """The broker: carries job ids and nothing else. A row whose ring was lost is found by the sweep."""

    def __init__(self, redis_url: str, answer: Callable[[str], object] = _unanswered) -> None:
        """`answer` gets the job ids in the worker process; elsewhere the bell is only rung."""

        def work(job_id: str) -> None:  # the broker finds it by this module's and this function's name
            answer(job_id)

        self.huey = RedisHuey("shelfcast", url=redis_url, results=False, utc=True)
        self._task: Callable[[str], object] = self.huey.task()(work)

    def ring(self, job_id: str) -> None:
        """Tell a worker. A broker that doesn't answer is only logged: the row waits for the sweep."""
        try:
            self._task(job_id)
        except Exception as error:  # the broker's client has its own error classes, which only live.py may import
            log.warning("bell_lost", job=job_id, error=repr(error))


def enqueue(jobs: Jobs, bell: Bell, clock: Clock, kind: str, subject: str) -> str:
    """Kind and subject (a row's id) -> job id. Durable before anybody is told."""
    job_id = jobs.add(kind, subject, clock())
    bell.ring(job_id)
    return job_id


class Worker:
    """Claims one job after the other; several workers may run side by side."""

    def __init__(self, jobs: Jobs, handlers: Mapping[str, Handler], clock: Clock) -> None:
        self._jobs = jobs
        self._handlers = handlers
        self._clock = clock

    def work(self, job_id: str) -> bool:
        """Do the job if it can be claimed -> was it ours?"""
        job = self._jobs.claim(job_id, self._clock())
        if job is None:
            return False
        try:
            self._handlers[job.kind].run(job.subject, lambda share: self._jobs.advance(job, share, self._clock()))
        except Exception as error:  # the process' edge: one bad job must not end the worker
            log.exception("job_failed", job=job.job_id, kind=job.kind, subject=job.subject, attempt=job.attempts)
            self._fail(job, repr(error))
        else:
            self._jobs.finish(job, self._clock())
        return True

    def sweep(self) -> int:
        """Do what waits or was left by a dead worker -> how many were done here."""
        for job in self._jobs.abandoned(self._clock()):
            self._fail(job, "its worker went silent each time")
        return sum(self.work(job_id) for job_id in self._jobs.due(self._clock()))

    def _fail(self, job: Job, error: str) -> None:
        if self._jobs.fail(job, error, self._clock()) and job.kind in self._handlers:
            self._handlers[job.kind].give_up(job.subject)


def run_worker(worker: Worker, redis_url: str) -> None:
    """Blocks until SIGINT or SIGTERM. The sweep runs at the start and every minute."""
    huey = Bell(redis_url, worker.work).huey
    huey.periodic_task(crontab(), name="sweep")(worker.sweep)
    logging.getLogger("huey").setLevel(logging.WARNING)
    worker.sweep()
    huey.create_consumer(workers=WORKERS, worker_type="thread", initial_delay=0.05, max_delay=0.2).run()


def creative_handlers(
    creatives: Creatives, jobs: Jobs, store: MediaStore, ready: Callable[[str], None]
) -> dict[str, Handler]:
    """The jobs "creative" (subject: its id) and "frame" (see storage.wishes); `ready` is told the id once screens can show it.

    What is ready already, and is laid into another frame, stays on screens until that is done.
    """

    def make(creative_id: str, progress: Progress) -> None:
        creative = creatives.get(creative_id, None)
        there = creative.state is CreativeState.READY
        if not there:
            creatives.processing(creative_id)
        try:
            made = _processed(store, creative, creative.framing, creative.page if there else 0, progress)
        except RefusedFile as refusal:  # an answer for the uploader, not a failure of the job
            creatives.failed(creative_id, refusal.ja, refusal.en)
            return
        if made[1:]:
            creatives.further_pages(creative, made[1:])
        creatives.ready(creative_id, made[0], creative.framing)
        ready(creative_id)

    def lay(subject: str, progress: Progress) -> None:
        creative_id, framing = wishes.wished(subject)
        creative = creatives.get(creative_id, None)
        try:
            made = _processed(store, creative, framing, creative.page, progress)
        except RefusedFile as refusal:
            creatives.failed(creative_id, refusal.ja, refusal.en)
            return
        if jobs.open_of(wishes.subjects(creative_id)) == subject:  # else another frame was wished for meanwhile
            creatives.laid(creative_id, made[0], framing)
            ready(creative_id)

    def give_up(creative_id: str) -> None:
        refusal = refused("too_heavy")
        creatives.failed(creative_id, refusal.ja, refusal.en)

    return {
        "creative": Handler(make, give_up),
        wishes.KIND: Handler(lay, lambda subject: give_up(wishes.wished(subject)[0])),
    }


def _processed(store: MediaStore, creative: Creative, framing: Framing, page: int, progress: Progress) -> list[Served]:
    """Raises RefusedFile. `page` 0 = all of them."""
    return [_served(one) for one in process(store, creative.upload_sha256, progress, framing=framing, page=page)]


def _served(made: Made) -> Served:
    return Served(made.sha256, made.mime, made.size, made.width, made.height, made.duration_ms, made.poster_sha256)
