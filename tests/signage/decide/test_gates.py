"""Each gate by itself: what passes, what fails, with which figure."""

from dataclasses import replace
from datetime import timedelta

import pytest

from signage.decide import gates
from signage.decide.files import shapes
from signage.domain.audience import AudienceClass
from signage.domain.campaign import Daypart, Distance, Flight, Level, Restriction, Targeting
from signage.domain.content import Card, Template
from signage.domain.place import Orientation
from tests.signage.decide.making import BEER, MILK, NEUTRAL, NOW, media, spot

BEER_SPOT = spot("beer", restriction=Restriction.ALCOHOL, gtins=(BEER,))
ALL_WEEK = frozenset(range(7))
CHILD = AudienceClass.CHILD
RIVAL = {"competitor": "beer", "campaign_id": "A"}
CONTESTED = {"contested": frozenset({"beer"})}
PROVED = {"price_proved": True, "gtins": (MILK,)}
CUT = {"price_cut": True, "gtins": (MILK, BEER)}
NEAR = {"targeting": Targeting(distance=Distance.NEAR)}


@pytest.mark.parametrize(
    ("check", "changes", "context", "passed", "figure"),
    [
        (gates.approval, {"approved": False}, {}, False, "not_approved"),
        (gates.paused, {"paused": True}, {}, False, "paused"),
        (gates.flight, {"flight": Flight(NOW, NOW + timedelta(hours=1))}, {}, True, "until:2026-11-16 16:02"),
        (gates.flight, {"flight": Flight(NOW - timedelta(hours=1), NOW)}, {}, False, "ended:2026-11-16 15:02"),
        (gates.daypart, {"dayparts": (Daypart(ALL_WEEK, 900, 902),)}, {}, False, "outside:15:02"),
        (gates.daypart, {"dayparts": (Daypart(ALL_WEEK, 902, 903),)}, {}, True, "inside:15:02"),
        (gates.place, {"targeting": Targeting(zones=frozenset({"aisle"}))}, {}, False, "zone:entrance"),
        (gates.place, {"targeting": Targeting(tags=frozenset({"frozen"}))}, {}, False, "tags:frozen"),
        (gates.place, {"targeting": Targeting(tags=frozenset({"frozen", "drinks"}))}, {}, True, "here"),
        (gates.orientation, {"content": media("a", 1080, 1920)}, {}, False, "needs:landscape"),
        (gates.orientation, {"content": media("a", 1000, 1100)}, {}, True, "fits:landscape"),
        (gates.orientation, {"content": media("a", 1920, 360)}, {}, False, "needs:landscape"),
        (gates.cached, {"content": media("a")}, {"cached": frozenset()}, False, "missing:a.png"),
        (gates.cached, {"content": media("a")}, {"cached": None}, True, "not_told"),
        (gates.stock, {"gtins": (MILK, BEER)}, {"stock": {MILK: 4, BEER: 0}}, False, "out:15:02"),
        (gates.stock, {"gtins": (MILK,)}, {"stock": {MILK: 4}}, True, "units:4"),
        (gates.stock, {"gtins": (MILK,)}, {}, True, "unknown"),
        (gates.guest, {"level": Level.MEMBER}, {}, False, "no_guest"),
        (gates.guest, {"content": Card(Template.PICK), "level": Level.MEMBER}, {"guest": True}, False, "no_picks"),
        (gates.public_safe, {"gtins": (BEER,)}, {"guest": True, "unsafe": {BEER}}, False, f"sensitive:{BEER}"),
        (gates.public_safe, {"gtins": (BEER,)}, {"unsafe": {BEER}}, True, "no_guest"),
        (gates.cap, {"cap_per_hour": 2}, {"plays_last_hour": {"s": 2}}, False, "plays:2/2"),
        (gates.cap, {"cap_per_hour": 2}, {"plays_last_hour": {"s": 1}}, True, "plays:1/2"),
        (gates.cap, {"cap_per_hour": 9, "cap_per_loop": 1}, {"plays_last_loop": {"s": 1}}, False, "loop:1/1"),
        (gates.cap, {"cap_per_loop": 2}, {"plays_last_hour": {"s": 9}, "plays_last_loop": {"s": 1}}, True, "loop:1/2"),
        (gates.cap, {"cap_per_guest": 1}, {"plays_this_guest": {"s": 1}}, False, "guest:1/1"),
        (gates.cap, {"cap_per_guest": 1}, {"plays_last_hour": {"s": 9}}, True, "guest:0/1"),
        (gates.separation, {}, {"rivals_ago_s": {"beer": {"B": 0.0}}}, True, "no_rival"),
        (gates.separation, RIVAL, {"rivals_ago_s": {"tea": {"B": 0.0}}}, True, "not_shown"),
        (gates.separation, RIVAL, {"rivals_ago_s": {"beer": {"A": 0.0}}}, True, "not_shown"),  # one's own
        (gates.separation, RIVAL, CONTESTED | {"rivals_ago_s": {"beer": {"A": 0.0}}}, False, "rival:0"),
        (gates.separation, RIVAL, {"rivals_ago_s": {"beer": {"A": 0.0, "B": 299.9}}}, False, "rival:300"),
        (gates.separation, RIVAL, {"rivals_ago_s": {"beer": {"B": 300.0}}}, True, "apart:300"),
        (gates.separation, RIVAL, {"rivals_ago_s": {"beer": {"B": -3.0}}}, False, "rival:0"),  # still on
        (gates.price, {"gtins": (MILK,)}, {"prices": {MILK: 9}}, True, "any"),
        (gates.price, {"price_at_most": 300}, {}, False, "no_product"),
        (gates.price, {"price_at_most": 300, "gtins": (MILK,)}, {}, False, f"unknown:{MILK}"),
        (gates.price, {"price_at_most": 300, "gtins": (MILK,)}, {"prices": {MILK: 301}}, False, "dearer:JPY 301"),
        (gates.price, {"price_at_most": 300, "gtins": (MILK,)}, {"prices": {MILK: 300}}, True, "met:JPY 300"),
        (gates.price, CUT, {"prices": {MILK: 1, BEER: 1}, "cuts": {MILK}}, False, f"no_cut:{BEER}"),
        (gates.price, CUT, {"prices": {MILK: 1, BEER: 2}, "cuts": {MILK, BEER}}, True, "met:JPY 2"),
        (gates.price, PROVED, {"prices": {MILK: 1}, "cuts": {MILK}}, False, f"unproved:{MILK}"),
        (gates.price, PROVED, {"prices": {MILK: 1}, "proved": {MILK}}, True, "met:JPY 1"),
        (gates.audience_target, NEAR, {"distance": Distance.NEAR}, True, "match:near"),
        (gates.audience_target, NEAR, {"distance": Distance.FAR}, False, "nobody:near"),
        (gates.audience_target, NEAR, {"distance": Distance.ANY}, False, "nobody:near"),
        (gates.audience_target, NEAR, {"distance": Distance.NEAR, "audience": CHILD}, False, "nobody:near"),
    ],
)
def test_gate(check: gates.Check, changes: dict, context: dict, passed: bool, figure: str) -> None:
    result = check(spot("s", **changes), replace(NEUTRAL, **context))
    assert (result.passed, result.figure) == (passed, figure)


