"""A process that asks the doors as a shop does, in the environment's data directory -> one JSON object on stdout.

Wall clock and CPU of: a signed-in member's list of 12, members in turn; and a purchase told to the door `record`, until
that member's list after it. Whether the purchase counted is seen in a list of everything.
"""

import json
import os
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from time import perf_counter, process_time

import numpy as np

from recommender.app import Doors, open_desk, open_doors
from recommender.artifacts import Store
from recommender.domain.event import Event, OrderCompleted, OrderedProduct
from recommender.domain.items import Items
from recommender.settings import Settings

LISTS, EVENTS, LIMIT, MEMBERS = 1000, 50, 12, 100
STORE = "367"
NOW = datetime(2026, 11, 16, 3, 0, tzinfo=UTC)


def main() -> None:
    settings = Settings()
    start = perf_counter()
    Store(settings.artifacts).current()
    open_ms = 1000 * (perf_counter() - start)
    doors = open_doors(settings, clock)
    try:
        members = _members(settings)
        lists = _Times(lambda n: doors.personal.picks(members[n % len(members)][1], STORE, NOW, LIMIT), LISTS)
        events = _bought(doors, settings, members[:EVENTS])
    finally:
        doors.close()
    told = {"open_ms": round(open_ms, 1), "peak_mb": round(used(os.getpid())[1])}
    print(json.dumps(told | lists.figures("member") | events.figures("event_to_list")))


class _Times:
    """Milliseconds of `count` calls, after one that doesn't count."""

    def __init__(self, call: Callable[[int], object], count: int) -> None:
        call(0)
        self._wall: list[float] = []
        self._cpu: list[float] = []
        for n in range(1, count + 1):
            wall, cpu = perf_counter(), process_time()
            call(n)
            self._wall.append(1000 * (perf_counter() - wall))
            self._cpu.append(1000 * (process_time() - cpu))

    def figures(self, name: str) -> dict[str, float]:
        kinds = {"ms": self._wall, "cpu_ms": self._cpu}
        return {
            f"{name}_p{p}_{kind}": round(float(np.percentile(times, p)), 2)
            for kind, times in kinds.items()
            for p in (50, 95)
        }


def _bought(doors: Doors, settings: Settings, members: list[tuple[str, str]]) -> _Times:
    items = Store(settings.artifacts).current().get(Items)
    assert items is not None
    random, till = Random(0), f"bench-{os.getpid()}"  # each size has a process, and the database is one

    def buy(n: int) -> None:
        name, session = members[n % len(members)]
        product = OrderedProduct("1", items.gtin14(random.randrange(len(items))), 1, 100)
        order = OrderCompleted(f"{till}-{n}", STORE, "USD", (product,))
        doors.record.record(Event(till, str(n), NOW, order, user_id=name))
        doors.personal.picks(session, STORE, NOW, LIMIT)

    before = doors.personal.picks(members[0][1], STORE, NOW, len(items))
    times = _Times(buy, len(members))
    assert doors.personal.picks(members[0][1], STORE, NOW, len(items)) != before
    return times


def _members(settings: Settings) -> list[tuple[str, str]]:
    """(name, session) of some households, with consent."""
    desk, found = open_desk(settings, clock), []
    for name in (f"hh{n}" for n in range(1, MEMBERS + 1)):
        identifier = desk.find("retailer", name)
        if identifier is not None:
            desk.consent_to_all(identifier)
            found.append((name, desk.session(identifier)))
    desk.engine.dispose()
    return found


def used(pid: int) -> tuple[float, float]:
    """(CPU seconds, most MB) of a process until now, 0 MB once it has ended. getrusage would count the parent's memory too."""
    stat = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    ticks = int(stat[11]) + int(stat[12])
    told = dict(line.split(":", 1) for line in Path(f"/proc/{pid}/status").read_text().splitlines())
    return ticks / os.sysconf("SC_CLK_TCK"), int(told.get("VmHWM", "0").split()[0]) / 1024


def clock() -> datetime:
    return NOW


if __name__ == "__main__":
    main()
