"""Boxes of successive frames in, tracks that stay the same box from frame to frame out; forgotten when they end.

Association is by place, size and motion only: nothing of what somebody looks like is compared.
"""

from dataclasses import dataclass, field
from typing import Generic, TypeVar

from signage.audience.box import Box, iou

OVERLAP_AT_LEAST = 0.2
REACH = 1.5  # a box may be this many of its own widths from where it was expected
SIZE_RATIO_AT_MOST = 1.8
SEEN_TO_COUNT = 2  # a box seen once may be a mistake
GONE_AFTER_S = 1.0  # covers a blink of the detector, a turned head, somebody passing
MOTION_KEPT = 0.6
LONGEST_STEP_S = 1.0  # nothing is expected to go on moving for longer than this

B = TypeVar("B", bound=Box)


@dataclass(slots=True, eq=False)
class Track(Generic[B]):
    """One face or body while in view. Nothing identifies it outside this process: it has no number."""

    box: B
    first_at: float
    last_at: float
    seen: int = 1
    motion: tuple[float, float] = (0.0, 0.0)  # pixels a second

    @property
    def counted(self) -> bool:
        return self.seen >= SEEN_TO_COUNT

    def expected(self, at: float) -> Box:
        """Where the box should be at `at` when it kept moving as it did."""
        ahead = min(at - self.last_at, LONGEST_STEP_S)
        x, y = self.box.left + self.motion[0] * ahead, self.box.top + self.motion[1] * ahead
        return Box(x, y, self.box.width, self.box.height)

    def move(self, box: B, at: float) -> None:
        step = at - self.last_at
        if step > 0:
            (x, y), (was_x, was_y) = box.centre, self.box.centre
            fresh = 1 - MOTION_KEPT
            self.motion = (
                MOTION_KEPT * self.motion[0] + fresh * (x - was_x) / step,
                MOTION_KEPT * self.motion[1] + fresh * (y - was_y) / step,
            )
        self.box, self.last_at, self.seen = box, at, self.seen + 1


@dataclass(slots=True)
class Tracker(Generic[B]):
    """Follows all boxes of one kind. `gone_after_s`: how long one may be missed."""

    gone_after_s: float = GONE_AFTER_S
    tracks: list[Track[B]] = field(default_factory=list)

    @property
    def present(self) -> list[Track[B]]:
        return [track for track in self.tracks if track.counted]

    def update(self, boxes: list[B], at: float) -> None:
        """The boxes of the frame read at `at` (monotonic seconds, never going back) -> tracks moved, begun and ended."""
        new = list(boxes)
        for track, box in self._matches(boxes, at):
            new.remove(box)
            track.move(box, at)
        self.tracks += [Track(box, at, at) for box in new]
        self.expire(at)

    def expire(self, at: float) -> None:
        """Let go of what was not seen for `gone_after_s`, also when no frame comes any more."""
        self.tracks = [track for track in self.tracks if at - track.last_at <= self.gone_after_s]

    def _matches(self, boxes: list[B], at: float) -> list[tuple[Track[B], B]]:
        """Pairs of a track and a box, best first, each used once."""
        pairs = []
        for i, track in enumerate(self.tracks):
            expected = track.expected(at)
            for j, box in enumerate(boxes):
                if (cost := _cost(expected, box)) is not None:
                    pairs.append((cost, box.left, box.top, i, j))
        pairs.sort()
        used_tracks: set[int] = set()
        used_boxes: set[int] = set()
        matched = []
        for *_, i, j in pairs:
            if i not in used_tracks and j not in used_boxes:
                used_tracks.add(i)
                used_boxes.add(j)
                matched.append((self.tracks[i], boxes[j]))
        return matched


def _cost(expected: Box, box: Box) -> float | None:
    """How badly a box fits where one was expected, 0-2; None when it can't be the same. Overlap beats nearness."""
    overlap = iou(expected, box)
    if overlap >= OVERLAP_AT_LEAST:
        return 1.0 - overlap
    ratio = max(expected.width, box.width) / max(min(expected.width, box.width), 1e-6)
    (x, y), (to_x, to_y) = expected.centre, box.centre
    away = ((x - to_x) ** 2 + (y - to_y) ** 2) ** 0.5 / max(expected.width, box.width, 1e-6)
    return 1.0 + away / REACH if away <= REACH and ratio <= SIZE_RATIO_AT_MOST else None
