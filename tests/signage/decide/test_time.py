"""The laws of time: windows are half open, edges leave no gap and no overlap, and every wall clock does what it does."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signage.decide import gates
from signage.domain.calendar import is_holiday, runs_on, week_number
from signage.domain.campaign import Daypart, Flight, OnHolidays
from tests.signage.decide.making import NEUTRAL, NOW, spot

ALL_WEEK, WEEKDAYS, DAYS_OFF = frozenset(range(7)), frozenset(range(5)), frozenset({5, 6})
ZONES = ["Europe/London", "America/New_York", "Australia/Lord_Howe", "Asia/Tokyo"]
CHANGES = [  # of the clocks, and 29 February
    datetime(2026, 3, 29, 1, tzinfo=UTC), datetime(2026, 10, 25, 1, tzinfo=UTC), datetime(2026, 3, 8, 7, tzinfo=UTC),
    datetime(2026, 11, 1, 6, tzinfo=UTC), datetime(2026, 4, 4, 15, tzinfo=UTC), datetime(2026, 10, 3, 15, tzinfo=UTC),
    datetime(2028, 2, 29, 3, tzinfo=UTC),
]  # fmt: skip
moments = st.builds(
    lambda around, minutes: around + timedelta(minutes=minutes), st.sampled_from(CHANGES), st.integers(-3000, 3000)
)


def is_open(moment: datetime, zone: str, *parts: Daypart, country: str = "") -> bool:
    context = replace(NEUTRAL, now=moment, store_zone=zone, country=country)
    return gates.daypart(spot("s", dayparts=parts), context).passed


@given(st.lists(st.integers(0, 10_000), min_size=3, max_size=6, unique=True), st.integers(-100, 10_100))
def test_flights_that_meet_leave_no_gap_and_no_overlap(edges: list[int], at: int) -> None:
    times = [NOW + timedelta(milliseconds=edge) for edge in sorted(edges)]
    flights = [Flight(one, two) for one, two in pairwise(times)]
    context = replace(NEUTRAL, now=NOW + timedelta(milliseconds=at))
    running = [gates.flight(spot("s", flight=flight), context).passed for flight in flights]
    assert sum(running) == (times[0] <= context.now < times[-1])


@given(st.lists(st.integers(0, 1439), min_size=2, max_size=5, unique=True), st.sampled_from(ZONES), moments)
def test_dayparts_that_meet_leave_no_gap_and_no_overlap(edges: list[int], zone: str, at: datetime) -> None:
    """Every minute of every day in exactly one of them, in the nights when clocks change too; the last crosses midnight."""
    edges.sort()
    parts = [Daypart(ALL_WEEK, start, end) for start, end in zip(edges, [*edges[1:], edges[0]], strict=True)]
    assert sum(is_open(at, zone, part) for part in parts) == 1


@given(st.frozensets(st.integers(0, 6)), st.integers(0, 1439), st.integers(0, 1439), st.sampled_from(ZONES), moments)
def test_a_daypart_and_the_same_on_all_other_days_are_the_daypart_of_every_day(
    days: frozenset[int], start: int, end: int, zone: str, at: datetime
) -> None:
    one, other = (is_open(at, zone, Daypart(some, start, end)) for some in (days, ALL_WEEK - days))
    assert one + other == is_open(at, zone, Daypart(ALL_WEEK, start, end)) or start == end


@given(st.integers(1, 8), st.sampled_from(ZONES), moments)
def test_every_nth_week_is_one_week_in_n(weeks: int, zone: str, at: datetime) -> None:
    running = [is_open(at, zone, Daypart(ALL_WEEK, 0, 1440, every_weeks=weeks, week=week)) for week in range(weeks)]
    assert sum(running) == 1


@given(st.sampled_from(ZONES), moments)
def test_weekdays_and_days_off_divide_the_year(zone: str, at: datetime) -> None:
    """平日 and 土日祝: every day is one of the two."""
    work = Daypart(WEEKDAYS, 0, 1440, OnHolidays.NEVER)
    off = Daypart(DAYS_OFF, 0, 1440, OnHolidays.ALSO)
    assert is_open(at, zone, work, country="JP") != is_open(at, zone, off, country="JP")


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
    ("zone", "day", "start", "end", "minutes"),
    [
        ("Europe/London", date(2026, 3, 29), 60, 120, 0),  # 01:00-02:00 does not come
        ("Europe/London", date(2026, 10, 25), 60, 120, 120),  # and comes twice
        ("America/New_York", date(2026, 3, 8), 120, 180, 0),
        ("America/New_York", date(2026, 11, 1), 60, 120, 120),
        ("Australia/Lord_Howe", date(2026, 10, 4), 120, 180, 30),  # its clocks move by half an hour
        ("Australia/Lord_Howe", date(2026, 4, 5), 60, 120, 90),
        ("Asia/Tokyo", date(2026, 3, 29), 60, 120, 60),
        ("Asia/Tokyo", date(2028, 2, 29), 60, 120, 60),
    ],
)
def test_the_hour_that_is_missing_or_comes_twice(zone: str, day: date, start: int, end: int, minutes: int) -> None:
    midnight = datetime.combine(day, time(), ZoneInfo(zone)).astimezone(UTC)
    part = Daypart(ALL_WEEK, start, end)
    assert sum(is_open(midnight + timedelta(minutes=m), zone, part) for m in range(6 * 60)) == minutes


def test_japanese_holidays_with_those_in_lieu() -> None:
    golden = [date(2026, 5, day) for day in range(1, 8) if is_holiday(date(2026, 5, day), "JP")]
    assert golden == [date(2026, 5, day) for day in (3, 4, 5, 6)], "the 6th in lieu of Constitution Day, a Sunday"
    assert is_holiday(date(2026, 9, 22), "JP"), "a day between two holidays"
    assert is_holiday(date(2026, 7, 4), "US") and not is_holiday(date(2026, 7, 4), "JP")
    assert not is_holiday(date(2026, 5, 3), "") and not is_holiday(date(2026, 5, 3), "ZZ")


def test_a_holidays_night_runs_into_the_day_after() -> None:
    night = Daypart(DAYS_OFF, 22 * 60, 2 * 60, OnHolidays.ALSO)
    tokyo = ZoneInfo("Asia/Tokyo")
    culture_day = datetime(2026, 11, 3, 23, tzinfo=tokyo)  # a Tuesday
    assert is_open(culture_day, "Asia/Tokyo", night, country="JP")
    assert is_open(culture_day + timedelta(hours=2), "Asia/Tokyo", night, country="JP")
    assert not is_open(culture_day - timedelta(hours=22), "Asia/Tokyo", night, country="JP")
    assert not is_open(culture_day, "Asia/Tokyo", night), "without a country there are no holidays"


def test_weeks_are_counted_across_the_years_end() -> None:
    part = Daypart(ALL_WEEK, 0, 1440, every_weeks=2, week=week_number(date(2026, 12, 21)) % 2)
    days = [date(2026, 12, 21) + timedelta(days=n) for n in range(35)]
    assert [runs_on(part, day, "") for day in days] == [n // 7 % 2 == 0 for n in range(35)]
