"""Plays and audience samples in; the ladder gross impressions -> OTS -> attention out, each with its formula beside it.

An impression is never a play, and nothing here counts unique people: without identity that can't be done. The same people
are in front of every area of a screen: each area's plays have figures of their own, and no figure adds up two areas.
"""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from signage.domain.audience import AudienceSource
from signage.domain.play import Play
from signage.storage.samples import Sample

FORMULAS = {
    "gross_impressions": (
        "各放映について「開始時にいた人数+放映中に来た人数」を足した数(同じ人が何度も数えられます)",
        "for each play, people present when it started + people who arrived during it, added up (one person counts many times)",
    ),
    "ots": (
        "各放映について「放映中に同時に画面の方を向いていた最大人数」を足した数(見た可能性のある人数の下限)",
        "for each play, the most people who faced the screen at one moment, added up (a lower bound of those who could see it)",
    ),
    "attention_s": (
        "放映中に画面の方を向いていた時間の合計(人×秒)",
        "person-seconds of facing the screen during the plays",
    ),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Exposure:
    """`measured` of `plays` had samples; the others add nothing. `simulated`: some of the people were made up."""

    plays: int
    measured: int
    gross_impressions: int
    ots: int
    attention_s: float
    simulated: bool

    def __add__(self, other: "Exposure") -> "Exposure":
        return Exposure(
            self.plays + other.plays,
            self.measured + other.measured,
            self.gross_impressions + other.gross_impressions,
            self.ots + other.ots,
            self.attention_s + other.attention_s,
            self.simulated or other.simulated,
        )


NOTHING = Exposure(0, 0, 0, 0, 0.0, False)


def of_play(play: Play, samples: Sequence[Sample]) -> Exposure:
    """One play and the samples of its screen in order of time -> its exposure. Samples outside [start, end) don't count."""
    end = play.started_at + timedelta(milliseconds=play.shown_ms)
    first = bisect_left(samples, play.started_at, key=lambda sample: sample.at)
    during = samples[first : bisect_left(samples, end, key=lambda sample: sample.at)]
    if not during:
        return Exposure(1, 0, 0, 0, 0.0, False)
    return Exposure(
        plays=1,
        measured=1,
        gross_impressions=during[0].present + sum(sample.arrived for sample in during[1:]),
        ots=max(sample.facing for sample in during),
        attention_s=sum(sample.attention_s for sample in during),
        simulated=any(sample.source is AudienceSource.SIMULATED for sample in during),
    )
