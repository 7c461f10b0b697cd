"""What other processes publish in, calls of `deliver` out, on a thread of its own.

Redis channels: `sig:<kind>:<screen>`; `sig:<kind>:` for several screens, which the first line of the message names.
"""

import json
import random
import threading
import time
from collections.abc import Callable
from typing import Any

import structlog
from redis import Redis
from redis.client import PubSub
from redis.exceptions import RedisError

PUSH, HINT, HUB = "push", "hint", "hub"  # kinds of message between processes
SEVERAL = ""  # in a screen's place
HEARTBEAT_S = 1.0
AT_ONCE = 64
BREATH_S = 0.002  # what comes meanwhile waits for it; what comes alone never does
SILENT_S = 4.0  # a listener that heard nothing for so long, not even its own heartbeat, is dead

Deliver = Callable[[str, str, str], bool]  # kind, screen id, JSON text -> is the screen held here?

log = structlog.get_logger()


class Listener:
    """A subscription that comes back by itself: back-off 0.2 to 5 s. Its heartbeat is a round trip through Redis."""

    def __init__(self, connect: Callable[[], Redis], deliver: Deliver) -> None:
        self._connect = connect
        self._deliver = deliver
        self._heard = float("-inf")
        self._closed = threading.Event()
        self._thread = threading.Thread(target=self._run, name="live-listener", daemon=True)
        self._thread.start()

    def alive(self) -> bool:
        """Would a message published now arrive? Wrong for at most 5 s after Redis or the thread died."""
        return self._thread.is_alive() and time.monotonic() - self._heard < SILENT_S

    def close(self) -> None:
        self._closed.set()
        self._thread.join()

    def _run(self) -> None:
        pause = 0.2
        while not self._closed.is_set():
            heard_before = self._heard
            try:
                self._listen()
            except RedisError as error:
                log.warning("live_listener_lost", error=str(error))
            pause = 0.2 if self._heard > heard_before else min(2 * pause, 5.0)
            self._closed.wait(pause * random.uniform(0.5, 1))

    def _listen(self) -> None:
        with self._connect() as client, client.pubsub() as pubsub:
            pubsub.psubscribe(*(f"sig:{kind}:*" for kind in (PUSH, HINT, HUB)))
            asked = -HEARTBEAT_S
            started = time.monotonic()
            while not self._closed.is_set():
                now = time.monotonic()
                if now - max(self._heard, started) > SILENT_S:
                    return
                if now - asked >= HEARTBEAT_S:
                    pubsub.ping()
                    asked = now
                self._take(pubsub)

    def _take(self, pubsub: PubSub) -> None:
        """Whatever has come. After it a breath: a flood then costs one waking for many, and never holds up the loop."""
        message, taken = pubsub.get_message(timeout=HEARTBEAT_S / 2), 0
        while message is not None:
            self._heard = time.monotonic()
            self._hand_on(message)
            taken += 1
            message = pubsub.get_message(timeout=0) if taken < AT_ONCE else None
        if taken:
            self._closed.wait(BREATH_S)

    def _hand_on(self, message: dict[str, Any]) -> None:
        if message["type"] != "pmessage":
            return
        try:
            _, kind, screen_id = message["channel"].split(":", 2)
            screen_ids, text = ([screen_id], message["data"]) if screen_id != SEVERAL else _several(message["data"])
            for one in screen_ids:
                self._deliver(kind, one, text)
        except Exception:  # the edge of this thread: one bad message must not deafen the process
            log.exception("live_message_failed", channel=message["channel"])


def _several(data: str) -> tuple[list[str], str]:
    screen_ids, text = data.split("\n", 1)
    return json.loads(screen_ids), text
