"""The log of decisions for those who judge it: records in, a Parquet file, a verdict by day or a re-run day out."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from signage.decide import record
from signage.decide.choose import rerun
from signage.decide.holdout import MEMBERS, measured, personal, washing_out
from signage.decide.judge import Judge, LogDay
from signage.domain.campaign import Inventory
from signage.domain.clock import millis
from signage.domain.decision import Decision
from signage.domain.play import Play
from signage.proof.rewards import rewarded
from signage.storage.decisions import Decisions
from signage.storage.engine import open_engine
from signage.storage.exposures import Exposures
from signage.storage.inventories import Inventories
from signage.storage.plays import Plays

HOUR = timedelta(hours=1)
LATE = timedelta(minutes=15)  # after its decision an item is on the screen
DRAW = pa.list_(pa.struct({"spot": pa.string(), "score": pa.float64(), "chance": pa.float64()}))
SCHEMA = pa.schema({
    "decision": pa.string(), "screen": pa.string(), "store": pa.string(), "at_ms": pa.int64(), "policy": pa.string(),
    "model": pa.string(), "inventory": pa.string(), "guest": pa.bool_(), "audience": pa.string(), "daypart": pa.string(),
    "level": pa.string(), "spot": pa.string(), "campaign": pa.string(), "propensity": pa.float64(), "seed": pa.int64(),
    "draw": DRAW, "experiment": pa.string(), "arm": pa.string(), "washout": pa.bool_(), "ghost_spot": pa.string(),
    "ghost_campaign": pa.string(), "ghost_propensity": pa.float64(), "cut": pa.bool_(), "played": pa.bool_(),
    "completed": pa.bool_(), "shown_ms": pa.int64(), "attention": pa.float64(),
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Replayed:
    """How a day's re-run went: `same` byte for byte, `different` (their ids), `without` the inventory they were made from."""

    same: int
    different: tuple[str, ...]
    without: int


class Log:
    """The log in the database at this URL; days are those of UTC."""

    def __init__(self, database: str) -> None:
        engine = open_engine(database)
        self._decisions = Decisions(engine)
        self._plays = Plays(engine)
        self._exposures = Exposures(engine)
        self._inventories = Inventories(engine)
        self._kept: dict[str, Inventory | None] = {}

    def check(self, first: date, last: date) -> list[LogDay]:
        """The checks of each day (UTC) of [first, last] that has records."""
        judge = Judge()
        judge.tell(record.load(text) for text in self._decisions.between(*_span(first, last)))
        return [judge.days[day] for day in sorted(judge.days)]

    def replay(self, day: date) -> Replayed:
        """Make every choice of a day (UTC) again from its record and the inventory that it names."""
        same, different, without = 0, [], 0
        for text in self._decisions.between(*_span(day, day)):
            made = record.load(text)
            inventory = self._inventory(made.inventory)
            if inventory is None:
                without += 1
            elif record.dump(rerun(made, inventory)) == text:
                same += 1
            else:
                different.append(made.decision_id)
        return Replayed(same, tuple(different), without)

    def export(self, first: date, last: date, target: Path) -> int:
        """Write the records of these days (UTC), each with what came of it, as Parquet -> how many. An hour in memory."""
        count, (start, end) = 0, _span(first, last)
        with pq.ParquetWriter(target, SCHEMA, compression="zstd") as writer:
            while start < end:
                rows = list(self._rows(start, min(start + HOUR, end)))
                if rows:
                    writer.write_table(pa.Table.from_pylist(rows, SCHEMA))
                count, start = count + len(rows), start + HOUR
        return count

    def _rows(self, start: datetime, end: datetime) -> Iterator[dict[str, Any]]:
        made = [record.load(text) for text in self._decisions.between(start, end)]
        plays: dict[str, Play] = {}
        attention: dict[str, float] = {}
        for screen_id in sorted({one.screen_id for one in made}):
            mine = self._plays.between([screen_id], start, end + LATE)
            plays |= {play.decision_id: play for play in mine if play.decision_id}
            measured = self._exposures.between([screen_id], start, end + LATE)
            attention |= {one.play.decision_id: one.attention for one in rewarded(measured)}
        for one in made:
            yield self._row(one, plays.get(one.decision_id), attention.get(one.decision_id))

    def _row(self, made: Decision, play: Play | None, attention: float | None) -> dict[str, Any]:
        stock = self._inventory(made.inventory)
        spots = stock.spots if stock else ()
        return {
            "decision": made.decision_id, "screen": made.screen_id, "store": made.store_id, "at_ms": millis(made.at),
            "policy": made.policy, "model": made.model_version, "inventory": made.inventory, "guest": made.guest,
            "audience": made.audience and str(made.audience), "daypart": made.daypart,
            "level": None if made.level is None else made.level.name.lower(), "spot": made.spot_id,
            "campaign": spots[made.chosen].campaign_id if spots and made.chosen >= 0 else "",
            "propensity": made.propensity, "seed": made.seed,
            "draw": [
                {"spot": spots[d.number].spot_id if spots else "", "score": d.score, "chance": d.probability}
                for d in made.draw
            ],
            **_arm(made, stock), "cut": made.cut,
            "played": play is not None, "completed": play is not None and play.completed,
            "shown_ms": play.shown_ms if play else 0, "attention": attention,
        }  # fmt: skip

    def _inventory(self, version: str) -> Inventory | None:
        if version not in self._kept:
            self._kept[version] = self._inventories.load(version)
        return self._kept[version]


def _arm(made: Decision, stock: Inventory | None) -> dict[str, Any]:
    """ "off": something was withheld, and would have been shown; "on": it was shown and could have been withheld."""
    place = made.ghost.index if made.ghost else made.chosen
    spot = stock.spots[place] if stock is not None and place >= 0 else None
    told: dict[str, Any] = {"experiment": "", "arm": "", "washout": False}
    if spot is None:
        return told
    if made.withheld is not None and personal(spot):
        told["experiment"] = MEMBERS
    elif made.holdout is not None and measured(spot):
        told["experiment"] = made.holdout.experiment
        told["washout"] = washing_out(made.holdout, spot.campaign_id, made.screen_id, made.at)
    else:
        return told
    told["arm"] = "off" if made.ghost else "on"
    if made.ghost:
        told |= {
            "ghost_spot": spot.spot_id, "ghost_campaign": spot.campaign_id, "ghost_propensity": made.ghost.probability
        }  # fmt: skip
    return told


def _span(first: date, last: date) -> tuple[datetime, datetime]:
    return datetime.combine(first, time(), UTC), datetime.combine(last + timedelta(days=1), time(), UTC)
