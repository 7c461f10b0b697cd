"""Figures that the demo shows as they are: the real report, what was imported, and the address for a phone."""

import ipaddress
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, Response, jsonify

from signage.demo.asked import lang, qr, store_of
from signage.domain.clock import Clock, local
from signage.domain.place import Store
from signage.domain.play import Area
from signage.domain.words import Words
from signage.proof.exposure import FORMULAS
from signage.proof.report import report
from signage.storage.plays import Filters
from signage.web.ports import Storage

DAYS = 7  # as the studio's page of reports begins
EFFECT = Words("まだ判断できません", "Not enough data yet")
EFFECT_WHY = Words(
    "売上への効果は、放映した店としなかった店を数週間くらべて初めて言えます。このデモの来店者と在庫は模擬なので、効果は示しません。",
    "An effect on sales can be told only after weeks, against stores that did not show it. The people and the stock of "
    "this demo are simulated, so it never claims one.",
)
HOW = Words(
    "いまはこのPCの中だけで動いています。スマホから試すには `shelfcast demo --lan`(`make demo LAN=1`)で"
    "起動し直してください。",
    "It runs inside this computer only. To try it on a phone start it again with `shelfcast demo --lan` (or "
    "`make demo LAN=1`).",
)


@dataclass(frozen=True)
class Figures:
    """`history()`: what the recommender's import log says, {} where that can't be asked; `offload`: as in WebPorts."""

    storage: Storage
    history: Callable[[], Mapping[str, int | None]]
    offload: Callable[[Callable[[], Any]], Any]
    base_url: str
    clock: Clock

    def report(self, store: Store, language: str) -> dict[str, Any]:
        """The week of main areas up to now, from the report that the studio shows too; people suppressed and rounded."""
        today = local(self.clock(), store.zone).date()
        filters = Filters(today - timedelta(days=DAYS - 1), today, frozenset({store.store_id}))
        every = self.offload(lambda: report(self.storage.plays, filters))
        rows = [row for row in every if row.plays.area is Area.MAIN]
        people = {
            name: sum(value for row in rows if (value := getattr(row, name)) is not None)
            if any(getattr(row, name) is not None for row in rows)
            else None
            for name in ("gross_impressions", "ots")
        }
        return people | {
            "first": filters.first.isoformat(),
            "last": filters.last.isoformat(),
            "plays_started": sum(row.plays.started for row in rows),
            "plays_completed": sum(row.plays.completed for row in rows),
            "ots_formula": FORMULAS["ots"][language == "en"],
            "gross_formula": FORMULAS["gross_impressions"][language == "en"],
            "simulated": any(row.simulated for row in rows),
            "suppressed": any(row.suppressed for row in rows),
            "effect": EFFECT.say(language),
            "effect_why": EFFECT_WHY.say(language),
            "href": "/studio/reports",
        }


def figure_routes(figures: Figures) -> Blueprint:
    """GET /demo/report, /data and /phone."""
    routes = Blueprint("demo_figures", __name__, url_prefix="/demo")

    @routes.get("/report/<store_id>")
    def of_store(store_id: str) -> Response:
        return jsonify(figures.report(store_of(store_id), lang()))

    @routes.get("/data")
    def data() -> Response:
        return jsonify(dict(figures.offload(figures.history)))

    @routes.get("/phone")
    def phone() -> Response:
        address = figures.base_url
        reachable = not is_loopback(address)
        return jsonify(
            reachable=reachable,
            address=address,
            qr=qr(f"{address}/me") if reachable else None,
            how="" if reachable else HOW.say(lang()),
        )

    return routes


def is_loopback(address: str) -> bool:
    """Does the address lead nowhere but to this machine?"""
    host = urlsplit(address).hostname or ""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")
