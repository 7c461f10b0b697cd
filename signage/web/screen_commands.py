"""What staff ask of a screen's player: commands from the closed list, with their answers, and a new key."""

import time
from datetime import timedelta
from typing import Any
from uuid import uuid4

from flask import Blueprint, flash, redirect, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from signage.channel.protocol import Command, body
from signage.domain.clock import millis
from signage.domain.errors import Invalid, NotFound, Unavailable
from signage.domain.operations import Verb
from signage.domain.place import Screen
from signage.storage.users import Role
from signage.web.guard import me, needs
from signage.web.ports import ports

LASTS = timedelta(seconds=30)
POLL_S = 0.05
WORDS = {  # what the button says, and what then happens
    Verb.IDENTIFY: (_l("Show its name"), _l("Its name stands on it for 10 seconds.")),
    Verb.CAPTURE: (_l("What stands on it"), _l("Fetches the words and the picture on it now, never a member’s.")),
    Verb.REPORT: (_l("Report now"), _l("It says at once what it shows and how it is.")),
    Verb.RELOAD: (_l("Reload its page"), _l("When the spot that is on has ended.")),
    Verb.CLEAR_CACHE: (_l("Clear its cache"), _l("Only files that no campaign there needs.")),
}


def add(pages: Blueprint) -> None:
    pages.add_url_rule("/studio/screens/<screen_id>/command", "command_screen", command_screen, methods=["POST"])
    pages.add_url_rule("/studio/screens/<screen_id>/rotate", "rotate_screen", rotate_screen, methods=["POST"])


@needs(Role.STAFF)
def command_screen(screen_id: str) -> Response:
    """Send one command and wait a moment for its answer."""
    one, verb = mine(screen_id), _verb()
    command = Command(str(uuid4()), verb, millis(ports().clock() + LASTS))
    ports().tell_player(screen_id, body(command))
    ports().storage.audit.add(ports().clock(), me().user_id, "screen_command", screen_id, detail=f"{one.name}: {verb}")
    done = _answered(screen_id, command.id)
    if done is None:
        flash(_("Sent. The player hasn’t answered yet."), "error")
    elif done["ok"]:
        flash(_("Done."))
    else:
        flash(_("The player couldn’t: %(why)s", why=str(done["text"])[:200]), "error")
    return redirect(url_for("studio.screen", screen_id=screen_id))


@needs(Role.APPROVER)
def rotate_screen(screen_id: str) -> Response:
    """Give the player a new key; the old one is good until the new one has been used."""
    one = mine(screen_id)
    ports().storage.screens.ask_for_rotation(screen_id)
    ports().storage.audit.add(ports().clock(), me().user_id, "screen_rekeyed", screen_id, detail=one.name)
    flash(_("%(name)s gets a new key within seconds of its next contact.", name=one.name))
    return redirect(url_for("studio.screen", screen_id=screen_id))


def asked_of(screen_id: str) -> dict[str, Any]:
    """For the screen's page: the commands in words, the last capture, and whether a new key is on its way."""
    try:
        capture = ports().answer(screen_id, "capture")
    except Unavailable:
        capture = None
    kind = "webp" if capture and capture["picture"].startswith("UklG") else "jpeg"
    renewing = ports().storage.screens.renewing(screen_id)
    return {"verbs": WORDS, "capture": capture, "picture_type": kind, "renewing": renewing}


def mine(screen_id: str) -> Screen:
    """NotFound also for another store's screen."""
    one = ports().storage.screens.screen(screen_id)
    if one is None or me().scope not in {None, one.store_id}:
        raise NotFound("screen_unknown", "There is no such screen.", "その画面は見つかりません。")
    return one


def _verb() -> Verb:
    try:
        return Verb(request.form.get("verb", ""))
    except ValueError as error:
        raise Invalid("verb_unknown", "There is no such command.", "この操作はありません。") from error


def _answered(screen_id: str, command_id: str) -> dict[str, Any] | None:
    until = time.monotonic() + ports().patience_s
    while time.monotonic() < until:
        done = ports().answer(screen_id, "done")
        if done is not None and done["id"] == command_id:
            return done
        time.sleep(POLL_S)
    return None
