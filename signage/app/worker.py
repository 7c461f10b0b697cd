"""The worker process: claims jobs from the table and does them."""

from collections.abc import Callable
from datetime import timedelta

from signage import jobs
from signage.alerts.ticking import Ticking, tell_due
from signage.alerts.watch import Watch
from signage.alerts.webhook import Webhook
from signage.app.base import Base
from signage.domain.errors import Unavailable
from signage.settings import Settings
from signage.storage.alerts import Alerts
from signage.storage.conditions import prune_stretches
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
        base.writer.submit(lambda connection: (prune(connection, before), prune_stretches(connection, before)))

    ticking = Ticking(_minutes(base)) if settings.alert_url else None
    handlers = {"creative": jobs.creative_handler(base.storage.creatives, base.storage.media, ready)}
    try:
        jobs.run_worker(jobs.Worker(base.storage.jobs, handlers, base.clock), settings.redis_url, tidy)
    finally:
        if ticking:
            ticking.stop()
        base.close()


def _minutes(base: Base) -> Callable[[], None]:
    """Look at every screen, and tell the webhook what is due."""
    settings, alerts = base.settings, Alerts(base.engine)
    watch = Watch(base.storage.screens, base.live, base.storage.plays, alerts)
    webhook = Webhook(settings.alert_url, settings.alert_secret, private=settings.alert_private)

    def minute() -> None:
        watch.look(base.clock())
        tell_due(alerts, webhook, base.clock)

    return minute
