"""Frames in, people, snapshots and member codes out: the stages of the camera process, composed, without I/O."""

import time
from collections import defaultdict, deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from signage.audience.attributes import LEAST_FACE_PX, Ages
from signage.audience.bodies import WEAK_FROM, Bodies
from signage.audience.codes import CodeReader
from signage.audience.detect import Detector
from signage.audience.face import Face
from signage.audience.frames import Frame, grey_of
from signage.audience.health import Health
from signage.audience.pace import Pace
from signage.audience.people import People, Person
from signage.audience.snapshot import Seen, summarise
from signage.domain.audience import AudienceSnapshot, CameraState
from signage.domain.clock import Clock

CODES_EVERY_S, FACES_EVERY_S, BODIES_EVERY_S, HEALTH_EVERY_S = 0.25, 0.2, 0.5, 0.5
EARLY_S = 0.01  # a frame may come this much before its time
FIRST_LOOKS = 4  # the first looks at a person come soon after one another,
LOOK_SOON_S, LOOK_AGAIN_S = 0.5, 1.0  # later ones less often
LOOKS_PER_FRAME = 4
LOST_AFTER_S = 2.0
FPS_OVER_S = 5.0


class Beat:
    """Says when something is due that is done every so many seconds; what was missed is not made up for."""

    def __init__(self, every_s: float) -> None:
        self._every_s, self._next = every_s, float("-inf")

    def due(self, at: float) -> bool:
        if at < self._next - EARLY_S:
            return False
        self._next = max(self._next + self._every_s, at + self._every_s / 2)
        return True


class Pipeline:
    """`ages` None: presence mode, no network looks at anybody's age. `monotonic` times frames, `clock` dates snapshots,
    `timer` measures the work."""

    def __init__(
        self,
        screen_id: str,
        detector: Detector,
        bodies: Bodies,
        ages: Ages | None,
        *,
        clock: Clock,
        monotonic: Callable[[], float],
        timer: Callable[[], float] = time.perf_counter,
    ) -> None:
        self._screen_id, self._detector, self._bodies, self._ages = screen_id, detector, bodies, ages
        self._clock, self._monotonic, self._timer = clock, monotonic, timer
        self._codes, self._health, self._people = CodeReader(), Health(), People()
        self._for_codes, self._for_faces = Beat(CODES_EVERY_S), Beat(FACES_EVERY_S)
        self._for_bodies, self._for_health = Beat(BODIES_EVERY_S), Beat(HEALTH_EVERY_S)
        self._pace, self._worked_s = Pace(FACES_EVERY_S), 0.0
        self._state = CameraState.OK
        self._last: Frame | None = None
        self.looked_at = monotonic()  # when the frame was read whose faces were found last
        self._sequence = 0
        self._read_at: deque[float] = deque(maxlen=256)
        self._started = monotonic()
        self.stage_s: defaultdict[str, float] = defaultdict(float)  # seconds spent in each stage since the start

    def step(self, frame: Frame) -> list[str]:
        """One frame -> the member codes in it; whose faces are in view is kept for the next snapshot."""
        if self._last is not None and frame.image.shape != self._last.image.shape:
            self._people.forget()  # where they stood in a picture of another size says nothing
        self._last, self._people.across = frame, frame.image.shape[1]
        self._read_at.append(frame.at)
        codes: list[str] = []
        if self._for_codes.due(frame.at):
            with self._timed("codes"):
                codes = self._codes.read(grey_of(frame.image), frame.at)
        if self._for_health.due(frame.at):
            with self._timed("health"):
                self._state = self._health.look(grey_of(frame.image), frame.at)
        if self._for_faces.due(frame.at):
            self._look_for_faces(frame)
            # All the work since the last look at faces: bodies and codes have to fit in as well
            self._pace.took(self._worked_s)
            self._worked_s = 0.0
        return codes

    def look_for_bodies(self, frame: Frame) -> None:
        """The same frame once more, if it is time: by far the slowest look, so codes and a snapshot need not wait for it."""
        if self._for_bodies.due(frame.at):
            with self._timed("bodies"):
                self._people.see_bodies(self._bodies.find(frame.image, WEAK_FROM), frame.at)

    def snapshot(self) -> AudienceSnapshot:
        """Everybody in view now, as it may leave the process."""
        now = self._monotonic()
        with self._timed("snapshot"):
            self._people.expire(now)
            if self._silent_s(now) > LOST_AFTER_S:
                self._people.forget()
            self._sequence += 1
            return summarise(self._screen_id, self._people, self._clock(), self._sequence, self._seen(now))

    def _look_for_faces(self, frame: Frame) -> None:
        self.looked_at = frame.at
        with self._timed("faces"):
            height, width = frame.image.shape[:2]
            faces = self._detector.find(frame.image, self._pace.long_side(width, height))
        with self._timed("people"):
            self._people.see_faces(faces, frame.at)
        if self._ages is not None:
            with self._timed("ages"):
                self._look(frame, self._ages)

    def _seen(self, now: float) -> Seen:
        last = self._last
        recent = [at for at in self._read_at if now - at <= FPS_OVER_S]
        span_s = min(FPS_OVER_S, max(now - self._started, 1e-3))
        return Seen(
            frame_width=last.image.shape[1] if last else 0,
            fps=len(recent) / span_s,
            lag_ms=round((now - self.looked_at) * 1000),
            camera=CameraState.LOST if self._silent_s(now) > LOST_AFTER_S else self._state,
        )

    def _silent_s(self, now: float) -> float:
        return now - (self._last.at if self._last else self._started)

    def _look(self, frame: Frame, ages: Ages) -> None:
        """Estimate the age of those whose turn it is, fewest looks first; narrow faces stay unknown."""
        due = [(person, face) for person in self._people.present if (face := _face_now(person, frame.at)) is not None]
        due = sorted(due, key=lambda each: each[0].looks)[:LOOKS_PER_FRAME]
        looks = ages.of(frame.image, [face for _, face in due], [person.looks for person, _ in due])
        for (person, face), look in zip(due, looks, strict=True):
            person.add_look(look, face, frame.at)

    @contextmanager
    def _timed(self, stage: str) -> Iterator[None]:
        started = self._timer()
        try:
            yield
        finally:
            spent = self._timer() - started
            self.stage_s[stage] += spent
            self._worked_s += spent


def _face_now(person: Person, at: float) -> Face | None:
    """Their face in the frame read at `at`, if it is wide enough and time for a look at it."""
    if person.face is None or person.face.last_at != at or person.face.box.width < LEAST_FACE_PX:
        return None
    wait_s = LOOK_SOON_S if person.looks < FIRST_LOOKS else LOOK_AGAIN_S
    return person.face.box if at - person.looked_at >= wait_s - EARLY_S else None
