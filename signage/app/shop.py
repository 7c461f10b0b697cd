"""What pages, decisions and the demo stand on, beyond every process' base: all rooms of storage, and the five doors."""

from recommender.app import Doors, open_doors
from signage.app.base import Base, utc_now
from signage.domain.clock import Clock
from signage.media.store import MediaStore
from signage.settings import Settings
from signage.storage.alerts import Alerts
from signage.storage.audit import Audit
from signage.storage.campaigns import Campaigns
from signage.storage.cells import Cells
from signage.storage.conditions import Conditions
from signage.storage.creatives import Creatives
from signage.storage.decisions import Decisions
from signage.storage.enforcing import Retention
from signage.storage.idempotency import Idempotency
from signage.storage.inventories import Inventories
from signage.storage.jobs import Jobs
from signage.storage.learned import Learned
from signage.storage.notices import Notices
from signage.storage.plays import Plays
from signage.storage.retention import lines
from signage.storage.screens import Screens
from signage.storage.uploads import Uploads
from signage.storage.users import Users
from signage.web.ports import Storage


class Shop(Base):
    """Everything below the controller. Open it after a fork, never before."""

    def __init__(self, settings: Settings, clock: Clock = utc_now) -> None:
        """Raises NotConfigured as Base does."""
        super().__init__(settings, clock)
        self.doors: Doors = open_doors(clock=clock)
        self.storage = Storage(
            screens=Screens(self.engine),
            creatives=Creatives(self.engine),
            uploads=Uploads(self.engine),
            campaigns=Campaigns(self.engine),
            users=Users(self.engine),
            jobs=Jobs(self.engine),
            plays=Plays(self.engine),
            conditions=Conditions(self.engine),
            cells=Cells(self.engine),
            learned=Learned(self.engine),
            notices=Notices(self.engine),
            retention=Retention(self.engine, lines(settings)),
            audit=Audit(self.engine),
            alerts=Alerts(self.engine, telling=bool(settings.alert_url)),
            decisions=Decisions(self.engine),
            inventories=Inventories(self.engine),
            idempotency=Idempotency(self.engine),
            media=MediaStore(settings.media),
            catalog=self.doors.catalog,
        )

    def close(self) -> None:
        self.doors.close()
        super().close()
