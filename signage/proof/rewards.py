"""What came of plays: plays and audience samples in, for each measured play the share of its people's time that it held, out."""

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from signage.domain.play import Area, Play
from signage.storage.samples import Sample


@dataclass(frozen=True, slots=True)
class Rewarded:
    """`attention` 0-1: person-seconds of facing the screen, of those spent before it; `present` when it began."""

    play: Play
    attention: float
    present: int


def rewarded(plays: Iterable[Play], samples: Sequence[Sample]) -> list[Rewarded]:
    """The plays of one screen and its samples, both by time -> those that somebody could answer to, in their order.

    Left out: a guest's minute, what ran beside the programme, what the player chose by itself, and plays before nobody.
    """
    found = []
    for play in plays:
        if play.guest or play.area is not Area.MAIN or not play.decision_id:
            continue
        first = bisect_left(samples, play.started_at, key=lambda sample: sample.at)
        end = play.started_at + timedelta(milliseconds=play.shown_ms)
        during = samples[first : bisect_left(samples, end, key=lambda sample: sample.at)]
        there = sum(sample.present for sample in during)
        if there:
            share = min(1.0, sum(sample.attention_s for sample in during) / there)  # a sample stands for a second
            found.append(Rewarded(play, share, during[0].present))
    return found
