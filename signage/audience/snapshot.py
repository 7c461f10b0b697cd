"""The people in view in, one anonymous AudienceSnapshot out, and its JSON for the wire."""

import json
from dataclasses import asdict, dataclass
from datetime import datetime

from signage.audience.face import NEAR_FACE_PX
from signage.audience.look import band, may_be_child
from signage.audience.people import People, Person
from signage.domain.audience import AudienceSnapshot, AudienceSource, CameraState
from signage.domain.clock import millis

EVERY_S = 0.5
NEAR_AT_FRAME_PX = 1280  # the frame width for which NEAR_FACE_PX holds
BANDS_RIGHT = 0.9  # share of the single looks that told a band which told the right one, measured
SHORT_DWELL_S, LONG_DWELL_S = 2.0, 10.0
LARGEST_BYTES = 1024


@dataclass(frozen=True, slots=True)
class Seen:
    """What the pipeline knows besides the people at the moment of a snapshot. `frame_width` in px, 0 before a frame."""

    frame_width: int
    fps: float
    lag_ms: int
    camera: CameraState


def summarise(screen_id: str, people: People, taken_at: datetime, sequence: int, seen: Seen) -> AudienceSnapshot:
    """People in view -> the snapshot; their arrivals, departures and attention start again from zero.

    Who turns the back is present and of unknown age; facing and near are told by faces.

    In presence mode no network for ages runs: everybody is in `unknown`, `possible_child` is False (nothing was
    computed) and `confidence` 0, and a restricted spot has to be treated as when nothing is known.
    """
    present = people.present
    bands = [band(person.look) for person in present]
    dwell = [person.dwell_s for person in present]
    near_px = NEAR_FACE_PX * seen.frame_width / NEAR_AT_FRAME_PX
    snapshot = AudienceSnapshot(
        screen_id=screen_id,
        taken_at=taken_at,
        sequence=sequence,
        source=AudienceSource.CAMERA,
        present=len(present),
        facing=sum(person.facing for person in present),
        near=sum(person.face is not None and person.face.box.width >= near_px for person in present),
        arrived=people.arrived,
        left=people.left,
        child=bands.count("child"),
        adult=bands.count("adult"),
        senior=bands.count("senior"),
        unknown=bands.count("unknown"),
        possible_child=any(may_be_child(person.look) for person in present),
        confidence=round(_confidence(present), 2),
        dwell_under_2=sum(s < SHORT_DWELL_S for s in dwell),
        dwell_2_to_10=sum(SHORT_DWELL_S <= s <= LONG_DWELL_S for s in dwell),
        dwell_over_10=sum(s > LONG_DWELL_S for s in dwell),
        attention_s=round(people.attention_s, 2),
        fps=round(seen.fps, 1),
        lag_ms=seen.lag_ms,
        camera=seen.camera,
    )
    people.arrived = people.left = 0
    people.attention_s = 0.0
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


def _confidence(present: list[Person]) -> float:
    """0-1: the mean over people of how far their band can be trusted; more looks at one person agree more surely."""
    if not present:
        return 1.0
    return BANDS_RIGHT * sum(person.looks / (person.looks + 1) for person in present) / len(present)
