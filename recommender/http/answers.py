"""Values of the domain -> JSON responses; problems as problem+json (RFC 9457)."""

import json
from functools import cache
from typing import Any

from flask import Response, current_app
from pydantic import TypeAdapter


@cache
def _adapter(kind: Any) -> TypeAdapter[Any]:
    return TypeAdapter(kind)


def answer(kind: Any, value: Any, status: int = 200) -> Response:
    """`value` of the type `kind` (domain dataclasses, lists and dicts of them) as JSON."""
    body = _adapter(kind).dump_json(value)
    return Response(body, status, mimetype="application/json")


def nothing() -> Response:
    return Response(status=204)


def problem(status: int, code: str, detail: str, **members: Any) -> Response:
    body = {
        "type": f"urn:shelfcast:{code}",
        "title": code.replace("_", " "),
        "status": status,
        "detail": detail,
        **members,
    }
    return current_app.response_class(json.dumps(body), status, mimetype="application/problem+json")
