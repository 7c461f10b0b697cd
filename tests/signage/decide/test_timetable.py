"""The timetable says of every minute what deciding's gates say, past midnight and through nights of 23 and 25 hours too."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from random import Random

import pytest

from signage.controller.countries import country_of
from signage.decide.gates import daypart, flight, orientation, place
from signage.decide.timetable import Rest, day_of, holds, lines, open_times, slots
from signage.domain.campaign import Daypart, Flight, Level, OnHolidays, Targeting
from signage.domain.clock import local
from tests.signage.decide.making import NEUTRAL, media, spot
from tests.world import DAIRY, EKIMAE, ELM, ENTRANCE

DAYS = frozenset(range(7))
MONDAY = date(2026, 11, 16)
MINUTE = timedelta(minutes=1)


def told(spans: object, zone: str) -> list[str]:
    return [f"{local(a, zone):%H:%M}-{local(b, zone):%H:%M}" for a, b in spans]  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    "day", [date(2026, 11, 23), date(2026, 3, 8), date(2026, 11, 1)], ids=["holiday", "23 h", "25 h"]
)
@pytest.mark.parametrize("seed", range(4))
def test_it_agrees_with_the_gates_at_every_minute(day: date, seed: int) -> None:
    chance = Random(seed)
    for store, screen in ((EKIMAE, ENTRANCE), (ELM, DAIRY)):
        start, end = day_of(day, store.zone)
        parts = tuple(
            Daypart(
                frozenset(chance.sample(range(7), 5)), chance.randrange(1440), chance.randrange(1441),
                chance.choice(list(OnHolidays)), chance.choice([1, 2]),
            )
            for _ in range(2)
        )  # fmt: skip
        dated = Flight(start + chance.randrange(-600, 600) * MINUTE, start + chance.randrange(700, 2000) * MINUTE)
        expires = chance.choice([None, start + chance.randrange(1440) * MINUTE])
        one = spot("one", dayparts=parts, flight=chance.choice([None, dated]), expires=expires)
        country = country_of(store.zone)
        there = replace(
            NEUTRAL, screen_id=screen.screen_id, store_id=store.store_id, store_zone=store.zone, country=country
        )
        spans, at = open_times(one, screen, store, country, day), start
        while at < end:
            then = replace(there, now=at)
            assert holds(spans, at) == (flight(one, then).passed and daypart(one, then).passed), local(at, store.zone)
            at += MINUTE


def test_an_hour_that_comes_twice_is_open_twice() -> None:
    early = spot("early", campaign_id="early", dayparts=(Daypart(DAYS, 75, 105),))
    found = lines([early], DAIRY, ELM, country_of(ELM.zone), date(2026, 11, 1))
    assert told(found[0].open, ELM.zone) == ["01:15-01:45", "01:15-01:45"]


def test_past_midnight_it_belongs_to_the_day_on_which_it_starts() -> None:
    late = spot("late", campaign_id="late", dayparts=(Daypart(frozenset({0}), 22 * 60, 2 * 60),))
    monday, tuesday = (lines([late], ENTRANCE, EKIMAE, "JP", MONDAY + n * timedelta(days=1)) for n in range(2))
    assert told(monday[0].open, "Asia/Tokyo") == ["22:00-00:00"] and told(tuesday[0].open, "Asia/Tokyo") == [
        "00:00-02:00"
    ]
    assert lines([late], ENTRANCE, EKIMAE, "JP", MONDAY + timedelta(days=2)) == []


def test_a_day_in_stretches_by_level_with_panel_hours_and_who_fills_the_rest() -> None:
    screen = replace(ENTRANCE, lit_from_min=9 * 60, lit_until_min=21 * 60)
    noon = (Daypart(DAYS, 600, 840),)
    goal = Flight(datetime(2026, 11, 15, 15, tzinfo=UTC), datetime(2026, 11, 25, 15, tzinfo=UTC))
    spots = [
        spot("open", campaign_id="open", dayparts=(Daypart(DAYS, 780, 900),)),
        spot("promised", Level.GUARANTEED, campaign_id="promised", dayparts=noon, flight=goal, goal_plays=400),
        spot("alone", Level.TAKEOVER, campaign_id="alone", dayparts=(Daypart(DAYS, 1080, 1140),)),
        spot("paused", campaign_id="paused", paused=True), spot("draft", campaign_id="draft", approved=False),
        spot("ours", Level.HOUSE), spot("there", campaign_id="there", targeting=Targeting(frozenset({"elm"}))),
        spot("tall", campaign_id="tall", content=media("tall", 1080, 1920)),
    ]  # fmt: skip
    scheduled = lines(spots, screen, EKIMAE, "JP", MONDAY)
    assert [line.campaign_id for line in scheduled] == ["alone", "promised", "paused", "open"]
    assert scheduled[1].plays == pytest.approx(40), "a tenth of the goal: one of ten days"
    made = slots(scheduled, screen, "Asia/Tokyo", MONDAY)
    assert [
        (told([(one.start, one.end)], "Asia/Tokyo")[0], [line.campaign_id for line in one.lines], one.rest)
        for one in made if one.lit
    ] == [
        ("09:00-10:00", [], Rest.ALL), ("10:00-13:00", ["promised"], Rest.FILLS),
        ("13:00-14:00", ["promised", "open"], Rest.TURNS), ("14:00-15:00", ["open"], Rest.TURNS),
        ("15:00-18:00", [], Rest.ALL), ("18:00-19:00", ["alone"], Rest.NONE), ("19:00-21:00", [], Rest.ALL),
    ]  # fmt: skip
    assert [one.rest for one in made if not one.lit] == [Rest.NONE] * 2
    assert (made[0].start, made[-1].end) == day_of(MONDAY, "Asia/Tokyo"), "no minute of the day is left out"
    assert all(one.end == two.start for one, two in pairwise(made))


def test_who_waits_for_people_leaves_the_rest_to_the_stores_own_content() -> None:
    guests = spot("guests", campaign_id="guests", targeting=Targeting(guests_only=True))
    scheduled = lines([guests], ENTRANCE, EKIMAE, "JP", MONDAY)
    assert [line.waits for line in scheduled] == [True]
    assert [slot.rest for slot in slots(scheduled, ENTRANCE, "Asia/Tokyo", MONDAY)] == [Rest.FILLS]


def test_a_place_that_never_fits_has_no_hours() -> None:
    there = spot("there", targeting=Targeting(zones=frozenset({"checkout"})))
    context = replace(NEUTRAL, zone=ENTRANCE.zone)
    assert not place(there, context).passed and orientation(there, context).passed
    assert open_times(there, ENTRANCE, EKIMAE, "JP", MONDAY) == []


@pytest.mark.parametrize(
    ("day", "part", "hours"),
    [
        (date(2026, 11, 1), (90, 150), ["01:30-01:00", "01:30-02:30"]),  # the hour from one comes twice
        (date(2026, 3, 8), (150, 240), ["03:00-04:00"]),  # the hour from two never comes
        (date(2026, 3, 8), (135, 165), []),
    ],
)
def test_hours_that_come_twice_or_never(day: date, part: tuple[int, int], hours: list[str]) -> None:
    one = spot("one", dayparts=(Daypart(DAYS, *part),))
    assert told(open_times(one, DAIRY, ELM, "US", day), "America/Chicago") == hours
