"""Composition root: settings -> the five doors, in this process or over HTTP. Cheap to open; loads nothing for training."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from recommender.algorithms.algorithm import Scores
from recommender.artifacts import Artifacts, Store
from recommender.catalog import Catalog, LocalCatalog
from recommender.crowd import Crowd, LocalCrowd
from recommender.domain.event import Change
from recommender.history.desk import Desk
from recommender.history.identity import RETAILER, history_key
from recommender.live import Listener, Live
from recommender.personal import LocalPersonal, Personal
from recommender.record import LocalRecord, Record
from recommender.remote import open_remote
from recommender.sales import LocalSales, Sales
from recommender.serving import crowd, personal, shelf
from recommender.settings import Settings
from recommender.storage.engine import Engine, open_engine
from recommender.storage.imports import Imported, imported
from recommender.storage.migrate import upgrade

if TYPE_CHECKING:
    from flask_openapi3.openapi import OpenAPI

    from recommender.history.importer import Importer
    from recommender.training.session import Serving

Clock = Callable[[], datetime]


@dataclass(frozen=True, slots=True)
class Doors:
    """The five doors. `listen_changes` tells every change of stock or price in the chain; `close` lets go of everything."""

    catalog: Catalog
    crowd: Crowd
    personal: Personal
    record: Record
    sales: Sales
    listen_changes: Callable[[Callable[[Change], None]], Listener]
    close: Callable[[], None]


def utc_now() -> datetime:
    return datetime.now(UTC)


def open_history(settings: Settings) -> tuple[Engine, bytes]:
    """The migrated database and the key that identifiers are hashed under. Raises ValueError for a damaged key."""
    engine = open_engine(settings.database)
    upgrade(engine)
    return engine, history_key(settings.data_dir)


def open_doors(settings: Settings | None = None, clock: Clock = utc_now) -> Doors:
    """With `recommender_url` over HTTP, else in this process; settings are the environment's unless given.

    Raises ValueError for a damaged key or a URL that is none.
    """
    settings = settings or Settings()
    if settings.recommender_url:
        live = Live(settings.redis_url)
        doors = open_remote(settings.recommender_url, settings.recommender_key)
        return Doors(*doors, live.listen_changes, live.close)
    return open_local(settings, clock)


def open_local(settings: Settings, clock: Clock = utc_now) -> Doors:
    """The doors in this process, whatever `recommender_url` says."""
    engine, key = open_history(settings)
    live, store = Live(settings.redis_url), Store(settings.artifacts)

    def _close() -> None:
        live.close()
        engine.dispose()

    return Doors(
        catalog=LocalCatalog(engine, store),
        crowd=LocalCrowd(store),
        personal=LocalPersonal(engine, live, store, clock, secrets.token_bytes),
        record=LocalRecord(engine, key, clock, live.tell),
        sales=LocalSales(engine),
        listen_changes=live.listen_changes,
        close=_close,
    )


def create_app(settings: Settings, clock: Clock = utc_now) -> "OpenAPI":
    """The recommender's own service. Raises ValueError without a key to guard it."""
    from recommender.http.service import create_app as over_http  # noqa: PLC0415 - doors in process need no web framework

    if not settings.recommender_key:
        raise ValueError("Set SHELFCAST_RECOMMENDER_KEY: the service must not stand open")
    doors = open_local(settings, clock)
    return over_http(
        catalog=doors.catalog,
        crowd=doors.crowd,
        personal=doors.personal,
        record=doors.record,
        sales=doors.sales,
        key=settings.recommender_key,
    )


def open_importer(settings: Settings, clock: Clock = utc_now) -> "Importer":
    from recommender.history.importer import Importer  # noqa: PLC0415 - pyarrow, which the doors don't need

    engine, key = open_history(settings)
    return Importer(engine, key, settings.history_zone, clock, Live(settings.redis_url).tell)


def import_log(settings: Settings | None = None) -> Imported | None:
    """What was imported so far; None where the history is another service's."""
    settings = settings or Settings()
    if settings.recommender_url:
        return None
    engine = open_engine(settings.database)
    try:
        return imported(engine, RETAILER)
    finally:
        engine.dispose()


def open_desk(settings: Settings, clock: Clock = utc_now) -> Desk:
    engine, key = open_history(settings)
    return Desk(engine, key, clock, secrets.token_bytes)


def serving() -> "Serving":
    """What `recommender evaluate` judges: the functions that the doors answer with."""
    from recommender.training.session import Serving  # noqa: PLC0415 - training's libraries

    return Serving(
        member=lambda artifacts, items, history, store_id, today: (
            personal.suit(artifacts, items, history, store_id, today).total
        ),
        shown=lambda artifacts, history, store_id, now, limit: personal.rank(
            artifacts, history, store_id, now, limit, public=False
        ),
        shelf=_shelf_scores,
        promoted=crowd.promoted,
        segment=crowd.segment,
        groups=crowd.GROUPS,
    )


def _shelf_scores(artifacts: Artifacts, looked_at: NDArray[np.int64], store_id: str) -> Scores:
    scored = shelf.scores(artifacts, looked_at, store_id)
    if scored is None:
        raise ValueError("these artifacts have no shelf model")
    return scored[0]
