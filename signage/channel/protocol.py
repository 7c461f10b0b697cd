"""Text frames in, frozen messages out, and back: the wire's version 1 as `player/protocol/*.json` shows it."""

import json
from dataclasses import MISSING, dataclass, fields
from types import UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

MAX_BYTES = 64 * 1024
MAX_DEPTH = 16
VERSION = 1


class ProtocolError(ValueError):
    """A frame that is no message. `code` goes back in `refused`; the socket stays open unless it was too big."""

    def __init__(self, code: str, text: str) -> None:
        super().__init__(f"{code}: {text}")
        self.code = code
        self.text = text


@dataclass(frozen=True, slots=True)
class Hello:
    screen: str
    key: str
    manifest: str = ""
    secure: bool = False
    cache: bool = False
    clock_ms: int = 0
    pending_plays: int = 0
    user_agent: str = ""


@dataclass(frozen=True, slots=True)
class Next:
    """`cached` = hashes of the creatives held, None = not told."""

    request: str
    playing: str = ""
    cached: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Plays:
    """The plays are checked one by one by proof: a bad one must not block its batch."""

    batch: str
    plays: tuple[dict[str, Any], ...]


@dataclass(frozen=True, slots=True)
class Code:
    text: str


@dataclass(frozen=True, slots=True)
class Status:
    """What the player says of itself; everything in it is hostile text."""

    spot: str = ""
    decision: str = ""
    visible: bool = True
    queued_plays: int = 0
    cached: int = 0
    missing: int = 0
    errors: tuple[str, ...] = ()
    rung: str = ""
    why: str = ""
    black: bool = False
    light: str = "unknown"
    version: str = ""
    lease_until_ms: int = 0
    quota_share: int = -1


@dataclass(frozen=True, slots=True)
class Pong:
    n: int
    clock_ms: int = 0


@dataclass(frozen=True, slots=True)
class Done:
    """What became of a command."""

    id: str
    ok: bool
    text: str = ""


@dataclass(frozen=True, slots=True)
class Capture:
    """What stands on the stage: its words, and a small picture (base64) where the page can take one."""

    id: str
    spot: str = ""
    decision: str = ""
    text: str = ""
    picture: str = ""


@dataclass(frozen=True, slots=True)
class Welcome:
    server_ms: int
    screen: dict[str, Any]
    manifest: str
    camera: dict[str, Any]
    demo_line: str = ""
    staff_line: str = ""


@dataclass(frozen=True, slots=True)
class Show:
    """`request` is that of the `next` it answers, "" when the server interrupts. No item: down the ladder."""

    request: str
    now: bool
    decision: str
    item: dict[str, Any] | None


@dataclass(frozen=True, slots=True)
class PlaysAck:
    batch: str
    accepted: tuple[str, ...]
    duplicate: tuple[str, ...]
    refused: tuple[dict[str, Any], ...]


@dataclass(frozen=True, slots=True)
class ManifestChanged:
    etag: str


@dataclass(frozen=True, slots=True)
class Withdraw:
    spots: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class GuestEnd:
    pass


@dataclass(frozen=True, slots=True)
class Notice:
    tone: str
    text: str
    lasts_ms: int


@dataclass(frozen=True, slots=True)
class Ping:
    n: int
    server_ms: int


@dataclass(frozen=True, slots=True)
class Refused:
    code: str
    text: str


@dataclass(frozen=True, slots=True)
class Settings:
    """The screen's settings changed; `screen` as in `welcome`."""

    screen: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Command:
    """One verb of `domain.operations.Verb`, to be done before it lapses."""

    id: str
    verb: str
    expires_ms: int


@dataclass(frozen=True, slots=True)
class Key:
    """The new key of a rotation; the old one stays good until this one is used."""

    key: str


FromPlayer = Hello | Next | Plays | Code | Status | Pong | Done | Capture
FromServer = (
    Welcome
    | Show
    | PlaysAck
    | ManifestChanged
    | Withdraw
    | GuestEnd
    | Notice
    | Ping
    | Refused
    | Settings
    | Command
    | Key
)
Message = FromPlayer | FromServer

