"""Each gate by itself: what passes, what fails, with which figure; and the laws of time."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signage.decide import gates
from signage.domain.audience import AudienceClass
from signage.domain.campaign import Daypart, Flight, Level, Restriction, Targeting
from signage.domain.content import Card, Template
from signage.domain.place import Orientation
from tests.signage.decide.making import BEER, MILK, NEUTRAL, NOW, media, spot

BEER_SPOT = spot("beer", restriction=Restriction.ALCOHOL, gtins=(BEER,))
ALL_WEEK = frozenset(range(7))


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
        (gates.stock, {"gtins": (MILK, BEER)}, {"stock": {MILK: 4, BEER: 0}}, False, f"out:{BEER}"),
        (gates.stock, {"gtins": (MILK,)}, {"stock": {MILK: 4}}, True, "units:4"),
        (gates.stock, {"gtins": (MILK,)}, {}, True, "unknown"),
        (gates.guest, {"level": Level.MEMBER}, {}, False, "no_guest"),
        (gates.guest, {"content": Card(Template.PICK), "level": Level.MEMBER}, {"guest": True}, False, "no_picks"),
        (gates.public_safe, {"gtins": (BEER,)}, {"guest": True, "unsafe": {BEER}}, False, f"sensitive:{BEER}"),
        (gates.public_safe, {"gtins": (BEER,)}, {"unsafe": {BEER}}, True, "no_guest"),
        (gates.cap, {"cap_per_hour": 2}, {"plays_last_hour": {"s": 2}}, False, "plays:2/2"),
        (gates.cap, {"cap_per_hour": 2}, {"plays_last_hour": {"s": 1}}, True, "plays:1/2"),
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
    assert gates.shapes(media("a", width, height)) == expected


@given(start=st.integers(0, 1439), end=st.integers(0, 1440), days=st.frozensets(st.integers(0, 6)))
def test_a_daypart_and_its_complement_leave_no_gap_and_no_overlap(start: int, end: int, days: frozenset[int]) -> None:
    """Two dayparts that meet at both ends cover every minute of their days exactly once."""
    first, second = Daypart(ALL_WEEK, start, end % 1440), Daypart(ALL_WEEK, end % 1440, start)
    for minute in range(0, 1440, 61):
        context = replace(NEUTRAL, now=NOW + timedelta(minutes=minute))
        hits = [gates.daypart(spot("s", dayparts=(part,)), context).passed for part in (first, second)]
        assert sum(hits) == (1 if start != end % 1440 else 2)


def test_a_night_belongs_to_the_day_on_which_it_starts() -> None:
    friday_night = spot("s", dayparts=(Daypart(frozenset({4}), 22 * 60, 2 * 60),))
    tokyo = ZoneInfo("Asia/Tokyo")
    open_at = {
        datetime(2026, 11, 20, 21, 59): False,
        datetime(2026, 11, 20, 22, 0): True,
        datetime(2026, 11, 21, 1, 59): True,
        datetime(2026, 11, 21, 2, 0): False,
        datetime(2026, 11, 21, 22, 0): False,
        datetime(2026, 11, 20, 1, 0): False,
    }
    for wall, expected in open_at.items():
        now = wall.replace(tzinfo=tokyo).astimezone(UTC)
        assert gates.daypart(friday_night, replace(NEUTRAL, now=now)).passed is expected, wall


@pytest.mark.parametrize(
    ("zone", "midnight_utc", "minutes"),
    [
        ("Europe/London", datetime(2026, 3, 29, 0, tzinfo=UTC), 0),  # 01:00-02:00 does not come
        ("Europe/London", datetime(2026, 10, 24, 23, tzinfo=UTC), 120),  # and comes twice
        ("America/New_York", datetime(2026, 11, 1, 4, tzinfo=UTC), 120),
        ("Australia/Lord_Howe", datetime(2026, 4, 4, 13, tzinfo=UTC), 90),  # its clocks go back by half an hour
        ("Asia/Tokyo", datetime(2028, 2, 28, 15, tzinfo=UTC), 60),  # 29 February
    ],
)
def test_the_hour_that_is_missing_or_comes_twice(zone: str, midnight_utc: datetime, minutes: int) -> None:
    from_one_to_two = spot("s", dayparts=(Daypart(ALL_WEEK, 60, 120),))
    open_minutes = sum(
        gates.daypart(
            from_one_to_two, replace(NEUTRAL, now=midnight_utc + timedelta(minutes=m), store_zone=zone)
        ).passed
        for m in range(6 * 60)
    )
    assert open_minutes == minutes
