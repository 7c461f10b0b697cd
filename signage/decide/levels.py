"""Which of the spots that may run stand for the draw: levels, pacing, turns. Eligible bits in, contenders out."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from heapq import nsmallest

from signage.decide.lineup import Lineup, bits, indices
from signage.decide.policy import Policy
from signage.decide.voice import DUE
from signage.domain.campaign import Level, Spot
from signage.domain.decision import Context, Gate

ABSOLUTE = (Level.EMERGENCY, Level.TAKEOVER)  # these win over everything, by rotation and without a draw
HURRY = 3.0  # plays of a share of voice; who is owed more is in no greater hurry


@dataclass(frozen=True, slots=True)
class Contenders:
    """`pool`: bits of the spots in the running. `dropped`: bits by the gate that each of the others failed.

    `level` is the strongest in the pool; `house_turn` says that the store's own content had its turn. `urgency` by index:
    how much those who are behind a promise are in a hurry.
    """

    pool: int
    level: Level | None
    dropped: dict[Gate, int]
    house_turn: bool = False
    urgency: Mapping[int, float] = field(default_factory=dict)


def contend(lineup: Lineup, alive: int, context: Context, policy: Policy) -> Contenders:
    """Emergency > Takeover > Member; then never the same twice in a row; then tiers of the ordinary levels.

    Tiers: Guaranteed whose share of voice is due; Guaranteed behind its plan; Open (and Guaranteed without a goal); House;
    Guaranteed with its share, or on its plan.
    In a zone with a house turn, House goes first when it has not been among the latest spots for that many.
    """
    strong = strongest(lineup, alive)
    pool = alive if strong is None else alive & lineup.levels[strong]
    dropped = {Gate.LEVEL: alive & ~pool}
    if strong in ABSOLUTE:
        return Contenders(pool, strong, dropped)
    turn = policy.house_turn.get(context.zone, 0)
    recent = _latest(lineup, context, max(1, turn - 1))
    again = pool & (1 << recent[0]) if recent else 0
    if again and pool != again:
        dropped[Gate.REPEAT], pool = again, pool & ~again
    if strong is not None or not pool:
        return Contenders(pool, strong, dropped)
    return _tier(lineup, pool, context, dropped, house_due=_house_due(lineup, recent, turn))


def strongest(lineup: Lineup, alive: int) -> Level | None:
    """The level that takes the screen from all others now: Emergency, Takeover or Member, None in ordinary times."""
    return next((level for level in (*ABSOLUTE, Level.MEMBER) if alive & lineup.levels[level]), None)


def promise(lineup: Lineup, spot: Spot, context: Context) -> str:
    """How a guaranteed spot's promise is kept, as the figure of its gate."""
    voice, pace = lineup.voices.get(spot.campaign_id), context.pace.get(spot.spot_id)
    if voice and spot.spot_id in voice.names:
        plays, owed = context.plays_last_hour, context.owed.get(spot.campaign_id, 0.0)
        own = sum([plays.get(name, 0) for name in voice.names])
        return f"{'owed' if owed >= DUE else 'share'}:{own}:{sum(plays.values())}:{spot.goal_share}"
    if pace is None:
        return "no_goal"
    late = pace.delivered < pace.due - 1.0
    return f"{'behind' if pace.behind else 'catching_up' if late else 'on_plan'}:{pace.delivered}:{pace.due:.0f}"


def _tier(lineup: Lineup, pool: int, context: Context, dropped: dict[Gate, int], *, house_due: bool) -> Contenders:
    house = pool & lineup.levels[Level.HOUSE]
    due, behind, kept = _promised(lineup, pool & lineup.levels[Level.GUARANTEED], context)
    ordinary = pool & ~(bits(due) | bits(behind) | kept | house)
    tiers = (bits(due), bits(behind), ordinary, house, kept)
    chosen = house if house_due and house else next(tier for tier in tiers if tier)
    dropped[Gate.PACING] = kept & ~chosen
    dropped[Gate.LEVEL] |= pool & ~(chosen | kept)
    level = next(level for level in Level if chosen & lineup.levels[level])
    return Contenders(chosen, level, dropped, house_turn=house_due and bool(house), urgency=due | behind)


def _promised(lineup: Lineup, guaranteed: int, context: Context) -> tuple[dict[int, float], dict[int, float], int]:
    """Guaranteed spots by index with their urgency: those whose share of voice is due, and those behind their plan; and
    the bits of those whose promise is kept for now."""
    due: dict[int, float] = {}
    behind: dict[int, float] = {}
    kept = []
    for i in indices(guaranteed):
        spot = lineup.spots[i]
        if spot.goal_share:
            owed = context.owed.get(spot.campaign_id, 0.0)
            if owed >= DUE:
                due[i] = min(owed, HURRY)
            else:
                kept.append(i)
        elif pace := context.pace.get(spot.spot_id):
            if pace.behind:
                behind[i] = pace.behind
            else:
                kept.append(i)
    return due, behind, bits(kept)


def _latest(lineup: Lineup, context: Context, count: int) -> list[int]:
    """The `count` spots of this inventory that were shown last, the very last first."""
    known = [(ago, spot_id) for spot_id, ago in context.last_shown_ago_s.items() if spot_id in lineup.index]
    return [lineup.index[spot_id] for _, spot_id in nsmallest(count, known)]


def _house_due(lineup: Lineup, recent: list[int], turn: int) -> bool:
    return turn > 0 and len(recent) >= turn - 1 and all(lineup.spots[i].level is not Level.HOUSE for i in recent)
