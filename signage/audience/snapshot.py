"""The people in view in, one anonymous AudienceSnapshot out, and its JSON for the wire."""

import json
from dataclasses import asdict, dataclass
from datetime import datetime

from signage.audience.face import NEAR_FACE_PX, is_facing
from signage.audience.look import band, may_be_child
from signage.audience.track import Track, Tracker
from signage.domain.audience import AudienceSnapshot, AudienceSource, CameraState
from signage.domain.clock import millis

EVERY_S = 0.5
NEAR_AT_FRAME_PX = 1280  # the frame width for which NEAR_FACE_PX holds
BANDS_RIGHT = 0.9  # share of the single looks that told a band which told the right one, measured
SHORT_DWELL_S, LONG_DWELL_S = 2.0, 10.0
LARGEST_BYTES = 1024


@dataclass(frozen=True, slots=True)
class Seen:
    """What the pipeline knows besides the tracks at the moment of a snapshot. `frame_width` in px, 0 before a frame."""

    frame_width: int
    fps: float
    lag_ms: int
    camera: CameraState


def summarise(screen_id: str, tracker: Tracker, taken_at: datetime, sequence: int, seen: Seen) -> AudienceSnapshot:
    """People in view -> the snapshot; the tracker's arrivals, departures and attention start again from zero.

    In presence mode no network for ages runs: everybody is in `unknown`, `possible_child` is False (nothing was
    computed) and `confidence` 0, and a restricted spot has to be treated as when nothing is known.
    """
    people = tracker.present
    bands = [band(track.look) for track in people]
    dwell = [track.dwell_s for track in people]
    near_px = NEAR_FACE_PX * seen.frame_width / NEAR_AT_FRAME_PX
    snapshot = AudienceSnapshot(
        screen_id=screen_id,
        taken_at=taken_at,
        sequence=sequence,
        source=AudienceSource.CAMERA,
        present=len(people),
        facing=sum(is_facing(track.face) for track in people),
        near=sum(track.face.width >= near_px for track in people),
        arrived=tracker.arrived,
        left=tracker.left,
        child=bands.count("child"),
        adult=bands.count("adult"),
        senior=bands.count("senior"),
        unknown=bands.count("unknown"),
        possible_child=any(may_be_child(track.look) for track in people),
        confidence=round(_confidence(people), 2),
        dwell_under_2=sum(s < SHORT_DWELL_S for s in dwell),
        dwell_2_to_10=sum(SHORT_DWELL_S <= s <= LONG_DWELL_S for s in dwell),
        dwell_over_10=sum(s > LONG_DWELL_S for s in dwell),
        attention_s=round(tracker.attention_s, 2),
        fps=round(seen.fps, 1),
        lag_ms=seen.lag_ms,
        camera=seen.camera,
    )
    tracker.arrived = tracker.left = 0
    tracker.attention_s = 0.0
    return snapshot


def to_json(snapshot: AudienceSnapshot) -> bytes:
    """Snapshot -> UTF-8 JSON, flat: numbers, booleans, the screen's id and words of two enumerations. ValueError > 1 KB."""
    fields = asdict(snapshot)
    fields["taken_ms"] = millis(fields.pop("taken_at"))
    fields["screen"] = fields.pop("screen_id")
    data = json.dumps({"type": "snapshot", "v": 1, **fields}, separators=(",", ":")).encode()
    if len(data) > LARGEST_BYTES:
        raise ValueError(f"a snapshot of {len(data)} bytes; at most {LARGEST_BYTES} may leave")
    return data


def _confidence(people: list[Track]) -> float:
    """0-1: the mean over people of how far their band can be trusted; more looks at one person agree more surely."""
    if not people:
        return 1.0
    return BANDS_RIGHT * sum(track.looks / (track.looks + 1) for track in people) / len(people)
