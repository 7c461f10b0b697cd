"""The gates over a whole inventory at once: a context in, the spots that may run and the counts of first failures out.

A gate's answers over all spots form one integer, bit i for spot i. Each depends on a small part of the context (its
key), so it is asked of the gate functions once per key and kept: a decision then costs a dozen integer operations,
however many spots an inventory holds. There is one truth, decide/gates; nothing here knows a rule.
"""

from bisect import bisect_right
from collections.abc import Callable, Hashable, Iterable, Iterator

from signage.decide.gates import GATES
from signage.domain.campaign import Inventory, Level, Spot
from signage.domain.clock import local
from signage.domain.content import Media
from signage.domain.decision import Context, Gate

KEPT = 512  # remembered answers; dayparts add one a minute
Key = Callable[["Lineup", Context], Hashable]


class Lineup:
    """An inventory made ready for deciding. Holds answers of pure functions only, so sharing it changes no result."""

    def __init__(self, inventory: Inventory) -> None:
        self.inventory = inventory
        self.spots = inventory.spots
        self.everything = (1 << len(self.spots)) - 1
        self.index = {spot.spot_id: i for i, spot in enumerate(self.spots)}
        self.levels = {level: self._where(lambda spot, level=level: spot.level is level) for level in Level}
        self.hashes = frozenset(s.content.sha256 for s in self.spots if isinstance(s.content, Media))
        self.gtins = frozenset(gtin for spot in self.spots for gtin in spot.gtins)
        flights = [spot.flight for spot in self.spots if spot.flight]
        self.edges = sorted({edge for flight in flights for edge in (flight.start, flight.end)})
        self._answers: dict[tuple[Gate, Hashable], int] = {}

    def eligible(self, context: Context) -> tuple[int, dict[Gate, int]]:
        """Context -> (bits of the spots that pass every gate, how many fail each gate first)."""
        alive, failed = self.everything, {}
        for gate in GATES:
            passed = alive & self._passing(gate, context)
            if passed != alive:
                failed[gate] = (alive ^ passed).bit_count()
                alive = passed
        return alive, failed

    def _passing(self, gate: Gate, context: Context) -> int:
        if gate is Gate.CAP:  # only what was played lately can have reached its cap
            played = (self.index[spot_id] for spot_id in context.plays_last_hour if spot_id in self.index)
            return self.everything & ~bits(i for i in played if not GATES[gate](self.spots[i], context).passed)
        key = (gate, KEYS[gate](self, context))
        answer = self._answers.get(key)
        if answer is None:
            if len(self._answers) >= KEPT:
                self._answers.clear()
            answer = self._answers[key] = self._where(lambda spot: GATES[gate](spot, context).passed)
        return answer

    def _where(self, true: Callable[[Spot], bool]) -> int:
        return bits(i for i, spot in enumerate(self.spots) if true(spot))


def _minute(_: Lineup, context: Context) -> Hashable:
    wall = local(context.now, context.store_zone)
    return wall.weekday(), wall.hour, wall.minute


KEYS: dict[Gate, Key] = {
    Gate.APPROVAL: lambda lineup, context: None,
    Gate.PAUSED: lambda lineup, context: None,
    Gate.FLIGHT: lambda lineup, context: bisect_right(lineup.edges, context.now),
    Gate.DAYPART: _minute,
    Gate.PLACE: lambda lineup, context: (context.store_id, context.zone, context.screen_id, context.tags),
    Gate.ORIENTATION: lambda lineup, context: context.orientation,
    Gate.CACHED: lambda lineup, context: None if context.cached is None else context.cached & lineup.hashes,
    Gate.STOCK: lambda lineup, context: out_of_stock(lineup, context),
    Gate.AUDIENCE_CLASS: lambda lineup, c: (c.audience, c.ages_unknown, c.restricted_without_camera),
    Gate.AUDIENCE_TARGET: lambda lineup, context: context.audience,
    Gate.GUEST: lambda lineup, context: (context.guest, bool(context.scores)),
    Gate.PUBLIC_SAFE: lambda lineup, c: c.unsafe & lineup.gtins if c.guest else None,
}


def out_of_stock(lineup: Lineup, context: Context) -> frozenset[str]:
    """The promoted GTINs that this store has none of."""
    return frozenset(gtin for gtin, units in context.stock.items() if units <= 0 and gtin in lineup.gtins)


def bits(indices: Iterable[int]) -> int:
    """Indices -> an integer with those bits set."""
    mask = 0
    for i in indices:
        mask |= 1 << i
    return mask


def indices(mask: int) -> Iterator[int]:
    """An integer -> the indices of its set bits, lowest first."""
    while mask:
        low = mask & -mask
        yield low.bit_length() - 1
        mask ^= low
