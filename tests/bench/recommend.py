"""How fast recommending is, on all of the real purchases: taken in by the ordinary importer, asked by the doors.

retrain_s             the whole training, from the database to the published version
member_p95_ms         a signed-in member's list of 12 at the door `personal`, the history read from the database
event_to_list_p95_ms  an order line written to the history, durably, until that member's list shows what was bought

Beside them: quick_s (popularity alone, for first content), import_s, open_ms (a version opened), peak_mb of this process.
The last line of stdout is one JSON object with these keys.
"""

import json
import os
import resource
import sys
import tempfile
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from random import Random
from time import perf_counter

import numpy as np

from recommender.app import Doors, open_desk, open_doors, open_history, open_importer
from recommender.artifacts import Store
from recommender.domain.instant import to_ms
from recommender.domain.items import Items
from recommender.settings import Settings
from recommender.storage.engine import write
from recommender.storage.lines import add_lines
from recommender.training.fit import train
from signage.demo.purchases import Purchases
from signage.demo.purchases import write as write_files
from signage.demo.seed import complete_journey, shop_words
from tests.servers import start_valkey

LISTS, EVENTS, LIMIT = 1000, 50, 12
NOW = datetime(2026, 11, 16, 3, 0, tzinfo=UTC)
FILES = {
    "categories.csv": "categories", "stores.csv": "stores", "products.parquet": "products",
    "lines_recent.parquet": "lines", "lines_before.parquet": "lines",
}  # fmt: skip


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="bench-recommend-") as folder:
        valkey = start_valkey()
        try:
            os.environ["REDIS_URL"] = f"redis://127.0.0.1:{valkey.port}/0"
            figures = _measure(Path(folder), Settings(data_dir=Path(folder) / "data"))
        finally:
            valkey.stop()
    print(json.dumps(figures))


def _measure(folder: Path, settings: Settings) -> dict[str, float]:
    import_s = _import(folder, settings)
    start = perf_counter()
    train(settings, progress=_say, only="popular")
    quick_s = perf_counter() - start
    start = perf_counter()
    train(settings, progress=_say)
    retrain_s = perf_counter() - start
    start = perf_counter()
    Store(settings.artifacts).current()
    open_ms = 1000 * (perf_counter() - start)
    doors = open_doors(settings, _clock)
    try:
        lists, events = _ask(doors, settings), _buy(doors, settings)
    finally:
        doors.close()
    return {
        "retrain_s": round(retrain_s, 1),
        "member_p95_ms": _percentile(lists, 95),
        "event_to_list_p95_ms": _percentile(events, 95),
        "member_p50_ms": _percentile(lists, 50),
        "quick_s": round(quick_s, 1),
        "import_s": round(import_s, 1),
        "open_ms": round(open_ms, 1),
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }


def _import(folder: Path, settings: Settings) -> float:
    """Seconds that the importer takes; writing the files that it reads doesn't count."""
    write_files(Purchases(complete_journey(), NOW.date()), shop_words(), folder)
    importer = open_importer(settings, _clock)
    start = perf_counter()
    for name, kind in FILES.items():
        _say(name, 0.0)
        importer.run(folder / name, kind, lambda step: None)
    importer.engine.dispose()
    return perf_counter() - start


def _ask(doors: Doors, settings: Settings) -> list[float]:
    """Milliseconds of each list, a hundred members in turn."""
    sessions = [session for _, session in _members(settings, range(1, 101))]
    doors.personal.picks(sessions[0], "367", NOW, LIMIT)
    times = []
    for n in range(LISTS):
        start = perf_counter()
        picks = doors.personal.picks(sessions[n % len(sessions)], "367", NOW, LIMIT)
        times.append(1000 * (perf_counter() - start))
        assert len(picks) == LIMIT
    return times


def _buy(doors: Doors, settings: Settings) -> list[float]:
    """Milliseconds from a purchase's write to the list of 12 after it. That it counts is seen in a list of everything."""
    engine, _ = open_history(settings)
    items = Store(settings.artifacts).current().get(Items)
    assert items is not None
    random, times = Random(0), []
    for n, (member, session) in enumerate(_members(settings, range(1, EVENTS + 1))):
        gtin = int(items.gtin[random.randrange(len(items))])
        before = doors.personal.picks(session, "367", NOW, len(items))
        row = (f"bench-{n}", "1", member, "367", to_ms(NOW), gtin, 1, 100, "USD", "store")
        start = perf_counter()
        write(engine, partial(add_lines, rows=[row]))
        doors.personal.picks(session, "367", NOW, LIMIT)
        times.append(1000 * (perf_counter() - start))
        assert doors.personal.picks(session, "367", NOW, len(items)) != before
    engine.dispose()
    return times


def _members(settings: Settings, numbers: range) -> list[tuple[int, str]]:
    """(identifier, session) of these households, with consent."""
    desk = open_desk(settings, _clock)
    found = [i for i in (desk.find("retailer", f"hh{n}") for n in numbers) if i is not None]
    for identifier in found:
        desk.consent_to_all(identifier)
    sessions = [(identifier, desk.session(identifier)) for identifier in found]
    desk.engine.dispose()
    return sessions


def _percentile(times: list[float], percent: int) -> float:
    return round(float(np.percentile(times, percent)), 2)


def _clock() -> datetime:
    return NOW


def _say(stage: str, share: float) -> None:
    print(f"{stage} {share:.0%}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
