"""Files that come into the library, by a form or in pieces: named, examined, recognised, or made a creative that waits for
the worker; and creatives as the library's script is told of them."""

from dataclasses import dataclass
from typing import Any, BinaryIO, cast
from uuid import uuid4

from flask import flash, url_for
from flask_babel import gettext as _
from werkzeug.datastructures import FileStorage

from recommender.domain.text import one_line
from signage.domain.content import MediaKind
from signage.domain.errors import Conflict, Forbidden, RefusedFile
from signage.media.process import examine
from signage.media.sniff import HEAD
from signage.media.stages import stage_of
from signage.media.store import Taken
from signage.storage.campaigns import LIVE
from signage.storage.creatives import Creative, CreativeState
from signage.storage.users import Role
from signage.web.guard import me
from signage.web.language import lang
from signage.web.ports import ports
from signage.web.show import CREATIVE_WORDS, STAGE_WORDS, seconds, size, when

NAME_MAX = 200
LANGUAGES = ("", "ja", "en")


@dataclass(frozen=True, slots=True)
class Destination:
    """Where a file goes: a creative of its own, or a further file of `variant_of` for screens in a `language`. `store`: whose
    it is when headquarters sends it for them."""

    variant_of: Creative | None = None
    language: str = ""
    store: str = ""

    @property
    def root(self) -> str:
        """The creative that stands in the library: a variant's variant is one of the same creative."""
        return self.variant_of.variant_of or self.variant_of.creative_id if self.variant_of else ""

    @property
    def store_id(self) -> str:
        """A variant belongs to whom its creative belongs to."""
        return self.variant_of.store_id if self.variant_of else me().store_id or self.store

    def known(self, sha256: str) -> Creative | None:
        """The creative that this very file is already."""
        return ports().storage.creatives.known(sha256, self.store_id, self.root)

    def add(self, name: str, kind: MediaKind, sha256: str, size: int) -> Creative:
        """The file is on disk: write the row, then ring for the worker."""
        creative = Creative(
            creative_id=str(uuid4()), name=name, kind=kind, state=CreativeState.UPLOADED, store_id=self.store_id,
            created_at=ports().clock(), upload_sha256=sha256, size=size, variant_of=self.root, language=self.language,
        )  # fmt: skip
        ports().storage.creatives.add(creative, me().user_id)
        ports().enqueue("creative", creative.creative_id)
        return creative


def destination(variant_of: str, language: str) -> Destination:
    """As the page asked for it. NotFound; Conflict for one that is deleted; Forbidden where it would go by approval: a
    further file is shown wherever its creative is."""
    if not variant_of:
        return Destination()
    one = ports().storage.creatives.editable(variant_of, me().scope)
    to = Destination(one, language if language in LANGUAGES else "")
    if not me().role.covers(Role.APPROVER) and any(
        use.state in LIVE for use in ports().storage.creatives.used_in(to.root)
    ):
        raise Forbidden(
            "variant_approved",
            "A campaign that is approved, or waits for it, shows this creative: an approver has to add its further files.",
            "承認済みか承認待ちのキャンペーンで使われています。ファイルの追加は承認者が行ってください。",
        )
    return to


def cleaned(name: str) -> str:
    """What the uploader called it, as text: no control characters, no direction tricks, a bounded length."""
    return "".join(letter for letter in name if one_line(letter))[-NAME_MAX:].strip() or _("Untitled")


def take_one(file: FileStorage, to: Destination) -> Creative | None:
    """A file of a form -> its creative, new or known; None after telling the person why not."""
    name = cleaned(file.filename or "")
    try:
        kind, taken = take(file)
    except (RefusedFile, Conflict) as refusal:
        flash(f"{name}: {refusal.en if lang() == 'en' else refusal.ja}", "error")
        return None
    return to.known(taken.sha256) or to.add(name, kind, taken.sha256, taken.size)


def take(file: FileStorage) -> tuple[MediaKind, Taken]:
    """First bytes looked at, then the whole on disk. Raises RefusedFile, Conflict; what is refused leaves nothing behind."""
    kind = examine(file.filename or "", file.stream.read(HEAD))
    file.stream.seek(0)
    media, limit_mb, stream = ports().storage.media, ports().upload_max_mb, cast(BinaryIO, file.stream)
    return kind, cast(Taken, ports().offload(lambda: media.take(stream, limit_mb)))


def here_already(creative: Creative) -> str:
    """To whoever sends a file again; one that has expired is of no use before it gets another expiry."""
    at = creative.expires_at
    if at and creative.expired(ports().clock()):
        moment = when(at, creative.store_id)
        return str(_("This file is here already, but expired %(at)s: %(name)s", name=creative.name, at=moment))
    return str(_("This file is here already: %(name)s", name=creative.name))


def told(creative: Creative, progress: float = 0.0) -> dict[str, Any]:
    """JSON of a creative, for the library's script. `progress` 0-1 of its processing."""
    ready, working = creative.state is CreativeState.READY, creative.state is CreativeState.PROCESSING
    return {
        "creative_id": creative.creative_id, "name": creative.name, "kind": creative.kind, "state": creative.state,
        "words": str(STAGE_WORDS[stage_of(progress)] if working else CREATIVE_WORDS[creative.state]),
        "progress": progress, "error": creative.error_en if lang() == "en" else creative.error_ja,
        "poster": url_for("studio.poster", creative_id=creative.creative_id) if ready else "", "facts": facts(creative),
        "page": url_for("studio.creative", creative_id=creative.creative_id),
        "expired": creative.expired(ports().clock()),
    }  # fmt: skip


def facts(creative: Creative) -> str:
    """Size in pixels, length, bytes: one line."""
    if creative.state is not CreativeState.READY:
        return size(creative.size)
    parts = [f"{creative.width}×{creative.height}"]
    if creative.duration_ms:
        parts.append(seconds(creative.duration_ms))
    return " · ".join([*parts, size(creative.size)])
