"""Items ranked best first -> those that a list may show, in that order."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from recommender.domain.items import Items
from recommender.serving.rules import Barred, anything

ASKED_AT_ONCE = 32, 4096  # products whose rules are asked first, and at most: most lists need one question
PER_CATEGORY = 2


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
    barred: Barred = anything,
) -> list[int]:
    """At most `limit` of `ranked`, no two with the same words on their cards; shorter only when no more are allowed.

    public: public-safe ones only. without: GTINs that must not come (shown already). per_category: this many of one
    category while there are others. unlike: an item whose words are taken already, the one that is looked at. barred: is
    asked for the best ones what the rules forbid at this moment.
    """
    words = set() if unlike < 0 else {int(items.words[unlike])}
    categories: Counter[int] = Counter()
    chosen: list[int] = []
    postponed: list[int] = []
    allowed = _allowed(items, public, family, without)
    wanted = (i for i in ranked if allowed[i] and int(items.words[i]) not in words)
    for index in _asked(items, wanted, limit, barred):
        if len(chosen) == limit:
            break
        if int(items.words[index]) in words:
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


def _asked(items: Items, ranked: Iterator[int], limit: int, barred: Barred) -> Iterator[int]:
    """`ranked` without what is barred, asked for in growing portions, and only as far as somebody reads.

    Of items with the same words only the first that is not barred can come, so only these are asked for: a family has
    thousands of products and few words.
    """
    size, most = max(ASKED_AT_ONCE[0], 2 * limit), ASKED_AT_ONCE[1]
    while portion := list(islice(ranked, min(size, most))):
        words = items.words[portion].tolist()
        first = {word: index for index, word in zip(reversed(portion), reversed(words), strict=True)}
        open_ = _not_barred(items, first.values(), barred)
        there = {word for word, index in first.items() if index in open_}
        open_ |= _not_barred(items, [i for i, word in zip(portion, words, strict=True) if word not in there], barred)
        yield from (index for index in portion if index in open_)
        size *= 4


def _not_barred(items: Items, indices: Collection[int], barred: Barred) -> set[int]:
    gtins = {index: int(items.gtin[index]) for index in indices}
    shut = set(barred(list(gtins.values()))) if gtins else ()
    return {index for index, gtin in gtins.items() if gtin not in shut}
