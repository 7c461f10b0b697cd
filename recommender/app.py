"""Composition root: settings -> the five doors, in this process or over HTTP. Cheap to open; loads nothing for training."""

import secrets
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from gevent import get_hub
from gevent.monkey import is_module_patched
from numpy.typing import NDArray

from recommender.algorithms.algorithm import Scores
from recommender.artifacts import Artifacts, Store
from recommender.catalog import Catalog, LocalCatalog
from recommender.crowd import Crowd, LocalCrowd
from recommender.domain.evaluation import Evaluation
from recommender.domain.event import Change
from recommender.domain.imported import ImportedProducts, Reject
from recommender.domain.limits import Limits
from recommender.history.desk import Desk
from recommender.history.events import Intake
from recommender.history.identity import RETAILER
from recommender.history.opening import open_history
from recommender.live import Listener, Live
from recommender.personal import LocalPersonal, Personal
from recommender.record import LocalRecord, Record
from recommender.remote import open_remote, remote_evaluation
from recommender.sales import LocalSales, Sales
from recommender.serving import crowd, personal, shelf
from recommender.serving.health import Health
from recommender.serving.ready import prepare
from recommender.serving.rules import live_rules
from recommender.serving.tally import Tally
from recommender.serving.untrained import untrained
from recommender.settings import Settings
from recommender.storage.engine import answers, open_engine
from recommender.storage.imports import Imported, imported
from recommender.storage.migrate import current, newest, upgrade
from recommender.training.kept import kept

if TYPE_CHECKING:
    from flask_openapi3.openapi import OpenAPI

    from recommender.history.importer import Importer
    from recommender.training.session import Serving

Clock = Callable[[], datetime]
LISTED = 50  # lines that were not taken
SMALL_BLOCK = (
    32 * 1024
)  # some 300 products: parsing and storing them must not keep the web process' other threads waiting


@dataclass(frozen=True, slots=True)
class Doors:
    """The five doors. `listen_changes` tells every change of stock or price in the chain; `evaluation` gives the one that was
    kept last, if any; `health` says how the doors are, None when they are another service's; `close` lets go of everything."""

    catalog: Catalog
    crowd: Crowd
    personal: Personal
    record: Record
    sales: Sales
    listen_changes: Callable[[Callable[[Change], None]], Listener]
    evaluation: Callable[[], Evaluation | None]
    health: Callable[[], Health | None]
    close: Callable[[], None]


def utc_now() -> datetime:
    return datetime.now(UTC)


def open_doors(settings: Settings | None = None, clock: Clock = utc_now) -> Doors:
    """With `recommender_url` over HTTP, else in this process; settings are the environment's unless given.

    Raises ValueError for a damaged key, a URL that is none or limits that are none.
    """
    settings = settings or Settings()
    if settings.recommender_url:
        live = Live(settings.redis_url)
        doors = open_remote(settings.recommender_url, settings.recommender_key)
        evaluation = partial(remote_evaluation, settings.recommender_url, settings.recommender_key)
        return Doors(*doors, live.listen_changes, evaluation, lambda: None, live.close)
    return open_local(settings, clock)


def open_local(settings: Settings, clock: Clock = utc_now) -> Doors:
    """The doors in this process, whatever `recommender_url` says."""
    engine, key = open_history(settings)
    live = Live(settings.redis_url)
    store = Store(settings.artifacts, prepare=prepare, apart=_apart, instead=partial(untrained, engine))
    rules, tally = live_rules(engine), Tally()
    store.current()  # now, and not in the first shopper's request

    def _close() -> None:
        live.close()
        engine.dispose()

    return Doors(
        catalog=LocalCatalog(engine, store, rules),
        crowd=LocalCrowd(store, rules),
        personal=LocalPersonal(
            engine, live, store, rules, tally, clock, secrets.token_bytes, settings.member_holdout_percent
        ),
        record=LocalRecord(engine, _intake(settings, key), clock, live.tell),
        sales=LocalSales(engine),
        listen_changes=live.listen_changes,
        evaluation=partial(kept, settings.artifacts),
        health=lambda: Health(store.status(), answers(engine), live.answers(), tally.counts()),
        close=_close,
    )