@pytest.mark.parametrize(
    ("audience", "ages_unknown", "setting", "passed"),
    [
        (AudienceClass.ADULTS, False, False, True),
        (AudienceClass.NOBODY, False, False, True),
        (AudienceClass.ADULTS, True, False, False),
        (AudienceClass.ADULTS, True, True, True),
        (AudienceClass.UNKNOWN, False, False, False),
        (AudienceClass.UNKNOWN, False, True, True),
        (AudienceClass.CHILD, False, True, False),
    ],
)
def test_beer_and_who_stands_there(audience: AudienceClass, ages_unknown: bool, setting: bool, passed: bool) -> None:
    context = replace(NEUTRAL, audience=audience, ages_unknown=ages_unknown, restricted_without_camera=setting)
    assert gates.audience_class(BEER_SPOT, context).passed is passed


def test_children_are_never_a_target() -> None:
    wanted = spot("s", targeting=Targeting(audience=frozenset({"child", "adults"})))
    assert gates.audience_target(wanted, replace(NEUTRAL, audience=AudienceClass.ADULTS)).passed
    assert not gates.audience_target(wanted, replace(NEUTRAL, audience=AudienceClass.CHILD)).passed


@pytest.mark.parametrize(
    ("width", "height", "expected"),
    [
        (1920, 1080, {Orientation.LANDSCAPE}),
        (1080, 1920, {Orientation.PORTRAIT}),
        (1080, 360, {Orientation.STRIP}),
        (1000, 1000, {Orientation.LANDSCAPE, Orientation.PORTRAIT}),
    ],
)
def test_shapes(width: int, height: int, expected: set[Orientation]) -> None:
    assert shapes(media("a", width, height)) == expected
