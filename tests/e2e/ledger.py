"""What the shop's databases and Redis hold, read from outside while it runs."""

import sqlite3
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Any

import psutil
from redis import Redis

from signage.domain.campaign import CampaignState, Level, Targeting
from signage.domain.content import Card, Template
from signage.storage.campaign_rows import Campaign, CampaignSpot
from signage.storage.campaigns import Campaigns
from signage.storage.engine import open_engine
from tests.e2e.shop import STORE, Shop, wait_for

MEMORY_S = 35  # how long it has to have run before it vouches for a code


def rows(shop: Shop, query: str, *values: object) -> list[sqlite3.Row]:
    with closing(sqlite3.connect(f"file:{shop.data / 'signage.db'}?mode=ro", uri=True)) as connection:
        connection.row_factory = sqlite3.Row
        return connection.execute(query, values).fetchall()


def redis_server(shop: Shop) -> psutil.Process:
    assert shop.process is not None
    return next(p for p in psutil.Process(shop.process.pid).children() if "valkey" in p.name())


def redis_url(shop: Shop) -> str:
    """Of the server that the shop was told of, or else has started with a password of its own."""
    return shop.web_processes()[0].environ()["REDIS_URL"]


def redis(shop: Shop) -> "Redis[Any]":
    return Redis.from_url(redis_url(shop), decode_responses=True)


def until_redis_remembers(shop: Shop) -> None:
    """Codes are refused by a Redis that has not run for a while: they may have been used before it began."""
    with redis(shop) as server:
        wait_for(lambda: server.info("server")["uptime_in_seconds"] > MEMORY_S, 60, "a Redis that remembers")


def everything_in_redis(shop: Shop) -> str:
    """Every key with its value, as one text to search."""
    with redis(shop) as client:
        kept = []
        for key in client.scan_iter():
            kind = client.type(key)
            value = {"string": client.get, "set": client.smembers, "hash": client.hgetall}.get(kind, client.object)
            kept.append(f"{key} = {value(key) if kind in ('string', 'set', 'hash') else kind}")
        return "\n".join(kept)


def everything_in_signage(shop: Shop) -> str:
    with closing(sqlite3.connect(f"file:{shop.data / 'signage.db'}?mode=ro", uri=True)) as connection:
        return "\n".join(connection.iterdump())


def add_campaign(
    data: Path,
    now: datetime,
    key: str,
    gtin: str,
    *,
    level: Level = Level.OPEN,
    length_ms: int = 2_000,
    targeting: Targeting | None = None,
) -> str:  # fmt: skip
    """An approved product-card campaign of the store -> its spot's id."""
    url = f"sqlite:///{data / 'signage.db'}"
    return approve(url, now, key, gtin, level=level, length_ms=length_ms, targeting=targeting)


def approve(
    url: str,
    now: datetime,
    key: str,
    gtin: str,
    *,
    level: Level = Level.OPEN,
    length_ms: int = 2_000,
    targeting: Targeting | None = None,
) -> str:  # fmt: skip
    """The same in the database at `url`."""
    engine = open_engine(url, busy_ms=5_000)
    campaigns = Campaigns(engine)
    spot = CampaignSpot(f"{key}-1", key, length_ms, card=Card(Template.PRODUCT, gtin=gtin))
    campaign = Campaign(key, key, level, STORE, (spot,), targeting=targeting or Targeting(), gtins=(gtin,))
    campaigns.add(campaign, "", now)
    for revision, state in enumerate((CampaignState.SUBMITTED, CampaignState.APPROVED), 1):
        campaigns.move(key, state, revision, None, by="", now=now)
    engine.dispose()
    return spot.spot_id
