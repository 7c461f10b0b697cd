"""How the doors in this process are: what they serve, whom they can ask, and how their lists came about."""

from collections.abc import Mapping
from dataclasses import dataclass

from recommender.artifacts import StoreStatus


@dataclass(frozen=True, slots=True)
class Health:
    """database, live: do they answer? Without live, lists still come, each rebuilt from the database; codes are refused.

    counts: (group, name) -> how often since the start. Groups: `member_state` hit, rebuilt, away; `list` learned, blend,
    segment, popular, untrained, the step of the fallback that a member's list came from.
    """

    artifacts: StoreStatus
    database: bool
    live: bool
    counts: Mapping[tuple[str, str], int]

    @property
    def ready(self) -> bool:
        """Can it answer at all? Yes without Redis, and on an older version."""
        return self.database

    @property
    def degraded(self) -> tuple[str, ...]:
        """What works less well than it could: artifacts, live."""
        behind = self.artifacts.refused or self.artifacts.version == "none"
        return tuple(name for name, bad in (("artifacts", behind), ("live", not self.live)) if bad)
