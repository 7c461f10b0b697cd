"""CloudEvents told over HTTP -> an answer for each, in their order."""

from collections.abc import Callable
from typing import Any

from flask import Response, request
from pydantic import BaseModel
from werkzeug.exceptions import RequestEntityTooLarge

from recommender.domain.cloudevents import parse
from recommender.domain.event import Answer, ConflictingEvent, Event
from recommender.http.answers import answer, problem
from recommender.record import Outcome, PartlyRecorded, Record, RefusedEvent

EVENTS_LIMIT = 1000
READ_OUT_BYTES = 64 * 2**20  # of a body that is too large anyway
ONE, BATCH = "application/cloudevents+json", "application/cloudevents-batch+json"
STATUS = {"recorded": 200, "duplicate": 200, "conflict": 409, "refused": 422}


class LeftOutLine(BaseModel):
    line_id: str
    reason: str


class EventResult(BaseModel):
    """`outcome`: recorded, duplicate, conflict (the id is known with another content) or refused; `status` says the same
    as a number, `reason` why. `left_out`: the lines of a recorded order that were not taken."""

    id: str
    outcome: str
    status: int
    reason: str = ""
    left_out: list[LeftOutLine] = []


class EventResults(BaseModel):
    results: list[EventResult]


def answer_events(record: Record, count: Callable[[str], None]) -> Response:
    """The request's events, recorded. `count` hears the outcome of each."""
    try:
        told: Any = request.get_json()
    except RequestEntityTooLarge:
        _read_out()
        limit = f"{request.max_content_length:,} bytes"
        return problem(
            413, "too_large", f"Send at most {limit} at once; `recommender import --kind events` takes any file"
        )
    if request.mimetype == BATCH and not isinstance(told, list):
        return problem(400, "bad_request", f"{BATCH} is an array of events")
    if request.mimetype == ONE and isinstance(told, list):
        return problem(400, "bad_request", f"{ONE} is one event; send several as {BATCH}")
    batch = told if isinstance(told, list) else [told]
    if len(batch) > EVENTS_LIMIT:
        more = "`recommender import --kind events` takes any file"
        return problem(413, "too_many_events", f"Send at most {EVENTS_LIMIT:,} events at once; {more}")
    results = record_batch(record, batch)
    for result in results:
        count(result.outcome)
    return _response(results, alone=not isinstance(told, list))


def _read_out() -> None:
    """Who is still sending hears no answer, only a broken pipe: lets them finish, within reason."""
    left = READ_OUT_BYTES
    while left > 0 and (some := request.environ["wsgi.input"].read(min(left, 65_536))):
        left -= len(some)


def record_batch(record: Record, batch: list[Any]) -> list[EventResult]:
    """Each CloudEvent gets its own answer; those that can't be read don't keep the others."""
    read: list[Event | RefusedEvent] = []
    for told in batch:
        try:
            read.append(parse(told))
        except RefusedEvent as refused:
            read.append(refused)
    recorded = iter(record.record_all([event for event in read if isinstance(event, Event)]))
    outcomes = [next(recorded) if isinstance(event, Event) else event for event in read]
    return [_result(told, outcome) for told, outcome in zip(batch, outcomes, strict=True)]


def _response(results: list[EventResult], *, alone: bool) -> Response:
    """200: all was taken or known; 207: look at each. An event that came alone and wasn't taken is a problem of its own."""
    if alone and results[0].outcome == "conflict":
        return problem(409, "event_conflict", results[0].reason)
    if alone and results[0].outcome == "refused":
        return problem(422, "event_refused", results[0].reason)
    mixed = any(result.status != 200 or result.left_out for result in results)
    return answer(EventResults, EventResults(results=results), 207 if mixed else 200)


def _result(told: Any, outcome: Answer) -> EventResult:
    name = _sayable(str(told.get("id", ""))[:200]) if isinstance(told, dict) else ""
    if isinstance(outcome, RefusedEvent):
        kind = "conflict" if isinstance(outcome, ConflictingEvent) else "refused"
        return EventResult(id=name, outcome=kind, status=STATUS[kind], reason=_sayable(str(outcome)))
    if isinstance(outcome, PartlyRecorded):
        lines = [LeftOutLine(line_id=line.line_id, reason=line.reason) for line in outcome.left_out]
        return EventResult(id=name, outcome=Outcome.RECORDED.value, status=200, left_out=lines)
    return EventResult(id=name, outcome=outcome.value, status=200)


def _sayable(text: str) -> str:
    """JSON may hold half a character, which no answer can repeat: it becomes a question mark."""
    return text.encode(errors="replace").decode()
