"""Other stores by how near they are: their order, what is said of the way, and which are too far to name."""

import re
from collections.abc import Sequence
from dataclasses import replace

import pytest

from recommender.app import Doors
from recommender.domain.event import Event, StockChanged
from signage.domain.place import Position, Store
from signage.shelf.ports import ShelfPorts
from tests.signage.shelf.conftest import HONDORI, make_app
from tests.signage.shelf.history import PIZZA
from tests.world import EKIMAE, ELM, START

HERE = replace(EKIMAE, position=Position(35.681236, 139.767125))
NORTH_OF_HERE = {"m": 0.35, "near": 1.2, "town": 23.4, "edge": 49, "far": 51, "farther": 400}  # km
KM = 111.195  # a degree of latitude


def store(name: str, km: float | None, zone: str = "Asia/Tokyo") -> Store:
    position = None if km is None else Position(35.681236 + km / KM, 139.767125)
    return Store(name, f"{name}店", name.title(), zone, "JPY", position=position)


def told(ports: ShelfPorts, doors: Doors, stores: Sequence[Store], here: Store = HERE, lang: str = "ja") -> list[str]:
    """Names and distances, as the page of a product lists them."""
    for one in stores:
        doors.record.record(Event("till", f"near-{one.store_id}", START, StockChanged(PIZZA, one.store_id, 5, False)))
    known = {one.store_id: one for one in (here, *stores)}
    phone = make_app(replace(ports, stores=lambda: list(known.values()), store=known.get)).test_client()
    html = phone.get(f"/p/{PIZZA}?s={here.store_id}&lang={lang}").text
    [_, listed, *_] = [*html.split('<ul class="stores">'), ""]
    return [
        re.sub(r"<[^>]+>", "", line)
        for line in re.findall(r"<span><span class=.store-name.*?</span></span>|<span>.*?</span></span>", listed)
    ]


PLACED = [store(name, km) for name, km in NORTH_OF_HERE.items()]


@pytest.mark.parametrize(("lang", "said"), [
    ("ja", ["m店 約350m", "near店 約1.2km", "town店 約23km", "edge店 約49km"]),
    ("en", ["M about 350 m away", "Near about 1.2 km away", "Town about 23 km away", "Edge about 49 km away"]),
])  # fmt: skip
def test_the_nearest_store_is_named_first(ports: ShelfPorts, doors: Doors, lang: str, said: list[str]) -> None:
    assert told(ports, doors, PLACED[::-1], lang=lang) == said


def test_a_far_store_is_named_only_where_none_is_nearer(ports: ShelfPorts, doors: Doors) -> None:
    assert told(ports, doors, PLACED[3:]) == ["edge店 約49km"]
    assert told(ports, doors, PLACED[4:]) == ["far店 約51km", "farther店 約400km"]


def test_stores_of_which_nobody_has_told_where_they_are_come_last(ports: ShelfPorts, doors: Doors) -> None:
    unplaced = [store("b", None), store("a", None), store("away", None, "Asia/Seoul")]
    assert told(ports, doors, [*unplaced, PLACED[1]]) == ["near店 約1.2km", "a店", "b店", "away店"]
    assert told(ports, doors, [*unplaced, PLACED[1]], here=EKIMAE) == ["a店", "b店", "near店", "away店"]


def test_the_heading_promises_nearness_only_where_it_is_known(ports: ShelfPorts) -> None:
    for position, heading in ((None, "ほかの店舗では"), (Position(35.69, 139.77), "近くの店舗の在庫")):
        known = {one.store_id: one for one in (HERE, ELM, replace(HONDORI, position=position))}
        phone = make_app(replace(ports, stores=lambda known=known: list(known.values()), store=known.get)).test_client()
        page = phone.get(f"/p/{PIZZA}?s=ekimae").text
        assert f"<h2>{heading}</h2>" in page and "エルム通り店" not in page  # in another currency


def test_the_shopper_is_not_asked_where_they_are(ports: ShelfPorts) -> None:
    answer = make_app(ports).test_client().get(f"/p/{PIZZA}")
    assert "geolocation=()" in answer.headers["Permissions-Policy"] and "geolocation" not in answer.text
