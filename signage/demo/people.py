"""Simulated people before a screen: snapshots as a camera would send them, marked as simulated."""

from dataclasses import dataclass
from datetime import datetime

from signage.domain.audience import AudienceSnapshot, AudienceSource, CameraState

TICK_S = 0.5  # the page sends a snapshot this often
DWELLING = 4, 20  # snapshots after which somebody has been there for 2 s, for 10 s


@dataclass(frozen=True, slots=True)
class Crowd:
    """Who stands there; `near` of them are within a step of the screen."""

    adults: int
    children: int = 0
    near: int = 0

    @property
    def present(self) -> int:
        return self.adults + self.children


CROWDS = {
    "one": Crowd(1, near=1),
    "adults": Crowd(2, near=1),
    "far": Crowd(2),
    "child": Crowd(2, children=1, near=2),
    "child_far": Crowd(2, children=1),
    "leave": Crowd(0),
}


class People:
    """Remembers who was before each screen, so that coming, going and staying are told as a camera would tell them."""

    def __init__(self) -> None:
        self._before: dict[
            str, tuple[int, int, int]
        ] = {}  # screen -> sequence, people, snapshots that they have stayed

    def snapshot(self, screen_id: str, crowd: str, now: datetime) -> AudienceSnapshot:
        """The next moment before a screen. Raises KeyError for a crowd that is not in CROWDS."""
        there = CROWDS[crowd]
        sequence, before, stayed = self._before.get(screen_id, (0, 0, 0))
        stayed = stayed + 1 if before else 0
        self._before[screen_id] = sequence + 1, there.present, stayed
        old = min(before, there.present)
        fresh, settled = stayed < DWELLING[0], stayed >= DWELLING[1]
        return AudienceSnapshot(
            screen_id=screen_id, taken_at=now, sequence=sequence + 1, source=AudienceSource.SIMULATED,
            present=there.present, facing=there.present, near=there.near,
            arrived=there.present - old, left=before - old,
            child=there.children, adult=there.adults, senior=0, unknown=0,
            possible_child=there.children > 0, confidence=1.0,
            dwell_under_2=there.present if fresh else there.present - old,
            dwell_2_to_10=0 if fresh or settled else old, dwell_over_10=old if settled else 0,
            attention_s=TICK_S * there.present, fps=1 / TICK_S, lag_ms=0, camera=CameraState.OK,
        )  # fmt: skip
