"""A simulated store whose spots are as good as the items of a real bandit log. `python -m tests.bandit` fetches the log.

The log is the "men" campaign of ZOZO's Open Bandit Dataset under its uniform policy (Saito et al., 2020), as the wheel of
`obp` 0.4.1 carries it (Apache-2.0; tests only: nothing of it is shipped or installed). Each of its 34 items' click rate is
the chance that a play of one spot is answered.
"""

import csv
import tempfile
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from random import Random

from signage.bundle.packages import extract, fetch_pypi, sha256_of, verify
from signage.decide.choose import decide
from signage.decide.evidence import Bets, bet
from signage.decide.lineup import Lineup
from signage.decide.response import Response, learn
from signage.domain.audience import AudienceClass
from signage.domain.decision import Context
from signage.domain.response import Outcome, Situation
from tests.signage.decide.making import NEUTRAL, inventory, spot

WHEEL = "87dec9caf4283c25ab13036532e0a24566f1c7bdcad1653a8ded43b2f5ef8208"
MEMBER = "obp/dataset/obd/random/men/men.csv"
LOG = "ede6d08c6877f99cd3770f7d09e26c738e6aa6de4445ccccfb1356ba5d06b1eb"
READY = Path(__file__).parent / "ready" / "bandit-men.csv"
ITEM_S = 10.0
SCREENS = 10
BATCH = 1_000  # plays between two lessons; the worker's come every few minutes
AUDIENCES = (AudienceClass.ADULTS, AudienceClass.SENIORS)


def pull() -> None:
    """Put the log in place unless it is there; BundleError when pip can't bring it or it is another file."""
    if READY.is_file() and sha256_of(READY) == LOG:
        return
    with tempfile.TemporaryDirectory() as scratch:
        archive = fetch_pypi("obp", "0.4.1", Path(scratch))
        verify(archive, WHEEL)
        extract(archive, MEMBER, READY, LOG)


def click_rates() -> list[float]:
    """Clicks / impressions of each item, by its number."""
    shown, clicked = Counter[int](), Counter[int]()
    with READY.open(encoding="utf-8") as log:
        for row in csv.DictReader(log):
            shown[int(row["item_id"])] += 1
            clicked[int(row["item_id"])] += int(row["click"])
    return [clicked[item] / shown[item] for item in sorted(shown)]


@dataclass
class Store:
    """Ten screens that all choose among the same spots. `rates`: of each spot by audience, which changes from play to play.

    `saved` is 1 - regret / the regret of showing all spots evenly; regret is what the best spot of each moment would
    have brought more.
    """

    rates: Mapping[AudienceClass, Sequence[float]]
    seed: int
    betting: bool = False
    known: Response = field(default_factory=Response)
    money: dict[str, Bets] = field(default_factory=dict)
    regret: float = 0.0
    even: float = 0.0
    weights: float = 0.0
    plays: int = 0

    def __post_init__(self) -> None:
        self.chance = Random(self.seed)
        self.spots = [f"s{n:02d}" for n in range(len(self.rates[AUDIENCES[0]]))]
        self.inventory = inventory(*[spot(name) for name in self.spots])
        self.lineup = Lineup(self.inventory)
        self.last: list[dict[str, float]] = [{} for _ in range(SCREENS)]
        self.log: list[Outcome] = []
        self._learned()

    @property
    def saved(self) -> float:
        return 1.0 - self.regret / self.even

    @property
    def mean_weight(self) -> float:
        """Of its log: what `shelfcast log check` asks of a day."""
        return self.weights / self.plays

    def run(self, plays: int) -> "Store":
        for n in range(plays):
            self._play(self.last[n % SCREENS], n // SCREENS * ITEM_S)
        return self

    def _play(self, last: dict[str, float], now: float) -> None:
        who = self.chance.choice(AUDIENCES)
        made = decide(
            self.inventory, self._context(last, now, who), seed=self.chance.getrandbits(53), decision_id="d",
            lineup=self.lineup,
        )  # fmt: skip
        rates, last[made.spot_id] = self.rates[who], now
        answered = float(self.chance.random() < rates[made.chosen])
        self.regret += max(rates) - rates[made.chosen]
        self.even += max(rates) - sum(rates) / len(rates)
        self.weights += 1 / len(made.draw) / made.propensity
        self.plays += 1
        self.log.append(Outcome(made.spot_id, (), situation(who), "click", answered, now / 86_400))
        if self.betting and answered:
            draw = [(self.spots[d.number], d.probability) for d in made.draw]
            self.money |= bet(self.money, draw, made.spot_id, answered)
        if len(self.log) == BATCH:
            self.known = learn(self.known, self.log)
            self.log = []
            self._learned()

    def _learned(self) -> None:
        self.response = {
            who: {name: self.known.of(name, (), situation(who)) for name in self.spots} for who in AUDIENCES
        }

    def _context(self, last: Mapping[str, float], now: float, who: AudienceClass) -> Context:
        ago = {name: now - shown for name, shown in last.items()}
        return replace(NEUTRAL, audience=who, last_shown_ago_s=ago, response=self.response[who])


def situation(who: AudienceClass) -> Situation:
    return Situation("ekimae", "entrance", str(who), "morning", "weekday", "few")


if __name__ == "__main__":
    pull()
