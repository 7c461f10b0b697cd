"""Snapshots and codes in, HTTP requests to the web process out; the camera never waits for the server."""

import http.client
import json
import logging
import secrets
import socket
import ssl
import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import quote, urlsplit

from signage.domain.audience import CAMERA_HEADER

TIMEOUT_S = 3.0
LONGEST_PAUSE_S = 5.0
MOST_CODES = 8
CODE_LASTS_S = (
    20.0  # a member code lives for about a minute and a half; one that waited longer surprises nobody pleasantly
)

log = logging.getLogger("shelfcast.camera")


@dataclass(frozen=True, slots=True)
class Server:
    """`address`, `port`: resolved before the sandbox closed name look-up. `host` stands in the Host header and for TLS."""

    host: str
    address: str
    port: int
    tls: ssl.SSLContext | None

    @classmethod
    def at(cls, url: str, ca: str | None = None) -> "Server":
        """Base URL of the web process -> where it is. Raises ValueError for what isn't http(s), OSError when unresolved."""
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ValueError(f"the server has to be an http or https URL, not {url!r}")
        port = parts.port or (443 if parts.scheme == "https" else 80)
        address = socket.getaddrinfo(parts.hostname, port, type=socket.SOCK_STREAM)[0][4][0]
        tls = ssl.create_default_context(cafile=ca) if parts.scheme == "https" else None
        return cls(parts.hostname, str(address), port, tls)

    def connect(self) -> http.client.HTTPConnection:
        sock = socket.create_connection((self.address, self.port), timeout=TIMEOUT_S)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if self.tls is not None:
            sock = self.tls.wrap_socket(sock, server_hostname=self.host)
        connection = http.client.HTTPConnection(self.host, self.port, timeout=TIMEOUT_S)
        connection.sock = sock
        connection.auto_open = 0  # it would look the name up, which the sandbox forbids
        return connection


@dataclass(frozen=True, slots=True)
class _Job:
    path: str
    body: bytes
    queued_at: float | None  # of a code; a snapshot that could not be sent is old news


class Sender:
    """One thread, one kept connection. Of snapshots only the newest waits; of codes at most MOST_CODES, CODE_LASTS_S long."""

    def __init__(self, server: Server, screen_id: str, token: str, monotonic: Callable[[], float]) -> None:
        self._server, self._monotonic = server, monotonic
        self._base = f"/v1/screens/{quote(screen_id, safe='')}"
        self._headers = {
            "Authorization": f"Bearer {token}", "Content-Type": "application/json", CAMERA_HEADER: secrets.token_hex(8),
        }  # fmt: skip
        self._changed = threading.Condition()
        self._snapshot: bytes | None = None
        self._codes: deque[_Job] = deque(maxlen=MOST_CODES)
        self._closing = threading.Event()
        self._connection: http.client.HTTPConnection | None = None
        self._last_trouble = ""
        self.sent = self.dropped = self.failed = 0
        self._thread = threading.Thread(target=self._run, name="sender", daemon=True)

    def start(self) -> "Sender":
        self._thread.start()
        return self

    def snapshot(self, body: bytes) -> None:
        """Send this snapshot; one that still waits is dropped for it."""
        with self._changed:
            self.dropped += self._snapshot is not None
            self._snapshot = body
            self._changed.notify()

    def code(self, text: str) -> None:
        """Send this member code; tried again while it is young."""
        body = json.dumps({"type": "code", "v": 1, "text": text}).encode()
        with self._changed:
            self._codes.append(_Job(f"{self._base}/codes", body, self._monotonic()))
            self._changed.notify()

    def close(self, within_s: float = 2.0) -> None:
        """Send what waits, for at most `within_s`, and end."""
        self._closing.set()
        with self._changed:
            self._changed.notify()
        self._thread.join(within_s)

    def _run(self) -> None:
        pause_s = 0.0
        while (job := self._next()) is not None:
            try:
                self._post(job)
                pause_s = 0.0
                self.sent += 1
            except (OSError, http.client.HTTPException) as error:
                self.failed += 1
                self._trouble(f"the server can't be reached ({type(error).__name__}); counting goes on")
                self._drop_connection()
                if job.queued_at is not None:
                    with self._changed:
                        self._codes.appendleft(job)
                pause_s = min(LONGEST_PAUSE_S, pause_s * 2 or 0.25)
                if self._closing.wait(pause_s):
                    return
        self._drop_connection()

    def _next(self) -> _Job | None:
        """Wait for something to send: codes first, they are somebody waiting. None when closed and nothing is left."""
        with self._changed:
            while True:
                while self._codes:
                    job = self._codes.popleft()
                    if self._monotonic() - (job.queued_at or 0.0) <= CODE_LASTS_S:
                        return job
                    self.dropped += 1
                if self._snapshot is not None:
                    body, self._snapshot = self._snapshot, None
                    return _Job(f"{self._base}/snapshots", body, None)
                if self._closing.is_set():
                    return None
                self._changed.wait()

    def _post(self, job: _Job) -> None:
        if self._connection is None:
            self._connection = self._server.connect()
        self._connection.request("POST", job.path, job.body, self._headers)
        answer = self._connection.getresponse()
        answer.read()
        if answer.status in (401, 403):
            self._trouble(f"the server refuses this camera ({answer.status}); check its token and the screen's mode")
        elif answer.status == 409:
            self._trouble("another camera counts before this screen; this one takes over when that one falls silent")
        elif answer.status >= 400:
            self._trouble(f"the server answered {answer.status}")
        else:
            self._last_trouble = ""
        if answer.will_close:
            self._drop_connection()

    def _drop_connection(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _trouble(self, what: str) -> None:
        """Say it once, not twice a second."""
        if what != self._last_trouble:
            self._last_trouble = what
            log.warning(what)
