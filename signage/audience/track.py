"""Boxes of successive frames in, tracks that stay the same box from frame to frame out; forgotten when they end.

Association is by place, size and motion only: nothing of what somebody looks like is compared.
"""

from dataclasses import dataclass, field
from math import inf
from typing import Generic, TypeVar

from signage.audience.box import Box, Found, iou

OVERLAP_AT_LEAST = 0.2
FACE_REACH_PER_S, BODY_REACH_PER_S = 8.0, 2.5  # widths of a box: a brisk walk past the camera
LEAST_REACH, MOST_REACH = 0.8, 1.8  # a box may be this many of its own widths from where it was expected
FACE_RATIO, BODY_RATIO = 1.4, 1.8  # of widths from look to look: others hide parts of a body
WEAK_COST = 0.6  # a weak box has to fit at least so well
STOPPING, MISSED_PER_S = 0.1, 0.2  # costs: people rather go on, and are rather where they were seen last
SEEN_TO_COUNT = 2  # a box seen once may be a mistake
SEEN_TO_STAND, STANDS_PER_S = 4, 0.2  # looks; own widths a second
GONE_AFTER_S = 1.0  # covers a blink of the detector, a turned head, somebody passing
MOTION_KEPT = 0.6
LONGEST_STEP_S = 1.0  # nothing is expected to go on moving for longer than this

B = TypeVar("B", bound=Found)


@dataclass(slots=True, eq=False)
class Track(Generic[B]):
    """One face or body while in view. Nothing identifies it outside this process: it has no number."""

    box: B
    first_at: float
    last_at: float
    seen: int = 1
    motion: tuple[float, float] = (0.0, 0.0)  # pixels a second
    step_s: float = 0.0  # between the last two looks that found it

    @property
    def counted(self) -> bool:
        return self.seen >= SEEN_TO_COUNT

    @property
    def stands(self) -> bool:
        """Has been in one place for a while: who does so doesn't vanish in the middle of a picture."""
        return self.seen >= SEEN_TO_STAND and abs(self.motion[0]) <= STANDS_PER_S * self.box.width

    def expected(self, at: float) -> Box:
        """Where the box should be at `at` when it kept moving as it did."""
        ahead = min(at - self.last_at, LONGEST_STEP_S)
        x, y = self.box.left + self.motion[0] * ahead, self.box.top + self.motion[1] * ahead
        return Box(x, y, self.box.width, self.box.height)

    def move(self, box: B, at: float) -> None:
        step = at - self.last_at
        if step > 0:
            (x, y), (was_x, was_y) = box.centre, self.box.centre
            kept = MOTION_KEPT if self.seen > 1 else 0.0  # the first step says all that is known
            self.motion = (
                kept * self.motion[0] + (1 - kept) * (x - was_x) / step,
                kept * self.motion[1] + (1 - kept) * (y - was_y) / step,
            )
        self.box, self.last_at, self.seen, self.step_s = box, at, self.seen + 1, step


@dataclass(slots=True)
class Tracker(Generic[B]):
    """Follows all boxes of one kind. `gone_after_s`: how long one may be missed; `reach_per_s`: how far one may get meanwhile,
    in its own widths; `ratio`: how much wider or narrower it may be. A box of a score below `begins_from` begins nothing, but
    goes on where one is expected (Zhang et al., 2022, arXiv:2110.06864)."""

    gone_after_s: float = GONE_AFTER_S
    reach_per_s: float = FACE_REACH_PER_S
    ratio: float = FACE_RATIO
    begins_from: float = 0.0
    hidden_for_s: float = 0.0
    tracks: list[Track[B]] = field(default_factory=list)

    @property
    def present(self) -> list[Track[B]]:
        return [track for track in self.tracks if track.counted]

    def update(self, boxes: list[B], at: float) -> None:
        """The boxes of the frame read at `at` (monotonic seconds, never going back) -> tracks moved, begun and ended."""
        new = [box for box in boxes if box.score >= self.begins_from]
        for track, box in self._matches(new, at):
            new.remove(box)
            track.move(box, at)
        for box in (each for each in boxes if each.score < self.begins_from):
            missed = [(cost, n) for n, track in enumerate(self.tracks)
                      if track.last_at < at and (cost := self._cost(track, box, at)) is not None]  # fmt: skip
            if missed and min(missed)[0] <= WEAK_COST:
                self.tracks[min(missed)[1]].move(box, at)
        self.tracks += [Track(box, at, at) for box in new]
        self.expire(at)

    def drop(self, track: Track[B]) -> None:
        """It was somebody's who has another one now."""
        self.tracks = [each for each in self.tracks if each is not track]

    def expire(self, at: float, across: float = inf) -> None:
        """Let go of what was not seen for `gone_after_s`, or has gone on out of a picture `across` px wide; also when no frame
        comes any more."""
        self.tracks = [track for track in self.tracks if at - track.last_at <= self._patience_s(track, at, across)]

    def _patience_s(self, track: Track[B], at: float, across: float) -> float:
        if not 0 <= track.expected(at).centre[0] < across:
            return 0.0
        return max(self.gone_after_s, self.hidden_for_s if track.stands else 0.0)

    def _matches(self, boxes: list[B], at: float) -> list[tuple[Track[B], B]]:
        """Pairs of a track and a box, best first, each used once."""
        pairs = []
        for i, track in enumerate(self.tracks):
            for j, box in enumerate(boxes):
                if (cost := self._cost(track, box, at)) is not None:
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

    def _cost(self, track: Track[B], box: B, at: float) -> float | None:
        """How badly a box fits a track that went on as it did, or else stopped; the more so the longer it was missed."""
        missed_s = at - track.last_at
        reach = min(MOST_REACH, max(LEAST_REACH, self.reach_per_s * missed_s))
        went_on = _misfit(track.expected(at), box, reach, self.ratio)
        stopped = _misfit(track.box, box, reach, self.ratio)
        costs = [cost + extra for cost, extra in ((went_on, 0.0), (stopped, STOPPING)) if cost is not None]
        return min(costs) + MISSED_PER_S * missed_s if costs else None


def _misfit(expected: Box, box: Box, reach: float, ratio: float) -> float | None:
    """How badly a box fits where one was expected, 0-2; None when it can't be the same. Overlap beats nearness."""
    if max(expected.width, box.width) > ratio * min(expected.width, box.width):
        return None
    overlap = iou(expected, box)
    if overlap >= OVERLAP_AT_LEAST:
        return 1.0 - overlap
    (x, y), (to_x, to_y) = expected.centre, box.centre
    away = ((x - to_x) ** 2 + (y - to_y) ** 2) ** 0.5 / max(expected.width, box.width, 1e-6)
    return 1.0 + away / reach if away <= reach else None
