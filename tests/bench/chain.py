"""A chain to measure: the real purchases, trained models, prices, campaigns, and as many screens as are wanted.

Everything is made by the importer, the training and the tables that a shop uses. Yen prices and stock are simulated.
"""

import json
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from itertools import cycle, islice
from pathlib import Path

import pandas as pd

from recommender.app import open_importer, utc_now
from recommender.settings import Settings
from recommender.training.fit import train
from signage.demo.places import JAPAN, screens
from signage.demo.seed import prepare
from signage.demo.week import best_sellers, campaigns, flight_of
from signage.domain.campaign import CampaignState
from signage.domain.place import Screen, Store
from signage.storage.campaigns import Campaigns
from signage.storage.engine import open_engine
from signage.storage.migrate import upgrade
from signage.storage.screens import Screens

SCREENS_A_STORE = 10
STOCKED = 300  # best sellers with a known level in every store
FILES = {
    "categories.csv": "categories", "products.parquet": "products", "stores.csv": "stores",
    "lines_recent.parquet": "lines", "lines_before.parquet": "lines", "events.jsonl": "events",
}  # fmt: skip


def open_chain(data: Path, count: int) -> dict[str, str]:
    """A data directory with history, models, ten screens in each of the biggest stores -> keys of `count` screens."""
    folder, settings, now = data / "demo", Settings(data_dir=data), datetime.now(UTC)
    _say("purchases")
    prepare(folder, now, lambda share: None)
    stores = list(_stores(folder, -(-count // SCREENS_A_STORE)))
    _write_events(folder, stores, now)
    importer = open_importer(settings, utc_now)
    for name, kind in FILES.items():
        _say(name)
        importer.run(folder / name, kind, lambda step: None)
    importer.engine.dispose()
    train(settings, progress=lambda stage, share: _say(f"training: {stage}"))
    return dict(islice(_place(data, folder, stores, now), count))


def _stores(folder: Path, count: int) -> Iterator[Store]:
    """The biggest stores of the data, all furnished like the demo's first one."""
    sold = pd.read_parquet(folder / "lines_recent.parquet", columns=["store_id"]).store_id.value_counts()
    ids = [JAPAN.store_id, *(store_id for store_id in sold.index if store_id != JAPAN.store_id)]
    return (replace(JAPAN, store_id=str(store_id)) for store_id in ids[:count])


def _write_events(folder: Path, stores: list[Store], now: datetime) -> None:
    """The demo's prices, in every store; a full shelf of each best seller."""
    prices = [json.loads(line) for line in (folder / "prices.jsonl").open()]
    prices = [event for event in prices if event["data"]["store_id"] == JAPAN.store_id]
    with (folder / "events.jsonl").open("w") as file:
        for event in prices:
            file.write(json.dumps(event | {"data": event["data"] | {"store_id": ""}}) + "\n")
        for store in stores:
            for gtin in best_sellers(folder, JAPAN.store_id).gtin[:STOCKED]:
                data = {"gtin": gtin, "store_id": store.store_id, "quantity": 20, "simulated": True}
                named = {"type": "Stock Changed", "source": "bench", "id": f"{store.store_id}-{gtin}"}
                event = {"specversion": "1.0", "time": now.isoformat(), **named, "data": data}
                file.write(json.dumps(event) + "\n")


def _place(data: Path, folder: Path, stores: list[Store], now: datetime) -> Iterator[tuple[str, str]]:
    """Saves stores, campaigns and screens, store by store -> each screen's id and key."""
    engine = open_engine(f"sqlite:///{data / 'signage.db'}", busy_ms=5_000)
    upgrade(engine)
    shown, rows, sellers = Screens(engine), Campaigns(engine), best_sellers(folder, JAPAN.store_id)
    for store in stores:
        shown.save_store(store)
        for campaign in campaigns(store, sellers, flight_of(now)):
            rows.add(campaign, "", now)
            for revision, state in enumerate((CampaignState.SUBMITTED, CampaignState.APPROVED), 1):
                rows.move(campaign.campaign_id, state, revision, None, by="", now=now)
        for screen in _furnished(store):
            shown.save_screen(screen, now)
            yield screen.screen_id, shown.issue_key(screen.screen_id)
    engine.dispose()


def _furnished(store: Store) -> list[Screen]:
    """The demo's four shapes first, under their own ids; then the same again, numbered."""
    shapes = islice(cycle(screens(store)), SCREENS_A_STORE)
    return [s if n < 4 else replace(s, screen_id=f"{s.screen_id}-{n}") for n, s in enumerate(shapes)]


_say = partial(print, file=sys.stderr, flush=True)
