"""Items ranked best first -> those that a list may show, in that order."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator

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
    for index in _allowed(items, ranked, public, family, without):
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


def _allowed(
    items: Items, ranked: Iterable[int], public: bool, family: str, without: Collection[str]
) -> Iterator[int]:
    excluded = set(items.find([int(g) for g in without]).tolist())
    for index in ranked:
        if index in excluded or (public and not items.public_safe[index]):
            continue
        if family and items.family[index] != family:
            continue
        yield int(index)
