"""One player's WebSocket (RFC 6455) in the hands of one greenlet: texts in, frames out, a bounded wait, a clean end.

It needs gunicorn's gevent worker. wsproto reads the frames; a second greenlet and a selector for each socket, as a
library made for threads has them, would cost more than all the rest. There is no compression: it would cost about 300 KB
a socket, CPU for every message, and open the door to inflated frames.
"""

import socket
from collections import deque
from contextlib import suppress
from ssl import SSLWantReadError
from typing import Any

from gevent import Timeout, get_hub, sleep
from gevent.event import Event
from werkzeug.exceptions import BadRequest
from wsproto.connection import Connection, ConnectionType
from wsproto.events import BytesMessage, CloseConnection, Ping, TextMessage
from wsproto.frame_protocol import CloseReason
from wsproto.utilities import LocalProtocolError, generate_accept_token

SEND_S = 20.0  # a player that takes nothing for so long is gone
LINGER_S = 2.0
LINGER_BYTES = 4 * 2**20
LARGEST = 64 * 1024
RECORD = 16 * 1024  # one whole TLS record: what stayed in the TLS layer would wake nobody
READ = 1  # libev's
TEXT = 0x81  # the last and only part of a text
SWITCHING = (
    "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: {}\r\n\r\n"
)
TOO_BIG = (int(CloseReason.MESSAGE_TOO_BIG), "a message is at most 64 KB")
NOT_TEXT = (int(CloseReason.UNSUPPORTED_DATA), "messages are texts")


class Closed(Exception):
    """The player ended it, with this code; 1006 when it went without a word."""

    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code


class BadFrame(Exception):
    """What came is no message, nor the beginning of one. `end`: close code and reason."""

    def __init__(self, end: tuple[int, str]) -> None:
        super().__init__(*end)
        self.end = end


def accept(environ: dict[str, Any]) -> "Socket":
    """A request that Flask took for a WebSocket's -> the socket, its handshake done. Raises BadRequest, OSError."""
    key = environ.get("HTTP_SEC_WEBSOCKET_KEY", "")
    if not key or environ.get("HTTP_SEC_WEBSOCKET_VERSION") != "13":
        raise BadRequest
    raw: socket.socket = environ["gunicorn.socket"]
    raw.sendall(SWITCHING.format(generate_accept_token(key.encode()).decode()).encode())
    return Socket(raw)


class Socket:
    """Only the greenlet that serves it reads and sends; any other of the process may `wake` it."""

    def __init__(self, raw: socket.socket) -> None:
        self._raw = raw
        self._rules = Connection(ConnectionType.SERVER)
        self._texts: deque[str] = deque()  # whole ones
        self._parts: list[str] = []  # of one that is not
        self._size = 0
        self._over: CloseConnection | None = None
        self._unread = False
        self._stirred = Event()
        self._watcher = get_hub().loop.io(raw.fileno(), READ)
        self._alarm = get_hub().loop.timer(0)
        raw.settimeout(SEND_S)

    def wake(self) -> None:
        """End its wait: there is something to send, or a reason to end."""
        self._stirred.set()

    def wait(self, seconds: float) -> None:
        """Until something came, `wake` was called after the last wait, or so much time passed since it was first asked for.

        What wakes it before leaves the alarm as it is: setting one for each message cost a third of a push.
        So it may end early, and a time that is to come sooner than the one before is not kept.
        """
        if not self._watcher.active:
            self._watcher.start(self._came)
        if not self._alarm.active:
            self._alarm.close()
            self._alarm = get_hub().loop.timer(seconds)
            self._alarm.start(self._stirred.set)
        self._stirred.wait()
        self._stirred.clear()

    def _came(self) -> None:
        self._watcher.stop()  # else it would call until all is read
        self._unread = True
        self._stirred.set()

    def rest(self, seconds: float) -> None:
        """Neither read nor send for so long, whatever wakes it."""
        sleep(seconds)

    def receive(self) -> str | None:
        """The next text that is here, None when none is. Raises BadFrame, and Closed after the last one.

        It reads once after a wait, so that a player that sends without end holds up nobody else.
        """
        if self._unread and not self._texts and self._over is None:
            self._read()
        if self._texts:
            return self._texts.popleft()
        if self._over is not None:
            raise Closed(self._over.code)
        return None

    def _read(self) -> None:
        self._unread = False
        self._raw.settimeout(0)
        try:
            data = self._raw.recv(RECORD)
        except (BlockingIOError, SSLWantReadError):
            return
        except OSError:
            data = b""
        finally:
            self._raw.settimeout(SEND_S)
        self._rules.receive_data(data or None)
        asked: Ping | None = None
        for event in self._rules.events():
            if isinstance(event, TextMessage):
                self._take(event)
            elif isinstance(event, BytesMessage):
                raise BadFrame(NOT_TEXT)
            elif isinstance(event, Ping):
                asked = event
            elif isinstance(event, CloseConnection):
                self._over = event
                return  # who leaves needs no pong (5.5.2)
        if asked is not None:  # the last of many is enough (5.5.3)
            self.send(self._rules.send(asked.response()))

    def _take(self, part: TextMessage) -> None:
        self._size += len(part.data)
        if self._size > LARGEST:
            raise BadFrame(TOO_BIG)
        if part.data:
            self._parts.append(part.data)
        if part.message_finished:
            self._texts.append("".join(self._parts))
            self._parts.clear()
            self._size = 0

    def send(self, frames: bytes) -> None:
        """All of it, or OSError: the player is gone, or took nothing for 20 s."""
        sent = self._raw.send(frames)
        if sent < len(frames):
            self._raw.sendall(memoryview(frames)[sent:])

    def end(self, why: tuple[int, str] | None) -> None:
        """Over; `why` is told, or else the player's own close answered. It is left time to read: closing with unread data
        resets."""
        self._still()
        last = self._over if why is None else CloseConnection(*why)
        with suppress(OSError, LocalProtocolError):  # the latter: it went without a word
            if last is not None:
                self.send(self._rules.send(last))
        with suppress(OSError), Timeout(LINGER_S, False):
            self._raw.shutdown(socket.SHUT_WR)
            taken = 0
            while taken < LINGER_BYTES and (data := self._raw.recv(LARGEST)):
                taken += len(data)

    def cut(self) -> None:
        """Over without a word."""
        self._still()
        with suppress(OSError):
            self._raw.shutdown(socket.SHUT_RDWR)

    def _still(self) -> None:
        self._watcher.close()
        self._alarm.close()


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
