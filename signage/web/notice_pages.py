"""The camera notice: edited per store in the studio, and shown to everybody at /privacy/camera."""

from dataclasses import replace

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from markupsafe import Markup, escape
from werkzeug.wrappers import Response

from signage.domain.errors import NotFound
from signage.domain.place import CameraMode, Store
from signage.storage.notices import Notice
from signage.storage.users import Role
from signage.web.guard import me, needs, open_to_all
from signage.web.language import lang
from signage.web.ports import ports, tell_screens
from signage.web.retention_pages import how_long

FIELDS = {
    "operator": _l("Operator"), "purpose_ja": _l("Purpose (Japanese)"), "purpose_en": _l("Purpose (English)"),
    "contact": _l("Contact"),
}  # fmt: skip
_LONGEST = 400
_COUNTS = ("samples", "exposures")


def add(pages: Blueprint) -> None:
    pages.add_url_rule("/studio/notices", "notices", notices)
    pages.add_url_rule("/studio/notices/<store_id>", "save_notice", save_notice, methods=["POST"])
    pages.add_url_rule("/privacy/camera", "camera_notice", camera_notice)


@needs(Role.VIEWER)
def notices() -> str:
    storage = ports().storage
    mine = [store for store in storage.screens.stores() if me().scope in {None, store.store_id}]
    return render_template(
        "studio/notices.html", stores=[(store, storage.notices.get(store.store_id)) for store in mine], fields=FIELDS
    )


@needs(Role.ADMIN)
def save_notice(store_id: str) -> Response:
    """An incomplete notice switches the store's cameras off again."""
    storage, now = ports().storage, ports().clock()
    store = my_store(store_id)
    texts = {field: request.form.get(field, "").strip()[:_LONGEST] for field in FIELDS}
    notice = Notice(store_id=store.store_id, updated_at=now, **texts)
    storage.notices.save(notice, me().user_id)
    if notice.complete:
        flash(_("Saved."))
        return redirect(url_for("studio.notices"))
    _cameras_off(store)
    flash(_still_missing(notice, store), "error")
    return redirect(url_for("studio.notices"))


@open_to_all
def camera_notice() -> str:
    """Public: what every camera of a store does and doesn't. Reached by the QR on posters and screens."""
    storage = ports().storage
    stores = storage.screens.stores()
    asked = request.args.get("store", "")
    store = next((one for one in stores if one.store_id == asked), stores[0] if len(stores) == 1 else None)
    modes = modes_of(store) if store else frozenset()
    return render_template(
        "studio/privacy_camera.html", store=store, stores=stores, notice=storage.notices.get(store.store_id) if store else None,
        demographics=CameraMode.DEMOGRAPHICS in modes, on=bool(modes), kept=kept(),
    )  # fmt: skip


def _still_missing(notice: Notice, store: Store) -> Markup:
    """What lacks, by name, each name a way to its field; and what follows from it."""
    lacking = [
        Markup('<a href="#{}-{}">{}</a>').format(field, store.store_id, words)
        for field, words in FIELDS.items()
        if not getattr(notice, field)
    ]
    said = _(
        "Saved, but not complete. Still to be filled in: %(fields)s. Until then the cameras of %(store)s stay off."
    )
    name = store.name_en if lang() == "en" else store.name_ja
    return Markup(escape(said)) % {"fields": Markup(", " if lang() == "en" else "、").join(lacking), "store": name}


def modes_of(store: Store) -> frozenset[CameraMode]:
    """What the cameras of this store do that are on."""
    screens = ports().storage.screens.screens(store.store_id)
    return frozenset(screen.camera for screen in screens if screen.camera is not CameraMode.OFF)


def kept() -> dict[str, str]:
    """How long a camera's counts are kept, in words, by line of the retention table."""
    return {line.name: how_long(line) for line in ports().storage.retention.lines if line.name in _COUNTS}


def my_store(store_id: str) -> Store:
    """NotFound also for another store's login."""
    store = ports().storage.screens.store(store_id)
    if store is None or me().scope not in {None, store_id}:
        raise NotFound("store_unknown", "There is no such store.", "その店舗は見つかりません。")
    return store


def _cameras_off(store: Store) -> None:
    for screen in ports().storage.screens.screens(store.store_id):
        ports().storage.screens.save_screen(replace(screen, camera=CameraMode.OFF), ports().clock())
    tell_screens([store.store_id])
