"""The server under slow clients: none of them keeps a thread for ever."""

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from urllib.request import urlopen

import pytest

from recommender.http.server import THREADS

SERVE = """
from recommender.http import server

def app(environ, start_response):
    environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
    start_response("200 OK", [("Content-Length", "2")])
    return [b"ok"]

server.READ_S = 1
server.run(lambda: app, "127.0.0.1", 0)
"""


@pytest.fixture
def url() -> Iterator[str]:
    with subprocess.Popen([sys.executable, "-c", SERVE], stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        yield server.stdout.readline().strip()
        server.terminate()


@pytest.mark.parametrize("sent", [b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\n", b"GET / HT"])
def test_who_sends_a_byte_now_and_then_is_not_waited_for(url: str, sent: bytes) -> None:
    address = "127.0.0.1", int(url.rpartition(":")[2])
    slow = [socket.create_connection(address, timeout=20) for _ in range(THREADS)]
    for wire in slow:
        wire.sendall(sent)
    deadline, dripping = time.monotonic() + 30, list(slow)
    while dripping and time.monotonic() < deadline:
        for wire in list(dripping):
            wire.settimeout(0.05)
            with suppress(TimeoutError, OSError):
                wire.send(b"x")
            try:
                over = not wire.recv(4096)
            except TimeoutError:
                continue
            except OSError:
                over = True
            if over:
                dripping.remove(wire)
    assert dripping == []
    assert urlopen(f"{url}/", timeout=20).read() == b"ok"
    for wire in slow:
        wire.close()
