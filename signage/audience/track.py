"""Faces of successive frames in, people who stay the same person from frame to frame out; forgotten when they leave."""

from dataclasses import dataclass, field

from signage.audience.face import Face, iou, is_facing
from signage.audience.look import Look

OVERLAP_AT_LEAST = 0.2
REACH = 1.5  # a face may be this many of its own widths from where it was expected
SIZE_RATIO_AT_MOST = 1.8
SEEN_TO_COUNT = 2  # a face seen once may be a mistake
GONE_AFTER_S = 1.0  # covers a blink of the detector, a turned head, somebody passing
MOTION_KEPT = 0.6
LONGEST_STEP_S = 1.0  # after a gap nobody is said to have looked all through it


@dataclass(slots=True, eq=False)
class Track:
    """One person while in view. Nothing identifies it outside this process: it has no number."""

    face: Face
    first_at: float
    last_at: float
    seen: int = 1
    motion: tuple[float, float] = (0.0, 0.0)  # pixels a second
    looks: int = 0
    looked_at: float = float("-inf")
    _age_sum: float = 0.0
    _young_sum: float = 0.0
    _weight: float = 0.0

    @property
    def counted(self) -> bool:
        return self.seen >= SEEN_TO_COUNT

    @property
    def dwell_s(self) -> float:
        return self.last_at - self.first_at

    @property
    def look(self) -> Look | None:
        """All looks so far in one, averaged by face width; None before the first."""
        return Look(self._age_sum / self._weight, self._young_sum / self._weight) if self._weight else None

    def add_look(self, look: Look, at: float) -> None:
        """One more look at the face as it is now."""
        self._age_sum += look.age * self.face.width
        self._young_sum += look.young * self.face.width
        self._weight += self.face.width
        self.looks += 1
        self.looked_at = at

    def expected(self, at: float) -> Face:
        """Where the face should be at `at` when it kept moving as it did."""
        ahead = min(at - self.last_at, LONGEST_STEP_S)
        x, y = self.face.left + self.motion[0] * ahead, self.face.top + self.motion[1] * ahead
        return Face(self.face.score, x, y, self.face.width, self.face.height, self.face.landmarks)

    def move(self, face: Face, at: float) -> None:
        step = at - self.last_at
        if step > 0:
            (x, y), (was_x, was_y) = face.centre, self.face.centre
            fresh = 1 - MOTION_KEPT
            self.motion = (
                MOTION_KEPT * self.motion[0] + fresh * (x - was_x) / step,
                MOTION_KEPT * self.motion[1] + fresh * (y - was_y) / step,
            )
        self.face, self.last_at, self.seen = face, at, self.seen + 1


@dataclass(slots=True)
class Tracker:
    """`arrived`, `left` (people) and `attention_s` (person-seconds of facing) grow until the reader resets them."""

    tracks: list[Track] = field(default_factory=list)
    arrived: int = 0
    left: int = 0
    attention_s: float = 0.0
    _at: float | None = None

    @property
    def present(self) -> list[Track]:
        return [track for track in self.tracks if track.counted]

    def update(self, faces: list[Face], at: float) -> None:
        """The faces of the frame read at `at` (monotonic seconds, never going back) -> tracks moved, begun and ended."""
        step = 0.0 if self._at is None else min(at - self._at, LONGEST_STEP_S)
        self._at = at
        new = list(faces)
        for track, face in self._matches(faces, at):
            new.remove(face)
            track.move(face, at)
            self.arrived += track.seen == SEEN_TO_COUNT
        self.attention_s += step * sum(track.last_at == at and is_facing(track.face) for track in self.present)
        self.tracks += [Track(face, at, at) for face in new]
        self.expire(at)

    def expire(self, at: float) -> None:
        """Let go of who was not seen for GONE_AFTER_S, also when no frame comes any more."""
        stay = [track for track in self.tracks if at - track.last_at <= GONE_AFTER_S]
        self.left += sum(track.counted for track in self.tracks) - sum(track.counted for track in stay)
        self.tracks = stay

    def _matches(self, faces: list[Face], at: float) -> list[tuple[Track, Face]]:
        """Pairs of a track and a face, best first, each used once."""
        pairs = []
        for i, track in enumerate(self.tracks):
            expected = track.expected(at)
            for j, face in enumerate(faces):
                if (cost := _cost(expected, face)) is not None:
                    pairs.append((cost, face.left, face.top, i, j))
        pairs.sort()
        used_tracks: set[int] = set()
        used_faces: set[int] = set()
        matched = []
        for *_, i, j in pairs:
            if i not in used_tracks and j not in used_faces:
                used_tracks.add(i)
                used_faces.add(j)
                matched.append((self.tracks[i], faces[j]))
        return matched


def _cost(expected: Face, face: Face) -> float | None:
    """How badly a face fits where one was expected, 0-2; None when it can't be the same. Overlap beats nearness."""
    overlap = iou(expected, face)
    if overlap >= OVERLAP_AT_LEAST:
        return 1.0 - overlap
    ratio = max(expected.width, face.width) / max(min(expected.width, face.width), 1e-6)
    (x, y), (to_x, to_y) = expected.centre, face.centre
    away = ((x - to_x) ** 2 + (y - to_y) ** 2) ** 0.5 / max(expected.width, face.width, 1e-6)
    return 1.0 + away / REACH if away <= REACH and ratio <= SIZE_RATIO_AT_MOST else None
