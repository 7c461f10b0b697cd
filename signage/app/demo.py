"""Composes the demo store: its page, its rows and its till."""

import json
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from flask import Blueprint

from recommender.app import utc_now
from recommender.domain.event import Event, StockChanged
from recommender.domain.product import Product, Stock
from signage.app.base import Base
from signage.app.web import Web
from signage.demo.place import place
from signage.demo.places import STORES
from signage.demo.routes import DemoPorts, blueprint
from signage.demo.stock import load
from signage.demo.till import TICK, Till
from signage.domain.errors import NotFound
from signage.domain.place import Store
from signage.settings import Settings
from signage.shelf.texts import REFUSED
from signage.storage.campaigns import Campaigns
from signage.storage.engine import open_engine
from signage.storage.notices import Notices
from signage.storage.screens import Screens

SHELF_PRODUCTS = 12


def folder(settings: Settings) -> Path:
    return settings.data_dir / "demo"


def _kept(path: Path, empty: Any) -> Any:
    return json.loads(path.read_text()) if path.exists() else empty


def demo_pages(web: Web) -> Blueprint:
    """`/demo` with the real scan path, the real event door and the real decisions behind its buttons."""
    files = folder(web.settings)

    def sessions() -> list[str]:
        return list(_kept(files / "sessions.json", []))

    def scan(screen_id: str, text: str, lang: str) -> str | None:
        refused = web.scan.accept(screen_id, text)
        return None if refused is None else REFUSED[refused].say(lang)

    def set_stock(store_id: str, gtin: str, quantity: int) -> None:
        now = web.clock()
        event = Event(
            "demo/page",
            f"{store_id}-{gtin}-{now.isoformat()}",
            now,
            StockChanged(gtin, store_id, quantity, simulated=True),
        )
        web.doors.record.record(event)

    def shelf_products(store: Store) -> list[Product]:
        promoted = [gtin for c in web.storage.campaigns.all(store.store_id) for gtin in c.gtins]
        return list(web.doors.catalog.products(promoted[:SHELF_PRODUCTS]).values())

    def explain(screen_id: str, lang: str) -> dict[str, Any]:
        shown = web.live.shown(screen_id)
        try:
            return web.controller.explain(shown.decision_id, lang) if shown and shown.decision_id else {}
        except NotFound:
            return {}  # its record is committed a few milliseconds after it is shown

    return blueprint(
        DemoPorts(
            keys=lambda: _kept(files / "screens.json", {}),
            members=lambda: len(sessions()),
            member_code=lambda index: web.doors.personal.code(sessions()[index], web.clock()),
            member_page=lambda index: sessions()[index],
            scan=scan,
            end_guest=web.controller.end_guest,
            people=web.controller.on_snapshot,
            set_stock=set_stock,
            shelf_products=shelf_products,
            explain=explain,
            progress=lambda: _kept(files / "progress.json", {}),
            clock=web.clock,
        )
    )


def demo_places(settings: Settings) -> None:
    """The demo's stores, screens, campaigns and story members."""
    engine = open_engine(settings.database, busy_ms=10_000)
    place(folder(settings), Screens(engine), Campaigns(engine), Notices(engine), utc_now())


def demo_till(settings: Settings) -> None:
    """Tells stock once a minute until the process ends."""
    base = Base(settings)
    stores = [(store, load(store.store_id, folder(settings))) for store in STORES]

    def levels(store_id: str, gtins: Sequence[str]) -> dict[str, Stock]:
        offers = base.doors.catalog.offers(store_id, gtins)
        return {gtin: offer.stock for gtin, offer in offers.items() if offer.stock is not None}

    till = Till(stores, levels, base.doors.record.record_all, base.clock)
    while True:
        till.tick()
        time.sleep(TICK.total_seconds())
