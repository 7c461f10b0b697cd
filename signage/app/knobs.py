"""Composes what a demo may turn in its stores: a clock, cables, a camera, a campaign; and the pages that show it."""

import json
from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime

from flask import Blueprint

from recommender.app import import_log
from signage.app.demo import demo_pages, folder
from signage.app.web import Web, offload
from signage.demo.camera import Camera, Wish, camera_routes
from signage.demo.figures import Figures, figure_routes
from signage.demo.look import Looking, look_routes
from signage.demo.marketer import Marketer, Studio
from signage.demo.marketer_routes import marketer_routes
from signage.demo.network import Cables, network_routes
from signage.demo.storetime import StoreTime, clock_routes


class Knobs:
    """`times` and `cables` are asked by the controller and the wire from the start; the rest comes with the pages."""

    def __init__(self) -> None:
        self.times = StoreTime()
        self.cables = Cables()

    def pages(self, web: Web) -> list[Blueprint]:
        """Everything below /demo."""
        wish = Wish(folder(web.settings))
        camera = Camera(wish, web.live)
        looking = self._looking(web, camera)
        return [
            demo_pages(web, looking.stock_set),
            look_routes(looking),
            camera_routes(camera, wish.make),
            clock_routes(self.times, web.controller.time_moved, web.clock),
            network_routes(self.cables, web.storage.plays, web.hub, web.clock),
            marketer_routes(Marketer(self._studio(web))),
            figure_routes(Figures(web.storage, _history, offload, web.settings.base_url, web.clock)),
        ]

    def _looking(self, web: Web, camera: Camera) -> Looking:
        progress = folder(web.settings) / "progress.json"

        def model() -> str:
            return str(json.loads(progress.read_text())["model"]) if progress.exists() else "none"

        return Looking(
            live=web.live,
            decisions=web.storage.decisions,
            campaigns=web.storage.campaigns,
            controller=web.controller,
            online=web.hub.holds,
            cables=self.cables,
            times=self.times,
            camera=camera,
            model=model,
            clock=web.clock,
        )

    def _studio(self, web: Web) -> Studio:
        def store_now(store_id: str) -> datetime:
            return web.clock() + self.times.ahead(store_id)

        return Studio(
            storage=web.storage,
            enqueue=web.enqueue,
            told=lambda store_id: web.controller.campaigns_changed({store_id}),
            store_now=store_now,
            clock=web.clock,
            offload=offload,
        )


def _history() -> Mapping[str, int]:
    log = import_log()
    return {} if log is None else asdict(log)
