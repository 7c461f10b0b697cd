"""Deciding as a whole: its laws over generated inventories and contexts, and the promises of each level."""

import json
import random
from collections import Counter
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signage.decide import record, texts
from signage.decide.choose import decide, rerun, why_not
from signage.decide.gates import GATES
from signage.decide.lineup import Lineup, indices
from signage.domain.audience import AudienceClass
from signage.domain.campaign import Inventory, Level, Restriction
from signage.domain.content import Card, Template
from signage.domain.decision import Context, Decision, Gate, Pace, Reason
from tests.signage.decide.making import (
    BEER,
    GTINS,
    MILK,
    NEUTRAL,
    NOW,
    contexts,
    inventories,
    inventory,
    media,
    spot,
)  # fmt: skip

seeds = st.integers(0, 2**53)


def choose(stock: Inventory, context: Context = NEUTRAL, seed: int = 1, **more: object) -> Decision:
    return decide(stock, context, seed=seed, decision_id="d", **more)  # type: ignore[arg-type]


@given(inventories, contexts)
def test_the_quick_way_knows_what_the_gates_say(stock: Inventory, context: Context) -> None:
    alive, failed = Lineup(stock).eligible(context)
    slow = [[gate for gate, check in GATES.items() if not check(one, context).passed] for one in stock.spots]
    assert list(indices(alive)) == [i for i, gates in enumerate(slow) if not gates]
    assert failed == Counter(gates[0] for gates in slow if gates)


@given(inventories, st.lists(contexts, min_size=2, max_size=4), seeds)
def test_a_kept_lineup_changes_no_answer(stock: Inventory, several: list[Context], seed: int) -> None:
    lineup = Lineup(stock)
    for context in several:
        assert choose(stock, context, seed, lineup=lineup) == choose(stock, context, seed)


@given(inventories, contexts, seeds)
def test_every_spot_won_was_in_the_draw_or_has_one_first_failing_gate(
    stock: Inventory, context: Context, seed: int
) -> None:
    decision = choose(stock, context, seed)
    drawn = {stock.spots[d.number].spot_id for d in decision.draw}
    firsts = Counter()
    for one in stock.spots:
        results = why_not(stock, context, one.spot_id)
        failing = [result for result in results if not result.passed]
        assert [texts.sentence(result, "ja") and texts.sentence(result, "en") for result in results]
        assert bool(failing) is (one.spot_id not in drawn)
        firsts.update(result.gate for result in failing[:1])
    assert firsts == decision.failed
    assert (decision.chosen == -1) is (not decision.draw)


@given(inventories, contexts, seeds)
def test_the_propensity_is_the_logged_chance_and_chances_sum_to_one(
    stock: Inventory, context: Context, seed: int
) -> None:
    decision = choose(stock, context, seed)
    if decision.chosen >= 0:
        by_index = {d.number: d.probability for d in decision.draw}
        assert decision.propensity == by_index[decision.chosen] > 0
        assert sum(round(d.probability * 1_000_000) for d in decision.draw) == 1_000_000
        if decision.level not in (Level.EMERGENCY, Level.TAKEOVER):
            assert min(by_index.values()) >= min(0.01, 1 / len(by_index))


@given(inventories, contexts, seeds)
def test_restricted_spots_and_children_never_meet(stock: Inventory, context: Context, seed: int) -> None:
    decision = choose(stock, context, seed)
    for d in decision.draw:
        if stock.spots[d.number].restriction is not Restriction.NONE:
            assert context.audience is not AudienceClass.CHILD
            assert context.audience is not AudienceClass.UNKNOWN or context.restricted_without_camera


@given(inventories, contexts, seeds, st.randoms(use_true_random=False))
def test_the_order_of_the_inventory_decides_nothing(
    stock: Inventory, context: Context, seed: int, chance: random.Random
) -> None:
    shuffled = list(stock.spots)
    chance.shuffle(shuffled)
    one, other = choose(stock, context, seed), choose(inventory(*shuffled), context, seed)
    assert (one.spot_id, one.propensity, one.failed) == (other.spot_id, other.propensity, other.failed)


@given(inventories, contexts, seeds)
def test_a_record_survives_json_and_can_be_run_again(stock: Inventory, context: Context, seed: int) -> None:
    decision = choose(stock, context, seed)
    again = record.load(record.dump(decision))
    assert again == decision
    assert rerun(again, stock) == decision
    assert rerun(replace(again, chosen=-9, spot_id="", propensity=0, level=None), stock) == decision


