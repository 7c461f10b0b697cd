"""What a screen shows next: an inventory and a context in, a Decision out. Pure: time and chance are arguments.

eligible -> level and pacing -> relevance -> explore. When nothing is eligible, `chosen` is -1 and the caller goes
down its ladder: leased playlist, house loop, brand still.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from math import inf

from signage.decide.draw import STEPS, WHOLE, chances, pick, score
from signage.decide.gates import GATES
from signage.decide.levels import ABSOLUTE, Contenders, contend, promise, strongest
from signage.decide.lineup import Lineup, bits, indices
from signage.decide.policy import ASKED, POLICIES, STANDARD, Policy
from signage.domain.campaign import Inventory, Level, Spot
from signage.domain.clock import local
from signage.domain.decision import Context, Decision, Drawn, Gate, GateResult, Ghost, Reason

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def decide(
    inventory: Inventory,
    context: Context,
    *,
    seed: int,
    decision_id: str,
    policy: Policy = STANDARD,
    only: str = "",
    lineup: Lineup | None = None,
) -> Decision:
    """Same arguments, same answer. `only` names a spot that somebody asked for: it is chosen if it may run now.

    `lineup` is Lineup(inventory), kept by callers who decide often. `latency_us` is left 0 for the caller to fill.
    """
    lineup = lineup or Lineup(inventory)
    if only:
        context = replace(context, holdout=None, withheld=None)  # whoever asks for a spot is no part of an experiment
    alive, failed = lineup.eligible(context)
    field = _asked(lineup, alive, only) if only else contend(lineup, alive, context, policy)
    drawn = _draw(lineup, field, context, policy)
    for gate, mask in {**field.dropped, Gate.OUTRANKED: _outranked(field, drawn)}.items():
        if mask:
            failed[gate] = failed.get(gate, 0) + mask.bit_count()
    position = pick(_parts(drawn), seed) if drawn else -1
    spot = lineup.spots[drawn[position].number] if drawn else None
    return Decision(
        decision_id=decision_id,
        screen_id=context.screen_id,
        store_id=context.store_id,
        at=context.now,
        policy=ASKED if only else policy.name,
        model_version=f"{context.model_version}+r{context.learned}" if context.learned else context.model_version,
        inventory=inventory.version,
        guest=context.guest,
        audience=None if context.guest else context.audience,
        daypart=_daypart(context),
        stock_hash=_stock_hash(lineup, context),
        draw=drawn,
        failed=failed,
        chosen=drawn[position].number if drawn else -1,
        spot_id=spot.spot_id if spot else "",
        propensity=drawn[position].probability if drawn else 0.0,
        seed=seed,
        level=spot.level if spot else None,
        reasons=reasons(spot, context) if spot else (),
        latency_us=0,
        store_ahead=context.store_ahead,
        holdout=context.holdout,
        withheld=context.withheld,
        ghost=_ghost(lineup, context, policy, seed) if Gate.HOLDOUT in failed else None,
        cut=spot is not None and not context.cuts.isdisjoint(spot.gtins),
    )


def why_not(
    inventory: Inventory, context: Context, spot_id: str, *, policy: Policy = STANDARD, lineup: Lineup | None = None
) -> tuple[GateResult, ...]:
    """Every gate's answer for one spot, in order; those after the draw only while it still stands. KeyError: unknown."""
    lineup = lineup or Lineup(inventory)
    index = lineup.index[spot_id]
    results = [check(lineup.spots[index], context) for check in GATES.values()]
    if not all(result.passed for result in results):
        return tuple(results)
    alive, _ = lineup.eligible(context)
    field = contend(lineup, alive, context, policy)
    drawn = _draw(lineup, field, context, policy)
    for result in _later(lineup, field, drawn, index, context):
        results.append(result)
        if not result.passed:
            break
    return tuple(results)


def rerun(record: Decision, inventory: Inventory) -> Decision:
    """Makes a recorded choice again: chances from the scores, the choice from chances and seed.

    ValueError when the record names another inventory.
    """
    if record.inventory != inventory.version:
        raise ValueError(f"the record was made from inventory {record.inventory}, not {inventory.version}")
    if not record.draw:
        return replace(record, chosen=-1, spot_id="", propensity=0.0, level=None)
    policy, level = POLICIES.get(record.policy, STANDARD), inventory.spots[record.draw[0].number].level
    parts = _by_turn(record.draw) if level in ABSOLUTE else chances([d.score for d in record.draw], policy)
    draw = tuple([d._replace(probability=part / WHOLE) for d, part in zip(record.draw, parts, strict=True)])
    drawn = draw[pick(parts, record.seed)]
    spot = inventory.spots[drawn.number]
    return replace(
        record, draw=draw, chosen=drawn.number, spot_id=spot.spot_id, propensity=drawn.probability, level=spot.level
    )


def reasons(spot: Spot, context: Context) -> tuple[Reason, ...]:
    """Why this spot, most telling first; "in turn" when there is nothing else to say."""
    found = []
    if spot.level in (Level.EMERGENCY, Level.TAKEOVER):
        found.append(Reason.EMERGENCY if spot.level is Level.EMERGENCY else Reason.TAKEOVER)
    if spot.level is Level.MEMBER:
        found.append(Reason.MEMBER_HERE)
    if spot.sponsored:
        found.append(Reason.SPONSORED)
    best = max(spot.gtins, key=lambda gtin: context.scores.get(gtin, 0.0), default="")
    if context.scores.get(best, 0.0) > 0 and best in context.reasons:
        found.append(Reason(context.reasons[best]))
    return tuple(found) or (Reason.ROTATION,)


