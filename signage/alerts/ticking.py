"""Once a minute, on a thread of its own: it goes on while the broker, whose absence is an alert, is away."""

import threading
from collections.abc import Callable

import structlog

from signage.alerts.webhook import NotTold, Webhook
from signage.domain.clock import Clock
from signage.storage.alerts import Alerts

EVERY_S = 60.0

log = structlog.get_logger()


class Ticking:
    """Calls `work` now and every minute until `stop()`."""

    def __init__(self, work: Callable[[], object]) -> None:
        self._work = work
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name="alerts", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        self._stopped.set()
        self._thread.join()

    def _run(self) -> None:
        while True:
            try:
                self._work()
            except Exception:  # the thread's edge: one bad minute must not end the watch
                log.exception("watch_failed")
            if self._stopped.wait(EVERY_S):
                return


def tell_due(alerts: Alerts, webhook: Webhook, clock: Clock) -> None:
    """Tell the webhook each alert that is due; what fails is due again after its wait."""
    for alert in alerts.claim(clock()):
        try:
            webhook.tell(alert, clock())
        except NotTold as error:
            log.warning(
                "alert_not_told", alert=alert.alert_id, kind=alert.kind, attempt=alert.attempts + 1, why=str(error)
            )
            alerts.failed(alert, str(error))
        else:
            alerts.told(alert, clock())
