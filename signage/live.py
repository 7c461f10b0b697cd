"""Live state and fan-out in, the same in every process out: what is true now and may be forgotten, on Redis (`sig:*`)."""

import dataclasses
import json
import random
import secrets
import threading
import time
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import structlog
from redis import Redis
from redis.backoff import NoBackoff
from redis.client import PubSub
from redis.exceptions import RedisError
from redis.retry import Retry

from recommender.domain.recommendation import Affinity, ReasonCode, Scored
from signage.domain.audience import AudienceSnapshot, AudienceSource, CameraState
from signage.domain.clock import from_millis, millis
from signage.domain.errors import Unavailable
from signage.domain.guest import GuestSession

TIMEOUT_S = 0.5
SNAPSHOT_TTL_S = 10
SHOWN_TTL_S = 3_600
SEEN_TTL_S = 7 * 86_400
PUSH, HINT, HUB = "push", "hint", "hub"  # kinds of message between processes; a channel is sig:<kind>:<screen>
HINTS = frozenset({"manifest_changed", "ping", "notice"})  # types that may be dropped: pull is the truth
HEARTBEAT_S = 1.0
YIELD_EVERY = 16
SILENT_S = 4.0  # a listener that heard nothing for so long, not even its own heartbeat, is dead

Deliver = Callable[[str, str, str], bool]  # kind, screen id, JSON text -> is the screen held here?

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Shown:
    """What a screen shows, since when; `gtins` are the products on it."""

    spot_id: str
    decision_id: str
    name: str
    at: datetime
    gtins: tuple[str, ...] = ()


