"""May this spot run here and now? One small function per gate: (spot, context) in, pass or fail with its figure out.

A figure is "token" or "token:value"; decide/texts turns it into a sentence.
"""

from collections.abc import Callable
from datetime import datetime

from signage.decide.files import fitting
from signage.decide.holdout import BLOCK, block_start, held_out, measured, personal
from signage.domain.audience import AudienceClass
from signage.domain.calendar import within
from signage.domain.campaign import WHOLE, Distance, Level, Restriction, Spot
from signage.domain.clock import local
from signage.domain.content import Card, Media, Template
from signage.domain.decision import Context, Gate, GateResult

SHARED = frozenset({Level.GUARANTEED, Level.OPEN, Level.HOUSE})  # levels at which a store keeps to its share
Check = Callable[[Spot, Context], GateResult]


def approval(spot: Spot, _: Context) -> GateResult:
    return GateResult(Gate.APPROVAL, spot.approved, "approved" if spot.approved else "not_approved")


def paused(spot: Spot, _: Context) -> GateResult:
    return GateResult(Gate.PAUSED, not spot.paused, "paused" if spot.paused else "running")


def flight(spot: Spot, context: Context) -> GateResult:
    """Half open: runs from the first millisecond of `start` to the last before `end`, or before its creative expires."""
    if spot.expires is not None and context.store_now >= spot.expires:
        return GateResult(Gate.FLIGHT, False, f"expired:{_wall(spot.expires, context)}")
    if spot.flight is None:
        return GateResult(Gate.FLIGHT, True, "always")
    if context.store_now < spot.flight.start:
        return GateResult(Gate.FLIGHT, False, f"starts:{_wall(spot.flight.start, context)}")
    ended = context.store_now >= spot.flight.end
    return GateResult(Gate.FLIGHT, not ended, f"{'ended' if ended else 'until'}:{_wall(spot.flight.end, context)}")


def daypart(spot: Spot, context: Context) -> GateResult:
    """By the store's wall clock and its country's holidays; see domain.calendar."""
    if not spot.dayparts:
        return GateResult(Gate.DAYPART, True, "always")
    wall = local(context.store_now, context.store_zone)
    inside = any(within(part, wall, context.country) for part in spot.dayparts)
    return GateResult(Gate.DAYPART, inside, f"{'inside' if inside else 'outside'}:{wall:%H:%M}")


def place(spot: Spot, context: Context) -> GateResult:
    wanted = spot.targeting
    for named, token, value in (
        (wanted.stores, "store", context.store_id),
        (wanted.zones, "zone", context.zone),
        (wanted.screens, "screen", context.screen_id),
    ):
        if named and value not in named:
            return GateResult(Gate.PLACE, False, f"{token}:{value}")
    if wanted.tags and not wanted.tags & context.tags:
        return GateResult(Gate.PLACE, False, f"tags:{', '.join(sorted(wanted.tags))}")
    return GateResult(Gate.PLACE, True, "here")


def orientation(spot: Spot, context: Context) -> GateResult:
    """A creative must have a file of the screen's shape; our templates have every shape that their targeting names."""
    wanted = spot.targeting.orientations
    if wanted and context.orientation not in wanted:
        return GateResult(Gate.ORIENTATION, False, f"needs:{context.orientation}")
    if isinstance(spot.content, Media) and not fitting(spot, context.orientation):
        return GateResult(Gate.ORIENTATION, False, f"needs:{context.orientation}")
    return GateResult(Gate.ORIENTATION, True, f"fits:{context.orientation}")


def cached(spot: Spot, context: Context) -> GateResult:
    if isinstance(spot.content, Card):
        return GateResult(Gate.CACHED, True, "card")
    if context.cached is None:
        return GateResult(Gate.CACHED, True, "not_told")
    held = any(file.sha256 in context.cached for file in fitting(spot, context.orientation))
    return GateResult(Gate.CACHED, held, f"{'held' if held else 'missing'}:{spot.content.name}")