def test_a_record_says_that_the_price_was_cut_and_an_older_one_runs_again_as_it_is() -> None:
    stock = inventory(spot("a", gtins=(GTINS[0],)))
    cut = record.dump(choose(stock, replace(NEUTRAL, cuts=frozenset(GTINS[:1]))))
    older = record.dump(choose(stock, replace(NEUTRAL, cuts=frozenset(GTINS[1:]))))
    assert [json.loads(text).get("cut") for text in (cut, older)] == [True, None]
    assert [record.dump(rerun(record.load(text), stock)) for text in (cut, older)] == [cut, older]


def test_another_inventory_is_refused() -> None:
    with pytest.raises(ValueError, match="not other"):
        rerun(choose(inventory(spot("a"))), inventory(spot("a"), version="other"))


@given(inventories, contexts)
def test_a_guest_leaves_no_audience_in_the_record(stock: Inventory, context: Context) -> None:
    decision = choose(stock, replace(context, guest=True))
    assert decision.guest and decision.audience is None


def test_a_record_with_64_in_the_draw_fits_4_kb() -> None:
    stock = inventory(*[spot(f"spt_{n:026d}", gtins=(GTINS[n % 12],)) for n in range(5_000)], version="f" * 64)
    scores = {gtin: 1 / (n + 3) for n, gtin in enumerate(GTINS)}
    reasons = dict.fromkeys(GTINS, "popular_here")
    context = replace(NEUTRAL, scores=scores, reasons=reasons, model_version="m" * 40, cuts=frozenset(GTINS))
    decision = decide(stock, context, seed=2**53, decision_id="d" * 36)
    assert len(decision.draw) == 64
    assert decision.failed == {Gate.OUTRANKED: 5_000 - 64}
    assert len(record.dump(replace(decision, latency_us=999_999)).encode()) <= 4096


def test_nothing_eligible_is_said_so() -> None:
    decision = choose(inventory(spot("a", approved=False)))
    assert (decision.chosen, decision.spot_id, decision.propensity, decision.level) == (-1, "", 0.0, None)
    assert decision.failed == {Gate.APPROVAL: 1}
    assert json.loads(record.dump(decision))["level"] is None


def test_emergency_takes_all_by_rotation_and_with_certainty() -> None:
    stock = inventory(spot("a", Level.EMERGENCY), spot("b", Level.EMERGENCY), spot("c", Level.TAKEOVER), spot("d"))
    context = replace(NEUTRAL, last_shown_ago_s={"a": 30, "b": 20})
    decision = choose(stock, context)
    assert (decision.spot_id, decision.propensity, decision.reasons) == ("a", 1.0, (Reason.EMERGENCY,))
    assert decision.failed == {Gate.LEVEL: 2}
    assert choose(stock, replace(context, last_shown_ago_s={"a": 5, "b": 25})).spot_id == "b"


def test_members_spots_only_with_a_guest() -> None:
    stock = inventory(spot("pick", Level.MEMBER, content=Card(Template.PICK)), spot("open"))
    assert choose(stock).spot_id == "open"
    assert choose(stock, replace(NEUTRAL, guest=True)).spot_id == "open"
    decision = choose(stock, replace(NEUTRAL, guest=True, picks=True))
    assert (decision.spot_id, decision.reasons) == ("pick", (Reason.MEMBER_HERE,))


def test_the_greeting_has_its_moment_and_no_other() -> None:
    lineup = Lineup(inventory(spot("moment", Level.MEMBER, content=Card(Template.MOMENT)), spot("open")))
    for guest, greeting, expected in ((True, True, "moment"), (True, False, "open"), (False, True, "open")):
        context = replace(NEUTRAL, guest=guest, greeting=greeting)
        assert choose(lineup.inventory, context, lineup=lineup).spot_id == expected


def test_a_guaranteed_spot_ahead_of_its_pace_yields() -> None:
    stock = inventory(spot("sure", Level.GUARANTEED), spot("open"), spot("house", Level.HOUSE))
    behind, ahead = (replace(NEUTRAL, pace={"sure": Pace(80, 100.0, short)}) for short in (0.2, 0.0))
    assert choose(stock, behind).spot_id == "sure"
    assert choose(stock, ahead).spot_id == "open"
    assert choose(stock, ahead).failed == {Gate.PACING: 1, Gate.LEVEL: 1}
    assert choose(inventory(spot("sure", Level.GUARANTEED)), ahead).spot_id == "sure"


def play(stock: Inventory, context: Context, turns: int) -> list[str]:
    """What a screen shows when it asks again every ten seconds."""
    shown: dict[str, float] = {}
    names = []
    for turn in range(turns):
        now = NOW + timedelta(seconds=10 * turn)
        ago = {spot_id: 10.0 * turn - at for spot_id, at in shown.items()}
        decision = choose(stock, replace(context, now=now, last_shown_ago_s=ago), seed=turn)
        shown[decision.spot_id] = 10.0 * turn
        names.append(decision.spot_id)
    return names


