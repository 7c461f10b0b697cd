"""Symbols are drawn module for module."""

import re

from hypothesis import given
from hypothesis import strategies as st

from signage.domain.symbol import drawn

MATRICES = st.integers(1, 12).flatmap(
    lambda side: st.lists(st.lists(st.integers(0, 1), min_size=side, max_size=side), min_size=1, max_size=12)
)


@given(MATRICES, st.integers(0, 4))
def test_every_dark_module_and_no_other_is_filled_once(matrix: list[list[int]], quiet: int) -> None:
    filled = [
        (int(x) + step, int(y))
        for x, y, length, back in re.findall(r"M(\d+) (\d+)h(\d+)v1h-(\d+)z", drawn(matrix, quiet))
        for step in range(int(length))
        if length == back
    ]
    dark = [(x + quiet, y + quiet) for y, row in enumerate(matrix) for x, module in enumerate(row) if module]
    assert sorted(filled) == sorted(dark)
