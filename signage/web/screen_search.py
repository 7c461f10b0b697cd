"""Which screens are asked for: some words, a store, a state; in the order of a list that people read."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from flask import request

from signage.domain.condition import Health
from signage.domain.place import Screen, Store
from signage.storage.folding import folded
from signage.web.show import ZONE_WORDS
from signage.web.status import Status

BY_TROUBLE = {one: place for place, one in enumerate(reversed(Health))}  # the worst first
_LONGEST = 100


def in_order(screens: Iterable[Screen]) -> list[Screen]:
    """By store and name, and 棚2 before 棚10."""
    return sorted(screens, key=lambda one: (one.store_id, counted(one.name), one.screen_id))


def counted(name: str) -> list[tuple[int, str]]:
    """A name as people sort it: full and half width are one, and its numbers count. To sort by."""
    parts = re.split(r"(\d+)", folded(name))
    return [(int(part), "") if n % 2 else (0, part) for n, part in enumerate(parts)]


@dataclass(frozen=True, slots=True)
class ScreenSearch:
    """`words`: each has to be in a screen's name, place, tags, zone or store; `store_id` and `health`: "" = any."""

    words: str = ""
    store_id: str = ""
    health: str = ""  # a Health

    @classmethod
    def asked(cls) -> "ScreenSearch":
        """As this request's address has it."""
        state = request.args.get("state", "")
        known = state if state in set(Health) else ""
        return cls(request.args.get("q", "")[:_LONGEST].strip(), request.args.get("store", ""), known)

    def among(self, screens: Iterable[Screen], stores: Mapping[str, Store]) -> list[Screen]:
        """Those with the words, in the store."""
        terms = folded(self.words).split()
        return [
            one for one in screens
            if self.store_id in {"", one.store_id} and all(term in _said(one, stores.get(one.store_id)) for term in terms)
        ]  # fmt: skip

    def of_state(self, found: Sequence[Status]) -> list[Status]:
        return [one for one in found if self.health in {"", one.health}]


def by_state(found: Sequence[Status]) -> list[tuple[Health, int]]:
    """How many are in each state, those in trouble first; a state without any is absent."""
    return sorted(Counter(one.health for one in found).items(), key=lambda pair: BY_TROUBLE[pair[0]])


def _said(one: Screen, store: Store | None) -> str:
    names = [store.name_ja, store.name_en] if store else []
    return folded(" ".join([one.name, one.place_ja, one.place_en, str(ZONE_WORDS[one.zone]), *one.tags, *names]))
