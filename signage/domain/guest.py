"""A guest session: for at most a minute a screen knows an affinity, never a member."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from recommender.domain.recommendation import Affinity

GUEST_LASTS = timedelta(seconds=60)


@dataclass(frozen=True, slots=True)
class GuestSession:
    """`session_id` is random and lives in Redis only, with the affinity, until `expires_at`."""

    session_id: str
    screen_id: str
    affinity: Affinity
    started_at: datetime
    expires_at: datetime
