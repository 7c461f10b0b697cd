"""The app's routes -> its OpenAPI 3.1 document: bodies and answers come from their types, errors are said once for all."""

from typing import Any

from flask_openapi3.openapi import OpenAPI
from pydantic import BaseModel

from recommender.http import event_schema
from recommender.http.events import EVENTS_LIMIT

PROBLEM = "application/problem+json"
REFERENCE = "#/components/schemas/Problem"
EVERY = {"401": "The key is missing or wrong", "422": "A field is wrong, or what was told can't be taken"}
TOLD = {
    "400": "The body can't be read",
    "413": "The body is too large",
    "415": "The body isn't JSON",
}
EVENTS = {"409": "An event that came alone: its id is known with another content"}
DOORS = {"503": "The history's database does not answer"}
MEMBERS = {"403": "The code, link or session is not accepted"}


class Problem(BaseModel):
    """RFC 9457. `type` is stable; `fields` says what is wrong where, `why` what is wrong with a member code."""

    type: str
    title: str
    status: int
    detail: str
    fields: list[dict[str, str]] | None = None
    why: str | None = None


def describe(app: OpenAPI) -> dict[str, Any]:
    """The whole document. Cheap enough to be made when asked."""
    document: dict[str, Any] = app.api_doc
    document["components"]["schemas"] |= event_schema.schemas(EVENTS_LIMIT)
    document["paths"]["/v1/events"]["post"]["requestBody"] = event_schema.body()
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            answers = operation["responses"]
            answers.pop("422", None)  # the library's own shape, which no answer has
            if not answers:
                answers["204"] = {"description": "Done; there is nothing to say"}
            for status, text in _errors(path, method).items():
                answers[status] = {"description": text, "content": {PROBLEM: {"schema": {"$ref": REFERENCE}}}}
    return document


def _errors(path: str, method: str) -> dict[str, str]:
    if not path.startswith("/v1/"):
        return {"401": EVERY["401"]} if path == "/metrics" else {}
    told = TOLD if method == "post" else {}
    members = MEMBERS if path.startswith("/v1/members/") else {}
    events = EVENTS if path == "/v1/events" else {}
    return {**EVERY, **told, **members, **events, **DOORS}
