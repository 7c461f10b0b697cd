"""「画面が映らない」: what is wrong with a screen, since when, what to try in which order, and whom to call."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import Blueprint, render_template
from flask_babel import LazyString, format_timedelta
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from signage.domain.condition import Condition, Health
from signage.domain.operations import Verb
from signage.domain.place import Screen, Store
from signage.storage.conditions import Stretch
from signage.storage.users import Role
from signage.web.guard import needs
from signage.web.language import lang
from signage.web.ports import ports
from signage.web.screen_commands import WORDS as COMMANDS
from signage.web.screen_commands import mine
from signage.web.screen_stage import clock_of
from signage.web.show import ZONE_WORDS
from signage.web.status import Status, statuses
from signage.web.telephone import calls

LOOKED_BACK = timedelta(days=7)
TOLD = 8
CONDITION_WORDS = {
    Condition.PLAYING: _l("it played"), Condition.EMPTY: _l("it had nothing to show"),
    Condition.BLACK: _l("nothing was to be seen on its page"), Condition.UNLIT: _l("the panel was dark"),
    Condition.LOST: _l("contact was lost"), Condition.CLOSED: _l("the player’s page was closed"),
    Condition.SHUT_OUT: _l("the device was shut out"), Condition.SERVER: _l("this server was away"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Step:
    """Something to try; `verb`: a command of ours that does it."""

    text: LazyString
    verb: Verb | None = None


_POWER = Step(_l("Look at the power: does a lamp burn on the panel, and one on the device? Plug both in firmly."))
_INPUT = Step(
    _l("Take the panel’s remote control and choose the input that the device is plugged into (HDMI 1, HDMI 2).")
)
_CABLE = Step(
    _l("Look at the network: is the cable in on both sides, does its lamp blink, does the Wi-Fi work on your phone?")
)
_RESTART = Step(
    _l("Switch the device off, wait ten seconds, switch it on. It comes back by itself within two minutes.")
)
_RELOAD = Step(_l("Let it load its page again, and wait a minute."), Verb.RELOAD)
_LOOK = Step(_l("Look at what the device believes that it shows."), Verb.CAPTURE)
_CONNECT = Step(_l("No device is connected to it. Open the player on the device and let it in with its six letters."))
_HOURS = Step(_l("It is meant to be dark now. Its hours are on the screen’s page, under Settings."))
STEPS = {
    Health.SILENT: (_POWER, _CABLE, _RESTART), Health.OFFLINE: (_CABLE, _RESTART), Health.NIGHT: (_HOURS,),
    Health.DARK: (_POWER, _INPUT, _RELOAD, _RESTART), Health.OTHER: (_LOOK, _RELOAD, _RESTART),
    Health.MUTE: (_RELOAD, _RESTART), Health.UNCONFIRMED: (_POWER, _INPUT, _LOOK), Health.GOOD: (_LOOK, _INPUT),
}  # fmt: skip
FAULTS = {
    Health.SILENT: _l("The device doesn’t answer. Mostly it has no power or no network."),
    Health.OFFLINE: _l("The device has lost its network and goes on with what it holds."),
    Health.DARK: _l("The device answers, but nothing is to be seen on the screen."),
    Health.OTHER: _l("The device answers, but it shows something else than it was sent."),
    Health.MUTE: _l("The device answers, but doesn’t say what it shows."),
    Health.UNCONFIRMED: _l("The device says that all is well. Whether the panel is lit, nobody has told us."),
    Health.GOOD: _l("The device shows what it should, and a sensor says that the panel is lit."),
}


def add(pages: Blueprint) -> None:
    pages.add_url_rule("/studio/screens/<screen_id>/trouble", "screen_trouble", screen_trouble)


@needs(Role.VIEWER)
def screen_trouble(screen_id: str) -> str:
    """Nothing known is said to be so: the colour is that of the screen's page, and green only by a sensor."""
    one, storage, now = mine(screen_id), ports().storage, ports().clock()
    [status] = statuses(ports(), [one])
    connected, store = storage.screens.has_key(screen_id), storage.screens.store(one.store_id)
    stretches = storage.conditions.between([screen_id], now - LOOKED_BACK, now)
    since = _since(status, stretches) if connected else None
    return render_template(
        "studio/screen_trouble.html", one=one, status=status, store=store, connected=connected, since=since,
        fault=_fault(status) if connected else _("No device is connected to this screen."),
        ago=format_timedelta(now - since) if since else "", where=_where(one, store),
        told=stretches[: -TOLD - 1 : -1], condition_words=CONDITION_WORDS, commands=COMMANDS,
        steps=STEPS[status.health] if connected else (_CONNECT,), well=_well(stretches),
        calls=calls(store.contact) if store else [],
    )  # fmt: skip


def _fault(status: Status) -> str:
    one = status.screen
    if status.health is Health.NIGHT:
        first, last = clock_of(one.lit_from_min), clock_of(one.lit_until_min)
        return str(
            _("It is meant to be dark now: the panel is lit from %(first)s until %(last)s.", first=first, last=last)
        )
    return str(FAULTS[status.health])


def _since(status: Status, stretches: Sequence[Stretch]) -> datetime | None:
    """When it was last as it should be, as far as that is known; None also where nothing is wrong."""
    if status.health in (Health.SILENT, Health.OFFLINE):
        return status.seen_at
    if status.health is Health.DARK:
        return _well(stretches)
    wrong = status.health in (Health.OTHER, Health.MUTE)
    return status.report.at if wrong and status.report else None


def _well(stretches: Sequence[Stretch]) -> datetime | None:
    """Until when it is known to have played."""
    return next((stretch.until for stretch in reversed(stretches) if stretch.condition is Condition.PLAYING), None)


def _where(one: Screen, store: Store | None) -> list[str]:
    """Store, zone and place, none of them twice and none that is the screen's name."""
    english = lang() == "en"
    words = [
        (store.name_en if english else store.name_ja) if store else "", str(ZONE_WORDS[one.zone]),
        one.place_en if english else one.place_ja,
    ]  # fmt: skip
    return [word for word in dict.fromkeys(words) if word and word != one.name]
