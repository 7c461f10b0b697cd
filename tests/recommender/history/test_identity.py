"""Who is who: profiles follow from the links that hold, whatever the order in which they came and went."""

import os
import stat
from collections import Counter, defaultdict
from collections.abc import Callable
from itertools import combinations
from pathlib import Path
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine

from recommender.domain.limits import Limits
from recommender.history import identity
from recommender.history.partition import partition
from recommender.storage import edges, members
from recommender.storage.edges import Edge
from recommender.storage.engine import Connection, write

KEY = bytes(32)
LIMITS = Limits.read("retailer=1,*=10")
KINDS = ("retailer", "app", "anonymous")
links = st.lists(st.tuples(st.integers(1, 12), st.integers(1, 12), st.booleans()), max_size=25)
Told = list[tuple[int, int, bool]]


def made(told: Told) -> list[Edge]:
    """Identifier n is of the kind n modulo three; only a quarter of the confirmations are believed."""
    return [
        Edge("crm", str(n), a, b, n, confirmed=confirmed and n % 4 == 0)
        for n, (a, b, confirmed) in enumerate(told)
        if a != b
    ]


def groups(profiles: dict[int, int]) -> list[list[int]]:
    found = defaultdict(list)
    for n, profile in sorted(profiles.items()):
        found[profile].append(n)
    return sorted(found.values())


def namespaces(highest: int) -> dict[int, str]:
    return {n: KINDS[n % 3] for n in range(1, highest + 1)}


@given(links, st.randoms())
def test_the_sequence_of_links_is_irrelevant_and_no_profile_holds_too_many(told: Told, random: Random) -> None:
    before, why = partition(namespaces(12), made(told), LIMITS)
    shuffled = made(told)
    random.shuffle(shuffled)
    assert partition(namespaces(12), shuffled, LIMITS) == (before, why)
    for group in groups(before):
        assert before[group[0]] == min(group)
        numbers = [n for n in group if namespaces(12)[n] == "retailer"]
        sure = [edge for edge in made(told) if edge.confirmed]
        assert len(groups(partition(dict.fromkeys(numbers, "x"), _closed(sure, numbers), LIMITS)[0])) <= 1


def _closed(sure: list[Edge], numbers: list[int]) -> list[Edge]:
    """Confirmed links between the numbers, those over other identifiers too."""
    whole, _ = partition(namespaces(12), sure, LIMITS)
    pairs = [(a, b) for a in numbers for b in numbers if a < b and whole[a] == whole[b]]
    return [Edge("", str(pair), *pair, 0, confirmed=True) for pair in pairs]


def test_an_identifier_belongs_where_most_of_its_links_lead() -> None:
    names = {1: "retailer", 2: "retailer", 3: "app", 4: "app", 5: "anonymous"}

    def told(*pairs: tuple[int, int]) -> list[Edge]:
        return [Edge("x", str(n), a, b, n) for n, (a, b) in enumerate(pairs)]

    profiles, why = partition(names, told((1, 3), (2, 4), (3, 5)), LIMITS)
    assert groups(profiles) == [[1, 3, 5], [2, 4]] and set(why.values()) == {""}
    profiles, why = partition(
        names, told((1, 3), (2, 3), (3, 5)), LIMITS
    )  # claimed by both: nobody's, nor what it leads to
    assert groups(profiles) == [[1], [2], [3], [4], [5]]
    assert set(why.values()) == {"claimed by several"}
    profiles, _ = partition(names, told((1, 3), (1, 3), (2, 3), (2, 4)), LIMITS)
    assert groups(profiles) == [[1, 3], [2, 4], [5]]
    profiles, why = partition(names, told((1, 2)), LIMITS)  # two members' numbers, and nobody's word for it
    assert groups(profiles) == [[1], [2], [3], [4], [5]] and set(why.values()) == {"claimed by several"}
    profiles, _ = partition(names, [Edge("x", "1", 1, 2, 0, confirmed=True), *told((1, 3), (2, 3))], LIMITS)
    assert groups(profiles) == [[1, 2, 3], [4], [5]]


