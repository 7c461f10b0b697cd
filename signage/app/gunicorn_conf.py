"""What gunicorn calls in the web process."""

from typing import Any

import gevent

NOTICED_S = 0.1
PART = 65_536  # bytes
PART_S = 30.0  # for the next part of a body: who sends a byte now and then would keep a connection for ever


class _Impatient:
    """Reads a body part by part, and gives up on one that takes longer than PART_S: the request is then a 400."""

    def __init__(self, reader: Any) -> None:
        self._reader = reader

    def read(self, size: int) -> bytes:
        """Raises TimeoutError."""
        with gevent.Timeout(PART_S, TimeoutError("the body comes too slowly")):
            part: bytes = self._reader.read(min(size, PART))
        return part


def pre_request(_worker: Any, req: Any) -> None:
    req.body.reader = _Impatient(req.body.reader)


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
