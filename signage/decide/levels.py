"""Which of the spots that may run stand for the draw: levels, pacing, turns. Eligible bits in, contenders out."""

from dataclasses import dataclass
from itertools import islice

from signage.decide.lineup import Lineup, bits, indices
from signage.decide.policy import Policy
from signage.domain.campaign import Level
from signage.domain.decision import Context, Gate

ABSOLUTE = (Level.EMERGENCY, Level.TAKEOVER)  # these win over everything, by rotation and without a draw
ON_PACE = 1.0


@dataclass(frozen=True, slots=True)
class Contenders:
    """`pool`: bits of the spots in the running. `dropped`: bits by the gate that each of the others failed.

    `level` is the strongest in the pool; `house_turn` says that the store's own content had its turn.
    """

    pool: int
    level: Level | None
    dropped: dict[Gate, int]
    house_turn: bool = False


def contend(lineup: Lineup, alive: int, context: Context, policy: Policy) -> Contenders:
    """Emergency > Takeover > Member; then never the same twice in a row; then tiers of the ordinary levels.

    Tiers: Guaranteed behind its pace; Open (and Guaranteed without a goal); House; Guaranteed on or ahead of its pace.
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


def _tier(lineup: Lineup, pool: int, context: Context, dropped: dict[Gate, int], *, house_due: bool) -> Contenders:
    guaranteed, house = pool & lineup.levels[Level.GUARANTEED], pool & lineup.levels[Level.HOUSE]
    pace = {i: context.pace.get(lineup.spots[i].spot_id) for i in indices(guaranteed)}
    behind = bits(i for i, rate in pace.items() if rate is not None and rate < ON_PACE)
    ahead = bits(i for i, rate in pace.items() if rate is not None and rate >= ON_PACE)
    ordinary = pool & ~(behind | ahead | house)
    tiers = (behind, ordinary, house, ahead)
    chosen = house if house_due and house else next(tier for tier in tiers if tier)
    dropped[Gate.PACING] = ahead & ~chosen
    dropped[Gate.LEVEL] |= pool & ~(chosen | ahead)
    level = next(level for level in Level if chosen & lineup.levels[level])
    return Contenders(chosen, level, dropped, house_turn=house_due and bool(house))


def _latest(lineup: Lineup, context: Context, count: int) -> list[int]:
    """The `count` spots of this inventory that were shown last, the very last first."""
    ordered = sorted((ago, spot_id) for spot_id, ago in context.last_shown_ago_s.items())
    return list(islice((lineup.index[spot_id] for _, spot_id in ordered if spot_id in lineup.index), count))


def _house_due(lineup: Lineup, recent: list[int], turn: int) -> bool:
    return turn > 0 and len(recent) >= turn - 1 and all(lineup.spots[i].level is not Level.HOUSE for i in recent)
