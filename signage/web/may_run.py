"""Why not that: the controller's answer for one spot on one screen, also when it can't be asked."""

from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from flask import request
from flask_babel import gettext as _

from signage.domain.clock import local
from signage.domain.decision import Gate
from signage.domain.errors import NotFound, Unavailable
from signage.web.days import YEARS
from signage.web.language import lang
from signage.web.ports import ports


@dataclass(frozen=True, slots=True)
class Answer:
    """`gates`: (passed, sentence) in the order in which they are tried, then what is said of prices;
    `text` is the whole answer."""

    passes: bool
    text: str
    gates: tuple[tuple[bool, str], ...] = ()
    spot_id: str = ""


def as_asked(at: datetime, zone: str) -> str:
    """A moment as `asked_at` reads it."""
    return f"{local(at, zone):%Y-%m-%dT%H:%M}"


def asked_at(zone: str) -> datetime | None:
    """`at` of this request's address, on that zone's clock; None = now. Far-off years have no calendar here."""
    try:
        wall = datetime.strptime(request.args.get("at", ""), "%Y-%m-%dT%H:%M")
    except ValueError:
        return None
    return wall.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC) if wall.year in YEARS else None


def may_run(screen_id: str, spot_id: str, at: datetime | None = None) -> Answer:
    """Asked now, or of another time with today's stock. A spot whose file is missing has no place among the screen's."""
    try:
        told = ports().why_not(screen_id, spot_id, lang(), at)
        shown = ports().shown([screen_id]).get(screen_id) if at is None else None
    except NotFound:
        return Answer(False, _("Not showing: its creative isn’t ready or has been deleted."))
    except Unavailable as error:
        return Answer(False, error.en if lang() == "en" else error.ja)
    gates = tuple((bool(gate["passed"]), str(gate["text"])) for gate in told["gates"])
    gates += tuple((True, str(said)) for said in told["prices"])
    if told["passes"]:
        return Answer(True, _("May run here now") if at is None else _("May run here then"), gates, spot_id)
    failing = next(gate["gate"] for gate in told["gates"] if not gate["passed"])
    if failing == Gate.REPEAT and shown is not None and shown.spot_id == spot_id:
        return Answer(True, _("Now showing"), gates, spot_id)  # it only may not follow itself
    return Answer(False, str(told["text"]), gates, spot_id)
