"""A film through the real models, by its own time; how well its people were followed, out."""

from collections import defaultdict
from dataclasses import dataclass

import numpy as np

from signage.audience.bodies import Bodies
from signage.audience.box import iou
from signage.audience.detect import Detector
from signage.audience.people import People, Person
from signage.audience.pipeline import BODIES_EVERY_S, FACES_EVERY_S, Beat
from tests.signage.audience.films import FPS, Film, Seen

SAME_FACE_IOU = 0.3
SETTLED_S = 1.0  # after a turn of the head, or a coming, the next looks may still be out


@dataclass(frozen=True, slots=True)
class Followed:
    """`dwell_error`: mean over people of |told - true| / true. `facing`: share of moments told rightly. `count`: share of
    moments with the right number of people present. `switches`: how often somebody became another; `tracks`: people."""

    dwell_error: float
    facing: float
    count: float
    switches: int
    tracks: int


def follow(film: Film, detector: Detector, bodies: Bodies) -> Followed:
    """Ten frames a second; bodies and faces are looked for as often as the pipeline does."""
    people, owner, bodies_due = People(), dict[int, Person](), Beat(BODIES_EVERY_S)
    dwell, there, switches = defaultdict[int, float](float), defaultdict[int, float](float), 0
    facing, counted = list[bool](), list[bool]()
    steady = defaultdict[int, tuple[bool, float]](lambda: (False, -1.0))
    for tick in range(round(film.seconds * FPS)):
        at = tick / FPS
        truth = film.truth(at)
        for one in truth:
            there[one.who] += 1 / FPS
        if tick % round(FACES_EVERY_S * FPS):
            continue
        image = film.frame(at)
        if bodies_due.due(at):
            people.see_bodies(bodies.find(image), at)
        people.see_faces(detector.find(image), at)
        for one in truth:
            person = _person_of(one, people.present, owner.get(one.who))
            if person is None:
                continue
            switches += one.who in owner and owner[one.who] is not person
            owner[one.who] = person
            dwell[one.who] = max(dwell[one.who], person.dwell_s)
            was, since = steady[one.who]
            if was != one.facing or since < 0:
                steady[one.who] = since_now = (one.facing, at)
                was, since = since_now
            if at - since >= SETTLED_S:
                facing.append(person.facing == one.facing)
        counted.append(len(people.present) == len(truth))
    errors = [abs(dwell[who] - true) / true for who, true in there.items()]
    return Followed(float(np.mean(errors)), float(np.mean(facing)), float(np.mean(counted)), switches, len(there))


def _person_of(one: Seen, present: list[Person], before: Person | None) -> Person | None:
    """Who of those present has the face where it is, or else a body around that place: the one before, if it fits too."""
    by_face = [each for each in present if each.face and iou(each.face.box, one.face) >= SAME_FACE_IOU]
    if by_face:
        return max(by_face, key=lambda each: iou(each.face.box, one.face) if each.face else 0.0)
    x, y = one.face.centre
    around = [
        each
        for each in present
        if each.body and abs(each.body.box.centre[0] - x) < one.face.width and each.body.box.top - one.face.height < y
    ]
    return before if before in around else next(iter(around), None)
