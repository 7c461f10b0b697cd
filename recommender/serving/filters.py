"""Items ranked best first -> those that a list may show, in that order."""

from collections import Counter
from collections.abc import Collection, Iterable

import numpy as np
from numpy.typing import NDArray

from recommender.domain.items import Items


def choose(
    items: Items,
    ranked: Iterable[int],
    limit: int,
    *,
    public: bool = False,
    family: str = "",
    without: Collection[str] = (),
    per_category: int | None = None,
    unlike: int = -1,
) -> list[int]:
    """At most `limit` of `ranked`, no two with the same words on their cards.

    public: public-safe ones only. without: GTINs that must not come (sold out, shown already). per_category: this many of
    one category while there are others. unlike: an item whose words are taken already, the one that is looked at.
    """
    words = set() if unlike < 0 else {int(items.words[unlike])}
    categories: Counter[int] = Counter()
    chosen: list[int] = []
    postponed: list[int] = []
    allowed = _allowed(items, public, family, without)
    for index in ranked:
        if len(chosen) == limit:
            break
        if not allowed[index] or int(items.words[index]) in words:
            continue
        words.add(int(items.words[index]))
        if per_category is not None and categories[int(items.category[index])] >= per_category:
            postponed.append(index)
            continue
        categories[int(items.category[index])] += 1
        chosen.append(index)
    return chosen + postponed[: limit - len(chosen)]


def _allowed(items: Items, public: bool, family: str, without: Collection[str]) -> NDArray[np.bool_]:
    allowed = items.public_safe.copy() if public else np.ones(len(items), bool)
    if family:
        allowed &= items.family == family
    excluded = items.locate(list(without))
    allowed[excluded[excluded >= 0]] = False
    return allowed
