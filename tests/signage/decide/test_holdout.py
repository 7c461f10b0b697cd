"""The switchback: arms by block, their share, washout, ghosts, and who is never withheld."""

import json
from collections import Counter
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signage.decide import record, texts
from signage.decide.choose import decide, rerun, why_not
from signage.decide.holdout import BLOCK, SWITCHBACK, WASHOUT, block_start, held_out, washing_out
from signage.domain.campaign import Inventory, Level
from signage.domain.content import Card, Template
from signage.domain.decision import Context, Gate, Holdout
from tests.signage.decide.making import NEUTRAL, NOW, contexts, inventories, inventory, spot

HALF = Holdout(SWITCHBACK, 50)
EVEN = block_start(NOW)
SPOTS = inventory(*[spot(f"s{n}", campaign_id=f"c{n}") for n in range(6)], spot("house", Level.HOUSE))


def withheld(n: int, minutes: int = 30) -> bool:
    return held_out(HALF, f"c{n}", "entrance", EVEN + timedelta(minutes=minutes))


@pytest.mark.parametrize("percent", [0, 10, 50])
def test_the_share_of_blocks_is_as_told_and_no_other_name_draws_the_same(percent: int) -> None:
    blocks = [EVEN + n * BLOCK for n in range(4_000)]
    drawn = [held_out(Holdout("x", percent), "c", "s", at) for at in blocks]
    assert sum(drawn) / len(drawn) == pytest.approx(percent / 100, abs=0.03)
    if percent:
        for other in (("y", "c", "s"), ("x", "d", "s"), ("x", "c", "t")):
            assert drawn != [held_out(Holdout(other[0], percent), *other[1:], at) for at in blocks]


def test_an_arm_holds_for_its_whole_block() -> None:
    arms = [{withheld(n, minutes) for minutes in (0, 1, 60, 119)} for n in range(6)]
    assert all(len(arm) == 1 for arm in arms)
    assert {next(iter(arm)) for arm in arms} == {True, False}


def test_the_first_minutes_after_a_change_belong_to_neither_arm() -> None:
    washing = Counter[tuple[bool, bool]]()
    for block in range(400):
        start = EVEN + block * BLOCK
        changed = held_out(HALF, "c", "s", start) is not held_out(HALF, "c", "s", start - BLOCK)
        washing[changed, washing_out(HALF, "c", "s", start)] += 1
        assert washing_out(HALF, "c", "s", start + WASHOUT - timedelta(seconds=1)) is changed
        assert not washing_out(HALF, "c", "s", start + WASHOUT)
    assert set(washing) == {(True, True), (False, False)}


@given(st.integers(0, 2**53))
def test_the_withheld_are_not_drawn_and_the_ghost_is_what_the_seed_would_have_shown(seed: int) -> None:
    test = replace(NEUTRAL, holdout=HALF)
    made, free = (decide(SPOTS, context, seed=seed, decision_id="d") for context in (test, NEUTRAL))
    out = {n for n in range(6) if withheld(n)}
    assert {d.number for d in made.draw} == set(range(6)) - out
    assert made.failed[Gate.HOLDOUT] == len(out)
    if free.chosen in out:
        assert made.ghost is not None
        assert (made.ghost.index, made.ghost.probability) == (free.chosen, free.propensity)
    else:
        assert made.ghost is None


@given(inventories, contexts, st.integers(0, 2**53))
def test_a_record_of_an_experiment_survives_json_and_can_be_run_again(
    stock: Inventory, context: Context, seed: int
) -> None:
    stock = replace(stock, spots=tuple(replace(one, campaign_id=f"c{n}") for n, one in enumerate(stock.spots)))
    made = decide(stock, replace(context, holdout=HALF), seed=seed, decision_id="d")
    assert rerun(record.load(record.dump(made)), stock) == made


PICKS = inventory(
    spot("pick", Level.MEMBER, content=Card(Template.PICK)),
    spot("moment", Level.MEMBER, content=Card(Template.MOMENT)),
    spot("open", campaign_id="c0"),
)  # fmt: skip
GUEST = replace(NEUTRAL, guest=True, picks=True)


@given(st.integers(0, 2**53))
def test_a_member_held_out_has_no_picks_and_the_record_says_so(seed: int) -> None:
    off, on, free = (
        decide(PICKS, replace(GUEST, withheld=arm), seed=seed, decision_id="d") for arm in (True, False, None)
    )
    assert [made.spot_id for made in (off, on, free)] == ["open", "pick", "pick"]
    assert off.failed == {Gate.GUEST: 1, Gate.HOLDOUT: 1}
    assert off.ghost is not None and PICKS.spots[off.ghost.index].spot_id == "pick"
    assert (on.ghost, free.ghost) == (None, None)
    told = [json.loads(record.dump(made)) for made in (off, on, free)]
    assert [(body.get("holdout"), body.get("withheld")) for body in told] == [
        ("member", True),
        ("member", False),
        (None, None),
    ]
    for made in (off, on, free):
        assert rerun(record.load(record.dump(made)), PICKS) == made


def test_a_member_held_out_is_greeted_all_the_same() -> None:
    greeted = replace(GUEST, withheld=True, greeting=True)
    made = decide(PICKS, greeted, seed=1, decision_id="d", only="moment")
    assert (made.spot_id, made.withheld) == ("moment", None)
    (no,) = [one for one in why_not(PICKS, replace(greeted, greeting=False), "pick") if not one.passed]
    assert texts.sentence(no, "en") == "Picks are withheld from this member, to see what they change"


def test_whoever_asks_for_a_spot_gets_it() -> None:
    (n, *_) = [n for n in range(6) if withheld(n)]
    made = decide(SPOTS, replace(NEUTRAL, holdout=HALF), seed=1, decision_id="d", only=f"s{n}")
    assert (made.spot_id, made.holdout, made.ghost) == (f"s{n}", None, None)


def test_only_open_campaigns_are_withheld() -> None:
    levels = [level for level in Level if level is not Level.OPEN]
    spots = inventory(*[spot(f"s{level}", level, campaign_id="c0") for level in levels], spot("own"))
    everything = replace(NEUTRAL, holdout=Holdout(SWITCHBACK, 100), guest=True, greeting=True)
    assert Gate.HOLDOUT not in decide(spots, everything, seed=1, decision_id="d").failed


def test_why_not_says_until_when() -> None:
    for n in range(6):
        result = {one.gate: one for one in why_not(SPOTS, replace(NEUTRAL, holdout=HALF), f"s{n}")}[Gate.HOLDOUT]
        assert result.passed is not withheld(n)
        assert "2026-11-16 17:00" in texts.sentence(result, "ja")  # 15:02 in Tokyo; blocks are even hours of UTC