def stock(spot: Spot, context: Context) -> GateResult:
    known = [(context.stock[gtin], gtin) for gtin in spot.gtins if gtin in context.stock]
    if not known:
        return GateResult(Gate.STOCK, True, "unknown" if spot.gtins else "no_product")
    units, gtin = min(known)
    if units > 0:
        return GateResult(Gate.STOCK, True, f"units:{units}")
    return GateResult(Gate.STOCK, False, f"out:{_clock(context.stock_as_of.get(gtin, context.now), context)}")


def price(spot: Spot, context: Context) -> GateResult:
    """Of every promoted product; what can't be known is not met."""
    if not (spot.price_at_most or spot.price_cut or spot.price_proved):
        return GateResult(Gate.PRICE, True, "any")
    if not spot.gtins:
        return GateResult(Gate.PRICE, False, "no_product")
    unmet = next((figure for gtin in spot.gtins if (figure := _unmet(spot, context, gtin))), "")
    if unmet:
        return GateResult(Gate.PRICE, False, unmet)
    dearest = max(context.prices[gtin] for gtin in spot.gtins)
    return GateResult(Gate.PRICE, True, f"met:{context.currency} {dearest}")


def _unmet(spot: Spot, context: Context, gtin: str) -> str:
    """The figure of the first condition that this product's price doesn't meet, "" where it meets them all."""
    amount = context.prices.get(gtin)
    if amount is None:
        return f"unknown:{gtin}"
    if spot.price_at_most and amount > spot.price_at_most:
        return f"dearer:{context.currency} {amount}"
    if spot.price_cut and gtin not in context.cuts:
        return f"no_cut:{gtin}"
    return f"unproved:{gtin}" if spot.price_proved and gtin not in context.proved else ""


def audience_class(spot: Spot, context: Context) -> GateResult:
    """A restricted spot never runs while a child may be there; with nobody's age known, only by the store's setting."""
    if spot.restriction is Restriction.NONE:
        return GateResult(Gate.AUDIENCE_CLASS, True, "unrestricted")
    if context.audience is AudienceClass.CHILD:
        return GateResult(Gate.AUDIENCE_CLASS, False, f"child:{spot.restriction}")
    if context.audience is AudienceClass.UNKNOWN or context.ages_unknown:
        allowed = context.restricted_without_camera
        return GateResult(Gate.AUDIENCE_CLASS, allowed, f"{'allowed' if allowed else 'unknown'}:{spot.restriction}")
    return GateResult(Gate.AUDIENCE_CLASS, True, f"known:{context.audience}")


def audience_target(spot: Spot, context: Context) -> GateResult:
    """Children are never a target, whatever the campaign says, and neither is whoever stands near with them."""
    distance = spot.targeting.distance
    if distance is not Distance.ANY and (context.distance is not distance or context.audience is AudienceClass.CHILD):
        return GateResult(Gate.AUDIENCE_TARGET, False, f"nobody:{distance}")
    if not spot.targeting.audience:
        return GateResult(Gate.AUDIENCE_TARGET, True, "any" if distance is Distance.ANY else f"match:{distance}")
    hit = context.audience in spot.targeting.audience and context.audience is not AudienceClass.CHILD
    return GateResult(Gate.AUDIENCE_TARGET, hit, f"{'match' if hit else 'other'}:{context.audience}")


def guest(spot: Spot, context: Context) -> GateResult:
    """Spots at level Member and those for guests only need a guest; a pick needs something to pick, a greeting its moment."""
    if not (spot.targeting.guests_only or spot.level is Level.MEMBER):
        return GateResult(Gate.GUEST, True, "anybody")
    if not context.guest:
        return GateResult(Gate.GUEST, False, "no_guest")
    template = spot.content.template if isinstance(spot.content, Card) else None
    if template is Template.PICK and not context.picks:
        return GateResult(Gate.GUEST, False, "no_picks")
    if template is Template.MOMENT and not context.greeting:
        return GateResult(Gate.GUEST, False, "greeted")
    return GateResult(Gate.GUEST, True, "guest")


