"""A way to open the WSGI app -> a listening gunicorn server in this process' place, until it is told to stop."""

import socket
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from gunicorn.app.base import BaseApplication
from gunicorn.workers.gthread import TConn, ThreadWorker

THREADS = 8
GRACE_S = 8  # for what is being answered when told to stop; a supervisor kills after ten
IDLE_S = 30  # connections that nobody uses
READ_S = 10  # for a request to come in whole: who sends a byte now and then would keep a thread for ever


class _Worker(ThreadWorker):  # type: ignore[misc]
    """Stops listening to whoever is slower than READ_S: the thread reads an end and goes on. What is being answered by then
    is answered, and its connection closed."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._since: dict[TConn, float] = {}

    def handle(self, conn: TConn) -> object:
        """In a thread of its own."""
        self._since[conn] = time.monotonic()
        try:
            return super().handle(conn)
        finally:
            del self._since[conn]

    def notify(self) -> None:
        """In the main thread, at least once a second."""
        super().notify()
        now = time.monotonic()
        for conn, since in list(self._since.items()):
            if now - since > READ_S:
                with suppress(OSError):  # it is gone
                    conn.sock.shutdown(socket.SHUT_RD)


class _Server(BaseApplication):  # type: ignore[misc]
    def __init__(self, open_app: Callable[[], Any], address: socket.socket) -> None:
        self._open_app = open_app
        self._address = address
        super().__init__()

    def load_config(self) -> None:
        chosen = {
            "bind": f"fd://{self._address.fileno()}",
            "worker_class": _Worker,
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
