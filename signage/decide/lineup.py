"""The gates over a whole inventory at once: a context in, the spots that may run and the counts of first failures out.

A gate's answers over all spots form one integer, bit i for spot i. Each depends on a small part of the context (its
key), so it is asked of the gate functions once per key and kept: a decision then costs a dozen integer operations,
however many spots an inventory holds. There is one truth, decide/gates; nothing here knows a rule.
"""

from bisect import bisect_right
from collections.abc import Callable, Hashable, Iterable, Mapping

from signage.decide.draw import relevance, score
from signage.decide.gates import GATES
from signage.decide.holdout import block_start
from signage.domain.campaign import Inventory, Level
from signage.domain.clock import local
from signage.domain.content import Media
from signage.domain.decision import Context, Gate

KEPT = 512  # remembered answers; dayparts add one a minute
KEPT_SCORES = 16  # by store, audience and hour there are few
OFFSETS = [tuple(offset for offset in range(8) if octet >> offset & 1) for octet in range(256)]
Key = Callable[["Lineup", Context], Hashable]
Suspects = Callable[["Lineup", Context], Iterable[int]]


class Lineup:
    """An inventory made ready for deciding. Holds answers of pure functions only, so sharing it changes no result."""

    def __init__(self, inventory: Inventory) -> None:
        self.inventory = inventory
        self.spots = inventory.spots
        self.everything = (1 << len(self.spots)) - 1
        self.index = {spot.spot_id: i for i, spot in enumerate(self.spots)}
        self.levels = {level: bits(i for i, s in enumerate(self.spots) if s.level is level) for level in Level}
        self.lengths_s = [spot.length_ms / 1000 for spot in self.spots]
        self.capped = {spot.spot_id: i for i, spot in enumerate(self.spots) if spot.cap_per_hour}
        self.hashes = frozenset(s.content.sha256 for s in self.spots if isinstance(s.content, Media))
        self.promoting: dict[str, list[int]] = {}
        for i, spot in enumerate(self.spots):
            for gtin in spot.gtins:
                self.promoting.setdefault(gtin, []).append(i)
        flights = [spot.flight for spot in self.spots if spot.flight]
        self.edges = sorted({edge for flight in flights for edge in (flight.start, flight.end)})
        self._answers: dict[tuple[Gate, Hashable], int] = {}
        self._rested: dict[tuple[int, float], tuple[Mapping[str, float], list[float], list[float]]] = {}
        self._out: tuple[Mapping[str, int], frozenset[str]] | None = None

    def eligible(self, context: Context) -> tuple[int, dict[Gate, int]]:
        """Context -> (bits of the spots that pass every gate, how many fail each gate first)."""
        alive, failed = self.everything, {}
        for gate in GATES:
            passed = alive & self._passing(gate, context)
            if passed != alive:
                failed[gate] = (alive ^ passed).bit_count()
                alive = passed
        return alive, failed

    def rested(self, scores: Mapping[str, float], weight: float) -> tuple[list[float], list[float]]:
        """Each spot's relevance by these scores, and its score when it has not been shown lately.

        Kept for the very same mapping: a context's mappings never change.
        """
        kept = self._rested.get((id(scores), weight))
        if kept is None:
            if len(self._rested) >= KEPT_SCORES:
                self._rested.clear()
            relevances = [relevance(spot, scores) for spot in self.spots]
            kept = self._rested[id(scores), weight] = (
                scores,
                relevances,
                [score(value, None, 1.0, weight) for value in relevances],
            )
        return kept[1:]

    def out_of_stock(self, stock: Mapping[str, int]) -> frozenset[str]:
        """The promoted GTINs of which there are none."""
        if self._out is None or self._out[0] is not stock:
            out = frozenset(gtin for gtin, units in stock.items() if units <= 0 and gtin in self.promoting)
            self._out = stock, out
        return self._out[1]

    def _passing(self, gate: Gate, context: Context) -> int:
        if gate is Gate.CAP:
            return self._ask(gate, context)
        key = (gate, KEYS[gate](self, context))
        answer = self._answers.get(key)
        if answer is None:
            if len(self._answers) >= KEPT:
                self._answers.clear()
            answer = self._answers[key] = self._ask(gate, context)
        return answer

    def _ask(self, gate: Gate, context: Context) -> int:
        """Bits of the spots that pass a gate; only those are asked that could fail."""
        check, suspects = GATES[gate], SUSPECTS.get(gate, _everybody)(self, context)
        return self.everything & ~bits(i for i in suspects if not check(self.spots[i], context).passed)


def _everybody(lineup: Lineup, _: Context) -> Iterable[int]:
    return range(len(lineup.spots))


def _minute(_: Lineup, context: Context) -> Hashable:
    wall = local(context.store_now, context.store_zone)
    return wall.weekday(), wall.hour, wall.minute


KEYS: dict[Gate, Key] = {
    Gate.APPROVAL: lambda lineup, context: None,
    Gate.PAUSED: lambda lineup, context: None,
    Gate.FLIGHT: lambda lineup, context: bisect_right(lineup.edges, context.store_now),
    Gate.DAYPART: _minute,
    Gate.PLACE: lambda lineup, context: (context.store_id, context.zone, context.screen_id, context.tags),
    Gate.ORIENTATION: lambda lineup, context: context.orientation,
    Gate.CACHED: lambda lineup, context: None if context.cached is None else context.cached & lineup.hashes,
    Gate.STOCK: lambda lineup, context: lineup.out_of_stock(context.stock),
    Gate.AUDIENCE_CLASS: lambda lineup, c: (c.audience, c.ages_unknown, c.restricted_without_camera),
    Gate.AUDIENCE_TARGET: lambda lineup, context: context.audience,
    Gate.GUEST: lambda lineup, context: (context.guest, context.greeting, context.picks),
    Gate.HOLDOUT: lambda lineup, c: c.holdout and (c.holdout, c.screen_id, block_start(c.now)),
    Gate.PUBLIC_SAFE: lambda lineup, c: frozenset(c.unsafe & lineup.promoting.keys()) if c.guest else None,
}

# A cap holds for what was played lately, stock for what promotes a product that is out; nobody else need be asked.
SUSPECTS: dict[Gate, Suspects] = {
    Gate.CAP: lambda lineup, c: [lineup.capped[spot_id] for spot_id in c.plays_last_hour if spot_id in lineup.capped],
    Gate.STOCK: lambda lineup, c: [i for gtin in lineup.out_of_stock(c.stock) for i in lineup.promoting[gtin]],
}


def bits(indices: Iterable[int]) -> int:
    """Indices -> an integer with those bits set."""
    mask = 0
    for i in indices:
        mask |= 1 << i
    return mask


def indices(mask: int) -> list[int]:
    """An integer -> the indices of its set bits, lowest first."""
    octets = mask.to_bytes((mask.bit_length() + 7) // 8, "little")
    return [8 * place + offset for place, octet in enumerate(octets) if octet for offset in OFFSETS[octet]]
