"""What every process of signage stands on, opened from the settings: the database, its writer, live state."""

from datetime import UTC, datetime

from signage.app import logs
from signage.domain.clock import Clock
from signage.live import Live
from signage.settings import Settings
from signage.storage.engine import open_engine
from signage.storage.writer import GroupWriter


def utc_now() -> datetime:
    return datetime.now(UTC)


class NotConfigured(RuntimeError):
    """A setting that this process can't do without is empty. str() names it."""


class Base:
    """No page and no door of the recommender: a worker opens none before it needs it. Open it after a fork, never before."""

    def __init__(self, settings: Settings, clock: Clock = utc_now) -> None:
        """Raises NotConfigured when there is no Redis to talk to: `shelfcast run` starts one, a bare process needs REDIS_URL."""
        if not settings.redis_url:
            raise NotConfigured("REDIS_URL is empty. Start with `shelfcast run`, which brings its own server.")
        logs.configure()
        self.settings = settings
        self.clock = clock
        self.engine = open_engine(settings.database)
        self.writer = GroupWriter(self.engine)
        self.live = Live(settings.redis_url)

    def close(self) -> None:
        """Commits what waits and lets go of every connection."""
        self.writer.close()
        self.live.close()
        self.engine.dispose()
