"""What a list may show: laws over arbitrary shops."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from recommender.domain.items import Items
from recommender.serving.filters import choose
from tests.recommender import camps

SIZE = 15


@st.composite
def tables(draw: st.DrawFn) -> Items:
    small = st.lists(st.integers(0, 4), min_size=SIZE, max_size=SIZE)
    return Items(
        gtin=np.array([camps.gtin(i) for i in range(SIZE)], np.int64),
        public_safe=np.array(draw(st.lists(st.booleans(), min_size=SIZE, max_size=SIZE))),
        words=np.array(draw(st.lists(st.integers(0, 9), min_size=SIZE, max_size=SIZE)), np.int32),
        category=np.array(draw(small), np.int32),
        family=np.array([f"f{n}" for n in draw(small)]),
    )


@given(
    items=tables(),
    ranked=st.permutations(range(SIZE)),
    limit=st.integers(0, SIZE),
    public=st.booleans(),
    without=st.lists(st.sampled_from([*map(camps.gtin14, range(SIZE)), "99999999999999", "?"]), max_size=5),
    family=st.sampled_from(["", "f0", "f1"]),
    cap=st.sampled_from([None, 1, 2]),
)
def test_a_list_keeps_every_rule(  # noqa: PLR0917  # hypothesis gives them by name
    items: Items, ranked: list[int], limit: int, public: bool, without: list[str], family: str, cap: int | None
) -> None:
    chosen = choose(items, ranked, limit, public=public, without=without, family=family, per_category=cap)
    assert len(chosen) <= limit
    assert len({int(items.words[i]) for i in chosen}) == len(chosen)
    assert not {items.gtin14(i) for i in chosen} & set(without)
    assert not public or all(items.public_safe[i] for i in chosen)
    assert not family or {str(items.family[i]) for i in chosen} <= {family}
    allowed = {
        int(items.words[i])
        for i in range(SIZE)
        if (items.public_safe[i] or not public)
        and (not family or items.family[i] == family)
        and items.gtin14(i) not in without
    }
    assert len(chosen) == min(limit, len(allowed))  # never shorter than it must be
    if cap is None:
        assert chosen == sorted(chosen, key=ranked.index)


def test_one_category_fills_up_only_when_the_others_are_used_up() -> None:
    items = camps.items()
    items.category[:] = 0
    items.category[5] = 1
    assert choose(items, range(12), 4, per_category=2) == [0, 1, 5, 2]


def test_words_of_the_product_looked_at_are_taken() -> None:
    assert choose(camps.items(alike=(0, 1)), [1, 2], 2, unlike=0) == [2]


def test_the_better_of_two_alike_is_shown() -> None:
    assert choose(camps.items(alike=(3, 4)), [4, 3, 1], 3) == [4, 1]
