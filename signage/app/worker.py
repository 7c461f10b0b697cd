"""The worker process: claims jobs from the table and does them."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import datetime
from functools import cache

from recommender.app import Doors, open_doors
from recommender.sales import SalesCell
from signage import jobs
from signage.alerts.ticking import Ticking, tell_due
from signage.alerts.watch import Watch
from signage.alerts.webhook import Webhook
from signage.app.base import Base
from signage.app.keeping import keeping
from signage.app.learning import Learner
from signage.domain.errors import Unavailable
from signage.media.store import MediaStore
from signage.settings import Settings
from signage.storage.alerts import Alerts
from signage.storage.creatives import Creatives
from signage.storage.decisions import Decisions
from signage.storage.exposures import Exposures
from signage.storage.inventories import Inventories
from signage.storage.jobs import Jobs
from signage.storage.learned import Learned
from signage.storage.plays import Plays
from signage.storage.screens import Screens


def run_worker(settings: Settings) -> None:
    """Blocks until SIGINT or SIGTERM. Raises NotConfigured."""
    base = Base(settings)
    screens, queue = Screens(base.engine), Jobs(base.engine)

    def ready(_creative_id: str) -> None:
        """A processed creative may complete a campaign of any store: every line-up is made anew."""
        with suppress(Unavailable):  # line-ups are rebuilt within a minute anyway
            base.live.bump(f"inventory:{store.store_id}" for store in screens.stores())

    ticking = [Ticking(_minutes(base)), Ticking(keeping(base)), Ticking(_learning(base))]
    handlers = jobs.creative_handlers(Creatives(base.engine), queue, MediaStore(settings.media), ready)
    try:
        jobs.run_worker(jobs.Worker(queue, handlers, base.clock), settings.redis_url)
    finally:
        for one in ticking:
            one.stop()
        base.close()


def _learning(base: Base) -> Callable[[], None]:
    """Learn from what was played, an hour at a time. A worker without sales to learn from never opens the history."""
    engine = base.engine

    @cache
    def doors() -> Doors:
        return open_doors(clock=base.clock)

    def units(gtins: Sequence[str], store_ids: Sequence[str], start: datetime, end: datetime) -> list[SalesCell]:
        return doors().sales.units(gtins, store_ids, start, end)

    def scans(gtins: Sequence[str], store_ids: Sequence[str], start: datetime, end: datetime) -> list[SalesCell]:
        return doors().sales.scans(gtins, store_ids, start, end)

    learner = Learner(
        Learned(engine), Plays(engine), Exposures(engine), Decisions(engine), Inventories(engine), Screens(engine),
        base.writer, units, scans, base.clock,
    )  # fmt: skip

    def minute() -> None:
        learner.learn()

    return minute


def _minutes(base: Base) -> Callable[[], None]:
    """Look at every screen, and tell the webhook, where there is one, what is due."""
    settings, alerts = base.settings, Alerts(base.engine, telling=bool(base.settings.alert_url))
    watch = Watch(Screens(base.engine), base.live, Plays(base.engine), alerts)
    webhook = Webhook(settings.alert_url, settings.alert_secret, private=settings.alert_private)

    def minute() -> None:
        watch.look(base.clock())
        if settings.alert_url:
            tell_due(alerts, webhook, base.clock)

    return minute
