"""The member's moment on a screen: greeted without a name, shown picks for a minute, forgotten."""

from secrets import token_hex
from typing import Any

from recommender.domain.recommendation import Affinity
from signage.controller.house import MOMENT
from signage.controller.interrupts import Interrupts
from signage.controller.rooms import Rooms
from signage.domain.guest import GUEST_LASTS, GuestSession
from signage.domain.words import Words

NOTICE_MS = 5_000
REFUSED = {
    "used": Words("このコードは使用済みです。画面を更新してください", "This code was used already. Refresh the page"),
    "expired": Words("期限が切れました。画面を更新してください", "This code has expired. Refresh the page"),
    "invalid": Words("読み取れないコードです", "This code can't be read"),
    "no_consent": Words(
        "画面でのおすすめに同意されていません。スマートフォンの会員ページで設定できます",
        "Picks on a screen need your consent. You can give it on your member page",
    ),
    "unavailable": Words(
        "ただいま会員コードを確認できません。しばらくしてからもう一度かざしてください",
        "Member codes can't be checked right now. Hold it up again in a moment",
    ),
}


class Guests:
    def __init__(self, rooms: Rooms, interrupts: Interrupts) -> None:
        self._rooms = rooms
        self._interrupts = interrupts

    def greet(self, screen_id: str, affinity: Affinity) -> GuestSession:
        """Start a session and greet at once. The audience is dropped: the two never stand side by side."""
        site, now = self._rooms.site(screen_id), self._rooms.clock()
        session = GuestSession(token_hex(16), screen_id, affinity, now, now + GUEST_LASTS)
        self._rooms.live.start_guest(session)
        self._interrupts.interrupt(site, only=MOMENT, greeted=session)
        return session

    def end(self, screen_id: str) -> bool:
        """Forget the guest and tell the screen; was there one?"""
        ended = self._rooms.live.end_guest(screen_id)
        if ended:
            self._rooms.live.publish(screen_id, {"type": "guest_end", "v": 1})
        return ended

    def refuse(self, screen_id: str, why: str, lang: str) -> dict[str, Any]:
        """Say on the screen, plainly and accusing nobody, why a code was not accepted."""
        words = REFUSED.get(why, REFUSED["invalid"])
        message = {"type": "notice", "v": 1, "tone": "refused", "text": words.say(lang), "lasts_ms": NOTICE_MS}
        self._rooms.live.publish(screen_id, message)
        return message
