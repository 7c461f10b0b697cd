"""Decision records as the lists show them: what was chosen, the reasons in words, the chance. Cheap: no gate is re-run."""

from collections.abc import Sequence
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


def recent(storage: Storage, screen_id: str, limit: int, language: str, until: datetime | None = None) -> list[Told]:
    """The screen's latest decisions, or the last ones of before `until`; newest first."""
    made = [record.load(text) for text in storage.decisions.recent(screen_id, limit, until)]
    names = {version: _names(storage, version, language) for version in {one.inventory for one in made}}
    return [
        Told(one.decision_id, one.at, names[one.inventory].get(one.spot_id, ""), _why(one, language), one.propensity)
        for one in made
    ]


def whys(storage: Storage, decision_ids: Sequence[str], language: str) -> dict[str, str]:
    """The reasons of each decision, by its id; one without a record (any more) is absent."""
    return {key: _why(record.load(text), language) for key, text in storage.decisions.texts(decision_ids).items()}


def spot_names(storage: Storage, store_id: str) -> dict[str, str]:
    """By spot, as the store's latest inventory has them."""
    inventory = storage.inventories.latest(store_id)
    return {spot.spot_id: spot.name for spot in inventory.spots} if inventory else {}


def _why(made: Decision, language: str) -> str:
    return (", " if language == "en" else "、").join(studio(reason, language) for reason in made.reasons)


def _names(storage: Storage, version: str, language: str) -> dict[str, str]:
    inventory = storage.inventories.load(version)
    return {spot.spot_id: spot.called(language) for spot in inventory.spots} if inventory else {}
