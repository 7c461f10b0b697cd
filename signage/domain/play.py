"""Proof of play: what a player says it rendered."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

COMPLETED_SHARE = 0.75  # delivery counts plays of which at least this share was shown


class EndedWhy(StrEnum):
    FINISHED = "finished"
    INTERRUPTED = "interrupted"  # the controller said: now
    WITHDRAWN = "withdrawn"
    FAILED = "failed"  # the creative could not be decoded or shown
    CLOSED = "closed"  # the page went away


class Area(StrEnum):
    """The part of the stage that a play was in; two plays of one area can't be on at once."""

    MAIN = "main"
    SIDE = "side"
    TICKER = "ticker"


@dataclass(frozen=True, slots=True)
class Play:
    """One rendering on one screen. `play_id` is the player's UUID, `sequence` its counter: resending is harmless.

    Durations are from the player's monotonic clock; `started_at` is by the server-corrected clock.
    `decision_id` is "" when the player chose from its leased playlist while offline.
    """

    screen_id: str
    play_id: str
    sequence: int
    spot_id: str
    campaign_id: str
    decision_id: str
    creative_name: str
    creative_sha256: str
    manifest: str
    started_at: datetime
    expected_ms: int
    shown_ms: int
    why: EndedWhy
    offline: bool
    guest: bool
    area: Area = Area.MAIN

    @property
    def completed(self) -> bool:
        return self.why is not EndedWhy.FAILED and self.shown_ms >= COMPLETED_SHARE * self.expected_ms


@dataclass(frozen=True, slots=True)
class Ack:
    """What became of a batch of plays, by the player's ids. Accepted and duplicate ones are on disk; `refused` = (id, why)."""

    accepted: tuple[str, ...]
    duplicate: tuple[str, ...]
    refused: tuple[tuple[str, str], ...]
