"""Composes the demo store: its page, its rows and its till."""

import json
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from flask import Blueprint

from recommender.domain.event import Event, StockChanged
from recommender.domain.product import Stock
from signage.app.base import utc_now
from signage.app.shop import Shop
from signage.app.web import Web
from signage.demo.place import place
from signage.demo.places import WITH_SHELVES
from signage.demo.routes import DemoPorts, blueprint
from signage.demo.stock import load
from signage.demo.tile import OnShelf
from signage.demo.till import Till, keep_telling, next_delivery
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


def demo_pages(web: Web, stock_set: Callable[[str, str], object]) -> Blueprint:
    """`/demo` with the real scan path, the real event door and the real decisions behind its buttons.

    `stock_set(store_id, gtin)` is told just before a level is recorded.
    """
    files = folder(web.settings)

    def sessions() -> list[str]:
        return list(_kept(files / "sessions.json", []))

    def scan(screen_id: str, text: str, lang: str) -> str | None:
        refused = web.scan.accept(screen_id, text)
        return None if refused is None else REFUSED[refused].say(lang)

    def set_stock(store_id: str, gtin: str, quantity: int) -> None:
        _known(web, gtin)
        stock_set(store_id, gtin)
        now = web.clock()
        delivery = next((next_delivery(store, now) for store in WITH_SHELVES if store.store_id == store_id), "")
        level = StockChanged(gtin, store_id, quantity, simulated=True, next_delivery=delivery)
        web.doors.record.record(Event("demo/page", f"{store_id}-{gtin}-{now.isoformat()}", now, level))

    def on_shelf(store_id: str, gtins: Sequence[str]) -> list[OnShelf]:
        offers = web.doors.catalog.offers(store_id, gtins)
        return [(product, offers.get(product.gtin)) for product in web.doors.catalog.products(gtins).values()]

    def shelf_products(store: Store) -> list[OnShelf]:
        promoted = dict.fromkeys(gtin for c in web.storage.campaigns.all(store.store_id) for gtin in c.gtins)
        return on_shelf(store.store_id, list(promoted)[:SHELF_PRODUCTS])

    def shown(screen_id: str) -> list[OnShelf]:
        here = web.live.shown(screen_id)
        return on_shelf(web.store_of(screen_id), here.gtins) if here else []

    def members(lang: str) -> list[dict[str, str]]:
        story = _kept(files / "story.json", [])
        return [{key: member[f"{key}_{lang}"] for key in ("label", "line")} for member in story]

    def explain(screen_id: str, lang: str) -> dict[str, Any]:
        shown = web.live.shown(screen_id)
        try:
            return web.controller.explain(shown.decision_id, lang) if shown and shown.decision_id else {}
        except NotFound:
            return {}  # its record is committed a few milliseconds after it is shown

    return blueprint(
        DemoPorts(
            keys=lambda: _kept(files / "screens.json", {}),
            members=members,
            member_code=lambda index: web.doors.personal.code(sessions()[index], web.clock()),
            member_page=lambda index: sessions()[index],
            scan=scan,
            end_guest=web.controller.end_guest,
            people=web.controller.on_snapshot,
            set_stock=set_stock,
            shelf_products=shelf_products,
            shown=shown,
            explain=explain,
            progress=lambda: _kept(files / "progress.json", {}),
            clock=web.clock,
        )
    )


def _known(web: Web, gtin: str) -> None:
    """Raises NotFound for a product that the catalogue doesn't have."""
    if gtin not in web.doors.catalog.products([gtin]):
        raise NotFound("product_unknown", "There is no such product.", "この商品は登録されていません。")


def demo_places(settings: Settings) -> None:
    """The demo's stores, screens, campaigns and story members."""
    engine = open_engine(settings.database, busy_ms=10_000)
    place(folder(settings), Screens(engine), Campaigns(engine), Notices(engine), utc_now())


def demo_till(settings: Settings) -> None:
    """Tells stock once a minute until the process ends."""
    shop = Shop(settings)
    known = {store.store_id for store in shop.storage.screens.stores()}  # a demo of an earlier release has fewer
    stores = [(store, load(store.store_id, folder(settings))) for store in WITH_SHELVES if store.store_id in known]

    def levels(store_id: str, gtins: Sequence[str]) -> dict[str, Stock]:
        offers = shop.doors.catalog.offers(store_id, gtins)
        return {gtin: offer.stock for gtin, offer in offers.items() if offer.stock is not None}

    keep_telling(Till(stores, levels, shop.doors.record.record_all, shop.clock).tick, time.sleep)
