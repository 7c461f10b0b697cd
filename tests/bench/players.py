"""Many players in one process: told on stdin what to do (one JSON line each), answering on stdout.

First line: {screen id: key}. Then {"verb": "connect", "most": n}, {"verb": "ask", "seconds": s} -> {"ms": [...]},
{"verb": "count", "expected": n} -> {"arrived": n}, which waits until they arrived or nothing has come for 5 s.
"""

from gevent import monkey

monkey.patch_all()

import json  # noqa: E402
import random  # noqa: E402
import sys  # noqa: E402
import time  # noqa: E402
from typing import Any  # noqa: E402

import gevent  # noqa: E402
from simple_websocket import Client  # noqa: E402

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

    def connect(self, most: int) -> dict[str, Any]:
        for screen_id, key in [item for item in self.keys.items() if item[0] not in self.sockets][:most]:
            socket = Client.connect(f"ws://127.0.0.1:{self.port}/v1/player/socket")
            if key:
                socket.send(json.dumps({"type": "hello", "v": 1, "screen": screen_id, "key": key}))
                assert json.loads(socket.receive(timeout=20))["type"] == "welcome"
            self.sockets[screen_id] = socket
            gevent.spawn(self._read, socket)
        gevent.sleep(1)
        return {"connected": len(self.sockets)}

    def ask(self, seconds: float) -> dict[str, Any]:
        asking = [gevent.spawn(self._keep_asking, socket, seconds) for socket in self.sockets.values()]
        gevent.joinall(asking, raise_error=True)
        gevent.sleep(1)
        assert not self.asked, f"{len(self.asked)} requests were not answered"
        return {"ms": self.ms}

    def count(self, expected: int) -> dict[str, Any]:
        last, since = -1, time.monotonic()
        while self.pushes < expected and time.monotonic() - since < 5:
            if self.pushes != last:
                last, since = self.pushes, time.monotonic()
            gevent.sleep(0.05)
        return {"arrived": self.pushes}

    def _keep_asking(self, socket: Client, seconds: float) -> None:
        gevent.sleep(random.uniform(0, BETWEEN_S))
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            request = str(random.getrandbits(64))
            self.asked[request] = time.monotonic()
            socket.send(json.dumps({"type": "next", "v": 1, "request": request, "playing": ""}))
            gevent.sleep(BETWEEN_S)

    def _read(self, socket: Client) -> None:
        while True:
            message = json.loads(socket.receive())
            if message["type"] == "ping":
                socket.send(json.dumps({"type": "pong", "v": 1, "n": message["n"], "clock_ms": 0}))
            elif message["type"] == "show" and message["request"]:
                self.ms.append((time.monotonic() - self.asked.pop(message["request"])) * 1000)
            elif message["type"] == "show":
                self.pushes += 1


def main() -> None:
    crowd = Crowd(int(sys.argv[1]), json.loads(sys.stdin.readline()))
    for line in sys.stdin:
        order = json.loads(line)
        answer = getattr(crowd, order.pop("verb"))(**order)
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
