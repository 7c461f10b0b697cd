"""Decision records as the lists show them: what was chosen, the reasons in words, the chance. Cheap: no gate is re-run."""

from dataclasses import dataclass
from datetime import datetime

from signage.decide import record
from signage.domain.decision import Decision
from signage.domain.words import studio
from signage.web.ports import Storage


@dataclass(frozen=True, slots=True)
class Told:
    """`why`: the reasons in one line; `name`: the spot's, "" when nothing could be shown."""

    decision_id: str
    at: datetime
    name: str
    why: str
    propensity: float


def recent(storage: Storage, screen_id: str, limit: int, language: str) -> list[Told]:
    """The screen's latest decisions, newest first."""
    made = [record.load(text) for text in storage.decisions.recent(screen_id, limit)]
    names = {version: _names(storage, version, language) for version in {one.inventory for one in made}}
    return [
        Told(one.decision_id, one.at, names[one.inventory].get(one.spot_id, ""), _why(one, language), one.propensity)
        for one in made
    ]


def why(storage: Storage, decision_id: str, language: str) -> str:
    """The reasons of one decision; "" when there is no record (any more)."""
    text = storage.decisions.get(decision_id) if decision_id else None
    return _why(record.load(text), language) if text else ""


def spot_name(storage: Storage, store_id: str, spot_id: str) -> str:
    """By the store's latest inventory; "" for a spot that isn't in it."""
    inventory = storage.inventories.latest(store_id)
    return next((spot.name for spot in inventory.spots if spot.spot_id == spot_id), "") if inventory else ""


def _why(made: Decision, language: str) -> str:
    return (", " if language == "en" else "、").join(studio(reason, language) for reason in made.reasons)


def _names(storage: Storage, version: str, language: str) -> dict[str, str]:
    inventory = storage.inventories.load(version)
    return {spot.spot_id: spot.called(language) for spot in inventory.spots} if inventory else {}
