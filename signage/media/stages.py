"""How far a file is: the stages of processing, and the share of the whole at which each of them ends."""

from enum import StrEnum

LOOKED, MADE = 0.1, 0.9


class Stage(StrEnum):
    LOOKING = "looking"  # what is it, is it whole
    CONVERTING = "converting"
    POSTER = "poster"


def stage_of(progress: float) -> Stage:
    """Progress 0-1, as the job has it."""
    return Stage.LOOKING if progress < LOOKED else Stage.CONVERTING if progress < MADE else Stage.POSTER


def converted(share: float) -> float:
    """Of the conversion 0-1 -> of the whole."""
    return LOOKED + (MADE - LOOKED) * share
