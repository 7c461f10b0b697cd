"""Many players in one process, one greenlet each: told on stdin what to do (one JSON line each), answering on stdout.

First line: {screen id: key}. Then {"verb": "connect", "most": n}, {"verb": "ask", "seconds": s} -> {"asks": [[when, ms], ...]},
{"verb": "count", "expected": n} -> {"arrived": n}, which waits until they arrived or nothing has come for 5 s.
{"verb": "told", "spot": id, "at": t} -> {"ms": [...]}: after t (monotonic) each screen was pushed the spot; waits likewise.
{"verb": "back"} -> {"s": [...]}: every connection is cut, all come back as players do; until each was given its own spot.
Every answer says how much CPU the players have taken so far ("cpu_s").
"""

import json
import random
import sys
import time
from collections.abc import Callable
from typing import Any

import gevent
from gevent import socket
from wsproto import ConnectionType, WSConnection
from wsproto.events import AcceptConnection, CloseConnection, Ping, Request, TextMessage

BETWEEN_S = 10.0
PATIENCE_S = 30.0


class Lost(Exception):
    """The connection is over, or nothing came in time."""


class Player:
    """One WebSocket. Whoever calls `receive` is the only one who does."""

    def __init__(self, port: int) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port), timeout=PATIENCE_S)
        self._rules = WSConnection(ConnectionType.CLIENT)
        self._texts: list[str] = []
        self._part, self._open = "", False
        self._socket.sendall(self._rules.send(Request(host=f"127.0.0.1:{port}", target="/v1/player/socket")))
        while not self._open:
            self._read()

    def say(self, kind: str, **fields: Any) -> None:
        self._socket.sendall(self._rules.send(TextMessage(json.dumps({"type": kind, "v": 1, **fields}))))

    def receive(self, seconds: float | None) -> dict[str, Any]:
        """The next message. Raises Lost."""
        self._socket.settimeout(seconds)
        while not self._texts:
            self._read()
        message: dict[str, Any] = json.loads(self._texts.pop(0))
        return message

    def expect(self, kind: str) -> dict[str, Any]:
        """The next message of this type. Raises Lost, also when the server refuses."""
        while (message := self.receive(PATIENCE_S))["type"] != kind:
            if message["type"] == "refused":
                raise Lost(message)
        return message

    def cut(self) -> None:
        self._socket.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        self._socket.close()

    def _read(self) -> None:
        try:
            data = self._socket.recv(64 * 1024)
        except OSError as error:
            raise Lost from error
        if not data:
            raise Lost
        self._rules.receive_data(data)
        for event in self._rules.events():
            if isinstance(event, AcceptConnection):
                self._open = True
            elif isinstance(event, TextMessage):
                self._part += event.data
                if event.message_finished:
                    self._texts.append(self._part)
                    self._part = ""
            elif isinstance(event, Ping):
                self._socket.sendall(self._rules.send(event.response()))
            elif isinstance(event, CloseConnection):
                raise Lost(event.code)


class Crowd:
    """All players."""

    def __init__(self, port: int, keys: dict[str, str]) -> None:
        self.port = port
        self.keys = keys
        self.players: dict[str, Player] = {}
        self.asked: dict[str, float] = {}
        self.asks: list[tuple[float, float]] = []
        self.pushes = 0
        self.given: dict[str, tuple[str, float]] = {}  # screen -> the spot it was last pushed, and when
        self.left: set[Player] = set()  # cut on purpose

    def connect(self, most: int) -> dict[str, Any]:
        for screen_id, key in [item for item in self.keys.items() if item[0] not in self.players][:most]:
            player = Player(self.port)
            if key:
                player.say("hello", screen=screen_id, key=key)
                player.expect("welcome")
            self._hold(screen_id, player)
        gevent.sleep(1)
        return {"connected": len(self.players)}

    def told(self, spot: str, at: float) -> dict[str, Any]:
        def there() -> list[float]:
            return sorted((when - at) * 1000 for name, when in self.given.values() if name == spot)

        self._wait(lambda: len(there()), len(self.players))
        return {"ms": there()}

    def back(self) -> dict[str, Any]:
        for player in self.players.values():
            self.left.add(player)
            player.cut()
        began = time.monotonic()
        since: list[float] = []
        gevent.joinall(
            [gevent.spawn(self._come_back, screen_id, began, since) for screen_id in self.keys], raise_error=True
        )
        return {"s": sorted(since)}

    def _come_back(self, screen_id: str, began: float, since: list[float]) -> None:
        """The player's own waits: doubling from 1 s to 30 s, the upper half of each drawn."""
        why: Exception | None = None
        for attempt in range(12):
            gevent.sleep(min(30.0, 2.0**attempt) * random.uniform(0.5, 1))
            try:
                player = Player(self.port)
                player.say("hello", screen=screen_id, key=self.keys[screen_id])
                player.expect("welcome")
                player.say("next", request="back", playing="")
                player.expect("show")
            except (Lost, OSError) as error:
                why = error
                continue
            since.append(time.monotonic() - began)
            self._hold(screen_id, player)
            return
        raise AssertionError(f"{screen_id} did not come back, {len(since)} did: {why!r}")

    def ask(self, seconds: float) -> dict[str, Any]:
        self.asks = []
        asking = [gevent.spawn(self._keep_asking, player, seconds) for player in self.players.values()]
        gevent.joinall(asking, raise_error=True)
        self._wait(lambda: -len(self.asked), 0)
        assert not self.asked, f"{len(self.asked)} requests were not answered"
        return {"asks": self.asks}

    def count(self, expected: int) -> dict[str, Any]:
        self._wait(lambda: self.pushes, expected)
        return {"arrived": self.pushes}

    def _wait(self, count: Callable[[], int], expected: int) -> None:
        """Until so many came, or none for 5 s."""
        last, since = None, time.monotonic()
        while (now := count()) < expected and time.monotonic() - since < 5:
            if now != last:
                last, since = now, time.monotonic()
            gevent.sleep(0.05)

    def _keep_asking(self, player: Player, seconds: float) -> None:
        gevent.sleep(random.uniform(0, BETWEEN_S))
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            request = str(random.getrandbits(64))
            self.asked[request] = time.monotonic()
            player.say("next", request=request, playing="")
            gevent.sleep(BETWEEN_S)

    def _hold(self, screen_id: str, player: Player) -> None:
        self.players[screen_id] = player
        gevent.spawn(self._read, screen_id, player).link_exception(_fail)

    def _read(self, screen_id: str, player: Player) -> None:
        while True:
            try:
                message = player.receive(None)
                if message["type"] == "ping":
                    player.say("pong", n=message["n"], clock_ms=0)
            except (Lost, OSError):
                assert player in self.left, "the server hung up"
                player.close()
                return
            if message["type"] == "show" and message["request"] in self.asked:
                at = self.asked.pop(message["request"])
                self.asks.append((at, (time.monotonic() - at) * 1000))
            elif message["type"] == "show":
                self.pushes += 1
                self.given[screen_id] = (message["item"] or {}).get("spot", ""), time.monotonic()


def _fail(greenlet: gevent.Greenlet) -> None:
    """gevent has printed why."""
    gevent.get_hub().parent.throw(SystemExit(1))


def main() -> None:
    crowd = Crowd(int(sys.argv[1]), json.loads(sys.stdin.readline()))
    while line := gevent.get_hub().threadpool.apply(sys.stdin.readline):  # players go on while none is told anything
        order = json.loads(line)
        answer = getattr(crowd, order.pop("verb"))(**order)
        sys.stdout.write(json.dumps(answer | {"cpu_s": time.process_time()}) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
