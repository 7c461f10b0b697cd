"""The events that history takes -> the JSON schema of `POST /v1/events`, made of the types that read them."""

from typing import Any

from pydantic import TypeAdapter

from recommender.domain.cloudevents import JSON, TYPES, WHO, WHO_LENGTH
from recommender.domain.segment import READERS

SEGMENT = "As Segment's event of this name; what is read of it stands in docs/http.md"


def body() -> dict[str, Any]:
    """The request's body: one CloudEvent, or an array of them, under the media types that are taken."""
    one, several = {"$ref": "#/components/schemas/CloudEvent"}, {"$ref": "#/components/schemas/CloudEvents"}
    content = {
        "application/json": {"schema": {"anyOf": [one, several]}},
        "application/cloudevents+json": {"schema": one},
        "application/cloudevents-batch+json": {"schema": several},
    }
    return {"required": True, "content": content}


def schemas(most: int) -> dict[str, Any]:
    """The components that `body` names. most: events at once."""
    text = {"type": "string", "minLength": 1}
    who = {"type": "string", "maxLength": WHO_LENGTH, "description": "Who it was; may stand in data as well"}
    kinds = [
        {"properties": {"type": {"const": name}, "data": _data(payload)}, "required": ["type", "data"]}
        for name, payload in TYPES.items()
    ]
    event = {
        "type": "object",
        "required": ["specversion", "id", "source", "type", "time", "data"],
        "properties": {
            "specversion": {"const": "1.0"},
            "id": text,
            "source": text,
            "type": {"enum": list(TYPES)},
            "time": {"type": "string", "format": "date-time"},
            "datacontenttype": {"const": JSON},
            **{name.lower(): who for name in WHO},
        },
        "oneOf": kinds,
    }
    return {
        "CloudEvent": event,
        "CloudEvents": {"type": "array", "items": {"$ref": "#/components/schemas/CloudEvent"}, "maxItems": most},
    }


def _data(payload: type[Any]) -> dict[str, Any]:
    if payload in READERS:
        return {"type": "object", "description": SEGMENT}
    schema = TypeAdapter(payload).json_schema()
    return {"type": "object", "properties": schema["properties"], "required": schema.get("required", [])}
