"""A real HTTP server that takes what a camera sends; it can be told to refuse, to hang up, and to come back."""

import json
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from http.server import BaseHTTPRequestHandler, SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any


@dataclass
class Received:
    """`answer`: the status for everything. `posts`: path, Authorization, body."""

    answer: int = 204
    posts: list[tuple[str, str, dict[str, Any]]] = field(default_factory=list)
    changed: threading.Condition = field(default_factory=threading.Condition)
    port: int = 0

    @property
    def snapshots(self) -> list[dict[str, Any]]:
        return [body for path, _, body in self.posts if path.endswith("/snapshots")]

    @property
    def codes(self) -> list[str]:
        return [body["text"] for path, _, body in self.posts if path.endswith("/codes")]

    def wait_for(self, posts: int, within_s: float = 20.0) -> None:
        with self.changed:
            assert self.changed.wait_for(lambda: len(self.posts) >= posts, within_s), self.posts


@contextmanager
def serving(port: int = 0, tls: ssl.SSLContext | None = None) -> Iterator[Received]:
    """The server on a free port (or this one) while the block runs."""
    received = Received()
    connections: list[socket.socket] = []

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def setup(self) -> None:
            super().setup()
            connections.append(self.connection)

        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(received.answer)
            self.send_header("Content-Length", "0")
            self.end_headers()
            with received.changed:
                received.posts.append((self.path, self.headers["Authorization"], body))
                received.changed.notify_all()

        def log_message(self, format: str, *args: object) -> None:
            pass

    class Server(ThreadingHTTPServer):
        daemon_threads = True
        block_on_close = False

    with Server(("127.0.0.1", port), Handler) as server:
        received.port = server.server_port
        if tls is not None:
            server.socket = tls.wrap_socket(server.socket, server_side=True)
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        thread.start()
        yield received
        server.shutdown()
        thread.join()
    for connection in connections:  # kept ones too, as when a server is killed
        with suppress(OSError):
            connection.shutdown(socket.SHUT_RDWR)


@dataclass
class Asked:
    """A network camera's port and how often its stream was opened."""

    port: int = 0
    count: int = 0


@contextmanager
def streaming(folder: Path) -> Iterator[Asked]:
    """Serves the files of a folder as a network camera would: a stream over HTTP that ends when the file does."""
    asked = Asked()

    class Handler(SimpleHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.count += 1
            with suppress(ConnectionError):
                super().do_GET()

        def log_message(self, format: str, *args: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Handler, directory=str(folder))) as server:
        asked.port = server.server_port
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        thread.start()
        yield asked
        server.shutdown()
        thread.join()
