"""The cable of a screen, cut and mended by hand; what the screen played meanwhile is counted from the ledger."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from flask import Blueprint, Response, jsonify

from signage.channel.hub import Hub
from signage.demo.asked import bad_field, same_page, store_of
from signage.demo.places import screens
from signage.domain.clock import Clock, millis
from signage.domain.place import Store
from signage.http import json_body
from signage.storage.plays import Arrived, Plays

BEFORE = timedelta(minutes=5)  # the last play that arrived before the cable was cut began within this time before


@dataclass(frozen=True, slots=True)
class Outage:
    """From the cut to the mending; `until` is None while the cable is cut."""

    since: datetime
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Figures:
    """`arrived`: plays that waited on the device and are in the ledger now. `lost`: numbers missing from the screen's
    own count. `doubled`: plays that are in the ledger twice. `done`: the screen has delivered since its cable is whole."""

    arrived: int = 0
    lost: int = 0
    doubled: int = 0
    done: bool = False


class Cables:
    """Whose cable is cut, and since when; forgotten with the process, which mends them all."""

    def __init__(self) -> None:
        self.outages: dict[str, Outage] = {}  # the last one of each screen

    def severed(self, screen_id: str) -> bool:
        outage = self.outages.get(screen_id)
        return outage is not None and outage.until is None

    def cut(self, screen_id: str, now: datetime) -> None:
        if not self.severed(screen_id):
            self.outages[screen_id] = Outage(now)

    def mend(self, screen_id: str, now: datetime) -> None:
        if self.severed(screen_id):
            self.outages[screen_id] = Outage(self.outages[screen_id].since, now)


def figures(outage: Outage, rows: Sequence[Arrived]) -> Figures:
    """A screen's plays since shortly before its outage, oldest first -> what became of those of the outage."""
    # from the last play that was here before: what the device still held then was delivered after the outage too
    began = max((row.started_at for row in rows if row.received_at <= outage.since), default=outage.since)
    mine = [row for row in rows if row.started_at >= began]
    numbers = {row.sequence for row in mine}
    late = [row for row in mine if outage.until is not None and row.received_at >= outage.until]
    return Figures(
        arrived=sum(row.offline or row.started_at < (outage.until or row.started_at) for row in late),
        lost=max(numbers) - min(numbers) + 1 - len(numbers) if numbers else 0,
        doubled=len(mine) - len({(row.sequence, row.started_at) for row in mine}),
        done=bool(late),
    )


def network_routes(cables: Cables, plays: Plays, hub: Hub, clock: Clock) -> Blueprint:
    """POST and GET /demo/network/<store>. A cut ends the screen's connection; Cables.severed keeps it from coming back."""
    routes = Blueprint("demo_network", __name__, url_prefix="/demo")
    routes.before_request(same_page)

    @routes.post("/network/<store_id>")
    def turn(store_id: str) -> Response:
        store, body = store_of(store_id), json_body()
        mine = [screen.screen_id for screen in screens(store)]
        wanted, cut = body.get("screens", mine), body.get("cut")
        if not isinstance(cut, bool):
            raise bad_field("cut")
        if not isinstance(wanted, list) or not wanted or any(screen not in mine for screen in wanted):
            raise bad_field("screens")
        for screen_id in wanted:
            (cables.cut if cut else cables.mend)(screen_id, clock())
            if cut:
                hub.sever(screen_id)
        return jsonify(cut=[screen_id for screen_id in mine if cables.severed(screen_id)])

    @routes.get("/network/<store_id>")
    def look(store_id: str) -> Response:
        each = _each(store_of(store_id), cables, plays, hub)
        counted = [screen for screen in each.values() if screen["cut_ms"] is not None]
        total = {name: sum(screen[name] for screen in counted) for name in ("arrived", "lost", "doubled")}
        done = bool(counted) and all(screen["done"] for screen in counted)
        return jsonify(screens=each, total=total | {"done": done})

    return routes


def _each(store: Store, cables: Cables, plays: Plays, hub: Hub) -> dict[str, dict[str, Any]]:
    told = {}
    for screen in screens(store):
        screen_id, outage = screen.screen_id, cables.outages.get(screen.screen_id)
        counted = figures(outage, plays.arrived(screen_id, outage.since - BEFORE)) if outage else Figures()
        told[screen_id] = asdict(counted) | {
            "online": hub.holds(screen_id),
            "cut": cables.severed(screen_id),
            "cut_ms": millis(outage.since) if outage else None,
            "restored_ms": millis(outage.until) if outage and outage.until else None,
        }
    return told
