"""Days: which are public holidays, and on which a daypart runs. A store's wall clock and country in, yes or no out."""

from datetime import date, datetime, timedelta
from functools import lru_cache

import holidays

from signage.domain.campaign import Daypart, OnHolidays

WEEK = 7


def is_holiday(day: date, country: str) -> bool:
    """A public holiday of that country (ISO 3166, "" = none known), days in lieu among them. No country, no holidays."""
    return day in _holidays(country, day.year)


def week_number(day: date) -> int:
    """Weeks begin on Monday; counted from the year 1, so that no year's end breaks "every second week"."""
    return (day.toordinal() - 1) // WEEK


def runs_on(part: Daypart, day: date, country: str) -> bool:
    """Does it begin on that day?"""
    if week_number(day) % part.every_weeks != part.week:
        return False
    named = day.weekday() in part.weekdays
    if part.holidays is OnHolidays.SAME:
        return named
    off = is_holiday(day, country)
    return named or off if part.holidays is OnHolidays.ALSO else named and not off


def within(part: Daypart, wall: datetime, country: str) -> bool:
    """Half open, by the wall clock: the hour that spring skips never comes, the hour that autumn repeats counts twice."""
    minute, today = wall.hour * 60 + wall.minute, wall.date()
    if part.start_min < part.end_min:
        return part.start_min <= minute < part.end_min and runs_on(part, today, country)
    if minute >= part.start_min and runs_on(part, today, country):
        return True
    return minute < part.end_min and runs_on(part, today - timedelta(days=1), country)


@lru_cache(maxsize=64)
def _holidays(country: str, year: int) -> frozenset[date]:
    return frozenset(holidays.country_holidays(country, years=year)) if country in _countries() else frozenset()


@lru_cache(maxsize=1)
def _countries() -> frozenset[str]:
    return frozenset(holidays.list_supported_countries())
