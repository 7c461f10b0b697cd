"""The library: uploading many at once, what became of them, removing with undo. One creative's page: creative_page."""

from typing import Any, BinaryIO, cast
from uuid import uuid4

from flask import Blueprint, abort, flash, redirect, render_template, request, send_file, url_for
from flask_babel import gettext as _
from werkzeug.datastructures import FileStorage
from werkzeug.wrappers import Response

from recommender.domain.text import one_line
from signage.domain.content import MediaKind
from signage.domain.errors import Invalid, RefusedFile
from signage.http import once
from signage.media.process import examine
from signage.media.sniff import HEAD
from signage.media.stages import stage_of
from signage.media.store import Taken
from signage.storage.creatives import Creative, CreativeState
from signage.storage.users import Role
from signage.web.guard import me, needs, takes_files
from signage.web.language import lang
from signage.web.ports import ports, tell_screens
from signage.web.show import CREATIVE_WORDS, STAGE_WORDS, seconds, size

NAME_MAX = 200


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
    storage = ports().storage
    return render_template(
        "studio/creatives.html", creatives=storage.creatives.all(me().scope), limit_mb=ports().upload_max_mb,
        removed=storage.creatives.removed(me().scope), now=ports().clock(),
    )  # fmt: skip


@needs(Role.EDITOR)
@takes_files
def upload() -> Response:
    """The form without a script: any number of files, each refused or taken on its own."""
    taken = [creative for file in request.files.getlist("files") if (creative := take_one(file))]
    for creative in taken:
        if not creative.at_work:
            flash(_("This file is here already: %(name)s", name=creative.name))
    if working := sum(creative.at_work for creative in taken):
        flash(_("%(n)s files are being processed.", n=working))
    return redirect(url_for("studio.creatives"))


@needs(Role.EDITOR)
@takes_files
def post_creative() -> Response:
    """Multipart, one `file`, Idempotency-Key -> 201 and the creative, or 422 that says what to do."""
    file = request.files.get("file")
    if file is None:
        raise Invalid("file_missing", "Send one file in the field `file`.", "`file` にファイルを1つ指定してください。")
    kind, taken = _take(file)

    def work() -> tuple[int, Any]:
        return 201, told(add_creative(cleaned(file.filename or ""), kind, taken.sha256, taken.size))

    return once(ports().storage.idempotency, ports().clock(), work, fingerprint=f"{me().user_id}:{taken.sha256}")


@needs(Role.VIEWER)
def list_creatives() -> dict[str, Any]:
    listed = ports().storage.creatives.all(me().scope)
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


def _whence(creative: Creative, deleted: str | None = None) -> str:
    """The page where it stood: a variant's is that of its creative."""
    if creative.variant_of:
        return url_for("studio.creative", creative_id=creative.variant_of, deleted=deleted)
    return url_for("studio.creatives", deleted=deleted)


def cleaned(name: str) -> str:
    """What the uploader called it, as text: no control characters, no direction tricks, a bounded length."""
    return "".join(letter for letter in name if one_line(letter))[-NAME_MAX:].strip() or _("Untitled")


def take_one(file: FileStorage, *, variant_of: Creative | None = None, language: str = "") -> Creative | None:
    """A file of a form -> its creative, new or known; None after telling the person why not."""
    name = cleaned(file.filename or "")
    try:
        kind, taken = _take(file)
    except RefusedFile as refusal:
        flash(f"{name}: {refusal.en if lang() == 'en' else refusal.ja}", "error")
        return None
    known = None if variant_of else ports().storage.creatives.known(taken.sha256, me().store_id)
    return known or add_creative(name, kind, taken.sha256, taken.size, variant_of=variant_of, language=language)


def _take(file: FileStorage) -> tuple[MediaKind, Taken]:
    """First bytes looked at, then the whole on disk. Raises RefusedFile; what is refused leaves nothing behind."""
    kind = examine(file.filename or "", file.stream.read(HEAD))
    file.stream.seek(0)
    media, limit_mb, stream = ports().storage.media, ports().upload_max_mb, cast(BinaryIO, file.stream)
    return kind, cast(Taken, ports().offload(lambda: media.take(stream, limit_mb)))


def add_creative(
    name: str, kind: MediaKind, sha256: str, size: int, *, variant_of: Creative | None = None, language: str = ""
) -> Creative:  # fmt: skip
    """The file is on disk: write the row, then ring for the worker. A variant belongs to whom its creative belongs to."""
    user, now = me(), ports().clock()
    creative = Creative(
        creative_id=str(uuid4()), name=name, kind=kind, state=CreativeState.UPLOADED,
        store_id=variant_of.store_id if variant_of else user.store_id, created_at=now, upload_sha256=sha256, size=size,
        variant_of=variant_of.variant_of or variant_of.creative_id if variant_of else "", language=language,
    )  # fmt: skip
    ports().storage.creatives.add(creative, user.user_id)
    ports().enqueue("creative", creative.creative_id)
    return creative


def told(creative: Creative, progress: float = 0.0) -> dict[str, Any]:
    """JSON of a creative, for the library's script. `progress` 0-1 of its processing."""
    ready, working = creative.state is CreativeState.READY, creative.state is CreativeState.PROCESSING
    return {
        "creative_id": creative.creative_id, "name": creative.name, "kind": creative.kind, "state": creative.state,
        "words": str(STAGE_WORDS[stage_of(progress)] if working else CREATIVE_WORDS[creative.state]),
        "progress": progress, "error": creative.error_en if lang() == "en" else creative.error_ja,
        "poster": url_for("studio.poster", creative_id=creative.creative_id) if ready else "", "facts": facts(creative),
        "page": url_for("studio.creative", creative_id=creative.creative_id),
    }  # fmt: skip


def facts(creative: Creative) -> str:
    """Size in pixels, length, bytes: one line."""
    if creative.state is not CreativeState.READY:
        return size(creative.size)
    parts = [f"{creative.width}×{creative.height}"]
    if creative.duration_ms:
        parts.append(seconds(creative.duration_ms))
    return " · ".join([*parts, size(creative.size)])
