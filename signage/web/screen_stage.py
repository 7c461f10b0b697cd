"""How a screen's stage is set up: layout, fit, free edge and panel hours, from a form and on to its player."""

from collections.abc import Mapping
from contextlib import suppress
from datetime import time
from typing import Any

from signage.channel.greeting import settings
from signage.channel.protocol import Settings, body
from signage.domain.errors import Invalid, Unavailable
from signage.domain.place import Fit, Layout, Screen
from signage.web.ports import ports

MOST_SAFE = 10


def stage_settings(form: Mapping[str, str], one: Screen) -> dict[str, Any]:
    """The fields that the form has, else what the screen had. Raises Invalid."""
    try:
        found: dict[str, Any] = {
            "layout": Layout(form.get("layout", one.layout)), "fit": Fit(form.get("fit", one.fit)),
            "safe_percent": int(form.get("safe_percent", one.safe_percent)),
            "lit_from_min": _minute(form.get("lit_from", clock_of(one.lit_from_min))),
            "lit_until_min": _minute(form.get("lit_until", clock_of(one.lit_until_min))),
        }  # fmt: skip
    except ValueError as error:
        raise _bad() from error
    if not 0 <= found["safe_percent"] <= MOST_SAFE:
        raise _bad()
    return found


def clock_of(minute: int) -> str:
    """Minutes of a day -> 08:30."""
    return f"{minute // 60:02}:{minute % 60:02}"


def tell_settings(screen: Screen) -> None:
    """The player follows at once; one that can't be reached learns it when it comes back."""
    store = ports().storage.screens.store(screen.store_id)
    if store is not None:
        with suppress(Unavailable):
            ports().tell_player(screen.screen_id, body(Settings(settings(screen, store))))


def _minute(text: str) -> int:
    at = time.fromisoformat(text or "00:00")
    return at.hour * 60 + at.minute


def _bad() -> Invalid:
    return Invalid(
        "stage_bad",
        "Choose a layout and a fit, 0 to 10 % of free edge, and panel hours such as 08:30.",
        "レイアウトと表示方法を選び、余白は0〜10%、点灯時間は 08:30 の形で入力してください。",
    )
