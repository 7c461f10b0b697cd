"""How the doors are -> /readyz: may they be asked, and how fresh is what they say?"""

from datetime import datetime
from typing import Literal

from pydantic import AwareDatetime, BaseModel

from recommender.serving.health import Health


class Models(BaseModel):
    """version: "none" before the first training. age_s: seconds since it was published. refused: versions that can't be served,
    with the reason."""

    version: str
    made_at: AwareDatetime | None
    age_s: float | None
    refused: dict[str, str]


class Readiness(BaseModel):
    """ready: lists can be answered. freshness: "degraded" without Redis (codes are refused, changes are not told on, histories
    come from the database) and without the models that were wanted."""

    ready: bool
    freshness: Literal["live", "degraded"]
    parts: dict[str, bool]
    models: Models


def readiness(health: Health, now: datetime) -> Readiness:
    status = health.artifacts
    age_s = max(0.0, (now - status.made_at).total_seconds()) if status.made_at else None
    return Readiness(
        ready=health.ready,
        freshness="degraded" if health.degraded else "live",
        parts={"database": health.database, "redis": health.live},
        models=Models(version=status.version, made_at=status.made_at, age_s=age_s, refused=dict(status.refused)),
    )
