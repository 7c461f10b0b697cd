"""CloudEvents 1.0 in JSON <-> our events. The type is the payload's name in words; `data` holds its fields.

Orders and product views are read in Segment's shape, with whatever else Segment sends along; ours exactly as they are.
Who it was stands as `userId` and `anonymousId` in `data`, or as CloudEvents attributes `userid` and `anonymousid`.
"""

import re
from collections.abc import Mapping
from dataclasses import MISSING, asdict, fields
from typing import Any, get_args

from recommender.domain import instant
from recommender.domain.event import Event, Payload, RefusedEvent
from recommender.domain.gtin import BadGtin, to_gtin14
from recommender.domain.segment import READERS


def type_of(payload: type) -> str:
    """StockChanged -> "Stock Changed"."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", payload.__name__)


JSON = "application/json"
WHO_LENGTH = 200
WHO = ("userId", "anonymousId")
TYPES: dict[str, type[Any]] = {type_of(payload): payload for payload in get_args(Payload)}


def parse(told: object) -> Event:
    """One CloudEvent as read from JSON -> the event; a GTIN may have 8, 12, 13 or 14 digits. Raises RefusedEvent."""
    if not isinstance(told, Mapping):
        raise RefusedEvent("not a CloudEvent: a JSON object is needed")
    if told.get("specversion") != "1.0":
        raise RefusedEvent('specversion must be "1.0"')
    kind = TYPES.get(_text(told, "type"))
    if kind is None:
        raise RefusedEvent(f"type must be one of {', '.join(TYPES)}")
    data = told.get("data")
    if not isinstance(data, Mapping):
        raise RefusedEvent("data must be an object")
    try:
        at = instant.parse(_text(told, "time"))
    except (ValueError, OverflowError):
        raise RefusedEvent("time must be RFC 3339 with a zone") from None
    if told.get("datacontenttype", JSON) != JSON:
        raise RefusedEvent(f"datacontenttype must be {JSON}")
    user, anonymous = _who(told, data, "userId"), _who(told, data, "anonymousId")
    return Event(_text(told, "source"), _text(told, "id"), at, _payload(kind, data), user, anonymous)


def dump(event: Event) -> dict[str, Any]:
    """The event -> a CloudEvent, JSON-ready."""
    who = dict(zip(WHO, (event.user_id, event.anonymous_id), strict=True))
    return {
        "specversion": "1.0",
        "type": type_of(type(event.payload)),
        "source": event.source,
        "id": event.event_id,
        "time": instant.text(event.at),
        "datacontenttype": JSON,
        "data": asdict(event.payload) | {name: value for name, value in who.items() if value},
    }


def _who(told: Mapping[str, Any], data: Mapping[str, Any], name: str) -> str:
    """Segment's name of it, where Segment has it or as an attribute of the envelope; "" when nobody is named."""
    values = [data.get(name), told.get(name), told.get(name.lower())]
    value = next((value for value in values if value not in (None, "")), "")
    if not isinstance(value, str) or len(value) > WHO_LENGTH or not value.isprintable() or value != value.strip():
        raise RefusedEvent(f"{name} must be text of at most {WHO_LENGTH} printable characters")
    return value


def _payload(kind: type[Any], data: Mapping[str, Any]) -> Payload:
    if kind in READERS:
        properties = data.get("properties")  # a whole Segment message has them there
        return READERS[kind](properties if isinstance(properties, Mapping) else data)
    names = {field.name: field for field in fields(kind)}
    unknown = sorted(str(name) for name in data.keys() - names.keys() - set(WHO))
    if unknown:
        raise RefusedEvent(f"data has unknown fields: {', '.join(unknown)[:200]}")
    values: dict[str, Any] = {}
    for name, field in names.items():
        if name not in data:
            if field.default is not MISSING:
                continue
            raise RefusedEvent(f"data.{name} is missing")
        value = data[name]
        if type(value) is not field.type:
            raise RefusedEvent(f"data.{name} must be {_WORDS[field.type]}")
        values[name] = _gtin(value) if name == "gtin" else value
    payload: Payload = kind(**values)
    return payload


_WORDS: dict[Any, str] = {str: "text", int: "a whole number", bool: "true or false"}


def _gtin(text: str) -> str:
    try:
        return to_gtin14(text)
    except BadGtin as bad:
        raise RefusedEvent(f"data.gtin is not a GTIN ({bad.why})") from None


def _text(told: Mapping[str, Any], name: str) -> str:
    value = told.get(name)
    if not isinstance(value, str) or not value:
        raise RefusedEvent(f"{name} is missing or not text")
    return value
