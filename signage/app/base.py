"""What every process of signage stands on, opened from the settings: storage, live state, media, the five doors."""

from recommender.app import Doors, open_doors, utc_now
from signage.app import logs
from signage.domain.clock import Clock
from signage.live import Live
from signage.media.store import MediaStore
from signage.settings import Settings
from signage.storage.audit import Audit
from signage.storage.campaigns import Campaigns
from signage.storage.conditions import Conditions
from signage.storage.creatives import Creatives
from signage.storage.decisions import Decisions
from signage.storage.engine import open_engine
from signage.storage.idempotency import Idempotency
from signage.storage.inventories import Inventories
from signage.storage.jobs import Jobs
from signage.storage.notices import Notices
from signage.storage.plays import Plays
from signage.storage.samples import Samples
from signage.storage.screens import Screens
from signage.storage.users import Users
from signage.storage.writer import GroupWriter
from signage.web.ports import Storage


class NotConfigured(RuntimeError):
    """A setting that this process can't do without is empty. str() names it."""


class Base:
    """Everything below the controller. Open it after a fork, never before."""

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
        self.doors: Doors = open_doors(clock=clock)
        self.storage = Storage(
            screens=Screens(self.engine),
            creatives=Creatives(self.engine),
            campaigns=Campaigns(self.engine),
            users=Users(self.engine),
            jobs=Jobs(self.engine),
            plays=Plays(self.engine),
            conditions=Conditions(self.engine),
            samples=Samples(self.engine),
            notices=Notices(self.engine),
            audit=Audit(self.engine),
            decisions=Decisions(self.engine),
            inventories=Inventories(self.engine),
            idempotency=Idempotency(self.engine),
            media=MediaStore(settings.media),
            catalog=self.doors.catalog,
        )

    def close(self) -> None:
        """Commits what waits and lets go of every connection."""
        self.writer.close()
        self.doors.close()
        self.live.close()
        self.engine.dispose()
