"""A store's clock, set ahead by hand: flights and dayparts follow it, everything that proves something keeps true time."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from flask import Blueprint, Response, jsonify

from signage.demo.asked import bad_field, lang, same_page, store_of
from signage.domain.clock import Clock, local, millis
from signage.domain.errors import Invalid
from signage.domain.place import Store
from signage.domain.words import Words
from signage.http import json_body

FURTHEST = timedelta(days=7)
MINUTES_A_DAY = 24 * 60
TOO_FAR = "A demo store's clock goes no further than 7 days ahead.", "店の時刻を進められるのは7日先までです。"
SIMULATED = Words("模擬の時刻", "Simulated time")
DAYS = Words("月火水木金土日", "Mon Tue Wed Thu Fri Sat Sun")


class StoreTime:
    """How far each store's clock is ahead; forgotten with the process."""

    def __init__(self) -> None:
        self._ahead: dict[str, timedelta] = {}

    def ahead(self, store_id: str) -> timedelta:
        return self._ahead.get(store_id, timedelta(0))

    def forward(self, store_id: str, by: timedelta) -> None:
        """Raises ValueError beyond seven days."""
        there = self.ahead(store_id) + by
        if not timedelta(0) <= there <= FURTHEST:
            raise ValueError("from 0 to 7 days ahead")
        self._ahead[store_id] = there

    def reset(self, store_id: str) -> None:
        self._ahead.pop(store_id, None)


def told(store: Store, ahead: timedelta, now: datetime, language: str) -> dict[str, Any]:
    """The store's clock for the page: true time in `now_ms`, what stands on the wall in the rest."""
    wall = local(now + ahead, store.zone)
    days = DAYS.say(language)
    return {
        "now_ms": millis(now),
        "local": f"{wall:%Y-%m-%dT%H:%M}",
        "time": f"{wall:%H:%M}",
        "day": days.split()[wall.weekday()] if language == "en" else days[wall.weekday()],
        "offset_min": round(ahead / timedelta(minutes=1)),
        "simulated": bool(ahead),
        "label": SIMULATED.say(language) if ahead else "",
    }


def clock_routes(times: StoreTime, moved: Callable[[str], object], clock: Clock) -> Blueprint:
    """POST /demo/clock/<store>. `moved` is told the store whose screens must choose anew."""
    routes = Blueprint("demo_clock", __name__, url_prefix="/demo")
    routes.before_request(same_page)

    @routes.post("/clock/<store_id>")
    def set_clock(store_id: str) -> Response:
        store, body = store_of(store_id), json_body()
        minutes = body.get("forward_min", 0)
        if body.get("reset") is True:
            times.reset(store_id)
        elif isinstance(minutes, bool) or not isinstance(minutes, int) or not 0 < minutes <= 7 * MINUTES_A_DAY:
            raise bad_field("forward_min")
        else:
            try:
                times.forward(store_id, timedelta(minutes=minutes))
            except ValueError as error:
                raise Invalid("too_far_ahead", *TOO_FAR) from error
        moved(store_id)
        return jsonify(clock=told(store, times.ahead(store_id), clock(), lang()))

    return routes
