"""A simulated week of a chain: production deciding, pacing and leases over a real ledger; people, networks and weather apart.

Screens ask every minute of the day that the store is open, a play in a hundred is broken off, and three screens in ten
lose the network for half of one day: then they play their lease as a player does, and tell it when they are back.
"""

from collections import Counter, defaultdict, deque
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from random import Random

from sqlalchemy import Engine

from signage.controller.delivery import TOLD_WITHIN, Delivery
from signage.controller.leasing import leased, limited, shares
from signage.controller.lineups import Ready
from signage.controller.manifests import LEASE
from signage.controller.recency import Push
from signage.controller.rooms import Rooms, Site
from signage.decide.choose import decide
from signage.decide.gates import daypart, flight
from signage.decide.lately import HOUR, Shown, remembering
from signage.decide.lineup import Lineup
from signage.domain.campaign import Daypart, Flight, Level, Spot, Targeting
from signage.domain.decision import APART, Context
from signage.domain.place import Screen, Store, Zone
from signage.domain.play import EndedWhy, Play
from signage.storage.inventories import make_inventory
from signage.storage.plays import insert_plays
from tests.signage.decide.making import NEUTRAL, spot
from tests.world import START, MovableClock

STORE = Store("week", "週", "Week", "Asia/Tokyo", "JPY")
MINUTE = timedelta(minutes=1)
OPEN_MIN = 9 * 60  # in Tokyo
DAY0 = START.replace(hour=0, minute=0)  # nine o'clock of a Monday in Tokyo
ITEM_MS = 60_000
BROKEN_OFF = 0.01
GIVEN_UP = timedelta(milliseconds=ITEM_MS) + TOLD_WITHIN
OFFLINE = (0, 4, 7)  # of ten screens
ZONES = (Zone.ENTRANCE, Zone.AISLE, Zone.SHELF)
ALL_DAYS = frozenset(range(7))
LATER = (Daypart(ALL_DAYS, 12 * 60, 20 * 60),)
WEEKDAYS = (Daypart(frozenset(range(5)), 0, 1440),)


@dataclass
class Panel:
    """One screen: what it was sent, what it has told, and the minutes of the week in which it has no network."""

    site: Site
    context: Context
    offline: range = range(0)
    pushed: deque[Shown] = field(default_factory=deque)
    played: deque[Shown] = field(default_factory=deque)
    shown: list[tuple[str, datetime]] = field(default_factory=list)
    untold: list[Play] = field(default_factory=list)
    lease: list[Spot] = field(default_factory=list)
    owed: defaultdict[str, float] = field(
        default_factory=lambda: defaultdict(float)
    )  # plays of a share, as player/playlist.js counts them


