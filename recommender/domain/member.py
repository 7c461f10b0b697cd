"""Members as the recommender alone knows them."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum


class Purpose(StrEnum):
    """What a member may consent to, one by one."""

    RECOMMEND_SCREEN = "recommend_screen"  # show me picks on an in-store screen when I hold up my code
    RECOMMEND_PHONE = "recommend_phone"  # show me picks on my phone


class Refusal(StrEnum):
    """Why a member code was not accepted. Said plainly on the screen, without accusing anybody."""

    USED = "used"
    EXPIRED = "expired"
    INVALID = "invalid"
    NO_CONSENT = "no_consent"
    UNAVAILABLE = "unavailable"  # single use can't be promised right now


class CodeRefused(Exception):
    def __init__(self, why: Refusal) -> None:
        super().__init__(why.value)
        self.why = why


class SignInRefused(Exception):
    """The session or one-time link is unknown, used or expired."""


@dataclass(frozen=True, slots=True)
class MemberCode:
    """`text` is what the QR holds ("M1." + base32); shown until `expires_at`, accepted one 30 s step longer."""

    text: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Consent:
    purpose: Purpose
    granted: bool
    version: str
    at: datetime


@dataclass(frozen=True, slots=True)
class BoughtLine:
    """One order line on the member's own page."""

    ordered_on: date
    store_id: str
    gtin: str
    quantity: int
    amount_minor: int
    currency: str
    channel: str


@dataclass(frozen=True, slots=True)
class Account:
    """What the member's own page shows."""

    since: date | None
    lines_total: int
    consents: tuple[Consent, ...]
    recent: tuple[BoughtLine, ...]