class Live:
    """Every call answers within about a second; Unavailable when Redis doesn't. Nothing here is the only copy of a truth."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._here: Deliver | None = None
        self._redis = self._connect()

    def _connect(self) -> Redis:
        return Redis.from_url(
            self._url, decode_responses=True, socket_timeout=TIMEOUT_S, socket_connect_timeout=TIMEOUT_S,
            retry=Retry(NoBackoff(), 1), health_check_interval=30,
        )  # fmt: skip

    def close(self) -> None:
        self._redis.close()

    def ping(self) -> None:
        """Raises Unavailable when Redis doesn't answer."""
        with _asking():
            self._redis.ping()

    def publish(self, screen_id: str, message: dict[str, Any]) -> int:
        """Hand a message to the process that holds the screen's socket; returns how many heard it. Nothing is kept.

        When that is this process (see `listen`) Redis isn't needed.
        """
        kind = HINT if message.get("type") in HINTS else PUSH
        text = _json(message)
        if self._here is not None and self._here(kind, screen_id, text):
            return 1
        return self._send(kind, screen_id, text)

    def tell_hubs(self, screen_id: str, message: dict[str, Any]) -> int:
        """Say something about a screen's socket to every process, this one too; returns how many heard it."""
        return self._send(HUB, screen_id, _json(message))

    def listen(self, deliver: "Deliver") -> "Listener":
        """Call `deliver(kind, screen id, text)` for all that is published, on a thread of its own, until `close()`.

        What this process publishes itself is offered to `deliver` first: True means that the screen is held here.
        """
        self._here = deliver
        return Listener(self._connect, deliver)

    def _send(self, kind: str, screen_id: str, text: str) -> int:
        with _asking():
            return int(self._redis.publish(f"sig:{kind}:{screen_id}", text))

    def put_snapshot(self, snapshot: AudienceSnapshot) -> None:
        """Keep a screen's newest audience for ten seconds."""
        body = dataclasses.asdict(snapshot) | {"taken_at": millis(snapshot.taken_at)}
        with _asking():
            self._redis.set(f"sig:snapshot:{snapshot.screen_id}", _json(body), ex=SNAPSHOT_TTL_S)

    def snapshot(self, screen_id: str) -> AudienceSnapshot | None:
        body = self._get(f"sig:snapshot:{screen_id}")
        if body is None:
            return None
        body["taken_at"] = from_millis(body["taken_at"])
        body["source"], body["camera"] = AudienceSource(body["source"]), CameraState(body["camera"])
        return AudienceSnapshot(**body)

    def drop_snapshot(self, screen_id: str) -> None:
        """Forget the audience, as when a guest session starts."""
        with _asking():
            self._redis.delete(f"sig:snapshot:{screen_id}")

    def start_guest(self, session: GuestSession) -> None:
        """One key holds the whole session; Redis itself deletes it when the session's time is over."""
        affinity = session.affinity
        body: dict[str, Any] = {
            "session": session.session_id, "started": millis(session.started_at), "expires": millis(session.expires_at),
            "model": affinity.model_version,
            "items": [[item.gtin, item.score, item.reason, item.detail] for item in affinity.items],
        }  # fmt: skip
        with _asking():
            self._redis.set(_guest(session.screen_id), _json(body), px=body["expires"] - body["started"])

    def guest(self, screen_id: str) -> GuestSession | None:
        body = self._get(_guest(screen_id))
        if body is None:
            return None
        items = tuple(Scored(gtin, score, ReasonCode(reason), detail) for gtin, score, reason, detail in body["items"])
        started, expires = from_millis(body["started"]), from_millis(body["expires"])
        return GuestSession(body["session"], screen_id, Affinity(items, body["model"]), started, expires)

    def remember_code(self, screen_id: str, code_key: str) -> None:
        """The guest session of this screen was begun by the code with this hash; both are forgotten together."""
        with _asking():
            left = self._redis.pttl(_guest(screen_id))
            if left > 0:
                self._redis.set(f"sig:code:{code_key}", screen_id, px=left)
                self._redis.set(f"sig:began:{screen_id}", code_key, px=left)

    def screen_of_code(self, code_key: str) -> str | None:
        """The screen whose running guest session this code began."""
        with _asking():
            screen_id = self._redis.get(f"sig:code:{code_key}")
            if not isinstance(screen_id, str):
                return None
            began = self._redis.get(f"sig:began:{screen_id}")
        return screen_id if began == code_key else None  # another member's code may have followed on that screen

    def end_guest(self, screen_id: str) -> bool:
        """Forget the session now; was there one? Afterwards no session id, code or affinity of it remains here."""
        with _asking():
            code_key = self._redis.getdel(f"sig:began:{screen_id}")
            if isinstance(code_key, str):
                self._redis.delete(f"sig:code:{code_key}")
            return bool(self._redis.delete(_guest(screen_id)))

    def put_shown(self, screen_id: str, shown: Shown) -> None:
        body = dataclasses.asdict(shown) | {"at": millis(shown.at)}
        with _asking():
            self._redis.set(f"sig:shown:{screen_id}", _json(body), ex=SHOWN_TTL_S)

    def shown(self, screen_id: str) -> Shown | None:
        body = self._get(f"sig:shown:{screen_id}")
        return (
            None if body is None else Shown(**(body | {"at": from_millis(body["at"]), "gtins": tuple(body["gtins"])}))
        )

    def touch(self, screen_id: str, at: datetime) -> None:
        """The screen's player answered a question that the server asked it: that, and nothing less, is being online."""
        with _asking():
            self._redis.set(f"sig:seen:{screen_id}", millis(at), ex=SEEN_TTL_S)

    def seen(self, screen_ids: Collection[str]) -> dict[str, datetime]:
        """When each screen last answered; a screen that never did (for a week) is absent."""
        ids = list(screen_ids)
        if not ids:
            return {}
        with _asking():
            values = self._redis.mget([f"sig:seen:{screen_id}" for screen_id in ids])
        return {screen_id: from_millis(int(ms)) for screen_id, ms in zip(ids, values, strict=True) if ms is not None}

    def bump(self, topic: str) -> str:
        """Something about `topic` changed: gives it a new revision, one that it never had, also across restarts of Redis."""
        revision = secrets.token_hex(8)
        with _asking():
            self._redis.set(f"sig:revision:{topic}", revision)
        return revision

    def revision(self, topic: str) -> str:
        """The topic's revision, "" before the first change."""
        with _asking():
            value = self._redis.get(f"sig:revision:{topic}")
        return value if isinstance(value, str) else ""

    def _get(self, key: str) -> Any:
        with _asking():
            text = self._redis.get(key)
        return None if text is None else json.loads(text)


class Listener:
    """A subscription that comes back by itself: back-off 0.2 to 5 s. Its heartbeat is a round trip through Redis."""

    def __init__(self, connect: Callable[[], Redis], deliver: Deliver) -> None:
        self._connect = connect
        self._deliver = deliver
        self._heard = float("-inf")
        self._taken = 0
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
        message = pubsub.get_message(timeout=HEARTBEAT_S / 2)
        if message is None:
            return
        self._heard = time.monotonic()
        if message["type"] != "pmessage":
            return
        try:
            _, kind, screen_id = message["channel"].split(":", 2)
            self._deliver(kind, screen_id, message["data"])
            self._taken += 1
            if self._taken % YIELD_EVERY == 0:
                time.sleep(0)  # what is buffered is read without waiting: a flood must not hold up the event loop
        except Exception:  # the edge of this thread: one bad message must not deafen the process
            log.exception("live_message_failed", channel=message["channel"])


@contextmanager
def _asking() -> Iterator[None]:
    try:
        yield
    except RedisError as error:
        raise Unavailable(
            "live_unavailable",
            "The live state (Redis) doesn't answer. Screens go on with what they hold; try again in a moment.",
            "ライブ状態(Redis)が応答しません。画面は手元の内容で放映を続けます。しばらくしてからもう一度お試しください。",
        ) from error


def _guest(screen_id: str) -> str:
    return f"sig:guest:{screen_id}"


_json = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
