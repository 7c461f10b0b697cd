"""A way to open the WSGI app -> a listening gunicorn server in this process' place, until it is told to stop."""

import socket
from collections.abc import Callable
from typing import Any

from gunicorn.app.base import BaseApplication

THREADS = 8
GRACE_S = 8  # for what is being answered when told to stop; a supervisor kills after ten
IDLE_S = 30  # connections that nobody uses


class _Server(BaseApplication):  # type: ignore[misc]
    def __init__(self, open_app: Callable[[], Any], address: socket.socket) -> None:
        self._open_app = open_app
        self._address = address
        super().__init__()

    def load_config(self) -> None:
        chosen = {
            "bind": f"fd://{self._address.fileno()}",
            "worker_class": "gthread",
            "threads": THREADS,
            "graceful_timeout": GRACE_S,
            "keepalive": IDLE_S,
            "control_socket_disable": True,
            "proc_name": "shelfcast-recommender",
        }
        for name, value in chosen.items():
            self.cfg.set(name, value)

    def load(self) -> Any:
        """In the worker, after the fork: connections and the threads of libraries don't outlive one."""
        return self._open_app()


def run(open_app: Callable[[], Any], host: str, port: int) -> None:
    """Blocks. Port 0 takes a free one. Says its address on stdout once it listens. Raises OSError for an address in use."""
    listener = socket.create_server((host, port))
    bound_host, bound_port = listener.getsockname()[:2]
    print(f"http://{bound_host}:{bound_port}", flush=True)
    _Server(open_app, listener).run()
