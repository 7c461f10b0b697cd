"""Door `personal`: a member's code, what it is worth on a screen, and the member's own page."""

from datetime import datetime
from typing import Protocol

from recommender.domain.member import Account, MemberCode, Purpose
from recommender.domain.recommendation import Affinity, Scored


class Personal(Protocol):
    """`session` is the opaque secret of a phone's cookie; only its hash is stored. All raise SignInRefused for a bad one."""

    def sign_in(self, link: str) -> str:
        """One-time link secret -> a new session. Raises SignInRefused."""
        ...

    def sign_out(self, session: str) -> None: ...

    def code(self, session: str, now: datetime) -> MemberCode:
        """The code to hold up now."""
        ...

    def affinity(self, code: str, store_id: str, now: datetime) -> Affinity:
        """Accepts a code once, records the check-in (store and hour), gives public-safe picks. Raises CodeRefused."""
        ...

    def picks(self, session: str, store_id: str, now: datetime, limit: int) -> list[Scored]:
        """Recommendations for the member's own phone; [] without that consent."""
        ...

    def account(self, session: str) -> Account: ...

    def consent(self, session: str, purpose: Purpose, granted: bool, now: datetime) -> None:
        """Works on the next request."""
        ...

    def export(self, session: str) -> dict[str, object]:
        """The member's whole record as JSON-ready values."""
        ...

    def erase(self, session: str, now: datetime) -> None:
        """Deletes the member's history, identifiers and sessions; artifacts forget at the next training."""
        ...
