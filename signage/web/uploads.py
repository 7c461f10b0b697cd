"""Uploads in pieces, for the library's script: begin, go on from an offset, ask for it, cancel. Modelled on tus 1.0."""

import re
from typing import Any, cast

from flask import Blueprint, Response, jsonify, request
from werkzeug.exceptions import BadRequest

from signage.domain.errors import Invalid, RefusedFile
from signage.http import json_body
from signage.media.process import examine
from signage.media.refusals import refused
from signage.media.sniff import HEAD
from signage.storage.creatives import Creative
from signage.storage.uploads import Announced, Upload
from signage.storage.users import Role
from signage.web.guard import me, needs, takes_at_most
from signage.web.library import Destination, cleaned, destination, here_already, told
from signage.web.ports import ports

PIECE = 4 << 20  # bytes: what may be lost with a connection, and what one request holds in memory
PIECES = "application/offset+octet-stream"
_SHA256 = re.compile(r"(?:[0-9A-Fa-f]{64})?")


def add_api(twins: Blueprint) -> None:
    twins.add_url_rule("/v1/uploads", "list_uploads", list_uploads)
    twins.add_url_rule("/v1/uploads", "begin_upload", begin_upload, methods=["POST"])
    twins.add_url_rule("/v1/uploads/<upload_id>", "upload_offset", upload_offset)
    twins.add_url_rule("/v1/uploads/<upload_id>", "go_on_uploading", go_on_uploading, methods=["PATCH"])
    twins.add_url_rule("/v1/uploads/<upload_id>", "cancel_upload", cancel_upload, methods=["DELETE"])


@needs(Role.EDITOR)
def list_uploads() -> dict[str, Any]:
    """JSON: what this person began and didn't finish."""
    return {"uploads": [_told(upload) for upload in ports().storage.uploads.mine(me().user_id)]}


@needs(Role.EDITOR)
def begin_upload() -> tuple[dict[str, Any], int]:
    """`{"name", "size", "sha256"?, "modified"?}` -> 201 and the upload (begun before: with its offset), or 200 and the
    creative that this very file is already. `?variant_of=&language=` here and with each piece: where the file goes."""
    announced, to = _announced(json_body()), _destination()
    storage, limit_mb = ports().storage, ports().upload_max_mb
    if not announced.size:
        raise refused("empty")
    if announced.size > limit_mb << 20:
        raise refused("too_large", limit_mb=limit_mb)
    if announced.sha256 and (known := to.known(announced.sha256)):
        if begun := storage.uploads.begun(
            announced, me().user_id
        ):  # finished in another window, or just before a crash
            _drop(begun)
        return _known(known), 200
    storage.media.need(announced.size)
    return _told(storage.uploads.begin(announced, me().user_id, ports().clock())), 201


@needs(Role.EDITOR)
def upload_offset(upload_id: str) -> Response:
    """How much has arrived, as JSON and as a header."""
    upload = ports().storage.uploads.get(upload_id, me().user_id)
    return _answer(_told(upload))


@needs(Role.EDITOR)
@takes_at_most(PIECE)
def go_on_uploading(upload_id: str) -> Response:
    """A piece at `Upload-Offset` -> the upload, or, when it was the last, the creative (201). Refused files leave nothing."""
    upload, to = ports().storage.uploads.get(upload_id, me().user_id), _destination()
    incoming, size = ports().storage.media.incoming, upload.announced.size
    offset, piece = _offset(), _piece()
    if offset + len(piece) > size:
        raise Invalid("upload_long", "This is more than the file’s size.", "ファイルの大きさを超えています。")
    ports().storage.media.need(len(piece))
    received = int(ports().offload(lambda: incoming.append(upload_id, offset, piece)))
    try:
        if offset < HEAD <= received < size:
            examine(upload.announced.name, incoming.head(upload_id, HEAD))
        if received < size:
            return _answer(_told(upload))
        return _answer(_finish(upload, to), 201)
    except RefusedFile:
        _drop(upload_id)
        raise


@needs(Role.EDITOR)
def cancel_upload(upload_id: str) -> Response:
    """It never was."""
    ports().storage.uploads.get(upload_id, me().user_id)
    _drop(upload_id)
    return Response(status=204)


def _finish(upload: Upload, to: Destination) -> dict[str, Any]:
    """All bytes are here -> the new creative, or the one that this very file is already."""
    storage, announced = ports().storage, upload.announced
    kind = examine(announced.name, storage.media.incoming.head(upload.upload_id, HEAD))
    sha256 = cast(str, ports().offload(lambda: storage.media.incoming.complete(upload.upload_id, announced.sha256)))
    known = to.known(sha256)
    answer = (
        _known(known)
        if known
        else {"creative": told(to.add(announced.name, kind, sha256, announced.size)), "known": False}
    )
    storage.uploads.drop(upload.upload_id)
    return answer


def _known(creative: Creative) -> dict[str, Any]:
    """`words` for the person: where it is, and whether it can still be used."""
    return {"creative": told(creative), "known": True, "words": here_already(creative)}


def _destination() -> Destination:
    return destination(request.args.get("variant_of", ""), request.args.get("language", ""))


def _announced(body: dict[str, Any]) -> Announced:
    name, size = body.get("name"), body.get("size")
    sha256, modified = body.get("sha256", ""), body.get("modified", 0)
    whole = all(type(number) is int and 0 <= number < 1 << 53 for number in (size, modified))
    if not (isinstance(name, str) and isinstance(sha256, str) and whole and _SHA256.fullmatch(sha256)):
        raise BadRequest
    return Announced(cleaned(name), cast(int, size), sha256.lower(), modified)


def _offset() -> int:
    text = request.headers.get("Upload-Offset", "")
    if not (text.isascii() and text.isdigit() and len(text) < 16):
        raise BadRequest
    return int(text)


def _piece() -> bytes:
    """At most one piece is ever held in memory: a longer one is 413 before it is read."""
    if request.mimetype != PIECES:
        raise Invalid("piece_type", f"Send pieces as {PIECES}.", f"{PIECES} として送ってください。")
    return request.get_data(cache=False)


def _told(upload: Upload) -> dict[str, Any]:
    received = ports().storage.media.incoming.received(upload.upload_id)
    return {
        "upload_id": upload.upload_id, "name": upload.announced.name, "size": upload.announced.size, "offset": received,
        "piece": PIECE,
    }  # fmt: skip


def _answer(body: dict[str, Any], status: int = 200) -> Response:
    """`offset` as tus has it, too, for HEAD."""
    response = jsonify(body)
    response.status_code = status
    response.headers["Cache-Control"] = "no-store"
    if "offset" in body:
        response.headers["Upload-Offset"] = str(body["offset"])
    return response


def _drop(upload_id: str) -> None:
    ports().storage.media.incoming.drop(upload_id)
    ports().storage.uploads.drop(upload_id)
