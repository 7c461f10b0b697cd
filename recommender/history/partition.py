"""Identifiers and the links between them -> profiles, whatever the sequence in which the links came and went.

A link between wrong identifiers would make one person of two, so a profile may hold only so many identifiers of each
namespace. Where one number stands for one person (limit 1, as the retailer's member number), an identifier belongs to the
number that more than half of its links lead to; one that has no such majority belongs to nobody, and nothing is joined
through it. This is one round of label propagation (Raghavan, Albert, Kumara 2007) and a vote on its result.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence

from recommender.domain.limits import Limits
from recommender.storage.edges import Edge

HUB = 100  # an identifier with more links than this is everybody's: a till's card, a kiosk's browser
Votes = Mapping[int, Counter[int]]  # identifier -> identifiers that links lead to, with how many links


class Groups:
    """Union-find over anything that can be hashed."""

    def __init__(self) -> None:
        self._parent: dict[int, int] = {}

    def root(self, n: int) -> int:
        parent = self._parent
        while (above := parent.get(n, n)) != n:
            parent[n] = n = parent.get(above, above)
        return n

    def join(self, a: int, b: int) -> int:
        """The two are one from now on; gives their root, the smaller of both."""
        a, b = sorted((self.root(a), self.root(b)))
        self._parent[b] = a
        return a


def partition(
    namespaces: Mapping[int, str], links: Collection[Edge], limits: Limits, hubs: Collection[int] = ()
) -> tuple[dict[int, int], dict[tuple[str, str], str]]:
    """Identifier -> its profile, named by the smallest identifier in it; and of each link why it joins nobody ("" = it
    joins). `hubs`: identifiers with more than HUB unconfirmed links."""
    groups = Groups()
    for link in links:
        if link.confirmed:
            groups.join(link.a, link.b)
    holds: dict[int, set[str]] = defaultdict(set)  # numbers that are confirmed to be one person's count as one
    for n, namespace in namespaces.items():
        holds[groups.root(n)].add(namespace)
    everybodys = {groups.root(n) for n in hubs}
    why = {(link.source, link.event_id): "" for link in links}
    open_links = list[tuple[Edge, int, int]]()
    for link in sorted(links, key=lambda x: (x.at, x.source, x.event_id)):
        a, b = groups.root(link.a), groups.root(link.b)
        if {a, b} & everybodys and not link.confirmed:
            why[link.source, link.event_id] = "too many links"
        elif a != b:
            open_links.append((link, a, b))
    for namespace in sorted({spaces for held in holds.values() for spaces in held}):
        if limits[namespace] == 1:
            anchors = [n for n, held in holds.items() if namespace in held]
            open_links, refused = _by_majority(anchors, open_links)
            why |= {(link.source, link.event_id): "claimed by several" for link in refused}
    for link in _within(open_links, holds, limits, groups):
        why[link.source, link.event_id] = "too many of one kind"
    return {n: groups.root(n) for n in namespaces}, why


def _by_majority(
    anchors: Collection[int], links: Sequence[tuple[Edge, int, int]]
) -> tuple[list[tuple[Edge, int, int]], list[Edge]]:
    """The links that lead within what belongs to one anchor, or far from any; and the others."""
    near: dict[int, Counter[int]] = defaultdict(Counter)
    for _, a, b in links:
        near[a][b] += 1
        near[b][a] += 1
    label, aside = _spread(anchors, near)
    sure = set(anchors)
    for n, mine in label.items():
        if n not in sure and not _majority(mine, _count(near[n], label)):
            aside.add(n)
    kept, refused = list[tuple[Edge, int, int]](), list[Edge]()
    for link in links:
        _, a, b = link
        if a in aside or b in aside or label.get(a) != label.get(b):
            refused.append(link[0])
        else:
            kept.append(link)
    return kept, refused


def _spread(anchors: Iterable[int], near: Votes) -> tuple[dict[int, int], set[int]]:
    """From the anchors outwards, step by step: who belongs to which anchor, and who to none for want of a majority."""
    label, aside = {n: n for n in anchors}, set[int]()
    edge: Collection[int] = list(label)
    while edge:
        reached = {m for n in edge for m in near.get(n, ()) if m not in label and m not in aside}
        said = {m: _count(near[m], label) for m in reached}
        edge = []
        for m, votes in said.items():
            best = min(votes, key=lambda n: (-votes[n], n))
            if _majority(best, votes):
                label[m] = best
                edge.append(m)
            else:
                aside.add(m)
    return label, aside


def _count(near: Counter[int], label: Mapping[int, int]) -> Counter[int]:
    """Anchor -> how many links lead to what belongs to it."""
    votes = Counter[int]()
    for m, links in near.items():
        if m in label:
            votes[label[m]] += links
    return votes


def _majority(one: int, votes: Counter[int]) -> bool:
    return 2 * votes[one] > votes.total()


def _within(
    links: Iterable[tuple[Edge, int, int]], holds: Mapping[int, set[str]], limits: Limits, groups: Groups
) -> list[Edge]:
    """Joins `groups` along the links, oldest first; gives those that would bring more of a namespace together than may be."""
    counts = {n: Counter(held) for n, held in holds.items()}
    refused = []
    for link, first, second in links:
        a, b = groups.root(first), groups.root(second)
        if a == b:
            continue
        both = counts[a] + counts[b]
        if all(number <= limits[namespace] for namespace, number in both.items()):
            counts[groups.join(a, b)] = both
        else:
            refused.append(link)
    return refused
