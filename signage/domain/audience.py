"""The anonymous audience of one screen: the only thing that leaves a camera, besides a scanned code."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

STALE_AFTER = timedelta(seconds=3)
CAMERA_HEADER = "Shelfcast-Camera"  # names a camera process, so that of two before a screen only one counts


class CameraState(StrEnum):
    OK = "ok"
    FROZEN = "frozen"
    BLACK = "black"
    BLURRED = "blurred"
    COVERED = "covered"
    LOST = "lost"


class AudienceSource(StrEnum):
    CAMERA = "camera"
    SIMULATED = "simulated"  # shown as such wherever it appears


class AudienceClass(StrEnum):
    """The buckets that targeting and decision records use. `UNKNOWN`: no camera, a stale or an unusable snapshot,
    or people without ages."""

    UNKNOWN = "unknown"
    NOBODY = "nobody"
    ADULTS = "adults"
    SENIORS = "seniors"
    MIXED = "mixed"
    CHILD = "child"  # a child may be among them


@dataclass(frozen=True, slots=True)
class AudienceSnapshot:
    """Counts over one moment before one screen. No image, no embedding, no id of a person; <= 1 KB as JSON.

    `bands` are people by apparent age: child (0-12), adult (13-64), senior (65+), unknown; they sum to `present`.
    `confidence` 0-1 is that of the bands. `dwell_s` buckets people by how long they have been there:
    under 2 s, 2-10 s, over 10 s. `lag_ms`: from the last frame looked at to the snapshot. `near`: within about 1.5 m.
    """

    screen_id: str
    taken_at: datetime
    sequence: int
    source: AudienceSource
    present: int
    facing: int
    near: int
    arrived: int
    left: int
    child: int
    adult: int
    senior: int
    unknown: int
    possible_child: bool
    confidence: float
    dwell_under_2: int
    dwell_2_to_10: int
    dwell_over_10: int
    attention_s: float  # person-seconds of facing since the previous snapshot
    fps: float
    lag_ms: int
    camera: CameraState

    def fresh(self, now: datetime) -> bool:
        """Young enough to decide by, and from a camera that sees. A clock ahead of ours counts as stale too."""
        return abs(now - self.taken_at) <= STALE_AFTER and self.camera is CameraState.OK


def classify(snapshot: AudienceSnapshot | None, now: datetime) -> AudienceClass:
    """Snapshot (or none) at `now` -> the bucket that deciding uses. A possible child wins over everything."""
    if snapshot is None or not snapshot.fresh(now):
        return AudienceClass.UNKNOWN
    if snapshot.possible_child or snapshot.child:
        return AudienceClass.CHILD
    if snapshot.present == 0:
        return AudienceClass.NOBODY
    if snapshot.senior and not snapshot.adult:
        return AudienceClass.SENIORS
    if snapshot.senior:
        return AudienceClass.MIXED
    return AudienceClass.ADULTS if snapshot.adult else AudienceClass.UNKNOWN  # people, but no age: counts only
