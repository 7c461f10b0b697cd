"""Many players in one process: told on stdin what to do (one JSON line each), answering on stdout.

First line: {screen id: key}. Then {"verb": "connect", "most": n}, {"verb": "ask", "seconds": s} -> {"ms": [...]},
{"verb": "count", "expected": n} -> {"arrived": n}, which waits until they arrived or nothing has come for 5 s.
{"verb": "told", "spot": id, "at": t} -> {"ms": [...]}: after t (monotonic) each screen was pushed the spot; waits likewise.
{"verb": "back"} -> {"s": [...]}: every connection is cut, all come back as players do; until each was given its own spot.
"""

from gevent import monkey

monkey.patch_all()

import json  # noqa: E402
import random  # noqa: E402
import sys  # noqa: E402
import time  # noqa: E402
from collections.abc import Callable  # noqa: E402
from socket import SHUT_RDWR  # noqa: E402
from typing import Any  # noqa: E402

import gevent  # noqa: E402
from simple_websocket import Client, ConnectionClosed  # noqa: E402

BETWEEN_S = 5.0


class Crowd:
    """All players; greenlets read their sockets."""

    def __init__(self, port: int, keys: dict[str, str]) -> None:
        self.port = port
        self.keys = keys
        self.sockets: dict[str, Client] = {}
        self.asked: dict[str, float] = {}
        self.ms: list[float] = []
        self.pushes = 0
        self.given: dict[str, tuple[str, float]] = {}  # screen -> the spot it was last pushed, and when
        self.left: set[int] = set()  # sockets that were cut on purpose

    def connect(self, most: int) -> dict[str, Any]:
        for screen_id, key in [item for item in self.keys.items() if item[0] not in self.sockets][:most]:
            socket = Client.connect(f"ws://127.0.0.1:{self.port}/v1/player/socket")
            if key:
                socket.send(json.dumps({"type": "hello", "v": 1, "screen": screen_id, "key": key}))
                assert json.loads(socket.receive(timeout=20))["type"] == "welcome"
            self.sockets[screen_id] = socket
            gevent.spawn(self._read, screen_id, socket)
        gevent.sleep(1)
        return {"connected": len(self.sockets)}

    def told(self, spot: str, at: float) -> dict[str, Any]:
        def there() -> list[float]:
            return sorted((when - at) * 1000 for name, when in self.given.values() if name == spot)

        self._wait(lambda: len(there()), len(self.sockets))
        return {"ms": there()}

    def back(self) -> dict[str, Any]:
        for socket in self.sockets.values():
            self.left.add(id(socket))
            socket.sock.shutdown(SHUT_RDWR)
        began, since = time.monotonic(), []
        gevent.joinall(
            [gevent.spawn(self._come_back, screen_id, began, since) for screen_id in self.keys], raise_error=True
        )
        return {"s": sorted(since)}

    def _come_back(self, screen_id: str, began: float, since: list[float]) -> None:
        """The player's own waits: doubling from 1 s to 30 s, the upper half of each drawn."""
        for attempt in range(12):
            gevent.sleep(min(30.0, 2.0**attempt) * random.uniform(0.5, 1))
            try:
                socket = Client.connect(f"ws://127.0.0.1:{self.port}/v1/player/socket")
                socket.send(json.dumps({"type": "hello", "v": 1, "screen": screen_id, "key": self.keys[screen_id]}))
                if (text := socket.receive(timeout=10)) is None or json.loads(text)["type"] != "welcome":
                    continue
                socket.send(json.dumps({"type": "next", "v": 1, "request": "back", "playing": ""}))
                while (text := socket.receive(timeout=10)) is not None:
                    if json.loads(text)["type"] == "show":
                        since.append(time.monotonic() - began)
                        self.sockets[screen_id] = socket
                        gevent.spawn(self._read, screen_id, socket)
                        return
            except (ConnectionClosed, OSError):
                continue
        raise AssertionError(f"{screen_id} did not come back")

    def ask(self, seconds: float) -> dict[str, Any]:
        asking = [gevent.spawn(self._keep_asking, socket, seconds) for socket in self.sockets.values()]
        gevent.joinall(asking, raise_error=True)
        gevent.sleep(1)
        assert not self.asked, f"{len(self.asked)} requests were not answered"
        return {"ms": self.ms}

    def count(self, expected: int) -> dict[str, Any]:
        self._wait(lambda: self.pushes, expected)
        return {"arrived": self.pushes}

    def _wait(self, count: Callable[[], int], expected: int) -> None:
        """Until so many came, or none for 5 s."""
        last, since = -1, time.monotonic()
        while (now := count()) < expected and time.monotonic() - since < 5:
            if now != last:
                last, since = now, time.monotonic()
            gevent.sleep(0.05)

    def _keep_asking(self, socket: Client, seconds: float) -> None:
        gevent.sleep(random.uniform(0, BETWEEN_S))
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            request = str(random.getrandbits(64))
            self.asked[request] = time.monotonic()
            socket.send(json.dumps({"type": "next", "v": 1, "request": request, "playing": ""}))
            gevent.sleep(BETWEEN_S)

    def _read(self, screen_id: str, socket: Client) -> None:
        while True:
            try:
                message = json.loads(socket.receive())
            except ConnectionClosed:
                assert id(socket) in self.left, "the server hung up"
                return
            if message["type"] == "ping":
                socket.send(json.dumps({"type": "pong", "v": 1, "n": message["n"], "clock_ms": 0}))
            elif message["type"] == "show" and message["request"]:
                self.ms.append((time.monotonic() - self.asked.pop(message["request"])) * 1000)
            elif message["type"] == "show":
                self.pushes += 1
                self.given[screen_id] = (message["item"] or {}).get("spot", ""), time.monotonic()


def main() -> None:
    crowd = Crowd(int(sys.argv[1]), json.loads(sys.stdin.readline()))
    for line in sys.stdin:
        order = json.loads(line)
        answer = getattr(crowd, order.pop("verb"))(**order)
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
