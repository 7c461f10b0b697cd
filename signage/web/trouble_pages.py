"""「画面が映らない」: how one screen is, since when, what it told last, what to try in which order, and whom to call."""

from datetime import timedelta

from flask import Blueprint, render_template
from flask_babel import lazy_gettext as _l

from signage.domain.condition import Condition, Health
from signage.storage.users import Role
from signage.web.guard import needs
from signage.web.ports import ports
from signage.web.screen_commands import mine
from signage.web.status import statuses

LOOKED_BACK = timedelta(days=7)
TOLD = 8
CONDITION_WORDS = {
    Condition.PLAYING: _l("it played"), Condition.EMPTY: _l("it had nothing to show"),
    Condition.BLACK: _l("nothing was to be seen on its page"), Condition.UNLIT: _l("the panel was dark"),
    Condition.LOST: _l("contact was lost"), Condition.CLOSED: _l("the player’s page was closed"),
    Condition.SHUT_OUT: _l("the device was shut out"), Condition.SERVER: _l("this server was away"),
}  # fmt: skip
_POWER = _l("Look at the power: does a lamp burn on the panel, and one on the device? Plug both in firmly.")
_INPUT = _l("Take the panel’s remote control and choose the input that the device is plugged into (HDMI 1, HDMI 2).")
_CABLE = _l(
    "Look at the network: is the cable in on both sides, does its lamp blink, does the Wi-Fi work on your phone?"
)
_RESTART = _l("Switch the device off, wait ten seconds, switch it on. It comes back by itself within two minutes.")
_RELOAD = _l("On the screen’s page press “Reload its page” and wait a minute.")
_LOOK = _l("On the screen’s page press “What stands on it”: it shows what the device believes that it shows.")
_CONNECT = _l("No device is connected to it. Open the player on the device and let it in with its six letters.")
_HOURS = _l("It is meant to be dark now. Its hours are on the screen’s page, under Settings.")
STEPS = {
    Health.SILENT: (_POWER, _CABLE, _RESTART), Health.OFFLINE: (_CABLE, _RESTART), Health.NIGHT: (_HOURS,),
    Health.DARK: (_POWER, _INPUT, _RELOAD, _RESTART), Health.OTHER: (_LOOK, _RELOAD, _RESTART),
    Health.MUTE: (_RELOAD, _RESTART), Health.UNCONFIRMED: (_POWER, _INPUT, _LOOK), Health.GOOD: (_LOOK, _INPUT),
}  # fmt: skip


def add(pages: Blueprint) -> None:
    pages.add_url_rule("/studio/screens/<screen_id>/trouble", "screen_trouble", screen_trouble)


@needs(Role.VIEWER)
def screen_trouble(screen_id: str) -> str:
    """Nothing known is said to be so: the colour is that of the screen's page, and green only by a sensor."""
    one, storage, now = mine(screen_id), ports().storage, ports().clock()
    [status] = statuses(ports(), [one])
    connected = storage.screens.has_key(screen_id)
    told = storage.conditions.between([screen_id], now - LOOKED_BACK, now)
    return render_template(
        "studio/screen_trouble.html", one=one, status=status, store=storage.screens.store(one.store_id), connected=connected,
        told=told[: -TOLD - 1 : -1], condition_words=CONDITION_WORDS, steps=STEPS[status.health] if connected else (_CONNECT,),
        well=next((stretch.until for stretch in reversed(told) if stretch.condition is Condition.PLAYING), None),
    )  # fmt: skip
