"""Live state and fan-out in, the same in every process out: what is true now and may be forgotten, on Redis (`sig:*`)."""

import dataclasses
import json
import secrets
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

from recommender.domain.recommendation import Affinity, ReasonCode, Scored
from signage.domain.audience import AudienceSnapshot, AudienceSource, CameraState
from signage.domain.clock import from_millis, millis
from signage.domain.condition import Light, Report, Rung
from signage.domain.errors import Unavailable
from signage.domain.guest import GuestSession
from signage.listener import HINT, HUB, PUSH, SEVERAL, Deliver, Listener

TIMEOUT_S = 0.5
SNAPSHOT_TTL_S = 10
CAMERA_TTL_S = 3  # by then what it said last is too old to decide by
SHOWN_TTL_S = 3_600
SEEN_TTL_S = 7 * 86_400
LIGHT_TTL_S = 300
ANSWER_TTL_S = 600
HINTS = frozenset({"manifest_changed", "ping", "notice"})  # types that may be dropped: pull is the truth


@dataclass(frozen=True, slots=True)
class Shown:
    """What a screen shows, since when; `gtins` are the products on it."""

    spot_id: str
    decision_id: str
    name: str
    at: datetime
    gtins: tuple[str, ...] = ()


Front = tuple[GuestSession | None, AudienceSnapshot | None]


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

    def publish_all(self, screen_ids: Collection[str], message: dict[str, Any]) -> None:
        """The same for many screens: put into words once, and once to other processes."""
        kind, text = HINT if message.get("type") in HINTS else PUSH, _json(message)
        elsewhere = [one for one in screen_ids if self._here is None or not self._here(kind, one, text)]
        if elsewhere:
            self._send(kind, SEVERAL, f"{_json(elsewhere)}\n{text}")

    def tell_hubs(self, screen_id: str, message: dict[str, Any]) -> int:
        """Say something about a screen's socket to every process, this one too; returns how many heard it."""
        return self._send(HUB, screen_id, _json(message))

    def listen(self, deliver: Deliver) -> Listener:
        """Call `deliver(kind, screen id, text)` for all that is published, on a thread of its own, until `close()`.

        What this process publishes itself is offered to `deliver` first: True means that the screen is held here.
        """
        self._here = deliver
        return Listener(self._connect, deliver)

    def _send(self, kind: str, screen_id: str, text: str) -> int:
        with _asking():
            return int(self._redis.publish(f"sig:{kind}:{screen_id}", text))

    def counts(self, screen_id: str, camera: str, sees: bool) -> bool:
        """Is this the one camera that counts before a screen? The first that sees is, until it is silent or blind for a while."""
        key = f"sig:camera:{screen_id}"
        with _asking(), self._redis.pipeline(transaction=False) as together:
            if sees:
                together.set(key, camera, nx=True, ex=CAMERA_TTL_S)
            together.get(key)
            holder = together.execute()[-1]
            if sees and holder == camera:
                self._redis.expire(key, CAMERA_TTL_S)
        return holder in (None, camera)

    def put_snapshot(self, snapshot: AudienceSnapshot) -> None:
        """Keep a screen's newest audience for ten seconds."""
        body = dataclasses.asdict(snapshot) | {"taken_at": millis(snapshot.taken_at)}
        with _asking():
            self._redis.set(f"sig:snapshot:{snapshot.screen_id}", _json(body), ex=SNAPSHOT_TTL_S)

    def snapshot(self, screen_id: str) -> AudienceSnapshot | None:
        return _snapshot(self._get(f"sig:snapshot:{screen_id}"))

    def fronts(self, screen_ids: Collection[str]) -> dict[str, Front]:
        """Who is known to stand before each screen: `guest` and `snapshot`, in one question."""
        keys = [key for screen_id in screen_ids for key in (_guest(screen_id), f"sig:snapshot:{screen_id}")]
        with _asking():
            texts = iter(self._redis.mget(keys) if keys else ())
        return {one: (_session(one, _read(next(texts))), _snapshot(_read(next(texts)))) for one in screen_ids}

    def drop_snapshot(self, screen_id: str) -> None:
        """Forget the audience."""
        with _asking():
            self._redis.delete(f"sig:snapshot:{screen_id}")

    def start_guest(self, session: GuestSession) -> None:
        """One key holds the whole session; Redis itself deletes it when the session's time is over. Of each item it holds
        what a screen uses: from which part of a member's ranking it came (`slot`) is not kept. The screen's audience is
        forgotten with the same word: the two never stand side by side."""
        affinity = session.affinity
        body: dict[str, Any] = {
            "session": session.session_id, "started": millis(session.started_at), "expires": millis(session.expires_at),
            "model": affinity.model_version, "withheld": affinity.withheld,
            "items": [[item.gtin, item.score, item.reason, item.detail] for item in affinity.items],
        }  # fmt: skip
        with _asking(), self._redis.pipeline() as together:
            together.set(_guest(session.screen_id), _json(body), px=body["expires"] - body["started"])
            together.delete(f"sig:snapshot:{session.screen_id}")
            together.execute()

    def guest(self, screen_id: str) -> GuestSession | None:
        return _session(screen_id, self._get(_guest(screen_id)))

    def remember_code(self, session: GuestSession, code_key: str) -> None:
        """The session was begun by the code with this hash; both are forgotten together."""
        lasts = session.expires_at - session.started_at
        with _asking(), self._redis.pipeline() as together:
            together.set(f"sig:code:{code_key}", session.screen_id, px=lasts)
            together.set(f"sig:began:{session.screen_id}", code_key, px=lasts)
            together.execute()

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

    def put_shown(self, shown: Mapping[str, Shown]) -> None:
        """By screen, in one piece."""
        with _asking(), self._redis.pipeline(transaction=False) as together:
            for screen_id, one in shown.items():
                together.set(f"sig:shown:{screen_id}", _json(_told(one)), ex=SHOWN_TTL_S)
            together.execute()

    def shown(self, screen_id: str) -> Shown | None:
        return self.shown_on([screen_id]).get(screen_id)

    def shown_on(self, screen_ids: Collection[str]) -> dict[str, Shown]:
        """What each screen was sent last; one that was sent nothing lately is absent."""
        return {
            screen_id: Shown(**(body | {"at": from_millis(body["at"]), "gtins": tuple(body["gtins"])}))
            for screen_id, body in self._many("shown", screen_ids).items()
        }

    def put_report(self, screen_id: str, report: Report) -> None:
        """What the screen's player last said of itself."""
        times = {"at": millis(report.at), "error_at": millis(report.error_at) if report.error_at else None}
        with _asking():
            self._redis.set(f"sig:report:{screen_id}", _json(dataclasses.asdict(report) | times), ex=SEEN_TTL_S)

    def reports(self, screen_ids: Collection[str]) -> dict[str, Report]:
        """The last report of each screen; one that gave none (for a week) is absent."""
        return {screen_id: _report(body) for screen_id, body in self._many("report", screen_ids).items()}

    def put_light(self, screen_id: str, lit: bool) -> None:
        """A sensor beside the panel says whether it is lit; believed for five minutes."""
        with _asking():
            self._redis.set(f"sig:light:{screen_id}", int(lit), ex=LIGHT_TTL_S)

    def lights(self, screen_ids: Collection[str]) -> dict[str, bool]:
        """By sensor; a panel without one, or whose sensor went silent, is absent."""
        return {screen_id: bool(lit) for screen_id, lit in self._many("light", screen_ids).items()}

    def put_answer(self, screen_id: str, answer: dict[str, Any]) -> None:
        """The player's answer to a command, or its capture; the last of each type is kept for ten minutes."""
        with _asking():
            self._redis.set(f"sig:{answer['type']}:{screen_id}", _json(answer), ex=ANSWER_TTL_S)

    def answer(self, screen_id: str, kind: str) -> dict[str, Any] | None:
        """The last `done` or `capture` of a screen."""
        body: dict[str, Any] | None = self._get(f"sig:{kind}:{screen_id}")
        return body

    def touch(self, screen_id: str, at: datetime) -> None:
        """The screen's player answered a question that the server asked it: that, and nothing less, is being online."""
        with _asking():
            self._redis.set(f"sig:seen:{screen_id}", millis(at), ex=SEEN_TTL_S)

    def seen(self, screen_ids: Collection[str]) -> dict[str, datetime]:
        """When each screen last answered; a screen that never did (for a week) is absent."""
        return {screen_id: from_millis(ms) for screen_id, ms in self._many("seen", screen_ids).items()}

    def bump(self, topics: Iterable[str]) -> dict[str, str]:
        """Something about each of `topics` changed: its new revision, one that it never had, also across restarts of Redis."""
        revisions = {topic: secrets.token_hex(8) for topic in topics}
        if revisions:
            with _asking():
                self._redis.mset({f"sig:revision:{topic}": revision for topic, revision in revisions.items()})
        return revisions

    def revision(self, topic: str) -> str:
        """The topic's revision, "" before the first change."""
        with _asking():
            value = self._redis.get(f"sig:revision:{topic}")
        return value if isinstance(value, str) else ""

    def _many(self, kind: str, screen_ids: Collection[str]) -> dict[str, Any]:
        ids = list(screen_ids)
        if not ids:
            return {}
        with _asking():
            texts = self._redis.mget([f"sig:{kind}:{screen_id}" for screen_id in ids])
        return {screen_id: json.loads(text) for screen_id, text in zip(ids, texts, strict=True) if text is not None}

    def _get(self, key: str) -> Any:
        with _asking():
            text = self._redis.get(key)
        return _read(text)


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


