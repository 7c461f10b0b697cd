"""The worker process: claims jobs from the table and does them."""

from datetime import timedelta

from signage import jobs
from signage.app.base import Base
from signage.domain.errors import Unavailable
from signage.settings import Settings
from signage.storage.decisions import prune


def run_worker(settings: Settings) -> None:
    """Blocks until SIGINT or SIGTERM. Raises NotConfigured."""
    base = Base(settings)

    def ready(_creative_id: str) -> None:
        """A processed creative may complete a campaign of any store: every line-up is made anew."""
        try:
            for store in base.storage.screens.stores():
                base.live.bump(f"inventory:{store.store_id}")
        except Unavailable:
            pass  # line-ups are rebuilt within a minute anyway

    def tidy() -> None:
        """Decision records have a stated retention."""
        before = base.clock() - timedelta(days=settings.decision_days)
        base.writer.submit(lambda connection: prune(connection, before))

    handlers = {"creative": jobs.creative_handler(base.storage.creatives, base.storage.media, ready)}
    try:
        jobs.run_worker(jobs.Worker(base.storage.jobs, handlers, base.clock), settings.redis_url, tidy)
    finally:
        base.close()
