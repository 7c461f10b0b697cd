"""What somebody looks for in the library -> the conditions of the query."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, not_, or_, select

from signage.domain.campaign import CampaignState
from signage.domain.clock import millis
from signage.domain.content import MediaKind
from signage.storage.folding import has
from signage.storage.schema import campaigns, creatives, spots


class Standing(StrEnum):
    """How a creative stands in the library."""

    READY = "ready"  # screens may show it
    WORKING = "working"
    FAILED = "failed"
    EXPIRED = "expired"
    UNUSED = "unused"  # in no campaign, or only in campaigns that have ended


@dataclass(frozen=True, slots=True)
class Sought:
    """Empty means any. `words` are all in its name, or in that of one of its variants; `language` may be a variant's."""

    words: str = ""
    kind: MediaKind | None = None
    standing: Standing | None = None
    language: str = ""


def conditions(sought: Sought, now: datetime) -> list[ColumnElement[bool]]:
    asked = [_named(word) for word in sought.words.split()]
    if sought.kind:
        asked.append(creatives.c.kind == sought.kind)
    if sought.language:
        asked.append(_own_or_variant(lambda table: table.c.language == sought.language))
    if sought.standing:
        asked.append(_stands(sought.standing, now))
    return asked


def _named(word: str) -> ColumnElement[bool]:
    return _own_or_variant(lambda table: has(table.c.name, word))


def _own_or_variant(true_of: Callable[[Any], ColumnElement[bool]]) -> ColumnElement[bool]:
    variants = creatives.alias()
    of_it = and_(variants.c.variant_of == creatives.c.id, variants.c.deleted_at.is_(None))
    return or_(true_of(creatives), exists().where(of_it, true_of(variants)))


def _stands(standing: Standing, now: datetime) -> ColumnElement[bool]:
    expired = and_(creatives.c.expires_at.is_not(None), creatives.c.expires_at <= millis(now))
    if standing is Standing.EXPIRED:
        return expired
    if standing is Standing.UNUSED:
        lasting = and_(spots.c.creative_id.is_not(None), campaigns.c.state != CampaignState.ENDED)
        return creatives.c.id.not_in(select(spots.c.creative_id).join(campaigns).where(lasting))
    if standing is Standing.READY:
        return and_(creatives.c.state == "ready", not_(expired))
    return creatives.c.state.in_(("uploaded", "processing") if standing is Standing.WORKING else ("failed",))
