"""Rectangles in pixels of a frame, and how much two of them are the same."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Box:
    """What is common to a face and a body."""

    left: float
    top: float
    width: float
    height: float

    @property
    def centre(self) -> tuple[float, float]:
        return self.left + self.width / 2, self.top + self.height / 2


@dataclass(frozen=True, slots=True)
class Found(Box):
    """A box that a network gave, with how sure it is: 0-1."""

    score: float


def iou(a: Box, b: Box) -> float:
    """Overlap of two boxes: intersection over union, 0-1."""
    across = min(a.left + a.width, b.left + b.width) - max(a.left, b.left)
    down = min(a.top + a.height, b.top + b.height) - max(a.top, b.top)
    if across <= 0 or down <= 0:
        return 0.0
    shared = across * down
    return shared / (a.width * a.height + b.width * b.height - shared)
