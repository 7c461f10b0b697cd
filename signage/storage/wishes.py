"""Another frame for a creative that screens show already: the wish is a job, and the job's subject says which frame of which
creative. The creative's row has the frame that is in force, until the file of the new one is there."""

from itertools import product

from signage.domain.content import SAFE_PERCENT, Frame, Framing

KIND = "frame"  # of job
_FRAMINGS = [Framing(frame, percent) for frame, percent in product(Frame, SAFE_PERCENT)]


def subject(creative_id: str, framing: Framing) -> str:
    return f"{creative_id}:{framing.frame}:{framing.safe_percent}"


def subjects(creative_id: str) -> list[str]:
    """All that may be wished for it."""
    return [subject(creative_id, framing) for framing in _FRAMINGS]


def wished(text: str) -> tuple[str, Framing]:
    """A job's subject -> the creative's id, and the frame."""
    creative_id, frame, percent = text.rsplit(":", 2)
    return creative_id, Framing(Frame(frame), int(percent))
