"""How campaigns with a goal of plays come along: the ledger and the plays on their way in, each spot's pace and lease out."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from signage.controller.countries import country_of
from signage.controller.lineups import Ready
from signage.controller.recency import Push
from signage.controller.rooms import Rooms, Site
from signage.decide import gates
from signage.decide.pacing import Aim, Plan, aim, footfall
from signage.domain.campaign import Level, Spot
from signage.domain.clock import local
from signage.domain.condition import lit_minute
from signage.domain.decision import Context, Pace
from signage.domain.place import Screen, Store

LEDGER_FRESH = timedelta(seconds=10)
AIM_FRESH = timedelta(seconds=2)
FOOTFALL_OF = timedelta(days=28)
TOLD_WITHIN = timedelta(minutes=2)  # after its end a play that was shown has been told


@dataclass(frozen=True, slots=True)
class Promise:
    """A campaign's spots, and the plan that they share."""

    spots: Sequence[Spot]
    plan: Plan


class Delivery:
    """Counts are read from the ledger as it grows; what was sent out and is not told yet counts as well, or every screen
    that asks in these seconds would give the same play. Other processes' screens are known by their plays alone."""

    def __init__(self, rooms: Rooms) -> None:
        self._rooms = rooms
        self._row = 0
        self._read_at: datetime | None = None
        self._counts: dict[str, Counter[int]] = {}
        self._sent: dict[str, tuple[str, datetime]] = {}  # by decision: campaign, and until when it may still be told
        self._on_the_way: Counter[str] = Counter()
        self._promises: dict[str, tuple[str, datetime, dict[str, Promise]]] = {}
        self._aims: dict[str, tuple[str, datetime, dict[str, Aim]]] = {}
        self._leases: dict[str, tuple[dict[str, Promise], datetime, dict[str, int]]] = {}

    def note(self, campaign_id: str, push: Push) -> None:
        """One of its spots goes out to a screen."""
        if campaign_id in self._counts:
            told_by = push.at + timedelta(milliseconds=push.length_ms) + TOLD_WITHIN
            self._sent[push.decision_id] = campaign_id, told_by
            self._on_the_way[campaign_id] += 1

    def pace(self, site: Site, ready: Ready, at: datetime) -> Mapping[str, Pace]:
        """By spot id, of every spot that was promised a number of plays."""
        promises, found = self._promised(site, ready, at), dict[str, Pace]()
        if not promises:
            return found
        aims = self._aims_of(site, ready, promises, at)
        for campaign_id, promise in promises.items():
            pace = aims[campaign_id].pace(self._on_the_way[campaign_id])
            for spot in promise.spots:
                found[spot.spot_id] = pace
        return found

    def leased_per_hour(
        self, site: Site, ready: Ready, context: Context, start: datetime, until: datetime
    ) -> Mapping[str, int]:
        """By spot id, the plays an hour that a screen of this store may give of each promised spot in [start, until) while
        it can't ask. `context`: any of the store's; other screens' are made from it."""
        promises = self._promised(site, ready, start)
        if not promises:
            return {}
        kept = self._leases.get(site.store.store_id)
        if kept is None or kept[0] is not promises or kept[1] != start:
            places, found = self._places(context), dict[str, int]()
            for promise in promises.values():
                screens = sum(any(_may_run(spot, place) for spot in promise.spots) for place in places)
                each, count = promise.plan.leased_per_hour(start, until, screens), len(promise.spots)
                found |= {spot.spot_id: (each + count - 1 - n) // count for n, spot in enumerate(promise.spots)}
            kept = self._leases[site.store.store_id] = promises, start, found
        return kept[2]

    def _places(self, context: Context) -> list[Context]:
        """Every screen of the chain: a goal is for all of them."""
        return [
            replace(
                context, screen_id=screen.screen_id, store_id=screen.store_id, zone=screen.zone, tags=screen.tags,
                orientation=screen.orientation,
            )
            for screen in self._rooms.screens.screens()
        ]  # fmt: skip

    def _read(self, campaigns: set[str], now: datetime) -> None:
        """Catch up with the ledger; a campaign that was not followed so far is counted whole."""
        new = campaigns - self._counts.keys()
        if not new and self._read_at and timedelta(0) <= now - self._read_at < LEDGER_FRESH:
            return
        ledger = self._rooms.plays
        until = ledger.last()
        for one in ledger.since(self._row, until, self._counts) if until > self._row else ():
            self._told(one.decision_id)
            self._counts[one.campaign_id][one.hour] += one.completed
        self._counts |= {campaign_id: Counter() for campaign_id in new}
        for campaign_id, hour, count in ledger.delivered(new, until) if new else ():
            self._counts[campaign_id][hour] = count
        self._row, self._read_at = until, now
        for decision_id in [key for key, (_, told_by) in self._sent.items() if told_by <= now]:
            self._told(decision_id)

    def _told(self, decision_id: str) -> None:
        sent = self._sent.pop(decision_id, None)
        if sent:
            self._on_the_way[sent[0]] -= 1

    def _aims_of(self, site: Site, ready: Ready, promises: Mapping[str, Promise], at: datetime) -> dict[str, Aim]:
        store_id, version = site.store.store_id, ready.lineup.inventory.version
        kept = self._aims.get(store_id)
        if kept and kept[0] == version and timedelta(0) <= at - kept[1] < AIM_FRESH:
            return kept[2]
        self._read(set(promises), self._rooms.clock())
        aims = {name: aim(promise.plan, self._counts[name], at) for name, promise in promises.items()}
        self._aims[store_id] = version, at, aims
        return aims

    def _promised(self, site: Site, ready: Ready, at: datetime) -> dict[str, Promise]:
        """The campaigns that were promised a number of plays in a time."""
        store, version = site.store, ready.lineup.inventory.version
        day = at.replace(hour=0, minute=0, second=0, microsecond=0)  # every process sees the same people
        kept = self._promises.get(store.store_id)
        if kept and kept[:2] == (version, day):
            return kept[2]
        goals: dict[str, list[Spot]] = {}
        for spot in ready.lineup.spots:
            if spot.level is Level.GUARANTEED and spot.goal_plays and spot.flight:
                goals.setdefault(spot.campaign_id, []).append(spot)
        known = kept[2] if kept and kept[1] == day else {}
        promises = self._planned(store, goals, day, known)
        self._promises[store.store_id] = version, day, promises
        followed = {name for *_, promised in self._promises.values() for name in promised}
        self._counts = {name: counts for name, counts in self._counts.items() if name in followed}
        return promises

    def _planned(
        self, store: Store, goals: Mapping[str, list[Spot]], day: datetime, known: Mapping[str, Promise]
    ) -> dict[str, Promise]:
        """Of the day's plans only those are made anew whose terms have changed: the others wait for nothing."""
        promises = {
            name: Promise(spots, known[name].plan)
            for name, spots in goals.items()
            if name in known and _terms(known[name].spots[0]) == _terms(spots[0])
        }
        if promises.keys() == goals.keys():
            return promises
        screens, country = self._rooms.screens.screens(store.store_id), country_of(store.zone)
        weights, lit = self._footfall(screens, store.zone, day), _lit(screens)
        for name, spots in goals.items():
            if name not in promises and (flight := spots[0].flight):
                plan = Plan(spots[0], flight, store.zone, country, weights=weights, lit=lit)
                promises[name] = Promise(spots, plan)
        return promises

    def _footfall(self, screens: Sequence[Screen], zone: str, at: datetime) -> Sequence[float]:
        """A quarter of an hour in which too few people came to be told counts as nobody's."""
        people, quarters = Counter[int](), Counter[int]()
        for quarter in self._rooms.cells.quarters([screen.screen_id for screen in screens], at - FOOTFALL_OF, at):
            wall = local(quarter.at, zone)
            people[24 * wall.weekday() + wall.hour] += quarter.people
            quarters[24 * wall.weekday() + wall.hour] += 1
        return footfall(people, quarters)


def _terms(spot: Spot) -> object:
    """What a plan is made of."""
    return spot.goal_plays, spot.flight, spot.dayparts


def _may_run(spot: Spot, place: Context) -> bool:
    return gates.place(spot, place).passed and gates.orientation(spot, place).passed


def _lit(screens: Sequence[Screen]) -> list[float]:
    """By hour of the week, the share of these screens whose panel is to show anything."""
    day = [sum(lit_minute(screen, 60 * hour + 30) for screen in screens) / max(1, len(screens)) for hour in range(24)]
    return day * 7
