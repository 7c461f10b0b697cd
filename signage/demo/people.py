"""Simulated people before a screen: snapshots as a camera would send them, marked as simulated."""

from datetime import datetime

from signage.domain.audience import AudienceSnapshot, AudienceSource, CameraState

CROWDS = {"adults": (2, 0), "child": (2, 1), "leave": (0, 0)}  # adults, children


def snapshot(screen_id: str, crowd: str, now: datetime, sequence: int) -> AudienceSnapshot:
    """One moment of a named crowd. Raises KeyError for a crowd that is not in CROWDS."""
    adults, children = CROWDS[crowd]
    present = adults + children
    return AudienceSnapshot(
        screen_id=screen_id, taken_at=now, sequence=sequence, source=AudienceSource.SIMULATED,
        present=present, facing=present, near=min(adults, 1), arrived=0, left=0,
        child=children, adult=adults, senior=0, unknown=0,
        possible_child=children > 0, confidence=1.0,
        dwell_under_2=0, dwell_2_to_10=present, dwell_over_10=0,
        attention_s=0.5 * present, fps=2.0, lag_ms=0, camera=CameraState.OK,
    )  # fmt: skip
