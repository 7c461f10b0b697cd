"""A share of voice: kept on every hour, never a debt of hours in which it could not run, first of what is due."""

from collections import Counter, deque
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from signage.decide import texts
from signage.decide.choose import decide, why_not
from signage.decide.lately import HOUR, remembering
from signage.decide.lineup import Lineup
from signage.domain.campaign import Daypart, Flight, Level, Spot
from signage.domain.decision import Gate, Pace
from tests.signage.decide.making import NEUTRAL, NOW, inventory, spot


def share(name: str, percent: int, **more: object) -> Spot:
    return spot(name, Level.GUARANTEED, campaign_id=f"c_{name}", goal_share=percent, **more)


REST = [spot(f"o{n}", campaign_id=f"c{n}") for n in range(3)] + [spot("h", Level.HOUSE)]


def hours(spots: Sequence[Spot], item_s: int, minutes: int) -> list[tuple[datetime, str]]:
    """What one screen shows that asks every `item_s` seconds from NOW on."""
    lineup, shown, told = Lineup(inventory(*spots)), deque[tuple[str, datetime]](), []
    for turn in range(minutes * 60 // item_s):
        at = NOW + turn * timedelta(seconds=item_s)
        while shown and shown[0][1] < at - HOUR:
            shown.popleft()
        context = remembering(lineup, replace(NEUTRAL, now=at), shown, (), None)
        made = decide(lineup.inventory, context, seed=turn, decision_id="d", lineup=lineup)
        shown.append((made.spot_id, at))
        told.append((at, made.spot_id))
    return told


def worst(told: Sequence[tuple[datetime, str]], percents: dict[str, int], since: datetime = NOW) -> float:
    """Points by which any whole hour after `since` is off."""
    off = [0.0]
    for first, (start, _) in enumerate(told):
        hour = Counter(name for at, name in told[first:] if at < start + HOUR)
        if start >= since and start + HOUR <= told[-1][0]:
            off += [abs(100 * hour[name] / hour.total() - percent) for name, percent in percents.items()]
    assert len(off) > 1
    return max(off)


@pytest.mark.parametrize(("item_s", "minutes"), [(60, 240), (20, 120)])
def test_shares_hold_on_any_rolling_hour(item_s: int, minutes: int) -> None:
    percents = {"a": 25, "b": 12, "c": 3}
    told = hours([*(share(name, percent) for name, percent in percents.items()), *REST], item_s, minutes)
    assert worst(told, percents) <= 2.0


def test_two_creatives_of_a_campaign_share_its_share() -> None:
    two = [replace(share("a", 60), spot_id=name) for name in ("a1", "a2")]
    told = [(at, name[0]) for at, name in hours([*two, *REST], 60, 180)]
    assert worst(told, {"a": 60}) <= 2.0


def test_the_time_before_its_hours_is_no_debt() -> None:
    """15:02 in Tokyo: from 16:00 on it has its share at once, and no more."""
    afternoon = Daypart(frozenset(range(7)), 16 * 60, 24 * 60)
    opens = NOW + timedelta(minutes=58)
    told = hours([share("a", 20, dayparts=(afternoon,)), *REST], 60, 240)
    assert worst(told, {"a": 20}, opens) <= 2.0
    started = share("b", 20, flight=Flight(opens, opens + timedelta(days=1)))
    assert worst(hours([started, *REST], 60, 240), {"b": 20}, opens) <= 2.0


def test_what_could_not_be_given_is_not_made_up_at_the_others_cost() -> None:
    """Forty minutes of emergency: the half hour after them has its share, and not also what was missed."""
    fire = spot("fire", Level.EMERGENCY, flight=Flight(NOW + HOUR, NOW + timedelta(minutes=100)))
    told = hours([share("a", 20), fire, *REST], 60, 240)
    assert worst(told, {"a": 20}, NOW + timedelta(minutes=100)) <= 3.0
    after = [name for _, name in told[100:130]]
    assert 6 <= after.count("a") <= 8
    assert "a" in "".join(name[0] for _, name in told[150:160])  # nor a pause for what was made up


def test_it_goes_before_plays_that_are_behind_and_says_so() -> None:
    late = spot("late", Level.GUARANTEED, campaign_id="c_late", goal_plays=9)
    spots = inventory(share("a", 20), late, *REST)
    plays = {"a": 1, "late": 3, "o1": 8}
    here = replace(NEUTRAL, pace={"late": Pace(1, 9.0, 0.9)}, plays_last_hour=plays)
    due, kept = replace(here, owed={"c_a": 1.4}), replace(here, owed={"c_a": 0.4})
    assert decide(spots, due, seed=1, decision_id="d").spot_id == "a"
    assert decide(spots, kept, seed=1, decision_id="d").spot_id == "late"
    answers = {one.gate: texts.sentence(one, "en") for one in why_not(spots, due, "late")}
    assert answers[Gate.LEVEL] == "Another promise is due first"
    said = [texts.sentence(one, lang) for lang in ("ja", "en") for one in why_not(spots, kept, "a") if not one.passed]
    assert said == [
        "放映シェアに達しています(この1時間の12回中1回、目標20%)",
        "It has its share of voice: 1 of 12 plays in the past hour, 20 % promised",
    ]
    assert texts.sentence({one.gate: one for one in why_not(spots, due, "a")}[Gate.PACING], "en").startswith(
        "Its share"
    )
