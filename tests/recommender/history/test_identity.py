"""Who is who: profiles follow from the edges that hold, whatever the order in which they came and went."""

import os
import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine

from recommender.history import identity
from recommender.storage import members
from recommender.storage.engine import write
from recommender.storage.members import Edge

KEY = bytes(32)
pairs = st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), max_size=15)


@given(pairs)
def test_components_are_what_can_be_reached(edges: list[tuple[int, int]]) -> None:
    groups = identity.components(range(10), edges)
    assert sorted(n for group in groups for n in group) == list(range(10))
    of = {n: index for index, group in enumerate(groups) for n in group}
    assert all(of[a] == of[b] for a, b in edges)
    assert len(groups) >= 10 - len(edges)  # an edge joins two groups at most


@given(pairs, st.randoms())
def test_the_order_of_edges_is_irrelevant(edges: list[tuple[int, int]], random: object) -> None:
    shuffled = list(edges)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert sorted(map(sorted, identity.components(range(10), edges))) == sorted(
        map(sorted, identity.components(range(10), shuffled))
    )


def link(engine: Engine, name: str, a: str, b: str) -> None:
    def _link(connection: object) -> None:
        ids = identity.resolve(connection, KEY, "x", [a, b])  # type: ignore[arg-type]
        identity.link(connection, Edge("crm", name, ids[a], ids[b]), 0)  # type: ignore[arg-type]

    write(engine, _link)


def together(engine: Engine, value: str) -> int:
    with engine.connect() as connection:
        (identifier,) = members.find(connection, "x", [identity.hashed(KEY, "x", value)]).values()
        return len(members.profile_members(connection, identifier))


def test_taking_an_edge_back_parts_what_only_it_joined(blank: Engine) -> None:
    link(blank, "1", "phone", "card")
    link(blank, "2", "card", "mail")
    link(blank, "3", "mail", "phone")  # a circle: no single edge holds it together
    assert together(blank, "phone") == 3
    assert write(blank, lambda c: identity.revoke(c, "crm", "2", 1))
    assert together(blank, "card") == 3
    assert write(blank, lambda c: identity.revoke(c, "crm", "1", 1))
    assert (together(blank, "card"), together(blank, "mail"), together(blank, "phone")) == (1, 2, 2)


def test_only_the_source_that_made_an_edge_takes_it_back(blank: Engine) -> None:
    link(blank, "1", "phone", "card")
    assert not write(blank, lambda c: identity.revoke(c, "somebody else", "1", 1))
    assert together(blank, "phone") == 2


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
