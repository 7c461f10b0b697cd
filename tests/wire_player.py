"""A player without a page: speaks the wire over a real WebSocket, for tests of the server."""

import json
import time
import uuid
from typing import Any

from simple_websocket import Client

PATIENCE_S = 10.0


class Player:
    """Connected, and not yet let in: `hello` does that."""

    def __init__(self, base: str) -> None:
        self.socket = Client.connect(base.replace("http", "ws", 1) + "/v1/player/socket")

    @classmethod
    def let_in(cls, base: str, screen_id: str, key: str) -> "Player":
        player = cls(base)
        player.hello(screen_id, key)
        player.expect("welcome")
        return player

    def say(self, kind: str, **fields: Any) -> None:
        self.socket.send(json.dumps({"type": kind, "v": 1, **fields}, ensure_ascii=False))

    def hello(self, screen_id: str, key: str) -> None:
        self.say("hello", screen=screen_id, key=key)

    def expect(self, kind: str) -> dict[str, Any]:
        """The next message of this type; pings are answered on the way. Raises ConnectionClosed, AssertionError."""
        return self.next_of(kind)

    def next_of(self, *kinds: str) -> dict[str, Any]:
        """The same for the first of several types."""
        until = time.monotonic() + PATIENCE_S
        while (text := self.socket.receive(timeout=max(0.0, until - time.monotonic()))) is not None:
            message = json.loads(text)
            if message["type"] == "ping":
                self.say("pong", n=message["n"], clock_ms=0)
            if message["type"] in kinds:
                return message
        raise AssertionError(f"no {kinds} within {PATIENCE_S} s")

    def closed_with(self) -> int:
        """Read on until the server ends it; the close code."""
        from simple_websocket import ConnectionClosed

        until = time.monotonic() + PATIENCE_S
        while time.monotonic() < until:
            try:
                self.socket.receive(timeout=0.2)
            except ConnectionClosed as closed:
                return int(closed.reason)
        raise AssertionError("the socket is still open")

    def close(self) -> None:
        self.socket.close()


def raw_play(**changes: Any) -> dict[str, Any]:
    """A play as a player tells it, just finished."""
    return {
        "id": str(uuid.uuid4()), "seq": 1, "spot": "spt_1", "campaign": "cmp_1", "decision": "dec_1", "name": "オーツ週間",
        "sha256": "", "manifest": "etag", "started_ms": int(time.time() * 1000) - 10_000, "expected_ms": 10_000,
        "shown_ms": 10_000, "why": "finished", "offline": False, "guest": False,
    } | changes  # fmt: skip