def test_a_profile_holds_so_many_of_a_kind_and_the_oldest_count() -> None:
    names = {1: "retailer"} | {n: "app" for n in range(2, 20)}
    told = [Edge("x", str(n), 1, n, -n) for n in range(2, 20)]
    profiles, why = partition(names, told, Limits.read("retailer=1,app=3"))
    assert groups(profiles)[0] == [1, 17, 18, 19]
    assert Counter(why.values()) == {"too many of one kind": 15, "": 3}


@pytest.mark.parametrize(
    "shape", [((0, 1), (0, 2)), ((0, 1), (1, 2)), ((0, 1), (0, 2), (1, 2))], ids=["star", "chain", "triangle"]
)
def test_wrong_links_seldom_join_people_and_part_few(shape: tuple[tuple[int, int], ...]) -> None:
    """Of 3,000 people, 1 % of links wrong, as `make bench B=identity` has it for 100,000."""
    people, random = 3000, Random(7)
    pairs = [(3 * person + a, 3 * person + b) for person in range(people) for a, b in shape]
    for _ in range(len(pairs) // 100):
        one, other = random.sample(range(people), 2)
        pairs.append((3 * one + random.randrange(3), 3 * other + random.randrange(3)))
    random.shuffle(pairs)
    told = [Edge("crm", str(n), a, b, n) for n, (a, b) in enumerate(pairs)]
    profiles, _ = partition({n: KINDS[n % 3] for n in range(3 * people)}, told, LIMITS)
    same = [a // 3 == b // 3 for group in groups(profiles) for a, b in combinations(group, 2)]
    assert sum(same) / len(same) >= 0.999
    assert sum(same) / (3 * people) >= 0.98


@pytest.mark.parametrize("text", ["retailer", "retailer=0", "=1", "retailer=-1", "a=b"])
def test_limits_that_are_none_stop_the_start(text: str) -> None:
    with pytest.raises(ValueError, match="is no list such as"):
        Limits.read(text)


class World:
    """Identifiers and links in a database, and the same ones beside it."""

    def __init__(self, engine: Engine, count: int) -> None:
        self.engine = engine
        self.told: dict[str, Edge] = {}
        self.kinds = {n: KINDS[n % 3] for n in range(count)}
        self.ids: dict[int, int] = {}
        write(engine, self._fill)

    def _fill(self, connection: Connection) -> None:
        for n, kind in self.kinds.items():
            self.ids[n] = identity.resolve(connection, KEY, kind, [str(n)])[str(n)]

    def link(self, *pairs: tuple[int, int], confirmed: bool = False) -> None:
        first = len(self.told)
        fresh = [
            Edge("crm", str(first + n), self.ids[a], self.ids[b], first + n, confirmed)
            for n, (a, b) in enumerate(pairs)
        ]
        self.told |= {edge.event_id: edge for edge in fresh}
        self.do(lambda connection: identity.link(connection, fresh))

    def revoke(self, name: str) -> None:
        del self.told[name]
        self.do(lambda connection: edges.revoke_named(connection, "crm", name, 1))

    def do(self, work: Callable[[Connection], list[int]]) -> list[int]:
        def _work(connection: Connection) -> list[int]:
            touched = work(connection)
            identity.regroup(connection, touched, LIMITS)
            return touched

        return write(self.engine, _work)

    def groups(self) -> list[list[int]]:
        """As the database has it, which must be as if it were worked out anew from all that holds."""
        with self.engine.connect() as connection:
            kept = members.profiles_of(connection, set(self.ids.values()))
            marked = {edge.event_id: edge.refused for edge in edges.holding(connection, set(self.ids.values()))}
        links = Counter(n for edge in self.told.values() if not edge.confirmed for n in (edge.a, edge.b))
        hubs = {n for n, number in links.items() if number > identity.HUB}
        names = {self.ids[n]: kind for n, kind in self.kinds.items()}
        anew, why = partition(names, self.told.values(), LIMITS, hubs)
        assert kept == anew
        assert marked == {name: reason for (_, name), reason in why.items()}
        return groups({n: kept[self.ids[n]] for n in self.ids})


def test_taking_links_back_restores_exactly_what_was(blank: Engine) -> None:
    world, random = World(blank, 30), Random(4)
    before, names = world.groups(), list[str]()
    for _ in range(12):
        names.append(str(len(world.told)))
        world.link(tuple(random.sample(range(30), 2)), confirmed=random.random() < 0.2)  # type: ignore[arg-type]
        world.groups()
    assert world.groups() != before
    random.shuffle(names)
    for name in names:
        world.revoke(name)
        world.groups()
    assert world.groups() == before


def test_a_browser_seen_with_fifty_members_is_nobodys_and_listed(blank: Engine) -> None:
    world = World(blank, 150)
    world.link(*((2, 3 * n) for n in range(50)), (2, 1))
    assert [group for group in world.groups() if len(group) > 1] == []
    listed = edges.refused_links(blank)
    assert Counter(link.why for link in listed) == {"claimed by several": 51}
    assert Counter(link.namespaces for link in listed) == {("anonymous", "retailer"): 50, ("anonymous", "app"): 1}


def test_what_has_too_many_links_is_not_looked_through_until_it_has_fewer(
    blank: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(identity, "HUB", 4)
    world, browser = World(blank, 30), 2
    world.link(*((browser, 3 * n) for n in range(3)))
    assert {link.why for link in edges.refused_links(blank)} == {"claimed by several"}
    world.link(*((browser, 3 * n) for n in range(3, 9)), (27, 1), (1, browser))
    assert [27, 1] in world.groups() or [1, 27] in world.groups()
    assert {link.why for link in edges.refused_links(blank)} == {"too many links"}
    world.link((0, 4), (browser, 29))
    assert [0, 4] in world.groups()
    for name in ("1", "2", "3", "4", "5", "6", "7", "8"):
        world.revoke(name)
        world.groups()
    assert len(edges.refused_links(blank)) == 2  # number 0 and number 27 by way of 1: a browser of two
    world.revoke("10")
    assert [0, 2, 4, 29] in world.groups()
    assert edges.refused_links(blank) == []


def test_a_revocation_may_come_first(blank: Engine) -> None:
    world = World(blank, 6)
    world.do(lambda connection: edges.revoke_named(connection, "crm", "0", 1))
    world.link((0, 1))
    world.told.clear()
    assert [0] in world.groups()
    world.told = {"x": Edge("", "", 0, 0, 0)}
    world.link((0, 1))
    del world.told["x"]
    assert [0, 1] in world.groups()


def test_what_was_seen_together_in_passing_and_taken_back_stays_apart(blank: Engine) -> None:
    world = World(blank, 6)
    a, b = world.ids[0], world.ids[2]

    def seen(name: str) -> None:
        edge = Edge("shop", name, a, b, 0)
        world.do(lambda connection: identity.seen_together(connection, [edge]))

    seen("1")
    seen("2")
    with blank.connect() as connection:
        assert members.profile_members(connection, a) == [a, b]
        assert len(edges.holding(connection, [a])) == 1
    assert not world.do(lambda c: identity.revoke_between(c, "crm", (b, a), 1))  # not its word
    assert world.do(lambda c: identity.revoke_between(c, "shop", (b, a), 1))
    seen("3")
    with blank.connect() as connection:
        assert members.profile_members(connection, a) == [a]


def test_only_the_source_that_made_a_link_takes_it_back(blank: Engine) -> None:
    world = World(blank, 3)
    world.link((0, 1))
    world.do(lambda connection: edges.revoke_named(connection, "somebody else", "0", 1))
    assert [0, 1] in world.groups()


def test_the_key_is_made_once_and_for_its_owner_alone(tmp_path: Path) -> None:
    key = identity.history_key(tmp_path / "data")
    assert len(key) == 32
    assert identity.history_key(tmp_path / "data") == key
    assert stat.S_IMODE(os.stat(tmp_path / "data" / "history.key").st_mode) == 0o600
    assert os.listdir(tmp_path / "data") == ["history.key"]


def test_a_damaged_key_is_not_replaced(tmp_path: Path) -> None:
    (tmp_path / "history.key").write_bytes(b"short")
    with pytest.raises(ValueError, match="restore it"):
        identity.history_key(tmp_path)
