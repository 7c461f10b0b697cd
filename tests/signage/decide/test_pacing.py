"""What a goal asks by when, how much is behind, what is made up and how fast, and what a lease may give."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signage.decide import texts
from signage.decide.choose import decide, why_not
from signage.decide.pacing import BUSIEST, EVEN, QUIETEST, Plan, aim, footfall, hour_of
from signage.domain.campaign import Daypart, Flight, Level, OnHolidays
from signage.domain.decision import Context, Gate, Pace
from tests.signage.decide.making import NEUTRAL, inventory, spot

HOUR = timedelta(hours=1)
MONDAY = datetime(2026, 11, 15, 15, tzinfo=UTC)  # midnight in Tokyo
WEEK = Flight(MONDAY, MONDAY + timedelta(days=7))
NOON = Daypart(frozenset(range(7)), 11 * 60, 14 * 60)
NIGHT = Daypart(frozenset({4, 5}), 22 * 60, 2 * 60)


def plan(goal: int = 168, *parts: Daypart, zone: str = "Asia/Tokyo", **more: object) -> Plan:
    return Plan(spot("s", Level.GUARANTEED, goal_plays=goal, dayparts=parts), WEEK, zone, "JP", **more)  # type: ignore[arg-type]


def test_without_hours_a_goal_is_spread_evenly() -> None:
    assert [round(plan().due(MONDAY + timedelta(hours=h)), 6) for h in (-1, 0, 1, 84, 168, 200)] == [
        0,
        0,
        1,
        84,
        168,
        168,
    ]


def test_hours_crossing_midnight_and_their_edges() -> None:
    lunch = plan(21, NOON)
    assert [round(lunch.due(MONDAY + timedelta(hours=h)), 6) for h in (11, 12, 14, 20, 35)] == [0, 1, 3, 3, 3]
    friday = MONDAY + timedelta(days=4)
    assert [round(plan(8, NIGHT).due(friday + timedelta(hours=h)), 6) for h in (22, 24, 26, 46, 50)] == [0, 2, 4, 4, 8]
    overlapping = plan(21, NOON, replace(NOON, start_min=12 * 60))
    assert overlapping.due(MONDAY + timedelta(hours=12)) == pytest.approx(1)


def test_a_holiday_asks_for_nothing_of_whoever_stays_away() -> None:
    """Monday 23 November 2026 is one in Japan."""
    away = spot("s", goal_plays=72, dayparts=(Daypart(frozenset(range(7)), 0, 1440, OnHolidays.NEVER),))
    four = Plan(away, Flight(MONDAY + timedelta(days=5), MONDAY + timedelta(days=9)), "Asia/Tokyo", "JP")
    assert four.due(MONDAY + timedelta(days=7)) == four.due(MONDAY + timedelta(days=8)) == pytest.approx(48)


@given(st.lists(st.integers(0, 7 * 24 * 60), min_size=2, max_size=2), st.sampled_from(["Asia/Tokyo", "Europe/London"]))
def test_what_is_due_never_falls_and_ends_at_the_goal(minutes: list[int], zone: str) -> None:
    one, two = sorted(minutes)
    asked = plan(1_000, NOON, NIGHT, zone=zone, weights=[1 + hour % 5 for hour in range(168)])
    assert (
        0 <= asked.due(MONDAY + one * timedelta(minutes=1)) <= asked.due(MONDAY + two * timedelta(minutes=1)) <= 1_000
    )
    assert asked.due(WEEK.end) == pytest.approx(1_000)


def test_the_repeated_hour_moves_no_goal() -> None:
    """Clocks in London go back on 25 October 2026 at 01:00 UTC."""
    start = datetime(2026, 10, 24, 23, tzinfo=UTC)  # midnight
    night = Plan(spot("s", goal_plays=24), Flight(start, start + timedelta(hours=25)), "Europe/London", "GB")
    dues = [night.due(start + h * HOUR) for h in range(26)]
    assert (dues[1], dues[2], dues[3], dues[25]) == pytest.approx((1, 1, 2, 24))


def test_busy_hours_ask_for_more_within_reason() -> None:
    people, watched = {9: 1_000.0, 10: 40.0, 11: 0.0}, dict.fromkeys((9, 10, 11), 50)
    weights = footfall(people, watched)
    assert weights[9] == BUSIEST and weights[11] == QUIETEST and weights[12] == 1
    assert footfall({}, {}) == footfall({9: 0.0}, {9: 5}) == EVEN
    busy = plan(weights=weights)
    assert busy.due(MONDAY + 10 * HOUR) - busy.due(MONDAY + 9 * HOUR) == pytest.approx(2 * busy.due(MONDAY + HOUR))


def test_dark_panels_ask_for_nothing() -> None:
    lit = [float(9 <= hour % 24 < 21) for hour in range(168)]
    dark = plan(84, lit=lit)
    assert [round(dark.due(MONDAY + h * HOUR), 6) for h in (9, 10, 21, 33)] == [0, 1, 12, 12]
    assert dark.leased_per_hour(MONDAY, MONDAY + 3 * timedelta(days=1), 1) == 1


def counts(until: datetime, each: int) -> dict[int, int]:
    return dict.fromkeys(range(hour_of(MONDAY), hour_of(until)), each)


def test_behind_by_one_play_is_behind_and_the_plays_on_the_way_count() -> None:
    at = MONDAY + 50.5 * HOUR
    found = aim(plan(1680), counts(at, 10), at)
    assert (found.delivered, round(found.due, 3), found.had) == (500, 505, 10)
    assert found.pace().behind == pytest.approx(1 - 10 / 15)
    assert found.pace(5) == Pace(505, found.due, 0.0)


def test_a_backlog_is_made_up_at_twice_the_plan_and_no_faster() -> None:
    at = MONDAY + 60 * HOUR
    behind = counts(MONDAY + 50 * HOUR, 10)  # nothing for ten hours
    assert aim(plan(1680), behind, at).wanted == pytest.approx(20)
    behind |= {hour_of(at) - 1: 20}
    assert aim(plan(1680), behind, at).pace().behind == 0
    nearly = counts(at, 10) | {hour_of(at) - 5: 7}
    assert aim(plan(1680), nearly, at).wanted == pytest.approx(13)


def test_what_ran_ahead_counts_in_full() -> None:
    at = MONDAY + 60 * HOUR
    ahead = counts(at, 10) | {hour_of(at) - 5: 90, hour_of(at) - 1: 0}
    assert aim(plan(1680), ahead, at) == replace(aim(plan(1680), ahead, at), wanted=0.0, had=0)
    assert aim(plan(1680), ahead, at).pace().behind == 0


def test_plays_before_the_flight_and_after_the_moment_count_for_nothing() -> None:
    at = MONDAY + 10 * HOUR
    strange = counts(at, 10) | {hour_of(MONDAY) - 3: 999, hour_of(at) + 2: 999}
    assert aim(plan(1680), strange, at) == aim(plan(1680), counts(at, 10), at)


@given(st.integers(1, 100_000), st.integers(1, 500), st.integers(0, 150), st.integers(1, 72))
def test_all_leases_together_give_no_more_than_the_plan(goal: int, screens: int, start: int, hours: int) -> None:
    asked = plan(goal, NOON)
    begins, ends = MONDAY + start * HOUR, MONDAY + (start + hours) * HOUR
    each = asked.leased_per_hour(begins, ends, screens)
    open_hours = plan(21, NOON).due(ends) - plan(21, NOON).due(begins)
    assert each * open_hours * screens <= asked.due(ends) - asked.due(begins) + 1e-6


SURE = {"level": Level.GUARANTEED, "goal_plays": 180}
PROMISED = inventory(spot("late", campaign_id="a", **SURE), spot("later", campaign_id="b", **SURE), spot("open"))


def paced(late: float, later: float) -> Context:
    return replace(NEUTRAL, pace={"late": Pace(120, 180.0, late), "later": Pace(120, 180.0, later)})


def test_who_is_further_behind_is_likelier() -> None:
    made = decide(PROMISED, paced(0.2, 0.6), seed=1, decision_id="d")
    assert {PROMISED.spots[d.number].spot_id: d.probability for d in made.draw} == {"later": 0.99, "late": 0.01}
    assert made.failed == {Gate.LEVEL: 1}


def test_the_figures_are_said() -> None:
    told = {}
    for behind in (0.3, 0.0):
        answers = {one.gate: one for one in why_not(PROMISED, paced(behind, 0.0), "late")}
        told[behind] = [texts.sentence(answers[Gate.PACING], lang) for lang in ("ja", "en")]
    assert told[0.3] == ["予定より遅れています(実績120回、現時点の予定180回)", "Behind plan: 120 of 180 plays by now"]
    assert told[0.0][1] == "Behind plan: 120 of 180 plays by now, made up at no more than twice its plan"
    kept = why_not(PROMISED, replace(NEUTRAL, pace={"late": Pace(180, 180.4, 0.0)}), "late")
    assert "予定どおりです(実績180回、現時点の予定180回)" in [texts.sentence(one, "ja") for one in kept]
