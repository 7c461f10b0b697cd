"""A film through the real models, by its own time; how well its people were followed, out."""

from collections import defaultdict
from dataclasses import dataclass
from math import hypot
from statistics import fmean

from signage.audience.bodies import WEAK_FROM, Bodies
from signage.audience.box import iou
from signage.audience.detect import Detector
from signage.audience.people import People, Person
from signage.audience.pipeline import BODIES_EVERY_S, FACES_EVERY_S, Beat
from signage.demo.clip import WIDTH
from tests.signage.audience.films import FPS, Film, Seen

SAME_FACE_WIDTHS, SAME_BODY_IOU = 1.0, 0.4


@dataclass
class Followed:
    """Of each person: `dwell_errors`, |told - true| / true; `facing`, in which share of the looks at them it was told rightly
    whether they look, the moments after a turn of the head included. `count`: in which share of all looks as many people were
    present as there were. `switches`: how often somebody became another (mismatches of Bernardin and Stiefelhagen, 2008)."""

    dwell_errors: list[float]
    facing: list[float]
    count: float
    switches: int


def follow(film: Film, detector: Detector, bodies: Bodies) -> Followed:
    """Ten frames a second; bodies and faces are looked for as often as the pipeline does."""
    people, bodies_due, faces_due = People(), Beat(BODIES_EVERY_S), Beat(FACES_EVERY_S)
    people.across = WIDTH
    was, switches, counts = dict[int, Person](), 0, list[bool]()
    dwell, there = defaultdict[int, float](float), defaultdict[int, float](float)
    facing = defaultdict[int, list[bool]](list)
    for tick in range(round(film.seconds * FPS)):
        at = tick / FPS
        truth = film.truth(at)
        for one in truth:
            there[one.who] += 1 / FPS
        if not faces_due.due(at):
            continue
        image = film.frame(at)
        people.see_faces(detector.find(image), at)
        if bodies_due.due(at):
            people.see_bodies(bodies.find(image, WEAK_FROM), at)
        now = matched(truth, people.present, was, at)
        switches += sum(was.get(who, person) is not person for who, person in now.items())
        was |= now
        for who, person in now.items():
            dwell[who] = max(dwell[who], person.dwell_s)
        for one in film.visible(at):
            facing[one.who].append((one.who in now and now[one.who].facing) == one.facing)
        counts.append(len(film.visible(at)) <= len(people.present) <= len(truth))
    errors = [abs(dwell[who] - true) / true for who, true in there.items()]
    return Followed(errors, [fmean(looks) for looks in facing.values()], fmean(counts), switches)


def matched(truth: list[Seen], present: list[Person], was: dict[int, Person], at: float) -> dict[int, Person]:
    """Who of those present is whom: whoever somebody was before, while that fits; then the best fit, each used once."""
    fits = sorted(
        (was.get(one.who) is not person, -fit, one.who, number)
        for one in truth
        for number, person in enumerate(present)
        if (fit := _fit(one, person, at)) > 0
    )
    found: dict[int, Person] = {}
    for *_, who, number in fits:
        if who not in found and present[number] not in found.values():
            found[who] = present[number]
    return found


def _fit(one: Seen, person: Person, at: float) -> float:
    """By what of them was seen last, the face rather than the body; 0: somebody else."""
    face, body = person.face, person.body
    if face is not None and (body is None or face.last_at >= body.last_at):
        (x, y), (to_x, to_y) = face.expected(at).centre, one.face.centre
        away = hypot(x - to_x, y - to_y) / one.face.width
        return 2 - away if away <= SAME_FACE_WIDTHS else 0.0
    overlap = iou(body.expected(at), one.body) if body is not None else 0.0
    return overlap if overlap >= SAME_BODY_IOU else 0.0
