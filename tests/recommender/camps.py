"""A small shop where the right answer is obvious by eye: tea people and coffee people, each with a store of their own.

Items 0-5 are bought by tea people in "east", items 6-11 by coffee people in "west". Item 0 (6) is bought on every visit,
the others in turn; items 2 and 3 (8 and 9) always together.
"""

from datetime import date

import numpy as np

from recommender.domain.gtin import restricted
from recommender.domain.items import Items
from recommender.training.matrix import Purchases

MONDAY = date(2026, 11, 16)
TODAY = MONDAY.toordinal()
CAMP = 6
PEOPLE = 8  # of each camp
VISITS = 6  # each, a week apart
TURNS = ((1,), (2, 3), (4,), (1, 5))


def gtin(item: int) -> int:
    return int(restricted(1000 + item))


def gtin14(item: int) -> str:
    return f"{gtin(item):014d}"


def camp_lines(camp: int, person: int) -> list[tuple[int, int]]:
    """(item, day) of one person."""
    lines = []
    for visit in range(VISITS):
        day = TODAY - 7 * (VISITS - 1 - visit)
        bought = (0, *TURNS[(visit + person) % len(TURNS)])
        lines += [(camp * CAMP + item, day) for item in bought]
    return lines


def purchases() -> Purchases:
    rows = [
        (100 * camp + person, camp, day, gtin(item), 0)
        for camp in (0, 1)
        for person in range(PEOPLE)
        for item, day in camp_lines(camp, person)
    ]
    profile, store, day, item, order = (np.array(column, np.int64) for column in zip(*rows, strict=True))
    stores = np.array(["east", "west"])
    return Purchases(profile, store.astype(np.int32), day.astype(np.int32), item, order, stores)


def items(*, unsafe: tuple[int, ...] = (), alike: tuple[int, ...] = (), category: int | None = None) -> Items:
    """The twelve items. alike: these share their words. category: all are of this one; otherwise each its own."""
    every = np.arange(2 * CAMP, dtype=np.int32)
    words = every.copy()
    if alike:
        words[list(alike)] = alike[0]
    return Items(
        gtin=np.array([gtin(i) for i in every.tolist()], np.int64),
        public_safe=~np.isin(every, unsafe),
        words=words,
        category=every if category is None else np.full(len(every), category, np.int32),
        family=np.array(["tea"] * CAMP + ["coffee"] * CAMP),
    )
