"""Share of voice: what a screen showed in the past hour in, the plays that each campaign with a share is owed now out.

A campaign with 20 % earns a fifth of a play with every item of the screen and spends a whole one with each of its own; it
is due when it would be owed more than half a play. So it keeps its share on every stretch of time, not only on average.
What it can't be given (an emergency, a rival just shown) is owed up to DEBT of the hour's plays and forgotten beyond: made
up in full it would run every other time for a while, and then hardly at all.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from signage.decide.lineup import Lineup
from signage.domain.calendar import within
from signage.domain.campaign import Spot
from signage.domain.clock import local
from signage.domain.decision import Context

DEBT = 0.02
LEAST_DEBT = 1.0
DUE = 0.5
DAY_MIN = 1_440


def owed(lineup: Lineup, context: Context, shown: Sequence[tuple[str, datetime]]) -> dict[str, float]:
    """`shown`: (spot id, when it began) of this screen's past hour, in order -> by campaign, plays owed; see DUE."""
    most = max(LEAST_DEBT, DEBT * len(shown))
    found = {}
    for campaign_id, voice in lineup.voices.items():
        debt, share, names, since = 0.0, voice.share, voice.names, _opened(voice.spot, context)
        for spot_id, began in shown:
            if began < since:
                continue
            debt += share - 1.0 if spot_id in names else share
            if not -most <= debt <= most:
                debt = most if debt > 0 else -most
        found[campaign_id] = debt + share
    return found


def _opened(spot: Spot, context: Context) -> datetime:
    """Since when it may run by its flight and hours, without a break; only that time counts."""
    began = datetime.min.replace(tzinfo=context.now.tzinfo)
    if spot.flight:
        began = spot.flight.start - context.store_ahead
    wall = local(context.store_now, context.store_zone)
    minute = wall.hour * 60 + wall.minute
    open_for = [(minute - part.start_min) % DAY_MIN for part in spot.dayparts if within(part, wall, context.country)]
    if not open_for:
        return began
    return max(began, context.now - timedelta(minutes=max(open_for), seconds=wall.second))
