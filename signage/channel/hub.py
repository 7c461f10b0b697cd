"""The sockets that this process holds, by screen; messages published anywhere in the chain come out of the right one."""

import json
import secrets
from collections import deque
from collections.abc import Callable
from typing import Any

import structlog

from signage.channel.protocol import to_text
from signage.domain.errors import Unavailable
from signage.listener import HINT, HUB, Listener
from signage.live import HINTS, Live

MOST_WAITING = 64
REPLACED = (4409, "this screen was opened elsewhere")
REVOKED = (4401, "the key was revoked")
SLOW = (1013, "too slow to take what it is sent")
STOPPING = (1012, "the server restarts")
CUT = (1006, "the cable is cut")  # never sent: the connection ends without a word

log = structlog.get_logger()


class Connection:
    """One player's socket as the hub sees it, for greenlets of one thread. `token` tells it from others of the screen."""

    def __init__(self, screen_id: str, wake: Callable[[], None]) -> None:
        self.screen_id = screen_id
        self.token = secrets.token_hex(8)
        self.announced = False  # has our own "opened" come back? An earlier one of somebody else's must not end us
        self.end: tuple[int, str] | None = None
        self.dropped = 0
        self._wake = wake
        self._waiting: deque[tuple[bool, str]] = deque()

    @property
    def idle(self) -> bool:
        """Nothing to send and no reason to end."""
        return self.end is None and not self._waiting

    def tell(self, message: dict[str, Any]) -> None:
        """Queue a message that is ready as JSON."""
        self.offer(to_text(message), hint=message.get("type") in HINTS)

    def offer(self, text: str, *, hint: bool) -> None:
        """Queue a frame. When full the oldest hint goes; a player that lets `MOST_WAITING` others pile up is cut off."""
        self._waiting.append((hint, text))
        first = len(self._waiting) == 1
        if len(self._waiting) > MOST_WAITING:
            self._make_room()
        if first or self.end is not None:  # else whoever holds the socket is awake already
            self._wake()

    def _make_room(self) -> None:
        for index, (hint, _text) in enumerate(self._waiting):
            if hint:
                del self._waiting[index]
                self.dropped += 1
                return
        self.end = self.end or SLOW

    def take(self) -> list[str]:
        """All frames to send now, in order."""
        waiting = [text for _hint, text in self._waiting]
        self._waiting.clear()
        return waiting

    def close(self, end: tuple[int, str]) -> None:
        """Ask the greenlet that holds the socket to end it with this code and reason."""
        self.end = self.end or end
        self._wake()


class Hub:
    """One per process. `start()` after the fork; everything works without Redis too, for this process' own screens."""

    def __init__(self, live: Live) -> None:
        self._live = live
        self._connections: dict[str, Connection] = {}
        self._listener: Listener | None = None

    def start(self) -> None:
        """Begin to hear what other processes publish."""
        if self._listener is None:
            self._listener = self._live.listen(self.deliver)

    def stop(self) -> None:
        """Stop hearing and ask every socket to end; players reconnect."""
        if self._listener is not None:
            self._listener.close()
            self._listener = None
        for connection in list(self._connections.values()):
            connection.close(STOPPING)

    def alive(self) -> bool:
        """Would a message published elsewhere reach the screens held here?"""
        return self._listener is not None and self._listener.alive()

    def __len__(self) -> int:
        return len(self._connections)

    def join(self, screen_id: str, wake: Callable[[], None]) -> Connection:
        """A player was let in. The newest socket of a screen wins, in the whole chain: others end with 4409."""
        connection = Connection(screen_id, wake)
        previous = self._connections.get(screen_id)
        self._connections[screen_id] = connection
        if previous is not None:
            previous.close(REPLACED)
        self._tell(screen_id, {"verb": "opened", "token": connection.token})
        return connection

    def leave(self, connection: Connection) -> bool:
        """The socket is gone; nothing of it stays. False: a newer one of the screen had taken its place here."""
        if self._connections.get(connection.screen_id) is not connection:
            return False
        del self._connections[connection.screen_id]
        return True

    def holds(self, screen_id: str) -> bool:
        """Is the screen's socket in this process?"""
        return screen_id in self._connections

    def sever(self, screen_id: str) -> None:
        """End the screen's connection as a cut cable would, in this process."""
        if (connection := self._connections.get(screen_id)) is not None:
            connection.close(CUT)

    def revoked(self, screen_id: str) -> None:
        """The screen's key was revoked: its socket, wherever it is, ends with 4401."""
        if (connection := self._connections.get(screen_id)) is not None:
            connection.close(REVOKED)
        self._tell(screen_id, {"verb": "revoked"})

    def deliver(self, kind: str, screen_id: str, text: str) -> bool:
        """Hand a frame, or word from another hub, to the screen's socket; False when it isn't held here."""
        connection = self._connections.get(screen_id)
        if connection is None:
            return False
        if kind == HUB:
            self._obey(connection, json.loads(text))
        else:
            connection.offer(text, hint=kind == HINT)
        return True

    def _obey(self, connection: Connection, word: dict[str, Any]) -> None:
        if word.get("verb") == "revoked":
            connection.close(REVOKED)
        elif word.get("token") == connection.token:
            connection.announced = True
        elif connection.announced:
            connection.close(REPLACED)

    def _tell(self, screen_id: str, word: dict[str, Any]) -> None:
        try:
            self._live.tell_hubs(screen_id, word)
        except Unavailable:
            log.warning("hub_alone", screen=screen_id)  # other processes notice at the next check of the key
