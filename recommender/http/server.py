"""A WSGI app -> a listening gunicorn server in this process' place, until it is told to stop."""

import socket
from typing import Any

from gunicorn.app.base import BaseApplication

THREADS = 8


class _Server(BaseApplication):  # type: ignore[misc]
    def __init__(self, app: Any, address: socket.socket) -> None:
        self._app = app
        self._address = address
        super().__init__()

    def load_config(self) -> None:
        chosen = {
            "bind": f"fd://{self._address.fileno()}",
            "worker_class": "gthread",
            "threads": THREADS,
            "control_socket_disable": True,
            "proc_name": "shelfcast-recommender",
        }
        for name, value in chosen.items():
            self.cfg.set(name, value)

    def load(self) -> Any:
        return self._app


def run(app: Any, host: str, port: int) -> None:
    """Blocks. Port 0 takes a free one. Says its address on stdout once it listens. Raises OSError for an address in use."""
    listener = socket.create_server((host, port))
    bound_host, bound_port = listener.getsockname()[:2]
    print(f"http://{bound_host}:{bound_port}", flush=True)
    _Server(app, listener).run()
