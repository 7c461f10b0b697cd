"""What a campaign would get before it is saved: its spots and screens in, plays a day and why there are none out.

No formula: in each situation of the coming day, or of the first on which it may run (what may run on a screen in an hour),
the production's own choice is asked for one item after the other, with what it chose remembered; the second half of them
counts. The audience is assumed (see `_assumed`), stock, prices and what other campaigns are owed are as of now.
"""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from random import Random
from time import sleep

from signage.controller.contexts import Contexts, Standing
from signage.controller.countries import country_of
from signage.controller.delivery import Delivery
from signage.controller.lineups import Lineups, Ready
from signage.controller.recency import Recency
from signage.controller.rooms import Rooms, Site
from signage.decide import texts
from signage.decide.choose import decide
from signage.decide.gates import GATES
from signage.decide.lately import HOUR, Shown, remembering
from signage.decide.lineup import Lineup, bits
from signage.decide.timetable import open_times
from signage.domain.audience import AudienceClass
from signage.domain.campaign import Level, Spot
from signage.domain.clock import local
from signage.domain.condition import lit
from signage.domain.decision import Context, GateResult, Pace
from signage.domain.forecast import Forecast, Outlook
from signage.domain.place import CameraMode
from signage.domain.words import Words

DAY = timedelta(days=1)
LOOK_AHEAD_DAYS = 57  # every eighth week is the rarest that a campaign can be
PAUSE = timedelta(seconds=10)  # until a screen that has nothing to show asks again
MOST_SCREENS = 24  # of a large chain this many are looked at, evenly spread; the sum is scaled
DARK = Words("その間、画面は消えています", "the screen is dark all that time")
WANTED = Pace(delivered=0, due=1.0, behind=1.0)  # a promise is forecast as if it were wanted: the most it can get


