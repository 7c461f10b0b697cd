"""Learning what spots bring: nothing known is a rotation, a better spot is found, here and there apart, and the old fades."""

from dataclasses import replace
from random import Random

import pytest

from signage.decide.choose import decide
from signage.decide.policy import STANDARD
from signage.decide.response import DRIFT, SPOT_VARIANCE, Response, learn
from signage.domain.campaign import Level
from signage.domain.response import Outcome, Situation, crowd_of, day_of, part_of
from tests.bandit import AUDIENCES, Store, click_rates
from tests.signage.decide.making import MILK, NEUTRAL, inventory, spot

NOON = Situation("ekimae", "entrance", "adults", "noon", "weekday", "few")
EVENING = replace(NOON, part="evening")


def outcomes(rates: dict[str, float], here: Situation, count: int = 1_000, day: float = 0.0) -> list[Outcome]:
    chance = Random(3)
    names = list(rates)
    return [
        Outcome(name, (), here, "attention", float(chance.random() < rates[name]), day)
        for name in (names[n % len(names)] for n in range(count))
    ]


def test_nothing_learned_says_nothing() -> None:
    assert Response().of("a", (MILK,), NOON) == 0.0
    assert learn(Response(), []) == Response()


def test_the_better_spot_is_known_where_it_was_seen_and_half_believed_elsewhere() -> None:
    known = learn(Response(), outcomes({"good": 0.3, "poor": 0.1}, NOON))
    good, poor = known.of("good", (), NOON), known.of("poor", (), NOON)
    assert good - poor == pytest.approx(1.35, abs=0.3)  # log-odds of 0.3 and 0.1 are 1.35 apart
    assert 0 < known.of("good", (), EVENING) < good
    assert known.of("new", (), NOON) == 0.0
    assert known.version == 1


def test_what_is_good_at_noon_may_be_poor_in_the_evening() -> None:
    noon, evening = outcomes({"a": 0.3, "b": 0.1}, NOON), outcomes({"a": 0.1, "b": 0.3}, EVENING)
    known = learn(Response(), [one for pair in zip(noon, evening, strict=True) for one in pair])
    assert known.of("a", (), NOON) > known.of("b", (), NOON)
    assert known.of("a", (), EVENING) < known.of("b", (), EVENING)


def test_products_lend_what_they_earned_to_a_new_spot() -> None:
    told = [
        replace(one, gtins=(MILK,)) if one.spot_id == "good" else one
        for one in outcomes({"good": 0.3, "poor": 0.1}, NOON)
    ]
    assert learn(Response(), told).of("new", (MILK,), NOON) > 0.1


def test_a_share_of_the_time_moves_a_spot_by_that_share() -> None:
    def sold(share: float) -> float:
        days = [Outcome("a", (), NOON, "sold:x", 0.9 if n % 2 else 0.1, 0.0, share=share * (n % 2)) for n in range(40)]
        return learn(Response(), days).of("a", (), NOON)

    assert sold(0.5) > sold(0.05) > 0


def test_a_price_cut_that_doubles_the_response_is_learned_of_all_spots_and_of_each() -> None:
    chance, told = Random(4), []
    for n in range(4_000):
        cut = chance.random() < 0.3
        reward = float(chance.random() < (0.2 if cut else 0.1))
        told.append(Outcome(f"s{n % 8}", (), NOON, "attention", reward, 0.0, cut=cut))
    known, doubled = learn(Response(), told), pytest.approx(0.81, abs=0.2)  # log-odds of 0.2 and 0.1 are 0.81 apart
    assert known.of("s0", (), NOON, cut=True) - known.of("s0", (), NOON) == doubled
    assert known.of("new", (), NOON, cut=True) == doubled, "and what is new gains by it at once"
    assert known.of("s0", (), NOON) == pytest.approx(0.0, abs=0.2), "the others lose nothing"


def test_what_was_learned_long_ago_is_believed_less() -> None:
    known = learn(Response(), outcomes({"a": 0.3, "b": 0.1}, NOON))
    name = "spot:a"
    touched = [replace(one, day=day) for day in (1.0, 101.0) for one in outcomes({"a": 0.3}, NOON, 1)]
    soon, late = (learn(known, [one]).weights[name].variance for one in touched)
    assert late - soon == pytest.approx(100 * DRIFT, rel=0.3)
    assert late <= SPOT_VARIANCE


def test_a_learned_response_raises_a_chance_and_never_below_the_floor() -> None:
    spots = inventory(spot("a"), spot("b"), spot("c"))
    plain = decide(spots, NEUTRAL, seed=1, decision_id="d")
    told = decide(spots, replace(NEUTRAL, response={"a": 1.0}, learned=7), seed=1, decision_id="d")
    assert [d.probability for d in plain.draw] == pytest.approx([1 / 3] * 3, abs=1e-5)
    assert [d.probability for d in told.draw] == [0.98, 0.01, 0.01]
    assert (told.policy, told.model_version, plain.model_version) == (STANDARD.name, "none+r7", "none")


def test_an_emergency_takes_no_account_of_it() -> None:
    spots = inventory(spot("a", Level.EMERGENCY), spot("b", Level.EMERGENCY))
    context = replace(NEUTRAL, response={"b": 2.0}, last_shown_ago_s={"b": 5.0})
    assert decide(spots, context, seed=1, decision_id="d").spot_id == "a"


def test_coarse_words_for_hours_days_and_crowds() -> None:
    assert [part_of(hour) for hour in (0, 6, 11, 14, 17, 23)] == [
        "night", "morning", "noon", "afternoon", "evening", "evening",
    ]  # fmt: skip
    assert [day_of(weekday) for weekday in (0, 4, 5, 6)] == ["weekday", "weekday", "weekend", "weekend"]
    assert [crowd_of(people) for people in (None, 0, 1, 2, 3)] == ["", "nobody", "few", "few", "many"]


LEAST_SAVED = 0.30  # of the even regret


def told(store: Store) -> float:
    """The share of the even regret that it saved; printed, with what makes its log fit to be judged."""
    print(f"saved {store.saved:.1%} of the even regret; mean importance weight {store.mean_weight:.3f}")
    assert 0.95 <= store.mean_weight <= 1.05
    return store.saved


def test_regret_falls_below_that_of_showing_all_evenly() -> None:
    """The small version: a third of the items, as many as one screen's loop has."""
    rates = click_rates()[::3]
    assert told(Store(dict.fromkeys(AUDIENCES, rates), seed=1).run(10_000)) >= LEAST_SAVED


@pytest.mark.soak
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_regret_over_100_000_plays_among_all_34_items(seed: int) -> None:
    """The floor alone keeps 34 % of the plays even: at most 66 % can be saved. Half is wanted, and printed; 30 % is a law."""
    assert told(Store(dict.fromkeys(AUDIENCES, click_rates()), seed).run(100_000)) >= LEAST_SAVED


@pytest.mark.soak
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_regret_where_the_audience_matters(seed: int) -> None:
    """What adults like is the reverse of what seniors like."""
    rates = click_rates()[::3]
    assert told(Store({AUDIENCES[0]: rates, AUDIENCES[1]: rates[::-1]}, seed).run(100_000)) >= 0.60
