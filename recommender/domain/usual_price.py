"""What a product usually cost: the history of its prices in; out a price that a shop may strike through, or why none.

The rule is that of the Consumer Affairs Agency's guidelines on displays of two prices (Japan, Act against Unjustifiable
Premiums and Misleading Representations): charged for more than half of the 8 weeks before the offer, or of a shorter time
on sale, for at least 2 weeks in all, and last charged at most 2 weeks before. While the offer lasts it is looked at again
for the 8 weeks before each moment, so a comparison ends by itself after 4 weeks at most.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import pairwise
from typing import NamedTuple

from recommender.domain.instant import from_ms

LOOKED_AT = timedelta(weeks=8)
LEAST = timedelta(weeks=2)
RECENT = timedelta(weeks=2)
OFFER_LASTS = LOOKED_AT / 2  # when the usual price has gone from half of the 8 weeks
_MS = timedelta(milliseconds=1)


class Unproved(StrEnum):
    """Why there is no price to compare with, though it costs less than before."""

    NO_USUAL = "no_usual"  # no higher price was charged for more than half of the time
    TOO_SHORT = "too_short"  # less than 2 weeks in all
    TOO_LONG_AGO = "too_long_ago"  # last charged more than 2 weeks before
    LAPSED = "lapsed"  # was proved, and no longer is


@dataclass(frozen=True, slots=True)
class Usual:
    """A proved price: charged from `first` on and last until `last`, not always in between; proved until before `ends`."""

    amount_minor: int
    first: datetime
    last: datetime
    ends: datetime


@dataclass(frozen=True, slots=True)
class Sale:
    """A price lower than before, `since` when. Either `usual` is known or `unproved`."""

    since: datetime
    usual: Usual | None = None
    unproved: Unproved | None = None

    def proved(self, now: datetime) -> Usual | None:
        """The price that may stand struck through at this moment."""
        return self.usual if self.usual and self.since <= now < self.usual.ends else None

    def why_not(self, now: datetime) -> Unproved | None:
        """Why none may; None when one may."""
        return None if self.proved(now) else self.unproved or Unproved.LAPSED

    def special(self, now: datetime) -> bool:
        """May it be called an offer? After 8 weeks it is what the product costs."""
        return self.since <= now < self.since + LOOKED_AT


class Charged(NamedTuple):
    """A price from `since` (ms) on, until the next one. A simulated price proves nothing about a real one."""

    since: int
    amount_minor: int
    currency: str
    simulated: bool


class _Run(NamedTuple):
    start: int
    end: int
    told: Charged


def sale_of(history: Sequence[Charged]) -> Sale | None:
    """Prices of one product in one store, oldest first; the last one is charged now. None when it is no sale."""
    *before, now = _changes(history)
    runs = [_Run(a.since, b.since, a) for a, b in pairwise([*before, now])]
    higher = [run for run in runs if run.told[2:] == now[2:] and run.told.amount_minor > now.amount_minor]
    proved = _proved(runs, higher, now.since)
    if isinstance(proved, Usual):
        return Sale(from_ms(now.since), usual=proved)
    return Sale(from_ms(now.since), unproved=proved) if higher and higher[-1] is runs[-1] else None


def _changes(history: Sequence[Charged]) -> list[Charged]:
    """Without those that told the same price again."""
    return [told for n, told in enumerate(history) if n == 0 or told[1:] != history[n - 1][1:]]


def _proved(runs: Sequence[_Run], higher: Sequence[_Run], start: int) -> Usual | Unproved:
    """`higher`: those of `runs` that were dearer than the offer, which began at `start`."""
    opened = max(runs[0].start if runs else start, start - LOOKED_AT // _MS)
    seen = [run for run in higher if run.end > opened]
    amounts = {run.told.amount_minor for run in seen}
    for amount in amounts:
        mine = [run for run in higher if run.told.amount_minor == amount]
        charged = sum(run.end - max(run.start, opened) for run in mine if run.end > opened)
        if 2 * charged <= start - opened:
            continue  # no other can have more than half either, once one has
        if charged < LEAST // _MS:
            return Unproved.TOO_SHORT
        if start - mine[-1].end > RECENT // _MS:
            return Unproved.TOO_LONG_AGO
        first = max(next(run.start for run in mine if run.end > opened), opened)
        ends = _ends(mine, runs[0].start)
        return Usual(amount, from_ms(first), from_ms(mine[-1].end), from_ms(ends))
    return Unproved.NO_USUAL


def _ends(mine: Sequence[_Run], opened: int) -> int:
    """When these runs no longer fill more than half of the 8 weeks before, or of the time since the product was `opened`.

    At the end of the 8 weeks only other prices come in, so what they fill never grows."""
    half = OFFER_LASTS // _MS
    left = half
    for run in reversed(mine):
        if run.end - run.start > left:
            return run.end - left + 2 * half
        left -= run.end - run.start
    return opened + 2 * (half - left)