def public_safe(spot: Spot, context: Context) -> GateResult:
    """While a guest is there, nothing sensitive: it would look like that guest's history."""
    if not context.guest:
        return GateResult(Gate.PUBLIC_SAFE, True, "no_guest")
    unsafe = next((gtin for gtin in spot.gtins if gtin in context.unsafe), "")
    return GateResult(Gate.PUBLIC_SAFE, not unsafe, f"sensitive:{unsafe}" if unsafe else "safe")


def cap(spot: Spot, context: Context) -> GateResult:
    """In the past hour, in one turn of everything, in a guest's session; the first that is reached says no. And for what a
    store has of its own: with this play, all of it together keeps to its share of the past hour."""
    if spot.own_percent < WHOLE and spot.level in SHARED:
        plays = 1 + sum(context.plays_last_hour.values())
        if WHOLE * (1 + context.own_last_hour) > spot.own_percent * plays:
            return GateResult(Gate.CAP, False, f"own:{context.own_last_hour}/{plays - 1}, {spot.own_percent} %")
    figure = ""
    for token, counted, most in (
        ("plays", context.plays_last_hour, spot.cap_per_hour),
        ("loop", context.plays_last_loop, spot.cap_per_loop),
        ("guest", context.plays_this_guest, spot.cap_per_guest),
    ):
        if most:
            plays = counted.get(spot.spot_id, 0)
            if plays >= most:
                return GateResult(Gate.CAP, False, f"{token}:{plays}/{most}")
            figure = figure or f"{token}:{plays}/{most}"
    return GateResult(Gate.CAP, True, figure or "no_cap")


def separation(spot: Spot, context: Context) -> GateResult:
    """Another campaign of the same trade must have ended a while ago. Where several may run, one's own spot too: else
    whoever was first would keep the others out for ever."""
    if not spot.competitor:
        return GateResult(Gate.SEPARATION, True, "no_rival")
    shown, contested = context.rivals_ago_s.get(spot.competitor, {}), spot.competitor in context.contested
    ago = min((ago for campaign, ago in shown.items() if contested or campaign != spot.campaign_id), default=None)
    if ago is None:
        return GateResult(Gate.SEPARATION, True, "not_shown")
    far = ago >= context.apart.total_seconds()
    return GateResult(Gate.SEPARATION, far, f"{'apart' if far else 'rival'}:{max(ago, 0):.0f}")


def holdout(spot: Spot, context: Context) -> GateResult:
    """Each open campaign has its own blocks in which it is withheld from a screen, and some members no picks, while an
    experiment is on."""
    if context.withheld is not None and personal(spot):
        return GateResult(Gate.HOLDOUT, not context.withheld, "no_picks" if context.withheld else "picks")
    if context.holdout is None or not measured(spot):
        return GateResult(Gate.HOLDOUT, True, "no_test")
    held = held_out(context.holdout, spot.campaign_id, context.screen_id, context.now)
    until = _wall(block_start(context.now) + BLOCK, context)
    return GateResult(Gate.HOLDOUT, not held, f"{'held' if held else 'shown'}:{until}")


GATES: dict[Gate, Check] = {
    Gate.APPROVAL: approval,
    Gate.PAUSED: paused,
    Gate.FLIGHT: flight,
    Gate.DAYPART: daypart,
    Gate.PLACE: place,
    Gate.ORIENTATION: orientation,
    Gate.CACHED: cached,
    Gate.STOCK: stock,
    Gate.PRICE: price,
    Gate.AUDIENCE_CLASS: audience_class,
    Gate.AUDIENCE_TARGET: audience_target,
    Gate.GUEST: guest,
    Gate.PUBLIC_SAFE: public_safe,
    Gate.CAP: cap,
    Gate.SEPARATION: separation,
    Gate.HOLDOUT: holdout,
}


def _wall(at: datetime, context: Context) -> str:
    return f"{local(at, context.store_zone):%Y-%m-%d %H:%M}"


def _clock(at: datetime, context: Context) -> str:
    """Without the date where it is today's."""
    wall = local(at, context.store_zone)
    today = wall.date() == local(context.now, context.store_zone).date()
    return f"{wall.hour:02d}:{wall.minute:02d}" if today else f"{wall:%Y-%m-%d %H:%M}"