def _intake(settings: Settings, key: bytes) -> Intake:
    """Raises ValueError for limits that are none."""
    return Intake(key, settings.history_zone, Limits.read(settings.identity_limits))


def _apart(work: Callable[[], None]) -> None:
    """Runs it in a real thread. Under gevent a greenlet would hold up every socket of the process."""
    if is_module_patched("threading"):
        get_hub().threadpool.spawn(work)
    else:
        threading.Thread(target=work, name="rec-artifacts", daemon=True).start()


def service(settings: Settings) -> Callable[[], "OpenAPI"]:
    """What a worker of the recommender's own service opens it with, once the database is migrated and the keys were looked at.
    Raises ValueError without a key to guard it, or with a damaged one."""
    _need_key(settings)
    engine, _ = open_history(settings)
    engine.dispose()
    return partial(create_app, settings)


def _need_key(settings: Settings) -> None:
    if not settings.recommender_key:
        raise ValueError("Set SHELFCAST_RECOMMENDER_KEY: the service must not stand open")


def create_app(settings: Settings, clock: Clock = utc_now) -> "OpenAPI":
    """The recommender's own service. Raises ValueError without a key to guard it."""
    from recommender.http.service import create_app as over_http  # noqa: PLC0415 - doors in process need no web framework

    _need_key(settings)
    doors = open_local(settings, clock)

    def _health() -> Health:
        health = doors.health()
        assert health is not None  # they are in this process
        return health

    return over_http(
        catalog=doors.catalog,
        crowd=doors.crowd,
        personal=doors.personal,
        record=doors.record,
        sales=doors.sales,
        health=_health,
        evaluation=doors.evaluation,
        clock=clock,
        key=settings.recommender_key,
    )


def open_importer(settings: Settings, clock: Clock = utc_now) -> "Importer":
    from recommender.history.importer import Importer  # noqa: PLC0415 - pyarrow, which the doors don't need

    engine, key = open_history(settings)
    return Importer(engine, _intake(settings, key), clock, Live(settings.redis_url).tell)


def products_import(
    settings: Settings | None = None, clock: Clock = utc_now
) -> Callable[[Path, bool], ImportedProducts] | None:
    """What takes in a CSV of products, or only tries to (dry run); None where the history is another service's. It opens a
    history of its own, so that it may run in any thread, and raises RecommenderUnreachable while somebody else writes."""
    settings = settings or Settings()
    return None if settings.recommender_url else partial(_import_products, settings, clock)


def _import_products(settings: Settings, clock: Clock, path: Path, dry_run: bool) -> ImportedProducts:
    from recommender.history.textlines import WrongFile  # noqa: PLC0415 - as the importer

    importer, rejects = replace(open_importer(settings, clock), block=SMALL_BLOCK), list[Reject]()
    try:
        take_in = importer.look_over if dry_run else partial(importer.run, kind="products")
        step = take_in(path, progress=lambda now: rejects.extend(now.rejects))
    except WrongFile as wrong:
        if not wrong.missing:
            raise
        return ImportedProducts(missing=wrong.missing)
    finally:
        importer.engine.dispose()
    first = tuple(sorted(rejects, key=lambda one: one.line)[:LISTED])
    return ImportedProducts(step.added - step.changed, step.changed, step.known, step.rejected, first)


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


def history_database() -> str | None:
    """The URL of the history's database by this environment; None where the history is another service's."""
    settings = Settings()
    return None if settings.recommender_url else settings.database


def upgrade_history(file: Path) -> None:
    """A history's SQLite file, as from a backup, to the newest shape. Raises ValueError when a later release made it."""
    engine = open_engine(f"sqlite:///{file}")
    try:
        found = current(engine) or ""
        if not found.isdigit() or found > newest():
            raise ValueError(f"its history has shape {found[:20]!r}, this release knows {newest()}")
        upgrade(engine)
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