TYPES: dict[str, type[Message]] = {
    "hello": Hello, "next": Next, "plays": Plays, "code": Code, "status": Status, "pong": Pong,
    "welcome": Welcome, "show": Show, "plays_ack": PlaysAck, "manifest_changed": ManifestChanged, "withdraw": Withdraw,
    "guest_end": GuestEnd, "notice": Notice, "ping": Ping, "refused": Refused,
    "done": Done, "capture": Capture, "settings": Settings, "command": Command, "key": Key,
}  # fmt: skip
to_text = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
_NAMES = {kind: name for name, kind in TYPES.items()}
_HINTS = {kind: get_type_hints(kind) for kind in TYPES.values()}
_REQUIRED = {kind: frozenset(f.name for f in fields(kind) if f.default is MISSING) for kind in TYPES.values()}


def parse(text: str | bytes) -> Message:
    """One frame -> its message. Unknown fields are ignored. ProtocolError: too_big, malformed, unknown_type, version."""
    return read(load(text))


def load(text: str | bytes) -> dict[str, Any]:
    """One frame -> its JSON object, at most 64 KB and 16 levels deep. ProtocolError: too_big, malformed."""
    if len(text) > MAX_BYTES or (isinstance(text, str) and len(text.encode("utf-8", "replace")) > MAX_BYTES):
        raise ProtocolError("too_big", f"a message is at most {MAX_BYTES} bytes")
    try:
        found = json.loads(text, parse_constant=_no_constant)
        json.dumps(found, ensure_ascii=False).encode()  # half a surrogate pair is no text, and no database takes it
    except (ValueError, RecursionError) as error:
        raise ProtocolError("malformed", "not JSON") from error
    if not isinstance(found, dict):
        raise ProtocolError("malformed", "not a JSON object")
    if _deeper_than(found, MAX_DEPTH):
        raise ProtocolError("malformed", f"nested deeper than {MAX_DEPTH}")
    return found


def read(told: dict[str, Any]) -> Message:
    """A message's JSON object -> the message. ProtocolError: malformed, unknown_type, version."""
    name = told.get("type")
    kind = TYPES.get(name) if isinstance(name, str) else None
    if kind is None:
        raise ProtocolError("unknown_type", "unknown message type")
    if told.get("v") != VERSION:
        raise ProtocolError("version", f"this server speaks version {VERSION}")
    values = {}
    for field, hint in _HINTS[kind].items():
        if field in told:
            values[field] = _value(told[field], hint, field)
        elif field in _REQUIRED[kind]:
            raise ProtocolError("malformed", f"{field} is missing")
    return kind(**values)


def dump(message: Message) -> str:
    """A message -> its frame."""
    return to_text(body(message))


def body(message: Message) -> dict[str, Any]:
    """A message -> its JSON object."""
    kind = type(message)
    told: dict[str, Any] = {"type": _NAMES[kind], "v": VERSION}
    for field in _HINTS[kind]:
        value = getattr(message, field)
        if not (kind is Next and value is None):
            told[field] = value
    return told


def _value(value: Any, hint: Any, field: str) -> Any:
    """The value as its annotation wants it: a JSON list becomes a tuple. ProtocolError when it isn't that."""
    origin = get_origin(hint)
    if origin in (Union, UnionType):
        if value is None:
            return None
        hint = next(part for part in get_args(hint) if part is not type(None))
        origin = get_origin(hint)
    wanted: Any = {tuple: list, dict: dict}.get(origin, hint)
    if not isinstance(value, wanted) or (wanted is int and isinstance(value, bool)):
        raise ProtocolError("malformed", f"{field} must be {_spoken(wanted)}")
    if wanted is int and abs(value) >= 2**53:
        raise ProtocolError("malformed", f"{field} is out of range")
    if wanted is not list:
        return value
    return tuple(_value(item, get_args(hint)[0], f"{field}[]") for item in value)


def _spoken(wanted: type) -> str:
    return {str: "text", int: "a whole number", bool: "true or false", list: "a list", dict: "an object"}[wanted]


def _deeper_than(value: Any, levels: int) -> bool:
    if not isinstance(value, (dict, list)):
        return False
    inner = value.values() if isinstance(value, dict) else value
    return levels == 0 or any(_deeper_than(item, levels - 1) for item in inner)


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON")
