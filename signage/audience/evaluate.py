"""Folders of labelled pictures in; figures of what the camera's models say of them, and the answers as CSV, out."""

import csv
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from signage.audience import measure, zoo
from signage.audience.attributes import LEAST_FACE_PX, Ages
from signage.audience.bodies import Bodies, Body
from signage.audience.detect import Detector
from signage.audience.face import Face
from signage.audience.frames import STILLS, EndOfStream, SourceError, open_source, read_still
from signage.audience.look import band, may_be_child
from signage.audience.measure import Answer
from signage.audience.scene import Background, SmallFaces

FACE_COLUMNS = ("file", "age", "band", "possible_child", "face_width")
PEOPLE_COLUMNS = ("frame", "left", "top", "width", "height")
VIDEOS = (".mp4", ".webm", ".mkv", ".avi", ".mov")
LEAST_SMALL_PX = 24  # the figure `face_recall` is over faces from this width on

Image = NDArray[np.uint8]
Progress = Callable[[int, int], None]


class Evaluation:
    """The models, loaded once, and the time each of them took."""

    def __init__(self) -> None:
        cv2.setNumThreads(1)
        self._faces = Detector(zoo.load("centerface"))
        self._ages = Ages(zoo.load("age-v1"), zoo.entry("age-v1").class_values)
        self._bodies = Bodies(zoo.load("movenet-people"))
        self._spent_ms: defaultdict[str, list[float]] = defaultdict(list)

    @property
    def stages_ms(self) -> dict[str, float]:
        """Median of each stage, in ms of wall time: faces and people for a picture, an age for a face."""
        return {name: round(median(spent), 2) for name, spent in self._spent_ms.items()}

    def answer(self, name: str, image: Image | None) -> tuple[Answer, Face | None]:
        """One picture of one person -> what is said of the largest face, and that face."""
        found = [] if image is None else self.faces(image)
        face = max(found, key=lambda each: each.width * each.height, default=None)
        if image is None or face is None:
            return Answer(name, None, None), None
        if face.width < LEAST_FACE_PX:
            return Answer(name, face.width, None), face
        with self._timed("age"):
            [look] = self._ages.of(image, [face])
        return Answer(name, face.width, look), face

    def faces(self, image: Image) -> list[Face]:
        with self._timed("faces"):
            return self._faces.find(image)

    def people(self, image: Image) -> list[Body]:
        with self._timed("people"):
            return self._bodies.find(image)

    @contextmanager
    def _timed(self, stage: str) -> Iterator[None]:
        started = time.perf_counter()
        yield
        self._spent_ms[stage].append((time.perf_counter() - started) * 1000)


def evaluate(faces: Path | None, people: Path | None, predictions: Path | None, progress: Progress) -> dict[str, Any]:
    """Labelled folders -> `faces`, `people` (measure.py says what is in them) and `stages_ms`, for JSON.

    `faces`: one picture a person, named age_gender_race_date; a face not found or too narrow stays unanswered. They are
    then made small and put into a scene without faces: what stands still in the clip, or a grey wall. `people`: a folder
    with one video (or stills), and MOT's gt.txt for the figures. `predictions`: faces.csv and people.csv are written
    there. `progress(done, total)`; total 0 when not known. Raises SourceError, BundleError, OSError.
    """
    evaluation, background = Evaluation(), Background()
    told: dict[str, Any] = {}
    if predictions is not None:
        predictions.mkdir(parents=True, exist_ok=True)
    if people is not None:
        found = _watch(evaluation, people, background, progress)
        if predictions is not None:
            _write(predictions / "people.csv", PEOPLE_COLUMNS, _people_rows(found))
        if (people / "gt.txt").is_file():
            told["people"] = measure.of_people(read_truth(people / "gt.txt"), {n: _boxes(found[n]) for n in found})
    if faces is not None:
        small = SmallFaces(background.scene(), evaluation.faces)
        answers = _look(evaluation, faces, small, progress)
        if predictions is not None:
            _write(predictions / "faces.csv", FACE_COLUMNS, map(_face_row, answers))
        far = measure.of_small_faces(small.pasted, small.false, LEAST_SMALL_PX)
        told["faces"] = measure.joined(measure.of_faces(answers), far)
    return told | {"stages_ms": evaluation.stages_ms}


def read_truth(path: Path) -> dict[int, measure.Values]:
    """MOT's gt.txt (frame, id, left, top, width, height, counts, …) -> frame -> boxes [n, 4]; SourceError when it is another."""
    truth: defaultdict[int, list[list[float]]] = defaultdict(list)
    try:
        with path.open(encoding="utf-8", newline="") as file:
            for row in csv.reader(file):
                if len(row) < 7 or float(row[6]) != 0:
                    truth[int(row[0])].append([float(edge) for edge in row[2:6]])
    except (ValueError, IndexError) as error:
        raise SourceError(f"{path} is not in MOT's format: {error}") from error
    if not truth:
        raise SourceError(f"{path} names nobody")
    return {frame: np.array(boxes).reshape(-1, 4) for frame, boxes in truth.items()}


def _look(evaluation: Evaluation, folder: Path, small: SmallFaces, progress: Progress) -> list[Answer]:
    files = sorted(path for path in folder.iterdir() if path.suffix.lower() in STILLS)
    if not files:
        raise SourceError(f"{folder} holds no pictures")
    answers: list[Answer] = []
    for done, path in enumerate(files, 1):
        image = read_still(path)
        answer, face = evaluation.answer(path.name, image)
        answers.append(answer)
        small.add(image, face)
        progress(done, len(files))
    small.finish()
    return answers


def _watch(evaluation: Evaluation, folder: Path, background: Background, progress: Progress) -> dict[int, list[Body]]:
    """Frame, from 1 on, -> people in it."""
    video = next((path for path in sorted(folder.iterdir()) if path.suffix.lower() in VIDEOS), folder)
    reader = open_source(str(video))
    found: dict[int, list[Body]] = {}
    try:
        while True:
            image = reader.read()
            background.add(len(found), image)
            found[len(found) + 1] = evaluation.people(image)
            progress(len(found), 0)
    except EndOfStream:
        if not found:
            raise SourceError(f"{folder} holds no video or pictures that can be read") from None
    finally:
        reader.close()
    return found


def _face_row(answer: Answer) -> tuple[object, ...]:
    """A blank is an answer not given; a possible child is told also where the band is not."""
    width = "" if answer.face_width is None else round(answer.face_width, 1)
    if (look := answer.look) is None:
        return answer.file, "", "", "", width
    told = band(look)
    return answer.file, round(look.age, 2), "" if told == "unknown" else told, int(may_be_child(look)), width


def _people_rows(found: Mapping[int, list[Body]]) -> Iterator[tuple[object, ...]]:
    for number, bodies in found.items():
        yield from ((number, *np.round(box, 1).tolist()) for box in _boxes(bodies))


def _boxes(bodies: Sequence[Body]) -> measure.Values:
    return np.array([(body.left, body.top, body.width, body.height) for body in bodies], float).reshape(-1, 4)


def _write(path: Path, columns: tuple[str, ...], rows: Iterable[tuple[object, ...]]) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(columns)
        writer.writerows(rows)
