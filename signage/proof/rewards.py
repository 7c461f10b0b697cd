"""What came of plays: measured plays in, for each the share of its people's time that it held, out."""

from collections.abc import Iterable
from dataclasses import dataclass

from signage.domain.exposure import Exposure
from signage.domain.play import Area, Play


@dataclass(frozen=True, slots=True)
class Rewarded:
    """`attention` 0-1: person-seconds of facing the screen, of those spent before it; `present` when it began."""

    play: Play
    attention: float
    present: int


def rewarded(measured: Iterable[tuple[Play, Exposure]]) -> list[Rewarded]:
    """Plays with the people before them -> those that somebody could answer to, in their order.

    Left out: a guest's minute, what ran beside the programme, what the player chose by itself, and plays before nobody.
    """
    return [
        Rewarded(play, min(1.0, exposure.attention_s / exposure.present_s), exposure.present)
        for play, exposure in measured
        if exposure.present_s and play.decision_id and not play.guest and play.area is Area.MAIN
    ]
