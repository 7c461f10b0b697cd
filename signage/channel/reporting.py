"""A player's own words in, what may be kept of them out: shortened, and strings only from enumerations where one is due."""

import base64
import binascii
from dataclasses import replace
from datetime import datetime
from enum import StrEnum
from typing import TypeVar

from signage.channel.protocol import Capture, ProtocolError, Status
from signage.domain.condition import Empty, Light, Report, Rung

TEXT = 200
ID = 100
CAPTURED_TEXT = 2_000
CAPTURED_BYTES = 40_960
LATEST_MS = 2**42  # the year 2109: what can't be written as a day is no day
PICTURES = (b"\xff\xd8\xff", b"RIFF")  # JPEG, WebP

E = TypeVar("E", bound=StrEnum)


def report_of(status: Status, at: datetime, rtt_ms: int, before: Report | None) -> Report:
    """`status` -> what is kept; the last error stays known while no newer one is told. Unknown words become the default."""
    error = status.errors[-1][:TEXT] if status.errors else ""
    error_at = at if error else None
    if not error and before is not None:
        error, error_at = before.error, before.error_at
    return Report(
        at=at, spot_id=status.spot[:ID], decision_id=status.decision[:ID], rung=_word(Rung, status.rung, Rung.NONE),
        why=status.why if status.why in set(Empty) else "", visible=status.visible, black=status.black,
        light=_word(Light, status.light, Light.UNKNOWN), version=status.version[:40],
        queued_plays=max(0, status.queued_plays), cached=max(0, status.cached), missing=max(0, status.missing),
        lease_until_ms=min(max(0, status.lease_until_ms), LATEST_MS), quota_share=status.quota_share, error=error,
        error_at=error_at, rtt_ms=rtt_ms,
    )  # fmt: skip


def checked(capture: Capture) -> Capture:
    """A capture whose texts are short and whose picture starts as JPEG or WebP does. Raises ProtocolError."""
    try:
        picture = base64.b64decode(capture.picture, validate=True)
    except (binascii.Error, ValueError) as error:
        raise ProtocolError("malformed", "picture is not base64") from error
    if len(picture) > CAPTURED_BYTES or (picture and not picture.startswith(PICTURES)):
        raise ProtocolError("malformed", f"picture is not a JPEG or WebP of at most {CAPTURED_BYTES} bytes")
    return replace(
        capture,
        id=capture.id[:ID],
        spot=capture.spot[:ID],
        decision=capture.decision[:ID],
        text=capture.text[:CAPTURED_TEXT],
    )


def _word(kind: type[E], text: str, default: E) -> E:
    return kind(text) if text in set(kind) else default