class Forecaster:
    """For one question; what it keeps is of no use for another."""

    def __init__(self, rooms: Rooms, lineups: Lineups) -> None:
        self._lineups = lineups
        self._clock = rooms.clock
        self._contexts = Contexts(rooms, Recency(rooms.plays), Delivery(rooms))
        self._ready: dict[str, Ready] = {}
        self._rates: dict[tuple[str, str, int], float] = {}

    def forecast(self, spots: Sequence[Spot], sites: Sequence[Site], lang: str) -> Forecast:
        """`spots`: of one campaign, at least one; `sites`: the screens that it asks for."""
        now, flight = self._clock(), spots[0].flight
        start = max(now, flight.start) if flight else now
        looked = sites[:: -(-len(sites) // MOST_SCREENS)] if sites else []
        start = _first_chance(spots, looked, start)
        end = min(start + DAY, flight.end) if flight else start + DAY
        end = max(start, end)
        if spots[0].level is Level.MEMBER or spots[0].targeting.guests_only:
            return Forecast(start, end, len(sites), 0.0, (), members=True)
        outlooks = tuple(self._of(site, spots, start, end, lang) for site in looked)
        each = len(sites) / max(1, len(looked))
        plays, screens = each * sum(one.plays for one in outlooks), round(each * sum(one.plays > 0 for one in outlooks))
        if spots[0].goal_plays and flight:
            plays = min(plays, spots[0].goal_plays * (end - start) / (flight.end - flight.start))
        return Forecast(start, end, screens, plays, outlooks)

    def _of(self, site: Site, spots: Sequence[Spot], start: datetime, end: datetime, lang: str) -> Outlook:
        ready, name = self._tried(site, spots), site.screen.screen_id
        lineup, ours = ready.lineup, [ready.lineup.index[spot.spot_id] for spot in spots]
        base = self._contexts.build(site, ready, start, _assumed(site, spots[0]), ahead=timedelta(0))
        base = replace(base, holdout=None, pace={**base.pace, **{spot.spot_id: WANTED for spot in spots}})
        base = remembering(lineup, base, [], [], None)
        plays = 0.0
        failed = [no for i in ours if (no := _first_no(lineup.spots[i], base))] if start >= end else []
        moment = start
        while moment < end:
            length = min(HOUR, end - moment)
            context = replace(base, now=moment + length / 2)
            moment += length
            if not lit(site.screen, site.store.zone, context.now):
                continue
            alive = lineup.open_to(context)
            rate = self._rate(site, lineup, alive, context, ours) if alive & bits(ours) else 0.0
            plays += rate * (length / HOUR)
            if not rate:
                failed += [no for i in ours if (no := _first_no(lineup.spots[i], context))]
        if plays or not failed:
            return Outlook(name, plays, "" if plays else DARK.say(lang))
        return Outlook(name, 0.0, texts.cause(max(failed, key=lambda one: one[0])[1], lang))

    def _tried(self, site: Site, spots: Sequence[Spot]) -> Ready:
        store = site.store
        if store.store_id not in self._ready:
            self._ready[store.store_id] = self._lineups.tried(store, spots)
        return self._ready[store.store_id]

    def _rate(self, site: Site, lineup: Lineup, alive: int, context: Context, ours: Sequence[int]) -> float:
        """Plays an hour where these may run: screens of a zone are alike."""
        key = site.store.store_id, str(site.screen.zone), alive
        if key not in self._rates:
            self._rates[key] = _plays_an_hour(lineup, alive, context, ours)
        return self._rates[key]


def _first_chance(spots: Sequence[Spot], sites: Sequence[Site], start: datetime) -> datetime:
    """When the calendar first lets any of them run, where that is not in the coming day: on a Tuesday what is for Mondays is
    told what a Monday would bring. Where it never does, `start`."""
    shapes = {(one.store.store_id, one.screen.zone, one.screen.orientation): one for one in sites}
    for ahead in range(LOOK_AHEAD_DAYS):
        opens = []
        for site in shapes.values():
            store, day = site.store, local(start, site.store.zone).date() + timedelta(days=ahead)
            for spot in spots:
                spans = open_times(spot, site.screen, store, country_of(store.zone), day)
                opens += [max(start, first) for first, last in spans if last > start]
        if opens:
            first = min(opens)
            return first if first >= start + DAY else start
    return start


def _plays_an_hour(lineup: Lineup, alive: int, context: Context, ours: Collection[int]) -> float:
    """Chances are added up instead of what was drawn: that tells as much as many runs. Where nothing goes by the past hour
    (a cap, a store's own share), a third of one is enough to settle in and to count."""
    by_the_hour = {*lineup.own, *(i for i, _ in lineup.capped.values())}
    counted = HOUR if alive & bits(by_the_hour) else HOUR / 3
    began, past, found = context.now, list[Shown](), 0.0
    at, chance = began, Random(0)
    while at < began + 2 * counted:
        past = [one for one in past if one[1] >= at - HOUR]
        then = replace(
            context, now=at, store_ahead=began - at
        )  # the store's clock stands still: its hours stay as they are
        remembered, seed = remembering(lineup, then, past, [], None), chance.getrandbits(53)
        made = decide(lineup.inventory, remembered, seed=seed, decision_id="", lineup=lineup)
        if at >= began + counted:
            found += sum(d.probability for d in made.draw if d.number in ours)
        if made.chosen >= 0:
            past.append((made.spot_id, at))
        at += timedelta(seconds=lineup.lengths_s[made.chosen]) if made.chosen >= 0 else PAUSE
        sleep(0)  # sockets come first
    return found * (HOUR / counted)


def _assumed(site: Site, spot: Spot) -> Standing:
    """Those that the campaign wants, where a camera could tell; adults where it tells ages; else nobody knows."""
    aim, camera = spot.targeting, site.screen.camera
    if camera is CameraMode.OFF:
        return Standing(AudienceClass.UNKNOWN, ages_unknown=True, near=True)
    ages = camera is CameraMode.DEMOGRAPHICS
    audience = AudienceClass(min(aim.audience, default=AudienceClass.ADULTS)) if ages else AudienceClass.UNKNOWN
    return Standing(audience, ages_unknown=not ages, near=True, distance=aim.distance)


def _first_no(spot: Spot, context: Context) -> tuple[int, GateResult] | None:
    """How far it comes, and what stops it there; None where only stronger ones stand in its way."""
    results = (check(spot, context) for check in GATES.values())
    return next(((n, result) for n, result in enumerate(results) if not result.passed), None)
