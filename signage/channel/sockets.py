"""The server's socket in, one that simple-websocket can be trusted with out: whole frames, a bounded wait, a clean end."""

import socket
import threading
from collections.abc import Callable
from typing import Any

import gevent.event
from gevent.monkey import is_module_patched

SEND_S = 20.0  # a player that takes nothing for so long is gone
LINGER_S = 2.0
LINGER_BYTES = 4 * 2**20
TEXT = 0x81  # the last and only part of a text
KEYS = ("gunicorn.socket", "werkzeug.socket")


def options() -> dict[str, Any]:
    """What simple-websocket is to be told. Under gevent its own event is several times cheaper than a patched one."""
    return {
        "ping_interval": 25,
        "max_message_size": 64 * 1024,
        "receive_bytes": 16 * 1024,  # one whole TLS record: what stayed in the TLS layer would not wake the selector
        "event_class": gevent.event.Event if is_module_patched("threading") else threading.Event,
    }


def prepare(environ: dict[str, Any]) -> None:
    """Put a WholeFrames socket into the WSGI environment and refuse compression.

    Compression would cost about 300 KB a socket, CPU for every message, and open the door to inflated frames.
    """
    environ.pop("HTTP_SEC_WEBSOCKET_EXTENSIONS", None)
    for key in KEYS:
        if key in environ:
            environ[key] = WholeFrames(environ[key])


def text_frame(text: str) -> bytes:
    """One whole, unmasked text frame (RFC 6455, 5.2), as servers send them; wsproto takes 20 times as long for it."""
    payload = text.encode()
    size = len(payload)
    if size < 126:
        head = bytes((TEXT, size))
    elif size < 1 << 16:
        head = bytes((TEXT, 126)) + size.to_bytes(2, "big")
    else:
        head = bytes((TEXT, 127)) + size.to_bytes(8, "big")
    return head + payload


class WholeFrames:
    """simple-websocket calls send() once per frame from two threads: here that sends all of it, one frame at a time."""

    def __init__(self, sock: socket.socket) -> None:
        self._socket = sock
        self._lock = threading.Lock()
        self.on_close: Callable[[], None] = _nobody
        sock.settimeout(SEND_S)

    def send(self, data: bytes) -> int:
        with self._lock:
            sent = self._socket.send(data)
            if sent < len(data):
                self._socket.sendall(memoryview(data)[sent:])
        return len(data)

    def recv(self, size: int) -> bytes:
        return self._socket.recv(size)

    def fileno(self) -> int:
        return self._socket.fileno()

    def shutdown(self, how: int) -> None:
        self._socket.shutdown(how)

    def close(self) -> None:
        """Close so that the other side can still read why: a close with unread data would reset the connection."""
        try:
            self._socket.shutdown(socket.SHUT_WR)
            self._socket.settimeout(LINGER_S)
            taken = 0
            while taken < LINGER_BYTES and (data := self._socket.recv(64 * 1024)):
                taken += len(data)
        except OSError:
            pass  # it is gone already, which is what was wanted
        self._socket.close()
        self.on_close()


def _nobody() -> None:
    """Nobody waits for the end."""
