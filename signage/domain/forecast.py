"""What a campaign would get, screen by screen, before it is saved."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Outlook:
    """`plays` of one screen in the time that was looked at; where there are none, `why` says so."""

    screen_id: str
    plays: float
    why: str = ""


@dataclass(frozen=True, slots=True)
class Forecast:
    """Of [start, end): the first day of the flight, or all of a shorter one. `plays` on so many `screens` together, both scaled
    where only some were looked at. `members`: how often depends on how many members come."""

    start: datetime
    end: datetime
    screens: int
    plays: float
    outlooks: tuple[Outlook, ...]
    members: bool = False
