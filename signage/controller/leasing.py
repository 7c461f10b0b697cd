"""What a screen may play by itself, and when: spots in, those of the lease out, each with hours and windows that a player can
keep who knows no holiday, no rival and no stronger level."""

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Any

from signage.controller.house import SCREEN_ADDRESS
from signage.decide import gates
from signage.domain.calendar import runs_on
from signage.domain.campaign import WHOLE, Daypart, Distance, Level, OnHolidays, Spot
from signage.domain.clock import local, millis
from signage.domain.content import Card
from signage.domain.decision import Context

LEASED_GATES = (
    gates.approval, gates.paused, gates.place, gates.orientation, gates.stock, gates.price, gates.audience_class,
)  # fmt: skip
EVER = 1 << 53  # where a window has no end
Window = tuple[int, int]  # [from, to) in milliseconds


def leased(spots: Iterable[Spot], context: Context, start: datetime, until: datetime) -> list[Spot]:
    """Whatever may run on the context's screen at some time of [start, until), without knowing who stands there."""
    days = _days(start, until, context.store_zone)
    known = [_known_days(spot, days, context.country) for spot in spots if _may_run(spot, context, until)]
    return _without_rivals([spot for spot in known if spot is not None], context.screen_id, start)


def limited(spots: Iterable[Spot], promised: Mapping[str, int]) -> list[Spot]:
    """`promised`: plays an hour that the lease gives of the spots with a goal; without any they are not in it."""
    kept = []
    for spot in spots:
        most = promised.get(spot.spot_id)
        if most is None:
            kept.append(spot)
        elif most:
            kept.append(replace(spot, cap_per_hour=min(most, spot.cap_per_hour or most)))
    return kept


def shares(spots: Sequence[Spot]) -> dict[str, float]:
    """Share of a screen's plays (0-1) by spot, where a player has to keep one: a campaign's share of voice in equal parts,
    since a player counts by spot, and what a store's own may have where their turns would give them more."""
    promised = [spot for spot in spots if spot.goal_share]
    several = Counter(spot.campaign_id for spot in promised)
    found = {spot.spot_id: spot.goal_share / 100 / several[spot.campaign_id] for spot in promised}
    in_turn = [spot for spot in spots if spot.level is not Level.HOUSE and not spot.goal_share]
    own = [spot for spot in in_turn if spot.own_percent < WHOLE and spot.level in gates.SHARED]
    most = min((spot.own_percent / WHOLE for spot in own), default=1.0)
    return found | {spot.spot_id: most / len(own) for spot in own if most < len(own) / len(in_turn)}


def windows(item: dict[str, Any], stronger: Sequence[Window]) -> list[dict[str, Any]]:
    """An item of the manifest, once for each window that what is stronger leaves it; the very same one where nothing is."""
    if not stronger:
        return [item]
    begins, ends, free = item["start_ms"], item["end_ms"] or EVER, []
    for first, last in [*sorted(stronger), (EVER, EVER)]:
        if begins < min(first, ends):
            free.append((begins, min(first, ends)))
        begins = max(begins, last)
    return [item | {"start_ms": first, "end_ms": 0 if last == EVER else last} for first, last in free]


def taken(spot: Spot, context: Context, start: datetime, until: datetime) -> list[Window]:
    """When a takeover or an emergency of the lease has the screen to itself."""
    begins, ends = (millis(spot.flight.start), millis(spot.flight.end)) if spot.flight else (0, EVER)
    if not spot.dayparts:
        return [(begins, ends)]
    zone = local(start, context.store_zone).tzinfo
    hours = [
        [millis(datetime.combine(day, time(), zone) + timedelta(minutes=minute)) for minute in _span(part)]
        for day in _days(start, until, context.store_zone)
        for part in spot.dayparts
        if day.weekday() in part.weekdays
    ]
    return [(max(first, begins), min(last, ends)) for first, last in hours if first < ends and last > begins]


def _may_run(spot: Spot, context: Context, until: datetime) -> bool:
    aim = spot.targeting
    if spot.level is Level.MEMBER or aim.guests_only or aim.audience or aim.distance is not Distance.ANY:
        return False
    if isinstance(spot.content, Card) and spot.content.link == SCREEN_ADDRESS:
        return False  # that code is only good for a minute
    if spot.flight and (spot.flight.start >= until or spot.flight.end <= context.now):
        return False
    if spot.expires and spot.expires <= context.now:
        return False
    return all(check(spot, context).passed for check in LEASED_GATES)


def _known_days(spot: Spot, days: Sequence[date], country: str) -> Spot | None:
    """Holidays and weeks as plain weekdays: no weekday comes twice among these days. None: it never runs on them."""
    parts = tuple(part for part in (_plain(part, days, country) for part in spot.dayparts) if part.weekdays)
    return replace(spot, dayparts=parts) if parts or not spot.dayparts else None


def _plain(part: Daypart, days: Sequence[date], country: str) -> Daypart:
    if part.every_weeks == 1 and part.holidays is OnHolidays.SAME:
        return part
    running = frozenset(day.weekday() for day in days if runs_on(part, day, country))
    return Daypart(running, part.start_min, part.end_min)


def _days(start: datetime, until: datetime, zone: str) -> list[date]:
    """The store's days of the lease, from the one before it, whose night may reach into it."""
    first, last = local(start, zone).date() - timedelta(days=1), local(until, zone).date()
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]


def _span(part: Daypart) -> tuple[int, int]:
    """Minutes from the midnight of the day on which it begins."""
    return part.start_min, part.end_min if part.start_min < part.end_min else part.end_min + 24 * 60


def _without_rivals(spots: list[Spot], screen_id: str, start: datetime) -> list[Spot]:
    """Of campaigns that compete a lease holds one: a player alone keeps no distance between them. They take turns by lease
    and screen, the stronger level first."""
    turns: dict[str, tuple[Level, bytes, str]] = {}
    for spot in spots:
        if spot.competitor:
            turn = hashlib.sha256(f"{screen_id}\n{millis(start)}\n{spot.campaign_id}".encode()).digest()
            mine = spot.level, turn, spot.campaign_id
            turns[spot.competitor] = min(mine, turns.get(spot.competitor, mine))
    return [spot for spot in spots if not spot.competitor or turns[spot.competitor][2] == spot.campaign_id]