def test_never_the_same_twice_in_a_row_while_another_may_run() -> None:
    names = play(inventory(*[spot(name) for name in "abc"]), NEUTRAL, 300)
    assert all(one != other for one, other in pairwise(names))
    assert play(inventory(spot("a")), NEUTRAL, 3) == ["a", "a", "a"]


def test_a_lonely_open_spot_takes_turns_with_the_house() -> None:
    names = play(inventory(spot("open"), spot("h1", Level.HOUSE), spot("h2", Level.HOUSE)), NEUTRAL, 60)
    assert names[::2] == ["open"] * 30
    assert set(names[1::2]) == {"h1", "h2"}


def test_without_data_it_is_a_sensible_rotation() -> None:
    names = play(inventory(*[spot(name) for name in "abcdef"]), NEUTRAL, 600)
    counts = Counter(names)
    assert max(counts.values()) <= 1.15 * min(counts.values())
    gaps = [names[i + 1 :].index(names[i]) + 1 for i in range(500)]
    assert max(gaps) <= 24


def test_what_suits_is_shown_more_often() -> None:
    stock = inventory(spot("milk", gtins=(MILK,)), *[spot(f"s{n}", gtins=(GTINS[n],)) for n in range(5)])
    counts = Counter(play(stock, replace(NEUTRAL, scores={MILK: 1.0}), 600))
    assert counts["milk"] > 1.5 * max(counts[f"s{n}"] for n in range(5))


def test_at_the_checkout_one_in_three_is_the_houses_own() -> None:
    stock = inventory(spot("a"), spot("b", Level.GUARANTEED), spot("c"), spot("house", Level.HOUSE))
    names = play(stock, replace(NEUTRAL, zone="checkout", pace={"b": Pace(1, 9.0, 0.9)}), 300)
    assert all("house" in names[i : i + 3] for i in range(len(names) - 2))
    assert "house" not in play(stock, NEUTRAL, 300)


def test_somebody_may_ask_for_a_spot_if_it_may_run() -> None:
    stock = inventory(spot("a"), spot("b"), spot("beer", restriction=Restriction.ALCOHOL, gtins=(BEER,)))
    decision = choose(stock, replace(NEUTRAL, last_shown_ago_s={"b": 1}), only="b")
    assert (decision.spot_id, decision.propensity, decision.policy) == ("b", 1.0, "asked-1")
    assert choose(stock, replace(NEUTRAL, audience=AudienceClass.CHILD), only="beer").chosen == -1
    assert choose(stock, only="unknown").chosen == -1
    alarmed = inventory(*stock.spots, spot("fire", Level.EMERGENCY))
    assert choose(alarmed, only="b").chosen == -1


def test_why_not_names_the_first_gate_that_failed_in_words() -> None:
    stock = inventory(
        spot("upright", content=media("a", 1080, 1920)),
        spot("beer", restriction=Restriction.ALCOHOL),
        spot("out", gtins=(MILK,)),
        spot("open"),
    )
    told = {MILK: NOW - timedelta(minutes=2)}
    context = replace(NEUTRAL, stock={MILK: 0}, stock_as_of=told, audience=AudienceClass.CHILD)
    said = {
        one.spot_id: [texts.not_showing(r, "ja") for r in why_not(stock, context, one.spot_id) if not r.passed]
        for one in stock.spots
    }
    assert said["upright"] == ["放映されていません:横型の素材がありません。"]
    assert said["beer"] == ["放映されていません:こどもの可能性があるため、酒類は対象外です。"]
    assert said["out"] == ["放映されていません:在庫が0のため(15:00現在)。"]
    assert said["open"] == []
    stale = replace(context, stock_as_of={MILK: NOW - timedelta(days=1)})
    failed = next(r for r in why_not(stock, stale, "out") if not r.passed)
    assert texts.not_showing(failed, "en") == "Not showing: out of stock (as of 2026-11-15 15:02)."


def test_every_gate_and_level_has_words() -> None:
    assert set(texts.GATES) == set(Gate)
    assert set(texts.LEVELS) == set(Level)
    assert set(texts.AUDIENCES) == set(AudienceClass)
    assert [*GATES, Gate.REPEAT, Gate.PACING, Gate.LEVEL, Gate.OUTRANKED] == list(Gate)
    assert {gate for gate, _ in texts.FIGURES} == set(Gate)
