"""Redis for the recommender (keys `rec:*`): which member codes are used up, challenges to passkeys, members
of late, word of changes. Never truth."""

import json
import threading
import time
from collections.abc import Callable, Collection, Sequence
from dataclasses import asdict

import structlog
from redis import Redis, RedisError

from recommender.domain.event import Change, ChangeKind

CHANGES = "rec:changed"
RECENT = "rec:recent:"
CHALLENGE = "rec:challenge:"
LEFT_ALONE_S = 2.0  # a Redis that failed is not asked for members again so soon: every list would wait for it
TIMEOUT_S = 0.25  # a code at a screen waits no longer; better refused than believed
RECONNECT_S = (0.2, 5.0)  # first and longest pause of a listener that lost its connection
log = structlog.get_logger(__name__)


class Unavailable(Exception):
    """Redis doesn't answer."""


class Live:
    """`url` "" = there is no Redis: codes are refused, changes are not told."""

    def __init__(self, url: str, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._url = url
        self._redis = Redis.from_url(url, socket_timeout=TIMEOUT_S, socket_connect_timeout=TIMEOUT_S) if url else None
        self._monotonic = monotonic
        self._alone_until = monotonic()

    def claim(self, name: str, ttl_s: int) -> tuple[bool, int]:
        """True for the first caller with this name in the whole chain, False for every other; and for how many whole seconds
        the server that says so has been there: what it can remember at most. Raises Unavailable."""
        if self._redis is None:
            raise Unavailable("no Redis")
        try:
            with self._redis.pipeline() as together:  # of one server, whatever happens meanwhile
                together.set(f"rec:used:{name}", b"", nx=True, ex=ttl_s)
                together.info("server")
                first, server = together.execute()
        except RedisError as error:
            raise Unavailable(str(error)) from error
        return bool(first), int(server["uptime_in_seconds"])

    def challenge(self, name: str, meant: bytes, ttl_s: int) -> None:
        """Keeps what a challenge was given out for. Raises Unavailable."""
        if self._redis is None:
            raise Unavailable("no Redis")
        try:
            self._redis.set(CHALLENGE + name, meant, ex=ttl_s)
        except RedisError as error:
            raise Unavailable(str(error)) from error

    def challenged(self, name: str) -> bytes | None:
        """What `challenge` was told, once: None ever after, and for a challenge that nobody gave out. Raises Unavailable."""
        if self._redis is None:
            raise Unavailable("no Redis")
        try:
            meant = self._redis.getdel(CHALLENGE + name)
        except RedisError as error:
            raise Unavailable(str(error)) from error
        return meant if isinstance(meant, bytes) else None

    def recall(self, name: str) -> bytes | None:
        """What `remember` was given, None when it is gone. Raises Unavailable."""
        if self._redis is None or self._monotonic() < self._alone_until:
            raise Unavailable("no Redis")
        try:
            kept = self._redis.get(RECENT + name)
        except RedisError as error:
            self._leave_alone(error)
            raise Unavailable(str(error)) from error
        return kept if isinstance(kept, bytes) else None

    def remember(self, name: str, state: bytes, ttl_s: int) -> None:
        """Best effort: it can be made again."""
        if self._redis is None or self._monotonic() < self._alone_until:
            return
        try:
            self._redis.set(RECENT + name, state, ex=ttl_s)
        except RedisError as error:
            self._leave_alone(error)

    def forget(self, ids: Collection[int]) -> None:
        """Takes back what was remembered of these identifiers. Best effort: it is not believed any more, and ends by itself."""
        if self._redis is None or not ids:
            return
        try:
            self._redis.delete(*(f"{RECENT}{n}" for n in ids))
        except RedisError as error:
            log.warning("members_not_forgotten", why=str(error), members=len(ids))

    def answers(self) -> bool:
        """Is there a Redis, and does it answer?"""
        try:
            return self._redis is not None and bool(self._redis.ping())
        except RedisError:
            return False

    def _leave_alone(self, error: RedisError) -> None:
        log.warning("members_unremembered", why=str(error))
        self._alone_until = self._monotonic() + LEFT_ALONE_S

    def tell(self, changes: Sequence[Change]) -> None:
        """Best effort: the row is the truth, a listener that hears nothing asks again."""
        if self._redis is None or not changes:
            return
        try:
            with self._redis.pipeline(transaction=False) as pipe:
                for change in changes:
                    pipe.publish(CHANGES, json.dumps(asdict(change)))
                pipe.execute()
        except RedisError as error:
            log.warning("changes_not_told", why=str(error), changes=len(changes))

    def listen_changes(self, on_change: Callable[[Change], None]) -> "Listener":
        """Calls `on_change` for every change told in the chain, from a thread of its own, until closed."""
        return Listener(self._url, on_change)

    def close(self) -> None:
        if self._redis is not None:
            self._redis.close()


class Listener:
    """A subscription that reconnects by itself. `ready` is set while it hears."""

    def __init__(self, url: str, on_change: Callable[[Change], None]) -> None:
        self._url = url
        self._on_change = on_change
        self._closed = threading.Event()
        self.ready = threading.Event()
        self._thread = threading.Thread(target=self._run, name="rec-changes", daemon=True)
        if url:
            self._thread.start()

    def close(self) -> None:
        self._closed.set()
        if self._url:
            self._thread.join()

    def _run(self) -> None:
        pause = RECONNECT_S[0]
        while not self._closed.is_set():
            try:
                self._hear()
                pause = RECONNECT_S[0]
            except RedisError as error:
                log.warning("changes_unheard", why=str(error), again_in_s=pause)
                self._closed.wait(pause)
                pause = min(pause * 2, RECONNECT_S[1])
            finally:
                self.ready.clear()

    def _hear(self) -> None:
        with Redis.from_url(self._url, socket_connect_timeout=TIMEOUT_S) as redis, redis.pubsub() as channel:
            channel.subscribe(CHANGES)
            while not self._closed.is_set():
                message = channel.get_message(timeout=TIMEOUT_S)
                if message is None:
                    continue
                if message["type"] == "subscribe":
                    self.ready.set()
                elif message["type"] == "message":
                    self._deliver(message["data"])

    def _deliver(self, data: bytes) -> None:
        try:
            told = json.loads(data)
            change = Change(ChangeKind(told["kind"]), str(told["gtin"]), str(told["store_id"]), told["quantity"])
        except (ValueError, KeyError, TypeError):
            log.warning("change_not_understood", data=data[:100])
            return
        try:
            self._on_change(change)
        except Exception:
            log.exception("change_handler_failed", gtin=change.gtin)  # one bad call must not deafen the process
