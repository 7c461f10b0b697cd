"""A play and audience samples in; the ladder gross impressions -> OTS -> attention out, each with its formula beside it.

An impression is never a play, and nothing here counts unique people: without identity that can't be done. The same people
are in front of every area of a screen: each area's plays have figures of their own, and no figure adds up two areas.
"""

from bisect import bisect_left
from collections.abc import Sequence

from signage.domain.audience import AudienceSource
from signage.domain.exposure import Exposure
from signage.domain.play import Play
from signage.storage.exposures import ended_at
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


def of_play(play: Play, samples: Sequence[Sample]) -> Exposure | None:
    """One play and the samples of its screen in order of time -> its exposure; None: nothing was measured.

    Samples outside [start, end) don't count.
    """
    first = bisect_left(samples, play.started_at, key=lambda sample: sample.at)
    during = samples[first : bisect_left(samples, ended_at(play), key=lambda sample: sample.at)]
    if not during:
        return None
    return Exposure(
        gross_impressions=during[0].present + sum(sample.arrived for sample in during[1:]),
        ots=max(sample.facing for sample in during),
        attention_s=sum(sample.attention_s for sample in during),
        present=during[0].present,
        present_s=sum(sample.present for sample in during),  # a sample stands for a second
        simulated=any(sample.source is AudienceSource.SIMULATED for sample in during),
    )
