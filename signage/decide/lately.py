"""What a screen showed lately, as the gates count it: times of pushes and plays in, counts and waiting times out."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from signage.decide.lineup import Lineup
from signage.decide.voice import owed
from signage.domain.decision import Context

HOUR = timedelta(hours=1)
Shown = tuple[str, datetime]  # a spot's id, and when it began


def plays(pushed: Iterable[Shown], played: Iterable[Shown], since: datetime, at: datetime) -> dict[str, int]:
    """Plays of each spot in [since, at). A play is told late and a push is known at once: the larger count holds."""
    counts = [Counter(spot_id for spot_id, began in shown if since <= began < at) for shown in (pushed, played)]
    return dict(counts[0] | counts[1])


def last_ago(pushed: Iterable[Shown], played: Iterable[Shown], at: datetime) -> dict[str, float]:
    """Seconds since each spot was last shown within the past hour."""
    last: dict[str, datetime] = {}
    for shown in (pushed, played):
        for spot_id, began in shown:
            if at - HOUR <= began < at:
                last[spot_id] = max(began, last.get(spot_id, began))
    return {spot_id: (at - began).total_seconds() for spot_id, began in last.items()}


def remembering(
    lineup: Lineup, context: Context, pushed: Sequence[Shown], played: Sequence[Shown], guest_since: datetime | None
) -> Context:
    """The context of that screen and moment with all that caps, separation and waiting go by."""
    at = context.now
    ago = last_ago(pushed, played, at)
    loop = timedelta(seconds=lineup.turn_s(context)) if lineup.looped else timedelta(0)
    last_hour = plays(pushed, played, at - HOUR, at)
    return replace(
        context,
        plays_last_hour=last_hour,
        own_last_hour=sum(last_hour.get(spot_id, 0) for spot_id in lineup.owned),
        last_shown_ago_s=ago,
        plays_last_loop=plays(pushed, played, at - min(loop, HOUR), at) if lineup.looped else {},
        plays_this_guest=plays(pushed, played, guest_since, at) if guest_since else {},
        rivals_ago_s=rivals(lineup, ago),
        contested=lineup.contested(context) if lineup.rivals else frozenset(),
        owed=owed(lineup, context, max(pushed, played, key=len)) if lineup.voices else {},
    )


def rivals(lineup: Lineup, ago: dict[str, float]) -> dict[str, dict[str, float]]:
    """By competitor name and campaign: seconds since the end of its last spot, below 0 while that is on."""
    found: dict[str, dict[str, float]] = {}
    if not lineup.rivals:
        return found
    for spot_id, began in ago.items():
        index = lineup.index.get(spot_id)
        if index is None or not lineup.spots[index].competitor:
            continue
        spot, ended = lineup.spots[index], began - lineup.lengths_s[index]
        campaigns = found.setdefault(spot.competitor, {})
        campaigns[spot.campaign_id] = min(ended, campaigns.get(spot.campaign_id, ended))
    return found
