"""What gunicorn calls in the web process."""

from typing import Any


def worker_exit(_server: Any, worker: Any) -> None:
    """Ends sockets with a reason, so that players come back quickly, and commits what waits."""
    application = getattr(getattr(worker, "app", None), "callable", None)
    if application is not None:
        application.extensions["shelfcast"].stop()
