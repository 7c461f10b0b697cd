"""What caps, separation and waiting go by, from the times at which spots were shown."""

from collections import Counter
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

from signage.decide import gates
from signage.decide.choose import decide
from signage.decide.lately import Shown, plays, remembering
from signage.decide.lineup import Lineup
from signage.domain.campaign import Level, Targeting
from tests.signage.decide.making import NEUTRAL, NOW, inventory, spot

NOT_HERE = Targeting(screens=frozenset({"elsewhere"}))


def shown(*ago_s: tuple[str, float]) -> list[Shown]:
    return [(name, NOW - timedelta(seconds=seconds)) for name, seconds in ago_s]


def test_pushes_and_plays_are_the_same_showing_told_twice() -> None:
    pushed, played = shown(("a", 30), ("a", 20)), shown(("a", 29), ("b", 3_600), ("b", 3_601))
    assert plays(pushed, played, NOW - timedelta(hours=1), NOW) == {"a": 2, "b": 1}


def test_a_loop_is_one_turn_of_all_that_may_run_here() -> None:
    stock = inventory(
        spot("a", cap_per_loop=1), spot("b"), spot("house", Level.HOUSE), spot("other", targeting=NOT_HERE),
        spot("paused", paused=True), spot("guest", Level.MEMBER),
    )  # fmt: skip
    lineup = Lineup(stock)
    assert lineup.turn_s(NEUTRAL) == 30.0
    context = remembering(lineup, NEUTRAL, shown(("a", 31), ("b", 30), ("house", 29.9)), [], None)
    assert context.plays_last_loop == {"b": 1, "house": 1}
    assert remembering(Lineup(inventory(spot("a"))), NEUTRAL, shown(("a", 1)), [], None).plays_last_loop == {}


def test_a_guests_plays_are_those_since_the_guest_came() -> None:
    lineup = Lineup(inventory(spot("a", cap_per_guest=1)))
    since = NOW - timedelta(seconds=20)
    context = remembering(lineup, NEUTRAL, shown(("a", 21), ("a", 20), ("a", 5)), [], since)
    assert context.plays_this_guest == {"a": 2}
    assert remembering(lineup, NEUTRAL, shown(("a", 5)), [], None).plays_this_guest == {}


def test_rivals_are_counted_from_the_end_of_their_last_spot() -> None:
    named = {"competitor": "beer"}
    stock = inventory(
        spot("a1", campaign_id="A", length_ms=60_000, **named), spot("a2", campaign_id="A", **named),
        spot("b", campaign_id="B", **named), spot("c", campaign_id="C"),
    )  # fmt: skip
    context = remembering(
        Lineup(stock), NEUTRAL, shown(("a2", 200), ("a1", 100), ("c", 20), ("gone", 5)), shown(("b", 8)), None
    )
    assert context.rivals_ago_s == {"beer": {"A": 40.0, "B": -2.0}}


def test_competitors_keep_apart_on_a_screen_that_shows_little_else() -> None:
    """Four hours on the production's own path, and neither keeps the other out."""
    rivals = [spot(f"{name}{n}", campaign_id=name, competitor="beer") for name in "AB" for n in (1, 2)]
    lineup = Lineup(inventory(*rivals, spot("house", Level.HOUSE), spot("tea", competitor="tea", campaign_id="T")))
    past: list[Shown] = []
    for n in range(4 * 360):
        now = NOW + timedelta(seconds=10 * n)
        context = remembering(lineup, replace(NEUTRAL, now=now), past[-360:], [], None)
        made = decide(lineup.inventory, context, seed=n, decision_id="", lineup=lineup)
        past.append((made.spot_id, now))
    beers = [(name[0], at) for name, at in past if name[0] in "AB"]
    assert min((later - one).total_seconds() - 10 for (_, one), (_, later) in pairwise(beers)) >= 300.0
    shares = Counter(name for name, _ in beers)
    assert len(beers) > 40 and min(shares["A"], shares["B"]) > 0.35 * len(beers)


def test_all_that_a_store_has_of_its_own_keeps_to_its_share_of_every_hour() -> None:
    """Three campaigns of a store that was given a fifth, and one emergency that is not counted against it."""
    own = [spot(f"own{n}", campaign_id=f"S{n}", own_percent=20) for n in range(3)]
    lineup = Lineup(inventory(*own, spot("hq", campaign_id="H"), spot("house", Level.HOUSE)))
    past: list[Shown] = []
    for n in range(3 * 360):
        now = NOW + timedelta(seconds=10 * n)
        context = remembering(lineup, replace(NEUTRAL, now=now), past[-360:], [], None)
        made = decide(lineup.inventory, context, seed=n, decision_id="", lineup=lineup)
        past.append((made.spot_id, now))
        recent = [name for name, at in past if at > now - timedelta(hours=1)]
        assert sum(name.startswith("own") for name in recent) <= 0.2 * len(recent) + 1e-9
    shares = Counter(name[:3] for name, _ in past)
    assert shares["own"] > 0.17 * len(past), "and it is theirs to use"
    full = replace(NEUTRAL, plays_last_hour={"hq": 4, "own0": 1}, own_last_hour=1)
    assert gates.cap(own[0], full).figure == "own:1/5, 20 %"
    assert gates.cap(replace(own[0], level=Level.EMERGENCY), full).passed
    assert not gates.cap(replace(own[0], own_percent=0), NEUTRAL).passed


def test_without_a_rival_a_trade_holds_nobody_up() -> None:
    alone = spot("a", campaign_id="A", competitor="beer")
    lineup = Lineup(inventory(alone, spot("b", campaign_id="B", competitor="beer", targeting=NOT_HERE)))
    context = remembering(lineup, NEUTRAL, shown(("a", 20)), [], None)
    assert gates.separation(alone, context).passed
    assert not gates.separation(alone, replace(context, contested=frozenset({"beer"}))).passed
