"""Learning: plays with their people and their sales in, the response model, each spot's days and the bets on it out.

It runs in the worker, a batch at a time. What it takes from the recommender is units sold and labels scanned, by door
`sales`.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from functools import partial
from zoneinfo import ZoneInfo

from recommender.sales import SalesCell
from signage.decide import record
from signage.decide.evidence import bet
from signage.decide.policy import POLICIES
from signage.decide.response import Response, learn
from signage.domain.campaign import Inventory
from signage.domain.clock import Clock, local
from signage.domain.decision import Decision
from signage.domain.place import Screen, Store
from signage.domain.play import Play
from signage.domain.response import Outcome, Situation, SpotDay, crowd_of, day_of
from signage.proof.rewards import Rewarded, rewarded
from signage.storage.decisions import Decisions
from signage.storage.exposures import Exposures
from signage.storage.inventories import Inventories
from signage.storage.learned import Learned, Learnt, Progress, Spot, put_learned
from signage.storage.plays import Plays
from signage.storage.screens import Screens
from signage.storage.writer import GroupWriter

SETTLED = timedelta(minutes=10)  # plays told later than this teach nothing
BATCH = timedelta(hours=1)
SOLD = timedelta(hours=3)  # after a day's end its sales are told
USUAL = 20.0  # units sold, or scans, of a day at which the reward is one half
EPOCH_DAY = date(1970, 1, 1).toordinal()
Units = Callable[[Sequence[str], Sequence[str], datetime, datetime], list[SalesCell]]  # of door `sales`, by the day


@dataclass(frozen=True, slots=True)
class Shown:
    """A measured play, the decision it came from and the spots that it was chosen among."""

    rewarded: Rewarded
    made: Decision
    inventory: Inventory


@dataclass(frozen=True, slots=True)
class Learner:
    """`learn()` takes in the next batch, and says whether there was one: call it again until there is none."""

    learned: Learned
    plays: Plays
    exposures: Exposures
    decisions: Decisions
    inventories: Inventories
    screens: Screens
    writer: GroupWriter
    units: Units
    scans: Units
    clock: Clock

    def learn(self) -> bool:
        now, before = self.clock(), self.learned.progress()
        start, sold = before.until or now - BATCH, before.sales_until or now
        end = min(start + BATCH, now - SETTLED)
        if end <= start or not self.exposures.complete(now - SETTLED):
            return False
        known = Response(before.version, self.learned.weights())
        outcomes: list[Outcome] = []
        days: dict[Spot, list[SpotDay]] = {}
        bets: dict[Spot, tuple[float, ...]] = {}
        sales_end = max(sold, end - SOLD)
        for store in self.screens.stores():
            screens = {screen.screen_id: screen for screen in self.screens.screens(store.store_id)}
            shown = self._shown(screens, start, end)
            outcomes += [_attention(one, store, screens[one.made.screen_id]) for one in shown]
            days |= _days(shown, store)
            bets |= self._bets(shown, store)
            for day in _ended(store, sold, sales_end):
                outcomes += self._sales(store, list(screens), day)
        after = learn(known, sorted(outcomes, key=lambda outcome: outcome.day))
        learnt = Learnt(
            {name: w for name, w in after.weights.items() if known.weights.get(name) is not w}, days, bets
        )  # fmt: skip
        progress = Progress(before.version + 1, end, sales_end)
        return bool(self.writer.submit(partial(put_learned, before=before, after=progress, learnt=learnt)))

    def _shown(self, screens: dict[str, Screen], start: datetime, end: datetime) -> list[Shown]:
        """Measured plays of [start, end) with their decisions, in order of time."""
        found: list[Rewarded] = []
        for screen_id in screens:
            found += rewarded(self.exposures.between([screen_id], start, end))
        made = {
            key: record.load(text)
            for key, text in self.decisions.texts([one.play.decision_id for one in found]).items()
        }
        kept = [one for one in found if one.play.decision_id in made]
        stocks = {v: self.inventories.load(v) for v in {made[one.play.decision_id].inventory for one in kept}}
        shown = [
            Shown(one, made[one.play.decision_id], stock)
            for one in kept
            if (stock := stocks[made[one.play.decision_id].inventory]) is not None
            and made[one.play.decision_id].spot_id == one.play.spot_id
        ]
        return sorted(shown, key=lambda one: one.rewarded.play.started_at)

    def _bets(self, shown: Sequence[Shown], store: Store) -> dict[Spot, tuple[float, ...]]:
        money = self.learned.bets(store.store_id) if shown else {}
        changed: dict[Spot, tuple[float, ...]] = {}
        for one in shown:
            if one.made.policy in POLICIES:
                draw = [(one.inventory.spots[d.number].spot_id, d.probability) for d in one.made.draw]
                after = bet(money, draw, one.made.spot_id, one.rewarded.attention)
                money |= after
                changed |= {(store.store_id, spot_id): held for spot_id, held in after.items()}
        return changed

    def _sales(self, store: Store, screens: Sequence[str], day: date) -> list[Outcome]:
        """Each promoted product's day: what was sold and scanned of it, and how much of the screens' time its spots had."""
        start, end = (datetime.combine(d, time(), ZoneInfo(store.zone)) for d in (day, day + timedelta(days=1)))
        plays = self.plays.between(screens, start, end)
        promoting = self._promoting(store, plays)
        gtins = sorted({gtin for several in promoting.values() for gtin in several})
        if not gtins:
            return []
        told = {
            what: {cell.gtin: cell.units for cell in ask(gtins, [store.store_id], start, end)}
            for what, ask in (("sold", self.units), ("scanned", self.scans))
        }
        if not any(told["scanned"].values()):
            del told["scanned"]  # nobody scans labels here: that says nothing of the spots
        whole, on = sum(play.shown_ms for play in plays), Counter[str]()
        for play in plays:
            on[play.spot_id] += play.shown_ms
        here, cut = Situation(store.store_id, "", "", "", day_of(day.weekday()), ""), self._cut(plays, promoting)
        return [
            Outcome(
                spot_id, (), here, f"{what}:{gtin}{':cut' if spot_id in cut else ''}", count / (count + USUAL),
                _days_since(end), share=on[spot_id] / whole, cut=spot_id in cut,
            )
            for spot_id, several in promoting.items()
            for gtin in several
            for what, counts in told.items()
            if (count := counts.get(gtin, 0)) is not None  # None: too few to be told
        ]  # fmt: skip

    def _cut(self, plays: Sequence[Play], spots: Collection[str]) -> set[str]:
        """Those of the spots whose price was cut on that day, by one record of each: prices change overnight. Such a day
        has a base of its own, or the spot would be praised for what the price sold."""
        one_each = {play.spot_id: play.decision_id for play in plays if play.spot_id in spots and play.decision_id}
        made = map(record.load, self.decisions.texts(list(one_each.values())).values())
        return {one.spot_id for one in made if one.cut}

    def _promoting(self, store: Store, plays: Sequence[Play]) -> dict[str, tuple[str, ...]]:
        """The products of the campaign spots among these plays."""
        played, stock = {play.spot_id for play in plays if play.campaign_id}, self.inventories.latest(store.store_id)
        return {spot.spot_id: spot.gtins for spot in (stock.spots if stock else ()) if spot.spot_id in played}


def _attention(one: Shown, store: Store, screen: Screen) -> Outcome:
    play, made = one.rewarded.play, one.made
    wall = local(play.started_at, store.zone)
    here = Situation.at(store.store_id, screen.zone, str(made.audience or ""), wall, crowd_of(one.rewarded.present))
    gtins = one.inventory.spots[made.chosen].gtins
    day = _days_since(play.started_at)
    return Outcome(play.spot_id, gtins, here, "attention", one.rewarded.attention, day, cut=made.cut)


def _days(shown: Sequence[Shown], store: Store) -> dict[Spot, list[SpotDay]]:
    days: dict[Spot, dict[int, SpotDay]] = defaultdict(dict)
    for one in shown:
        spot, reward = (store.store_id, one.rewarded.play.spot_id), one.rewarded.attention
        day = local(one.rewarded.play.started_at, store.zone).date().toordinal() - EPOCH_DAY
        held = days[spot].get(day, SpotDay(day, 0, 0.0, 0.0))
        days[spot][day] = replace(
            held, plays=held.plays + 1, reward=held.reward + reward, squared=held.squared + reward * reward
        )
    return {spot: list(several.values()) for spot, several in days.items()}


def _ended(store: Store, start: datetime, end: datetime) -> list[date]:
    """The store's days whose last moment lies in (start, end]."""
    first, last = local(start, store.zone).date(), local(end, store.zone).date()
    return [first + timedelta(days=n) for n in range((last - first).days)]


def _days_since(at: datetime) -> float:
    return at.timestamp() / 86_400
