"""The member code: `M1.` and base32 of version, alias, step and a MAC. 23 bytes, so that it fits a QR of version 3.

The MAC is HMAC-SHA-256 (RFC 2104) over the first 13 bytes, truncated to 80 bits, under the secret of that member and day.
"""

import base64
import binascii
import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta

from recommender.domain.instant import EPOCH

PREFIX = "M1."
VERSION = 1
STEP_S = 30
ALIAS_BYTES, STEP_BYTES, MAC_BYTES = 8, 4, 10
BODY_BYTES = 1 + ALIAS_BYTES + STEP_BYTES
TEXT_LENGTH = len(PREFIX) + 37  # 23 bytes in base32 without padding
PADDING = "==="


@dataclass(frozen=True, slots=True)
class ReadCode:
    """A code as read; genuine only if `is_signed` says so."""

    alias: bytes
    step: int
    body: bytes
    mac: bytes

    def is_signed(self, secret: bytes) -> bool:
        return hmac.compare_digest(self.mac, _mac(secret, self.body))

    @property
    def name(self) -> str:
        """What stands for this code in the list of used ones: nothing of the alias can be read from it."""
        return hashlib.sha256(self.body).hexdigest()


def step_at(now: datetime) -> int:
    return int((now - EPOCH) // timedelta(seconds=STEP_S))


def start_of(step: int) -> datetime:
    return EPOCH + timedelta(seconds=step * STEP_S)


def day_of(step: int) -> int:
    """Days since 1970-01-01 UTC: the alias of that day signs the step."""
    return step * STEP_S // 86_400


def make(alias: bytes, secret: bytes, step: int) -> str:
    body = bytes([VERSION]) + alias + step.to_bytes(STEP_BYTES, "big")
    return PREFIX + base64.b32encode(body + _mac(secret, body)).decode().rstrip("=")


def read(text: str) -> ReadCode | None:
    """None for what isn't spelled exactly as a code is."""
    if len(text) != TEXT_LENGTH or not text.startswith(PREFIX):
        return None
    try:
        raw = base64.b32decode(text[len(PREFIX) :] + PADDING)
    except (binascii.Error, ValueError):
        return None
    spelled = PREFIX + base64.b32encode(raw).decode().rstrip("=")
    if spelled != text or raw[0] != VERSION:  # the last letter has a bit to spare: one code, one spelling
        return None
    body = raw[:BODY_BYTES]
    return ReadCode(body[1 : 1 + ALIAS_BYTES], int.from_bytes(body[1 + ALIAS_BYTES :], "big"), body, raw[BODY_BYTES:])


def _mac(secret: bytes, body: bytes) -> bytes:
    return hmac.digest(secret, body, "sha256")[:MAC_BYTES]
