"""Faces and bodies of successive frames in, the people they belong to out: who came, who left, who looks at the screen.

A body without a face is somebody who turns the back or whose face is hidden; a face without a body, somebody cut off by
the picture's edge or by others. Where a face lies in a body, the two are one person, also when one of them is lost for a
while.
"""

from dataclasses import dataclass
from math import inf, log

from signage.audience.bodies import SCORE_AT_LEAST, Body
from signage.audience.face import Face, is_facing
from signage.audience.look import Look
from signage.audience.track import BODY_RATIO, BODY_REACH_PER_S, LONGEST_STEP_S, Track, Tracker

BODY_GONE_AFTER_S = 1.6  # bodies are looked for about twice a second: two misses and a little
BODY_HIDDEN_FOR_S = 3.0  # a back before a dark shelf may not be found for some looks
SAME_MOMENT_S = 0.45  # a face and a body seen so close together should lie in one another
FACE_LATELY_S, BODY_LATELY_S = 0.45, 1.1  # two looks: who was not seen in them may be seen elsewhere now
FACE_TO_BODY = 0.28  # widths
OUTSIDE_AT_MOST = 0.2  # of the body's size: a body's box is less steady than a face's


@dataclass(slots=True, eq=False)
class Person:
    """`face` and `body` are what of them is in view now. Nothing identifies them outside this process."""

    face: Track[Face] | None
    body: Track[Body] | None
    first_at: float
    last_at: float
    looks: int = 0
    looked_at: float = -inf
    counted: bool = False  # among those who arrived
    facing: bool = False
    _age_sum: float = 0.0
    _young_sum: float = 0.0
    _weight: float = 0.0

    @property
    def dwell_s(self) -> float:
        return self.last_at - self.first_at

    @property
    def look(self) -> Look | None:
        """All looks so far in one, averaged by face width; None before the first."""
        return Look(self._age_sum / self._weight, self._young_sum / self._weight) if self._weight else None

    @property
    def seen_twice(self) -> bool:
        return any(track is not None and track.counted for track in (self.face, self.body))

    def add_look(self, look: Look, face: Face, at: float) -> None:
        """One more look at their face as it is now."""
        self._age_sum += look.age * face.width
        self._young_sum += look.young * face.width
        self._weight += face.width
        self.looks += 1
        self.looked_at = at

    def take(self, other: "Person", face: Track[Face], body: Track[Body]) -> None:
        """`other` was the other half of this person all the time: this is their face and their body now."""
        self.face, self.body = face, body
        self.first_at, self.last_at = min(self.first_at, other.first_at), max(self.last_at, other.last_at)
        self.looks, self.looked_at = self.looks + other.looks, max(self.looked_at, other.looked_at)
        self._age_sum, self._young_sum = self._age_sum + other._age_sum, self._young_sum + other._young_sum
        self._weight += other._weight


