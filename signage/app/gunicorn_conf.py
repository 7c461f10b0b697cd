"""What gunicorn calls in the web process."""

from typing import Any

import gevent

NOTICED_S = 0.1


def post_worker_init(worker: Any) -> None:
    """The application is loaded, and this is its process."""
    gevent.spawn(_end_sockets, worker)


def _end_sockets(worker: Any) -> None:
    """Told to stop, gunicorn waits for requests to end; a socket is one that never does by itself.

    Players are told why, so that they come back quickly.
    """
    while worker.alive:
        gevent.sleep(NOTICED_S)
    worker.app.callable.extensions["shelfcast"].hub.stop()


def worker_exit(_server: Any, worker: Any) -> None:
    """Commits what waits."""
    application = getattr(getattr(worker, "app", None), "callable", None)
    if application is not None:
        application.extensions["shelfcast"].stop()
