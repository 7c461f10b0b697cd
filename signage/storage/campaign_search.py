"""What somebody looks for among campaigns -> the conditions of the query."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, or_

from signage.domain.campaign import CampaignState
from signage.domain.clock import millis
from signage.storage.folding import has
from signage.storage.schema import campaigns


@dataclass(frozen=True, slots=True)
class Sought:
    """Empty means any. `words` are all in its name; its flight was not over at `since`, and had begun by `until`."""

    words: str = ""
    state: CampaignState | None = None
    since: datetime | None = None
    until: datetime | None = None


def conditions(sought: Sought) -> list[ColumnElement[bool]]:
    asked = [has(campaigns.c.name, word) for word in sought.words.split()]
    if sought.state:
        asked.append(campaigns.c.state == sought.state)
    if sought.since:
        asked.append(or_(campaigns.c.flight_end.is_(None), campaigns.c.flight_end > millis(sought.since)))
    if sought.until:
        asked.append(or_(campaigns.c.flight_start.is_(None), campaigns.c.flight_start < millis(sought.until)))
    return asked
