"""CloudEvents 1.0 in JSON <-> our events. The type is the payload's name in words; `data` holds its fields."""

import re
from collections.abc import Mapping
from dataclasses import MISSING, asdict, fields
from typing import Any, get_args

from recommender.domain import instant
from recommender.domain.event import Event, Payload, RefusedEvent
from recommender.domain.gtin import BadGtin, to_gtin14


def type_of(payload: type) -> str:
    """StockChanged -> "Stock Changed"."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", payload.__name__)


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
    return Event(_text(told, "source"), _text(told, "id"), at, _payload(kind, data))


def dump(event: Event) -> dict[str, Any]:
    """The event -> a CloudEvent, JSON-ready."""
    return {
        "specversion": "1.0",
        "type": type_of(type(event.payload)),
        "source": event.source,
        "id": event.event_id,
        "time": instant.text(event.at),
        "datacontenttype": "application/json",
        "data": asdict(event.payload),
    }


def _payload(kind: type[Any], data: Mapping[str, Any]) -> Payload:
    names = {field.name: field for field in fields(kind)}
    unknown = sorted(str(name) for name in data.keys() - names.keys())
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
