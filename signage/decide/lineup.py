"""The gates over a whole inventory at once: a context in, the spots that may run and the counts of first failures out.

A gate's answers over all spots form one integer, bit i for spot i. Each depends on a small part of the context (its
key), so it is asked of the gate functions once per key and kept: a decision then costs a dozen integer operations,
however many spots an inventory holds. There is one truth, decide/gates; nothing here knows a rule.
"""

from bisect import bisect_right
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from signage.decide.draw import relevance, score
from signage.decide.gates import GATES
from signage.decide.holdout import block_start
from signage.domain.campaign import WHOLE, Inventory, Level, Spot
from signage.domain.clock import local
from signage.domain.content import Media
from signage.domain.decision import Context, Gate

KEPT = 512  # remembered answers; dayparts add one a minute
KEPT_SCORES = 16  # by store, audience and hour there are few
RECENT = (Gate.CAP, Gate.SEPARATION)  # what was just shown is never the same twice: these are always asked
STANDING = (Gate.APPROVAL, Gate.PAUSED, Gate.FLIGHT, Gate.DAYPART, Gate.PLACE, Gate.ORIENTATION)
OFFSETS = [tuple(offset for offset in range(8) if octet >> offset & 1) for octet in range(256)]
Key = Callable[["Lineup", Context], Hashable]
Suspects = Callable[["Lineup", Context], Iterable[int]]


@dataclass(frozen=True, slots=True)
class Voice:
    """A campaign that was promised a share (0-1) of each screen's plays: its spots' ids, one of them for its hours."""

    share: float
    names: frozenset[str]
    spot: Spot


class Lineup:
    """An inventory made ready for deciding. Holds answers of pure functions only, so sharing it changes no result."""

    def __init__(self, inventory: Inventory) -> None:
        self.inventory = inventory
        self.spots = inventory.spots
        self.everything = (1 << len(self.spots)) - 1
        self.index = {spot.spot_id: i for i, spot in enumerate(self.spots)}
        self.levels = {level: bits(i for i, s in enumerate(self.spots) if s.level is level) for level in Level}
        self.lengths_s = [spot.length_ms / 1000 for spot in self.spots]
        self.names = [spot.spot_id for spot in self.spots]
        self.places = sorted(range(len(self.spots)), key=self.names.__getitem__)  # of the spots in the order of names
        self.ranks = sorted(range(len(self.spots)), key=self.places.__getitem__)  # where each stands in it
        caps = [[most for most in (s.cap_per_hour, s.cap_per_loop, s.cap_per_guest) if most] for s in self.spots]
        self.capped = {self.names[i]: (i, min(most)) for i, most in enumerate(caps) if most}
        self.own = [i for i, spot in enumerate(self.spots) if spot.own_percent < WHOLE]
        self.owned = frozenset(self.names[i] for i in self.own)
        self.looped = any(spot.cap_per_loop for spot in self.spots)
        self.timed = [i for i, spot in enumerate(self.spots) if spot.dayparts]
        self.priced = [
            i for i, spot in enumerate(self.spots) if spot.price_at_most or spot.price_cut or spot.price_proved
        ]
        self.priced_gtins = sorted({gtin for i in self.priced for gtin in self.spots[i].gtins})
        self.rivals: dict[str, list[int]] = {}
        for i, spot in enumerate(self.spots):
            if spot.competitor:
                self.rivals.setdefault(spot.competitor, []).append(i)
        self.voices = _voices(self.spots)
        self.files: dict[str, list[int]] = {}
        for i, spot in enumerate(self.spots):
            own = (spot.content,) if isinstance(spot.content, Media) else ()
            for file in (*own, *spot.variants):
                self.files.setdefault(file.sha256, []).append(i)
        self.hashes = frozenset(self.files)
        self.promoting: dict[str, list[int]] = {}
        for i, spot in enumerate(self.spots):
            for gtin in spot.gtins:
                self.promoting.setdefault(gtin, []).append(i)
        flights = [spot.flight for spot in self.spots if spot.flight]
        self.edges = sorted(
            {edge for flight in flights for edge in (flight.start, flight.end)}
            | {spot.expires for spot in self.spots if spot.expires}
        )
        self._answers: dict[tuple[Gate, Hashable], int] = {}
        self._rested: dict[tuple[int, float], tuple[Mapping[str, float], list[float], list[int]]] = {}
        self._out: tuple[Mapping[str, int], frozenset[str]] | None = None
        self._standing: dict[int, tuple[float, frozenset[str]]] = {}

    def eligible(self, context: Context) -> tuple[int, dict[Gate, int]]:
        """Context -> (bits of the spots that pass every gate, how many fail each gate first)."""
        alive, failed = self.everything, {}
        for gate in GATES:
            passed = alive & self._passing(gate, context)
            if passed != alive:
                failed[gate] = (alive ^ passed).bit_count()
                alive = passed
        return alive, failed

    def open_to(self, context: Context) -> int:
        """Bits of the spots that pass every gate but those about what was just shown."""
        alive = self.everything
        for gate in GATES:
            alive &= self.everything if gate in RECENT else self._passing(gate, context)
        return alive

    def turn_s(self, context: Context) -> float:
        """One turn of all that may run on this screen, were nobody there and nothing sold out: the length of its loop."""
        return self._here(context)[0]

    def contested(self, context: Context) -> frozenset[str]:
        """The trades of which more than one campaign may run on this screen, taken the same way."""
        return self._here(context)[1]

    def _here(self, context: Context) -> tuple[float, frozenset[str]]:
        standing = self.everything
        for gate in STANDING:
            standing &= self._passing(gate, context)
        kept = self._standing.get(standing)
        if kept is None:
            if len(self._standing) >= KEPT:
                self._standing.clear()
            turn_s = sum(self.lengths_s[i] for i in indices(standing & ~self.levels[Level.MEMBER]))
            campaigns = {
                trade: {self.spots[i].campaign_id for i in rivals if standing >> i & 1}
                for trade, rivals in self.rivals.items()
            }
            contested = frozenset(trade for trade, several in campaigns.items() if len(several) > 1)
            kept = self._standing[standing] = turn_s, contested
        return kept

    def rested(self, scores: Mapping[str, float], weight: float) -> tuple[list[float], list[int]]:
        """Each spot's relevance by these scores, and its key when it has not been shown lately.

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
                [self.key(i, score(value, None, 1.0, weight)) for i, value in enumerate(relevances)],
            )
        return kept[1:]

    def key(self, index: int, thousandths: int) -> int:
        """A spot and its score in one whole number: those of higher scores are lower, equal ones stand by name. Numbers
        sort far faster than pairs do."""
        return self.ranks[index] - len(self.spots) * thousandths

    def raised(self, key: int, thousandths: int) -> int:
        """The same spot with so much more."""
        return key - len(self.spots) * thousandths

    def meant(self, key: int) -> tuple[int, int]:
        """A key -> the spot's index and its score in thousandths."""
        less, rank = divmod(key, len(self.spots))
        return self.places[rank], -less

    def out_of_stock(self, stock: Mapping[str, int]) -> frozenset[str]:
        """The promoted GTINs of which there are none."""
        if self._out is None or self._out[0] is not stock:
            out = frozenset(gtin for gtin, units in stock.items() if units <= 0 and gtin in self.promoting)
            self._out = stock, out
        return self._out[1]

    def _passing(self, gate: Gate, context: Context) -> int:
        if gate in RECENT:
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


