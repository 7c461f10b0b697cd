"""The library: looking for creatives, uploading many at once, what became of them, removing with undo. One creative's page:
creative_page."""

from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, send_file, url_for
from flask_babel import ngettext
from werkzeug.wrappers import Response

from signage.domain.campaign import CampaignState
from signage.domain.content import MediaKind
from signage.domain.errors import Invalid
from signage.http import once
from signage.storage.creative_search import Sought, Standing
from signage.storage.creatives import Creative
from signage.storage.users import Role
from signage.web.guard import me, needs, takes_files
from signage.web.library import LANGUAGES, Destination, cleaned, here_already, take, take_one, told
from signage.web.paging import Paged, asked_page
from signage.web.ports import ports, tell_screens
from signage.web.show import KIND_WORDS, LANGUAGE_WORDS, STANDING_WORDS

A_PAGE = 48
_MOST_ASKED = 100  # creatives that the library's script may ask after at once


def add(pages: Blueprint) -> None:
    pages.add_url_rule("/studio/creatives", "creatives", creatives)
    pages.add_url_rule("/studio/creatives", "upload", upload, methods=["POST"])
    pages.add_url_rule("/studio/creatives/<creative_id>/poster", "poster", poster)
    pages.add_url_rule("/studio/creatives/<creative_id>/delete", "delete_creative", delete, methods=["POST"])
    pages.add_url_rule("/studio/creatives/<creative_id>/restore", "restore_creative", restore, methods=["POST"])


def add_api(twins: Blueprint) -> None:
    twins.add_url_rule("/v1/creatives", "list_creatives", list_creatives)
    twins.add_url_rule("/v1/creatives", "post_creative", post_creative, methods=["POST"])


@needs(Role.VIEWER)
def creatives() -> str:
    """What the address asks for, by the page."""
    storage, now, sought, number = ports().storage, ports().clock(), _sought(), asked_page()
    found, total = storage.creatives.found(me().scope, sought, now, (number - 1) * A_PAGE, A_PAGE)
    removed = storage.creatives.removed(me().scope)
    deleted = just_deleted(removed)
    uses = storage.creatives.used_in(deleted.creative_id) if deleted else []
    return render_template(
        "studio/creatives.html", creatives=found, paged=Paged(number, total, A_PAGE), sought=sought, anything=Sought(),
        limit_mb=ports().upload_max_mb, removed=removed, deleted=deleted, now=now,
        losing=sum(use.state is not CampaignState.ENDED for use in uses),
        kind_words=KIND_WORDS, standing_words=STANDING_WORDS, language_words=LANGUAGE_WORDS,
    )  # fmt: skip


def _sought() -> Sought:
    """Nonsense is any."""
    kind, standing, language = (request.args.get(name, "") for name in ("kind", "state", "language"))
    return Sought(
        " ".join(request.args.get("q", "")[:100].split()),
        next((one for one in MediaKind if one == kind), None),
        next((one for one in Standing if one == standing), None),
        language if language in LANGUAGES else "",
    )


@needs(Role.EDITOR)
@takes_files
def upload() -> Response:
    """The form without a script: any number of files, each refused or taken on its own."""
    to = Destination()
    taken = [creative for file in request.files.getlist("files") if (creative := take_one(file, to))]
    for creative in taken:
        if not creative.at_work:
            flash(here_already(creative))
    if working := sum(creative.at_work for creative in taken):
        flash(ngettext("%(num)s file is being processed.", "%(num)s files are being processed.", working))
    return redirect(url_for("studio.creatives"))


@needs(Role.EDITOR)
@takes_files
def post_creative() -> Response:
    """Multipart, one `file`, Idempotency-Key -> 201 and the creative, or 422 that says what to do."""
    file = request.files.get("file")
    if file is None:
        raise Invalid("file_missing", "Send one file in the field `file`.", "`file` にファイルを1つ指定してください。")
    kind, taken = take(file)

    def work() -> tuple[int, Any]:
        return 201, told(Destination().add(cleaned(file.filename or ""), kind, taken.sha256, taken.size))

    return once(ports().storage.idempotency, ports().clock(), work, fingerprint=f"{me().user_id}:{taken.sha256}")


@needs(Role.VIEWER)
def list_creatives() -> dict[str, Any]:
    """The newest, or those that are asked after by `id`."""
    asked, storage = request.args.getlist("id")[:_MOST_ASKED], ports().storage.creatives
    listed = storage.these(asked, me().scope) if asked else storage.all(me().scope)
    progress = ports().storage.jobs.progress_of([creative.creative_id for creative in listed if creative.at_work])
    return {"creatives": [told(one, progress.get(one.creative_id, 0.0)) for one in listed]}


@needs(Role.VIEWER)
def poster(creative_id: str) -> Response:
    creative = ports().storage.creatives.get(creative_id, me().scope)
    path = ports().storage.media.served(creative.poster_sha256)
    if path is None:
        abort(404)
    return send_file(path, mimetype="image/webp", max_age=0, etag=creative.poster_sha256)


@needs(Role.EDITOR)
def delete(creative_id: str) -> Response:
    """Deleting is undone by one press; screens stop showing it at once."""
    creative = ports().storage.creatives.delete(creative_id, me().scope, me().user_id, ports().clock())
    tell_screens([])
    return redirect(_whence(creative, deleted=creative_id))


@needs(Role.EDITOR)
def restore(creative_id: str) -> Response:
    creative = ports().storage.creatives.restore(creative_id, me().scope, me().user_id, ports().clock())
    tell_screens([])
    return redirect(_whence(creative))


def just_deleted(removed: list[Creative]) -> Creative | None:
    """The one whose deletion led here, while it is deleted."""
    return next((one for one in removed if one.creative_id == request.args.get("deleted")), None)


def _whence(creative: Creative, deleted: str | None = None) -> str:
    """The page where it stood: a variant's is that of its creative."""
    if creative.variant_of:
        return url_for("studio.creative", creative_id=creative.variant_of, deleted=deleted)
    return url_for("studio.creatives", deleted=deleted)
