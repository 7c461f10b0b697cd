"""Which file of a creative a screen gets, and the gates that depend on it."""

from dataclasses import replace
from datetime import timedelta

import pytest

from signage.decide.files import file_for
from signage.decide.gates import cached, flight, orientation
from signage.decide.lineup import Lineup
from signage.domain.content import Media, MediaKind
from signage.domain.decision import Gate
from signage.domain.place import Orientation
from signage.storage.inventories import dump_spots, make_inventory, parse_spots
from tests.signage.decide.making import NEUTRAL, NOW, spot

L, P, S = Orientation.LANDSCAPE, Orientation.PORTRAIT, Orientation.STRIP


def file(name: str, width: int, height: int, language: str = "") -> Media:
    return Media(name, MediaKind.IMAGE, name * 64, "image/webp", width, height, name, language=language)


WIDE, ENGLISH, TALL = file("a", 16, 9), file("b", 16, 9, "en"), file("c", 9, 16, "ja")
SPOT = spot("s", content=WIDE, variants=(ENGLISH, TALL), expires=NOW + timedelta(hours=1))


@pytest.mark.parametrize(
    ("shape", "lang", "held", "shown"),
    [
        (L, "ja", None, "a"), (L, "en", None, "b"), (P, "ja", None, "c"),
        (P, "en", None, "c"),  # one in another language is better than none
        (S, "ja", None, ""),
        (L, "en", {"a" * 64}, "a"),  # the better one is still on its way
        (P, "ja", {"a" * 64}, ""),
    ],
)  # fmt: skip
def test_the_file_of_the_screens_shape_and_language(shape: Orientation, lang: str, held: set[str], shown: str) -> None:
    found = file_for(SPOT, shape, lang, held)
    assert (found.creative_id if found else "") == shown
    here = replace(NEUTRAL, orientation=shape, cached=None if held is None else frozenset(held))
    assert (orientation(SPOT, here).passed and cached(SPOT, here).passed) == bool(shown)
    lineup = Lineup(make_inventory("store", (SPOT,)))
    assert lineup.eligible(here)[1] == ({} if shown else {Gate.ORIENTATION if shape is S else Gate.CACHED: 1})


def test_after_its_creative_expired_a_spot_is_not_shown() -> None:
    assert flight(SPOT, replace(NEUTRAL, now=NOW + timedelta(minutes=59))).passed
    over = flight(SPOT, replace(NEUTRAL, now=NOW + timedelta(hours=1)))
    assert (over.passed, over.figure) == (False, "expired:2026-11-16 16:02")
    lineup = Lineup(make_inventory("store", (SPOT,)))
    assert lineup.eligible(NEUTRAL)[0] == 1, "and what was answered before is not remembered for later"
    assert lineup.eligible(replace(NEUTRAL, now=NOW + timedelta(hours=1)))[1] == {Gate.FLIGHT: 1}


def test_an_inventory_keeps_all_of_it() -> None:
    assert parse_spots(dump_spots((SPOT,))) == (SPOT,)
