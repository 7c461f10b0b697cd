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


class PasskeyRefused(Exception):
    """The answer of a browser or authenticator proves nothing, or can't be looked at right now."""


@dataclass(frozen=True, slots=True)
class Site:
    """Where passkeys belong: `rp_id` is the host's name, `origin` scheme, host and port as a browser says them."""

    rp_id: str
    origin: str
    name: str


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


@dataclass(frozen=True, slots=True)
class PhoneSession:
    """One place where a member is signed in. `device`: what it is, in a few words; `here`: is it the one that asks?"""

    handle: str
    device: str
    since: datetime
    here: bool


@dataclass(frozen=True, slots=True)
class Passkey:
    """`device`: what it was made on; `used`: when it signed in last, None = never."""

    handle: str
    device: str
    since: datetime
    used: datetime | None


@dataclass(frozen=True, slots=True)
class Devices:
    """Where a member is signed in now, and by what they may sign in; oldest first."""

    sessions: tuple[PhoneSession, ...]
    passkeys: tuple[Passkey, ...]