def _asked(lineup: Lineup, alive: int, spot_id: str) -> Contenders:
    wanted = 1 << lineup.index[spot_id] if spot_id in lineup.index else 0
    level = strongest(lineup, alive)
    pool = alive & wanted if level is None else alive & wanted & lineup.levels[level]
    return Contenders(pool, level, {Gate.LEVEL: alive & wanted & ~pool})


def _draw(lineup: Lineup, field: Contenders, context: Context, policy: Policy) -> tuple[Drawn, ...]:
    """The contenders in the draw, best first; ties stand by name, so the inventory's order decides nothing."""
    pool = indices(field.pool)
    if not pool:
        return ()
    names, ago, weight = lineup.names, context.last_shown_ago_s, policy.relevance_weight
    loop_s = max(1.0, sum([lineup.lengths_s[i] for i in pool]))
    relevances, rested = lineup.rested(context.scores, weight)
    keys = [
        lineup.key(i, score(relevances[i], ago[name], loop_s, weight)) if (name := names[i]) in ago else rested[i]
        for i in pool
    ]
    if learned := context.response:
        gain = STEPS * policy.response_weight
        keys = [lineup.raised(key, round(gain * learned.get(names[i], 0.0))) for i, key in zip(pool, keys, strict=True)]
    if hurry := field.urgency:
        gain = STEPS * policy.urgency_weight
        keys = [lineup.raised(key, round(gain * hurry.get(i, 0.0))) for i, key in zip(pool, keys, strict=True)]
    if field.level in ABSOLUTE:
        turn = {key: (-ago.get(names[i], inf), names[i]) for i, key in zip(pool, keys, strict=True)}
        rows = [lineup.meant(key) for key in sorted(keys, key=turn.__getitem__)[: policy.draw_size]]
        parts = _by_turn(rows)
    else:
        keys.sort()
        rows = [lineup.meant(key) for key in keys[: policy.draw_size]]
        parts = chances([value / STEPS for _, value in rows], policy)
    return tuple([Drawn(i, value / STEPS, part / WHOLE) for (i, value), part in zip(rows, parts, strict=True)])


def _ghost(lineup: Lineup, context: Context, policy: Policy, seed: int) -> Ghost | None:
    """The withheld spot that this seed would have shown ("ghost ads": Johnson, Lewis & Nubbemeyer, 2017); None: no such."""
    freely = replace(context, holdout=None, withheld=None)
    alive, _ = lineup.eligible(freely)
    drawn = _draw(lineup, contend(lineup, alive, freely, policy), freely, policy)
    found = drawn[pick(_parts(drawn), seed)]
    withheld = not GATES[Gate.HOLDOUT](lineup.spots[found.number], context).passed
    return Ghost(found.number, found.probability) if withheld else None


def _by_turn(draw: Sequence[object]) -> list[int]:
    """The first of them, for sure."""
    return [WHOLE] + [0] * (len(draw) - 1)


def _parts(drawn: tuple[Drawn, ...]) -> list[int]:
    return [round(d.probability * WHOLE) for d in drawn]


def _outranked(field: Contenders, drawn: tuple[Drawn, ...]) -> int:
    return field.pool & ~bits(d.number for d in drawn)


def _later(
    lineup: Lineup, field: Contenders, drawn: tuple[Drawn, ...], index: int, context: Context
) -> tuple[GateResult, ...]:
    """The gates that compare a spot with the others."""
    spot, bit = lineup.spots[index], 1 << index
    failed = {gate for gate, mask in field.dropped.items() if mask & bit}
    ago = context.last_shown_ago_s.get(spot.spot_id)
    winner = "house_turn" if field.house_turn else f"stronger:{field.level.name.lower() if field.level else ''}"
    if field.level is spot.level:
        winner = "promise"
    place = next((d for d in drawn if d.number == index), None)
    return (
        GateResult(Gate.REPEAT, Gate.REPEAT not in failed, "not_shown" if ago is None else f"ago:{ago:.0f}"),
        GateResult(Gate.PACING, Gate.PACING not in failed, promise(lineup, spot, context)),
        GateResult(
            Gate.LEVEL, Gate.LEVEL not in failed, winner if Gate.LEVEL in failed else f"level:{spot.level.name.lower()}"
        ),
        GateResult(
            Gate.OUTRANKED,
            place is not None,
            f"chance:{place.probability * 100:.1f}" if place else f"drawn:{len(drawn)}",
        ),
    )


def _daypart(context: Context) -> str:
    wall = local(context.store_now, context.store_zone)
    return f"{WEEKDAYS[wall.weekday()]}-{wall.hour:02d}"


def _stock_hash(lineup: Lineup, context: Context) -> str:
    """Names the promoted products that are out of stock: all that deciding takes from stock."""
    out = ",".join(sorted(lineup.out_of_stock(context.stock)))
    return hashlib.sha256(out.encode()).hexdigest()[:12]
