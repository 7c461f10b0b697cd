"""No price stands struck through that wasn't charged for long enough: the rule, counted day by day beside it."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recommender.domain.instant import from_ms, to_ms
from recommender.domain.usual_price import Charged, Sale, Unproved, sale_of
from tests.recommender.shop import NOW

DAY_MS = 86_400_000
FIRST = to_ms(NOW) // DAY_MS - 400  # the day that a history begins
Days = list[tuple[int, int]]  # (days that it was charged, amount), the last one now


def history(days: Days, currency: str = "JPY") -> list[Charged]:
    told, day = [], FIRST
    for lasted, amount in days:
        told.append(Charged(day * DAY_MS, amount, currency, False))
        day += lasted
    return told


def sale(*days: tuple[int, int]) -> Sale | None:
    return sale_of(history(list(days)))


def after(days: float) -> timedelta:
    return timedelta(days=days)


def test_a_price_of_eight_weeks_is_usual_for_four_weeks_more() -> None:
    found = sale((100, 698), (0, 598))
    assert found is not None and found.usual is not None and found.unproved is None
    usual = found.usual
    assert (usual.amount_minor, found.since - usual.first, usual.last) == (698, after(56), found.since)
    assert usual.ends == found.since + after(28)
    just_before, then = usual.ends - timedelta(milliseconds=1), usual.ends
    assert (found.proved(just_before), found.why_not(just_before)) == (usual, None)
    assert (found.proved(then), found.why_not(then)) == (None, Unproved.LAPSED)
    assert found.proved(found.since - after(1)) is None
    assert found.special(then) and not found.special(found.since + after(56))


@pytest.mark.parametrize(
    ("days", "answer"),
    [
        ([(0, 598)], None),  # never cost anything else
        ([(60, 598), (0, 698)], None),  # dearer than before
        ([(60, 598), (30, 598), (0, 598)], None),  # told again
        ([(28, 598), (28, 698), (0, 598)], Unproved.NO_USUAL),  # half is not more than half
        ([(27, 598), (29, 698), (0, 598)], 698),
        ([(20, 798), (20, 748), (16, 698), (0, 598)], Unproved.NO_USUAL),
        ([(13, 698), (0, 598)], Unproved.TOO_SHORT),
        ([(14, 698), (0, 598)], 698),  # new on the shelf, for two weeks
        ([(60, 698), (14, 648), (0, 598)], 698),
        ([(60, 698), (15, 648), (0, 598)], Unproved.TOO_LONG_AGO),
        ([(100, 698), (2, 500), (0, 598)], 698),  # lower than what it usually costs, though dearer than yesterday
        ([(100, 698), (20, 500), (0, 598)], None),  # dearer than before, and too long ago: it claims nothing
        ([(40, 698), (20, 598), (2, 698), (0, 598)], 698),  # in two parts
    ],
)
def test_what_proves_it(days: Days, answer: int | Unproved | None) -> None:
    found = sale_of(history(days))
    said = found and (found.usual.amount_minor if found.usual else found.unproved)
    assert said == answer


def test_what_was_made_up_or_paid_in_other_money_proves_nothing() -> None:
    now = Charged((FIRST + 100) * DAY_MS, 598, "JPY", False)
    for before in (Charged(FIRST * DAY_MS, 698, "JPY", True), Charged(FIRST * DAY_MS, 698, "USD", False)):
        assert sale_of([before, now]) is None


def may_be_shown(calendar: list[int], amount: int, start: int) -> bool:
    """The rule in days. `calendar`: what each day cost up to yesterday; the offer's first day was `start`."""
    first, today = calendar[max(0, start - 56) : start], calendar[-56:]
    proved = 2 * first.count(amount) > len(first) and first.count(amount) >= 14
    lately = amount in calendar[max(0, start - 15) : start]  # two whole weeks may lie between
    return proved and lately and 2 * today.count(amount) > len(today)


@given(
    st.lists(st.tuples(st.integers(1, 40), st.sampled_from([500, 598, 698])), min_size=1, max_size=8),
    st.integers(0, 70),
)
def test_nothing_unproved_is_shown_and_nothing_proved_is_withheld(days: Days, later: int) -> None:
    calendar = [amount for lasted, amount in days[:-1] for _ in range(lasted)]
    price = days[-1][1]
    start = max((day for day, amount in enumerate(calendar, 1) if amount != price), default=0)
    calendar += [price] * later
    found = sale_of(history(days))
    usual = found.proved(from_ms((FIRST + len(calendar)) * DAY_MS)) if found else None
    may = [amount for amount in (598, 698) if amount > price and may_be_shown(calendar, amount, start)]
    assert ([usual.amount_minor] if usual else []) == may