def _voices(spots: Sequence[Spot]) -> dict[str, Voice]:
    promised: dict[str, list[Spot]] = {}
    for spot in spots:
        if spot.goal_share and spot.level is Level.GUARANTEED:
            promised.setdefault(spot.campaign_id, []).append(spot)
    return {
        campaign_id: Voice(several[0].goal_share / 100, frozenset(spot.spot_id for spot in several), several[0])
        for campaign_id, several in promised.items()
    }


def _everybody(lineup: Lineup, _: Context) -> Iterable[int]:
    return range(len(lineup.spots))


def _minute(_: Lineup, context: Context) -> Hashable:
    wall = local(context.store_now, context.store_zone)
    return wall.toordinal(), wall.hour, wall.minute, context.country


KEYS: dict[Gate, Key] = {
    Gate.APPROVAL: lambda lineup, context: None,
    Gate.PAUSED: lambda lineup, context: None,
    Gate.FLIGHT: lambda lineup, context: bisect_right(lineup.edges, context.store_now),
    Gate.DAYPART: _minute,
    Gate.PLACE: lambda lineup, context: (context.store_id, context.zone, context.screen_id, context.tags),
    Gate.ORIENTATION: lambda lineup, context: context.orientation,
    Gate.CACHED: lambda lineup, c: None if c.cached is None else (c.orientation, c.cached & lineup.hashes),
    Gate.STOCK: lambda lineup, context: lineup.out_of_stock(context.stock),
    Gate.PRICE: lambda lineup, c: (c.cuts, c.proved, tuple([c.prices.get(gtin) for gtin in lineup.priced_gtins])),
    Gate.AUDIENCE_CLASS: lambda lineup, c: (c.audience, c.ages_unknown, c.restricted_without_camera),
    Gate.AUDIENCE_TARGET: lambda lineup, context: (context.audience, context.distance),
    Gate.GUEST: lambda lineup, context: (context.guest, context.greeting, context.picks),
    Gate.HOLDOUT: lambda lineup, c: (c.withheld, c.holdout and (c.holdout, c.screen_id, block_start(c.now))),
    Gate.PUBLIC_SAFE: lambda lineup, c: frozenset(c.unsafe & lineup.promoting.keys()) if c.guest else None,
}


def _missing(lineup: Lineup, context: Context) -> frozenset[str]:
    """Files that the player, as far as it told, doesn't hold."""
    return frozenset() if context.cached is None else lineup.hashes - context.cached


def _capped(lineup: Lineup, context: Context) -> Iterable[int]:
    played = (context.plays_last_hour, context.plays_last_loop, context.plays_this_guest)
    capped = lineup.capped
    return set(lineup.own) | {
        capped[spot_id][0]
        for counted in played
        for spot_id, plays in counted.items()
        if spot_id in capped and plays >= capped[spot_id][1]
    }


def _rivals(lineup: Lineup, context: Context) -> Iterable[int]:
    within = context.apart.total_seconds()
    recent = [trade for trade, rivals in context.rivals_ago_s.items() if min(rivals.values()) < within]
    return [i for trade in recent for i in lineup.rivals.get(trade, ())]


# Whoever set no such condition need not be asked; a cap holds for what was played as often as the least of its own,
# stock for what promotes a product that is out, separation for those whose rivals were here within that time.
SUSPECTS: dict[Gate, Suspects] = {
    Gate.CACHED: lambda lineup, c: [i for sha256 in _missing(lineup, c) for i in lineup.files[sha256]],
    Gate.DAYPART: lambda lineup, c: lineup.timed,
    Gate.PRICE: lambda lineup, c: lineup.priced,
    Gate.CAP: _capped,
    Gate.SEPARATION: _rivals,
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