@dataclass
class Week:
    """`run()`, then read: `delivered` completed plays by campaign, `leased` those of them that leases gave, `late` those whose
    screen lost its network before it could tell of them: they had been given up and given again."""

    engine: Engine
    rooms: Rooms
    clock: MovableClock
    screens: int
    campaigns: int
    days: int
    open_min: int = 720
    seed: int = 1
    decisions: int = 0
    delivered: Counter[str] = field(default_factory=Counter)
    leased: Counter[str] = field(default_factory=Counter)
    late: Counter[str] = field(default_factory=Counter)
    breaches: Counter[str] = field(default_factory=Counter)
    voice_off: list[float] = field(default_factory=list)  # points by which each measured hour of a share was off

    def __post_init__(self) -> None:
        self.chance = Random(self.seed)
        self.rooms.screens.save_store(STORE)
        self.panels = [self._panel(n) for n in range(self.screens)]
        spots = self._spots()
        self.lineup = Lineup(make_inventory(STORE.store_id, spots))
        self.ready = Ready(self.lineup, frozenset(), ("", ""), DAY0, DAY0)
        self.delivery = Delivery(self.rooms)
        self.spots = {one.spot_id: one for one in spots}

    def _panel(self, n: int) -> Panel:
        zone = ZONES[n % len(ZONES)]
        hours = {"lit_from_min": OPEN_MIN, "lit_until_min": OPEN_MIN + self.open_min}
        screen = Screen(f"panel{n:03d}", STORE.store_id, "", zone, 1920, 1080, **hours)
        self.rooms.screens.save_screen(screen, DAY0)
        context = replace(
            NEUTRAL, store_id=STORE.store_id, screen_id=screen.screen_id, zone=zone, country="JP", apart=APART
        )
        panel = Panel(Site(screen, STORE), context)
        if n % 10 in OFFLINE:
            start = self.chance.randrange(self.days * self.open_min - self.open_min // 2)
            panel.offline = range(start, start + self.open_min // 2)
        return panel

    def _spots(self) -> list[Spot]:
        """Six in ten are promised plays, one in ten a share; the rest is open. On no screen is half of its time promised."""
        made = [spot(f"house{n}", Level.HOUSE, length_ms=ITEM_MS) for n in range(4)]
        for n in range(self.campaigns):
            plain = spot(f"s{n}", campaign_id=f"c{n}", length_ms=ITEM_MS)
            plain = replace(
                plain, competitor=f"trade{n % 4}" if n % 5 == 0 else "", cap_per_hour=12 if n % 3 == 0 else 0
            )
            kind = n % 10
            if kind < 6:
                made += self._promised(plain, n)
            elif kind == 6:
                share = (3, 5, 8)[n // 10 % 3]
                made.append(replace(plain, level=Level.GUARANTEED, goal_share=share, cap_per_hour=0, competitor=""))
            else:
                made.append(plain)
        return made

    def _promised(self, plain: Spot, n: int) -> list[Spot]:
        """Plays an hour and screen from a few to very few, now and then for one zone, some hours or days only."""
        aim = Targeting(zones=frozenset({ZONES[n % 3]})) if n % 4 == 1 else Targeting()
        hours = LATER if n % 6 == 2 else WEEKDAYS if n % 6 == 5 else ()
        first, last = (1, self.days - 1) if n % 7 == 3 and self.days > 3 else (0, self.days)
        window = Flight(DAY0 + timedelta(days=first), DAY0 + timedelta(days=last))
        one = replace(plain, level=Level.GUARANTEED, targeting=aim, dayparts=hours, flight=window)
        minutes = sum(self._may_run(one, minute) for minute in range(self.days * self.open_min))
        screens = sum(not aim.zones or panel.site.screen.zone in aim.zones for panel in self.panels)
        rate = (0.05, 0.5, 0.8, 1.0, 1.4, 2.2)[self.chance.randrange(6)] * 60 / self.campaigns
        goal = max(1, round(rate * screens * minutes / 60))
        several = (one, replace(one, spot_id=f"{one.spot_id}b")) if n % 8 == 0 else (one,)
        return [replace(each, goal_plays=goal) for each in several]

    def _may_run(self, one: Spot, minute: int) -> bool:
        context = replace(NEUTRAL, now=self._moment(minute))
        return flight(one, context).passed and daypart(one, context).passed

    def run(self) -> "Week":
        for minute in range(self.days * self.open_min):
            told: list[Play] = []
            for n, panel in enumerate(self.panels):
                at = self._moment(minute) + n * MINUTE / len(self.panels)
                self._turn(panel, minute, at, told)
            with self.engine.begin() as connection:
                insert_plays(connection, STORE.store_id, told, self.clock.now)
        return self

    def _turn(self, panel: Panel, minute: int, at: datetime, told: list[Play]) -> None:
        if minute % self.open_min == 0:
            panel.pushed.clear()
        while panel.played and panel.played[0][1] < at - HOUR:
            panel.played.popleft()
        self._measure(panel, minute, at)
        if minute in panel.offline:
            self._alone(panel, minute, at)
            return
        told += panel.untold
        self.late.update(
            play.campaign_id for play in panel.untold if play.decision_id and at - play.started_at > GIVEN_UP
        )
        panel.played.extend((play.spot_id, play.started_at) for play in panel.untold)
        panel.untold = []
        while panel.pushed and panel.pushed[0][1] < at - HOUR:
            panel.pushed.popleft()
        self.clock.now = at
        pace = self.delivery.pace(panel.site, self.ready, at)
        plain = replace(panel.context, now=at, pace=pace)
        context = remembering(self.lineup, plain, list(panel.pushed), list(panel.played), None)
        name, seed = f"{panel.site.screen.screen_id}-{minute}", self.chance.getrandbits(53)
        made = decide(self.lineup.inventory, context, seed=seed, decision_id=name, lineup=self.lineup)
        chosen = self.spots[made.spot_id]
        panel.pushed.append((chosen.spot_id, at))
        self.delivery.note(chosen.campaign_id, Push(at, chosen.spot_id, made.decision_id, ITEM_MS, ()))
        self.decisions += 1
        self._check(panel, chosen, at)
        self._played(panel, chosen, at, made.decision_id)

    def _alone(self, panel: Panel, minute: int, at: datetime) -> None:
        """What player/playlist.js does: of what may run, shares that are due, then the longest unseen; else the house's own."""
        if minute == panel.offline.start:
            start = at.replace(hour=at.hour // 6 * 6, minute=0, second=0, microsecond=0)
            promised = self.delivery.leased_per_hour(panel.site, self.ready, panel.context, start, start + LEASE)
            context = replace(panel.context, now=at)
            panel.lease = limited(leased(self.lineup.spots, context, start, start + LEASE), promised)
        context, recent = replace(panel.context, now=at), [one for one in panel.shown[-60:] if one[1] > at - HOUR]
        counts, last = Counter(name for name, _ in recent), {name: began for name, began in panel.shown[-600:]}
        may_run = [
            one for one in panel.lease
            if not 0 < one.cap_per_hour <= counts[one.spot_id]
            and flight(one, context).passed and daypart(one, context).passed
        ]  # fmt: skip
        due = [one for one in may_run if panel.owed[one.spot_id] >= 0.5]
        open_ = [one for one in may_run if one.level is not Level.HOUSE and not one.goal_share]
        pool = due or open_ or [one for one in may_run if one.level is Level.HOUSE]
        chosen = min(pool, key=lambda one: last.get(one.spot_id, DAY0))
        self._played(panel, chosen, at, "")

    def _played(self, panel: Panel, chosen: Spot, at: datetime, decision_id: str) -> None:
        panel.shown.append((chosen.spot_id, at))
        for name, part in shares(panel.lease).items():
            panel.owed[name] = min(1.0, panel.owed[name] + part - (name == chosen.spot_id))
        whole = self.chance.random() >= BROKEN_OFF
        self.delivered[chosen.campaign_id] += whole
        self.leased[chosen.campaign_id] += whole and not decision_id
        panel.untold.append(
            Play(
                panel.site.screen.screen_id, f"{panel.site.screen.screen_id}-{len(panel.shown)}", len(panel.shown),
                chosen.spot_id, chosen.campaign_id, decision_id, "", "", "", at, ITEM_MS, ITEM_MS if whole else ITEM_MS // 3,
                EndedWhy.FINISHED if whole else EndedWhy.FAILED, not decision_id, False,
            )
        )  # fmt: skip

    def _check(self, panel: Panel, chosen: Spot, at: datetime) -> None:
        """By what the screen really showed: caps and separation."""
        hour = [one for one in panel.shown[-60:] if one[1] >= at - HOUR]
        if chosen.cap_per_hour:
            lately = sum(name == chosen.spot_id for name, began in hour if began > at - HOUR)
            self.breaches["cap"] += lately >= chosen.cap_per_hour
        if chosen.competitor:
            near = [self.spots[name] for name, began in hour if at - began - MINUTE < APART]
            rivals = [one for one in near if one.competitor == chosen.competitor]
            self.breaches["separation"] += any(one.campaign_id != chosen.campaign_id for one in rivals)

    def _measure(self, panel: Panel, minute: int, at: datetime) -> None:
        """Shares in the hour that ends here, with a network or without."""
        if minute % self.open_min < 60:
            return
        hour = [one for one in panel.shown[-60:] if one[1] >= at - HOUR]
        shown = Counter(name for name, _ in hour)
        for voice in self.lineup.voices.values():
            own = sum(shown[name] for name in voice.names)
            self.voice_off.append(100 * abs(own / len(hour) - voice.share))

    def goal(self, campaign_id: str) -> int:
        return next(one.goal_plays for one in self.lineup.spots if one.campaign_id == campaign_id)

    def errors(self) -> dict[str, float]:
        """By campaign with a goal, delivered / goal - 1."""
        promised = {one.campaign_id for one in self.lineup.spots if one.goal_plays}
        return {
            campaign_id: self.delivered[campaign_id] / self.goal(campaign_id) - 1 for campaign_id in sorted(promised)
        }

    def _moment(self, minute: int) -> datetime:
        """A minute of open time -> when that is."""
        day, rest = divmod(minute, self.open_min)
        return DAY0 + timedelta(days=day, minutes=rest)