class People:
    """`across`: width of the picture in px, once it is known. `arrived`, `left` (people) and `attention_s` (person-seconds of
    facing) grow until the reader resets them."""

    def __init__(self) -> None:
        self._faces, self._bodies = Tracker[Face](), _body_tracker()
        self._faces_at = self._bodies_at = -inf
        self.across = inf
        self.present: list[Person] = []
        self.arrived = self.left = 0
        self.attention_s = 0.0

    def see_faces(self, faces: list[Face], at: float) -> None:
        """All faces of the frame read at `at` (monotonic seconds, never going back)."""
        first = self._faces_at == -inf
        step = 0.0 if first else min(at - self._faces_at, LONGEST_STEP_S)
        self._faces_at = at
        self._faces.update(faces, at)
        self._settle(at)
        # After a gap nobody is said to have looked all through it
        self.attention_s += step * sum(
            person.facing and person.face is not None and person.face.last_at == at for person in self.present
        )

    def see_bodies(self, bodies: list[Body], at: float) -> None:
        """All bodies of the frame read at `at`; need not be every frame whose faces are seen."""
        self._bodies_at = at
        self._bodies.update(bodies, at)
        self._settle(at)

    def expire(self, at: float) -> None:
        """Let go of who was not seen for a while, also when no frame comes any more."""
        self._settle(at)

    def forget(self) -> None:
        """Everybody in view leaves."""
        self._faces, self._bodies = Tracker[Face](), _body_tracker()
        self.left += len(self.present)
        self.present = []

    def _settle(self, at: float) -> None:
        """Tracks as they are now -> people: halves are joined, the new ones arrive, those without any half leave."""
        self._faces.expire(at, self.across)
        self._bodies.expire(at, self.across)
        faces, bodies = self._faces.tracks, self._bodies.tracks
        for person in self.present:
            person.face = person.face if person.face in faces else None
            person.body = person.body if person.body in bodies else None
            if person.face and person.body and _parted(person.face, person.body):
                # Taken over by somebody who passed: the one that was out of sight before
                if person.face.step_s > FACE_LATELY_S:
                    person.face = None
                else:
                    person.body = None
        stay = [person for person in self.present if person.face or person.body]
        self.left += len(self.present) - len(stay)
        known_faces, known_bodies = [person.face for person in stay], [person.body for person in stay]
        stay += [Person(face, None, face.first_at, face.last_at) for face in faces if face not in known_faces]
        stay += [Person(None, body, body.first_at, body.last_at) for body in bodies if body not in known_bodies]
        # What was seen once may be a mistake, unless it is the other half of somebody
        self.present = [person for person in self._joined(stay) if person.counted or person.seen_twice]
        for person in self.present:
            person.last_at = max(person.last_at, *(track.last_at for track in (person.face, person.body) if track))
            person.facing = self._sees_face(person) and person.face is not None and is_facing(person.face.box)
            self.arrived += not person.counted
            person.counted = True

    def _joined(self, people: list[Person]) -> list[Person]:
        """Somebody of whom only a face and somebody of whom only a body is seen now are one where the face fits best."""
        fits = [
            (cost, face.box.left, body.box.left, one, other, face, body)
            for one in people if (face := one.face) and self._sees_face(one) and not self._sees_body(one)
            for other in people if (body := other.body) and self._sees_body(other) and not self._sees_face(other)
            if (cost := _cost(face, body)) is not None
        ]  # fmt: skip
        taken: set[Person] = set()
        for *_, one, other, face, body in sorted(fits, key=lambda fit: fit[:3]):
            if one in taken or other in taken:
                continue
            taken |= {one, other}
            stays, goes = sorted((one, other), key=lambda person: (not person.counted, person.first_at))
            self._let_go(one.body, other.face)
            stays.take(goes, face, body)
            self.left += goes.counted  # both had been said to arrive
            people = [person for person in people if person is not goes]
        return people

    def _let_go(self, body: Track[Body] | None, face: Track[Face] | None) -> None:
        """Not seen any more, and whose they were is seen elsewhere."""
        if body is not None:
            self._bodies.drop(body)
        if face is not None:
            self._faces.drop(face)

    def _sees_face(self, person: Person) -> bool:
        return person.face is not None and self._faces_at - person.face.last_at <= FACE_LATELY_S

    def _sees_body(self, person: Person) -> bool:
        return person.body is not None and self._bodies_at - person.body.last_at <= BODY_LATELY_S


def _body_tracker() -> Tracker[Body]:
    return Tracker(BODY_GONE_AFTER_S, BODY_REACH_PER_S, BODY_RATIO, SCORE_AT_LEAST, BODY_HIDDEN_FOR_S)


def _cost(face: Track[Face], body: Track[Body], outside: float = 0.0) -> float | None:
    """How badly a face fits into a body at the moment when one of them was seen last, from 0 on; None when it can't be
    theirs: its centre is outside by more than that share of the body's size."""
    at = max(face.last_at, body.last_at)
    head, rest = face.expected(at), body.expected(at)
    if not 0 < head.width <= rest.width or rest.height <= 0:
        return None
    x, y = ((middle - start) / size for middle, start, size in (
        (head.centre[0], rest.left, rest.width), (head.centre[1], rest.top, rest.height)
    ))  # fmt: skip
    inside = all(-outside <= share <= 1 + outside for share in (x, y))
    return abs(x - 0.5) + y + 0.3 * abs(log(head.width / (FACE_TO_BODY * rest.width))) if inside else None


def _parted(face: Track[Face], body: Track[Body]) -> bool:
    """Both were just seen, and not in one place."""
    together = abs(face.last_at - body.last_at) <= SAME_MOMENT_S
    return together and _cost(face, body, OUTSIDE_AT_MOST) is None
