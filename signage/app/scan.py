"""The scan entry: a member's code held up at a screen, however it was read. Here, and nowhere else, `personal` and the
controller meet: an affinity goes on, a member does not."""

from hashlib import sha256

from recommender.domain.errors import RecommenderUnreachable
from recommender.domain.member import CodeRefused, Refusal
from recommender.domain.recommendation import Affinity
from recommender.personal import Personal
from signage.controller.loop import Controller
from signage.domain.clock import Clock
from signage.domain.errors import NotFound
from signage.live import Live
from signage.storage.screens import Screens


def code_key(text: str) -> str:
    """What live state remembers of a code while its guest session lasts: enough to end it, too little to be the code."""
    return sha256(text.encode()).hexdigest()


class Scan:
    """`accept` for every way of reading; the phone that showed the code can find and end its own session by it."""

    def __init__(self, personal: Personal, controller: Controller, live: Live, screens: Screens, clock: Clock) -> None:
        self._personal = personal
        self._controller = controller
        self._live = live
        self._screens = screens
        self._clock = clock

    def accept(self, screen_id: str, text: str) -> Refusal | None:
        """None when the screen now greets; else why not, which the screen has also been told. Raises NotFound."""
        screen = self._screens.screen(screen_id)
        if screen is None:
            raise NotFound("screen_unknown", "There is no such screen.", "その画面は登録されていません。")
        try:
            affinity = self._personal.affinity(text.strip(), screen.store_id, self._clock())
        except (CodeRefused, RecommenderUnreachable) as refused:
            why = refused.why if isinstance(refused, CodeRefused) else Refusal.UNAVAILABLE
            self._controller.refuse_code(screen_id, why, screen.language)
            return why
        session = self._controller.greet(screen_id, affinity)
        self._live.remember_code(session, code_key(text.strip()))
        return None

    def scanned(self, screen_id: str, text: str) -> None:
        """For cameras and scanners, which need no answer."""
        self.accept(screen_id, text)

    def showing(self, code: str) -> str | None:
        """The screen that this code shows on now."""
        return self._live.screen_of_code(code_key(code))

    def chosen(self, code: str) -> Affinity | None:
        """What the guest session that this code began may show, for as long as it runs."""
        screen_id = self.showing(code)
        session = self._live.guest(screen_id) if screen_id else None
        return session.affinity if session else None

    def end_by_code(self, code: str) -> bool:
        """Ends the guest session that this code began; False when there is none any more."""
        screen_id = self.showing(code)
        if screen_id is None:
            return False
        self._controller.end_guest(screen_id)
        return True
