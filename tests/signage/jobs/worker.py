"""A worker process for the tests: `python -m tests.signage.jobs.worker DATABASE REDIS MEDIA SECONDS_AHEAD`."""

import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

from signage.jobs import Handler, Progress, Worker, creative_handlers, run_worker
from signage.media.store import MediaStore
from signage.storage.creatives import Creatives
from signage.storage.engine import open_engine
from signage.storage.jobs import Jobs


def main(database: str, redis_url: str, media: str, ahead: str) -> None:
    engine = open_engine(database)

    def hang(subject: str, progress: Progress) -> None:
        progress(0.5)
        Path(subject).write_text("begun")
        while Path(subject).read_text() == "begun":
            pass

    jobs = Jobs(engine)
    handlers = creative_handlers(Creatives(engine), jobs, MediaStore(Path(media)), lambda _id: None)
    handlers["hang"] = Handler(hang, lambda _subject: None)
    run_worker(Worker(jobs, handlers, lambda: datetime.now(UTC) + timedelta(seconds=float(ahead))), redis_url)


if __name__ == "__main__":
    main(*sys.argv[1:])