def _read(text: Any) -> Any:
    return None if text is None else json.loads(text)


def _snapshot(body: dict[str, Any] | None) -> AudienceSnapshot | None:
    if body is None:
        return None
    words = {"source": AudienceSource(body["source"]), "camera": CameraState(body["camera"])}
    return AudienceSnapshot(**body | words | {"taken_at": from_millis(body["taken_at"])})


def _session(screen_id: str, body: dict[str, Any] | None) -> GuestSession | None:
    if body is None:
        return None
    items = tuple(Scored(gtin, score, ReasonCode(reason), detail) for gtin, score, reason, detail in body["items"])
    started, expires = from_millis(body["started"]), from_millis(body["expires"])
    return GuestSession(
        body["session"], screen_id, Affinity(items, body["model"], body.get("withheld")), started, expires
    )


def _told(shown: Shown) -> dict[str, Any]:
    fields = {name: getattr(shown, name) for name in Shown.__dataclass_fields__}
    return fields | {"at": millis(shown.at)}


def _report(body: dict[str, Any]) -> Report:
    error_at = body["error_at"]
    return Report(
        **body
        | {"at": from_millis(body["at"]), "error_at": None if error_at is None else from_millis(error_at)}
        | {"rung": Rung(body["rung"]), "light": Light(body["light"])}
    )


def _guest(screen_id: str) -> str:
    return f"sig:guest:{screen_id}"


_json = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
