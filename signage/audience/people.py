"""Faces and bodies of successive frames in, the people they belong to out: who came, who left, who looks at the screen.

A body without a face is somebody who turns the back or whose face is hidden; a face without a body, somebody cut off by
the picture's edge or by others. Where a face lies in a body, the two are one person, also when one of them is lost for a
while.
"""

from dataclasses import dataclass

from signage.audience.bodies import Body
from signage.audience.face import Face, is_facing
from signage.audience.look import Look
from signage.audience.track import LONGEST_STEP_S, Track, Tracker

BODY_GONE_AFTER_S = 1.6  # bodies are looked for about twice a second: two misses and a little


@dataclass(slots=True, eq=False)
class Person:
    """`face` and `body` are what of them is in view now. Nothing identifies them outside this process."""

    face: Track[Face] | None
    body: Track[Body] | None
    first_at: float
    last_at: float
    looks: int = 0
    looked_at: float = float("-inf")
    counted: bool = False  # among those who arrived
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
    def facing(self) -> bool:
        return self.face is not None and is_facing(self.face.box)

    def add_look(self, look: Look, face: Face, at: float) -> None:
        """One more look at their face as it is now."""
        self._age_sum += look.age * face.width
        self._young_sum += look.young * face.width
        self._weight += face.width
        self.looks += 1
        self.looked_at = at

    def take(self, other: "Person") -> None:
        """`other` was the other half of this person all the time."""
        self.face, self.body = self.face or other.face, self.body or other.body
        self.first_at, self.last_at = min(self.first_at, other.first_at), max(self.last_at, other.last_at)
        self.looks, self.looked_at = self.looks + other.looks, max(self.looked_at, other.looked_at)
        self._age_sum, self._young_sum = self._age_sum + other._age_sum, self._young_sum + other._young_sum
        self._weight += other._weight


class People:
    """`arrived`, `left` (people) and `attention_s` (person-seconds of facing) grow until the reader resets them."""

    def __init__(self) -> None:
        self._faces, self._bodies = Tracker[Face](), Tracker[Body](BODY_GONE_AFTER_S)
        self._faces_at: float | None = None
        self.present: list[Person] = []
        self.arrived = self.left = 0
        self.attention_s = 0.0

    def see_faces(self, faces: list[Face], at: float) -> None:
        """All faces of the frame read at `at` (monotonic seconds, never going back)."""
        step = 0.0 if self._faces_at is None else min(at - self._faces_at, LONGEST_STEP_S)
        self._faces_at = at
        self._faces.update(faces, at)
        self._settle(at)
        # After a gap nobody is said to have looked all through it
        self.attention_s += step * sum(
            person.facing and person.face is not None and person.face.last_at == at for person in self.present
        )

    def see_bodies(self, bodies: list[Body], at: float) -> None:
        """All bodies of the frame read at `at`; need not be every frame whose faces are seen."""
        self._bodies.update(bodies, at)
        self._settle(at)

    def expire(self, at: float) -> None:
        """Let go of who was not seen for a while, also when no frame comes any more."""
        self._settle(at)

    def forget(self) -> None:
        """Everybody in view leaves."""
        self._faces, self._bodies = Tracker[Face](), Tracker[Body](BODY_GONE_AFTER_S)
        self.left += len(self.present)
        self.present = []

    def _settle(self, at: float) -> None:
        """Tracks as they are now -> people: halves are joined, the new ones arrive, those without any half leave."""
        self._faces.expire(at)
        self._bodies.expire(at)
        faces, bodies = self._faces.present, self._bodies.present
        for person in self.present:
            person.face = person.face if person.face in faces else None
            person.body = person.body if person.body in bodies else None
            seen = [track.last_at for track in (person.face, person.body) if track is not None]
            person.last_at = max([person.last_at, *seen])
        stay = [person for person in self.present if person.face or person.body]
        self.left += len(self.present) - len(stay)
        known_faces, known_bodies = [person.face for person in stay], [person.body for person in stay]
        stay += [Person(face, None, face.first_at, face.last_at) for face in faces if face not in known_faces]
        stay += [Person(None, body, body.first_at, body.last_at) for body in bodies if body not in known_bodies]
        self.present = self._joined(stay)
        for person in self.present:
            self.arrived += not person.counted
            person.counted = True

    def _joined(self, people: list[Person]) -> list[Person]:
        """Somebody of whom only a face and somebody of whom only a body is in view are one where the face fits best."""
        fits = [
            (cost, one.face.box.left, other.body.box.left, one, other)
            for one in people if one.face and not one.body
            for other in people if other.body and not other.face
            if (cost := _cost(one.face.box, other.body.box)) is not None
        ]  # fmt: skip
        taken: set[Person] = set()
        for *_, one, other in sorted(fits, key=lambda fit: fit[:3]):
            if one in taken or other in taken:
                continue
            stays, goes = (one, other) if one.counted or not other.counted else (other, one)
            stays.take(goes)
            self.left += goes.counted  # both had been said to arrive
            taken |= {one, other}
            people = [person for person in people if person is not goes]
        return people


def _cost(face: Face, body: Body) -> float | None:
    """How badly a face fits into a body, from 0 on; None when it can't be theirs."""
    x, y = ((at - start) / size for at, start, size in (
        (face.centre[0], body.left, body.width), (face.centre[1], body.top, body.height)
    ))  # fmt: skip
    inside = 0 <= x <= 1 and 0 <= y <= 1 and face.width <= body.width
    return abs(x - 0.5) + y if inside else None
