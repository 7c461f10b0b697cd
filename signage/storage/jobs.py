"""Background work as rows: the row is the queue, claimed by a conditional update; a broker only carries ids."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import uuid4

from sqlalchemy import ColumnElement, Connection, Engine, and_, insert, or_, select, update
from sqlalchemy.engine import Row

from signage.domain.clock import millis
from signage.storage.engine import write
from signage.storage.schema import jobs

CLAIM_LASTS = timedelta(minutes=2)  # without a sign of life from its worker; progress renews it
MAX_ATTEMPTS = 3


class JobState(StrEnum):
    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Job:
    """`progress` 0-1; `attempts` counts claims; `error` is for the log, never for a page."""

    job_id: str
    kind: str
    subject: str
    state: JobState
    progress: float
    attempts: int
    error: str


class Jobs:
    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def add(self, kind: str, subject: str, now: datetime) -> str:
        """A new row -> its id; durable on return."""
        job_id = str(uuid4())
        values = {"id": job_id, "kind": kind, "subject": subject, "state": JobState.WAITING, "created_at": millis(now)}
        write(self._engine, lambda connection: connection.execute(insert(jobs).values(values)))
        return job_id

    def get(self, job_id: str) -> Job | None:
        with self._engine.connect() as connection:
            row = connection.execute(select(jobs).where(jobs.c.id == job_id)).first()
        return _job(row) if row else None

    def progress_of(self, subjects: list[str]) -> dict[str, float]:
        """How far the newest job of each subject is, 0-1."""
        query = select(jobs.c.subject, jobs.c.progress).where(jobs.c.subject.in_(subjects)).order_by(jobs.c.created_at)
        with self._engine.connect() as connection:
            return {row.subject: row.progress for row in connection.execute(query)}

    def open_of(self, subjects: list[str]) -> str | None:
        """The newest of these subjects whose job is still to be done."""
        query = select(jobs.c.subject).where(jobs.c.subject.in_(subjects), _open()).order_by(jobs.c.created_at.desc())
        with self._engine.connect() as connection:
            return connection.execute(query.limit(1)).scalar()

    def supersede(self, subjects: list[str], now: datetime) -> None:
        """Nobody wants these any more. One that is being worked on finds out at its end, by `open_of`."""
        old = update(jobs).where(jobs.c.subject.in_(subjects), _open())
        write(
            self._engine,
            lambda connection: connection.execute(old.values(state=JobState.DONE, finished_at=millis(now))),
        )

    def claim(self, job_id: str, now: datetime) -> Job | None:
        """Take the job, or None: it is finished, somebody else's for now, or has been tried too often."""

        def work(connection: Connection) -> Job | None:
            claimed = connection.execute(
                update(jobs)
                .where(jobs.c.id == job_id, _free(now), jobs.c.attempts < MAX_ATTEMPTS)
                .values(
                    state=JobState.RUNNING,
                    attempts=jobs.c.attempts + 1,
                    progress=0.0,
                    claimed_until=millis(now + CLAIM_LASTS),
                )
            )
            if not claimed.rowcount:
                return None
            return _job(connection.execute(select(jobs).where(jobs.c.id == job_id)).one())

        return write(self._engine, work)

    def advance(self, job: Job, progress: float, now: datetime) -> None:
        """Say how far it is, and that its worker lives. A claim that was lost meanwhile stays lost."""
        self._mine(job, progress=progress, claimed_until=millis(now + CLAIM_LASTS))

    def finish(self, job: Job, now: datetime) -> None:
        self._mine(job, state=JobState.DONE, progress=1.0, finished_at=millis(now), claimed_until=None)

    def fail(self, job: Job, error: str, now: datetime) -> bool:
        """It raised: back to waiting, or failed for good after the last attempt -> is it failed for good?"""
        final = job.attempts >= MAX_ATTEMPTS
        state = JobState.FAILED if final else JobState.WAITING
        finished = millis(now) if final else None
        self._mine(job, state=state, error=error[:2000], finished_at=finished, claimed_until=None)
        return final

    def due(self, now: datetime) -> list[str]:
        """Ids to hand to the broker (again): waiting, or claimed by a worker that went silent. Oldest first."""
        query = select(jobs.c.id).where(_free(now), jobs.c.attempts < MAX_ATTEMPTS).order_by(jobs.c.created_at)
        with self._engine.connect() as connection:
            return list(connection.execute(query).scalars())

    def abandoned(self, now: datetime) -> list[Job]:
        """Jobs whose last attempt ended in silence; the caller tells their subjects, then `fail`s them."""
        query = select(jobs).where(_free(now), jobs.c.state == JobState.RUNNING, jobs.c.attempts >= MAX_ATTEMPTS)
        with self._engine.connect() as connection:
            return [_job(row) for row in connection.execute(query)]

    def _mine(self, job: Job, **values: object) -> None:
        """Only the attempt that holds the claim may write: a worker thought dead must not undo another's result."""
        same_attempt = and_(jobs.c.id == job.job_id, jobs.c.state == JobState.RUNNING, jobs.c.attempts == job.attempts)
        write(self._engine, lambda connection: connection.execute(update(jobs).where(same_attempt).values(values)))


def _open() -> ColumnElement[bool]:
    return jobs.c.state.in_((JobState.WAITING, JobState.RUNNING))


def _free(now: datetime) -> ColumnElement[bool]:
    silent = and_(jobs.c.state == JobState.RUNNING, jobs.c.claimed_until <= millis(now))
    return or_(jobs.c.state == JobState.WAITING, silent)


def _job(row: Row[Any]) -> Job:
    return Job(row.id, row.kind, row.subject, JobState(row.state), row.progress, row.attempts, row.error)
