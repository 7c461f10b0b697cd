"""The address that a screen shows to phones: valid for a minute, so a photograph of it is soon worth nothing."""

from datetime import datetime

from itsdangerous import BadSignature, SignatureExpired, TimestampSigner

from signage.domain.clock import Clock
from signage.domain.errors import Forbidden

LASTS_S = 60
SALT = "shelfcast.screen"


class ScreenTokens:
    """Signed with the installation's secret; nothing is stored. The same screen gets a new token every second."""

    def __init__(self, secret: str, clock: Clock) -> None:
        self._secret = secret
        self._clock = clock

    def make(self, screen_id: str) -> str:
        return self._signer(self._clock()).sign(screen_id).decode()

    def verify(self, token: str, now: datetime) -> str:
        """Token -> screen id. Forbidden when it is older than a minute, from the future, or not ours."""
        try:
            return self._signer(now).unsign(token, max_age=LASTS_S).decode()
        except SignatureExpired as error:
            raise Forbidden(
                "screen_token_expired",
                "This code has expired. Scan the one that the screen shows now.",
                "期限が切れました。画面に出ているコードを読み取ってください。",
            ) from error
        except (BadSignature, UnicodeDecodeError) as error:
            raise Forbidden("screen_token_invalid", "This code can't be read.", "読み取れないコードです。") from error

    def _signer(self, at: datetime) -> TimestampSigner:
        return _Signer(self._secret, int(at.timestamp()))


class _Signer(TimestampSigner):
    def __init__(self, secret: str, at_s: int) -> None:
        super().__init__(secret, salt=SALT)
        self._at_s = at_s

    def get_timestamp(self) -> int:
        return self._at_s
