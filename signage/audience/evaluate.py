"""Folders of labelled pictures in, CSV files of what the camera's models say of them out; the scoring is done elsewhere."""

import csv
from collections.abc import Callable, Iterator
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from signage.audience import zoo
from signage.audience.attributes import LEAST_FACE_PX, Ages
from signage.audience.detect import Detector
from signage.audience.face import Face
from signage.audience.frames import STILLS, EndOfStream, SourceError, open_source, read_still
from signage.audience.snapshot import band, may_be_child

FACE_COLUMNS = ("file", "age", "band", "possible_child", "face_width")
PEOPLE_COLUMNS = ("frame", "left", "top", "width", "height")
VIDEOS = (".mp4", ".webm", ".mkv", ".avi", ".mov")
# A standing adult in heights of the face, by the classical proportions (Vitruvius: face 1/10, head 1/8, chest 1/4 of
# the stature): what a face alone can say about the body below it.
BODY_HEIGHT, BODY_WIDTH, BODY_ABOVE = 10.0, 2.5, 0.25

Progress = Callable[[int, int], None]


def evaluate(faces: Path | None, people: Path | None, predictions: Path, progress: Progress) -> None:
    """Write faces.csv and people.csv into `predictions` for whichever folder is given.

    `faces`: one picture a person; a face not found or too narrow to judge leaves its fields blank. `people`: a folder
    with one video (or stills); boxes of bodies are drawn below the faces found, since only faces are looked for: people
    who turn away are missed. `progress(done, total)`; total 0 when not known. Raises SourceError, BundleError, OSError.
    """
    cv2.setNumThreads(1)
    predictions.mkdir(parents=True, exist_ok=True)
    detector = Detector(zoo.load("centerface"))
    if faces is not None:
        ages = Ages(zoo.load("age-v1"), zoo.entry("age-v1").class_values)
        _write(predictions / "faces.csv", FACE_COLUMNS, _face_rows(detector, ages, faces, progress))
    if people is not None:
        _write(predictions / "people.csv", PEOPLE_COLUMNS, _people_rows(detector, people, progress))


def _face_rows(detector: Detector, ages: Ages, folder: Path, progress: Progress) -> Iterator[tuple[object, ...]]:
    files = sorted(path for path in folder.iterdir() if path.suffix.lower() in STILLS)
    if not files:
        raise SourceError(f"{folder} holds no pictures")
    for done, path in enumerate(files, 1):
        image = read_still(path)
        found = [] if image is None else detector.find(image)
        largest = max(found, key=lambda face: face.width * face.height, default=None)
        yield _face_row(ages, path.name, image, largest)
        progress(done, len(files))


def _face_row(ages: Ages, name: str, image: NDArray[np.uint8] | None, face: Face | None) -> tuple[object, ...]:
    if image is None or face is None:
        return name, "", "", "", ""
    if face.width < LEAST_FACE_PX:
        return name, "", "", "", round(face.width, 1)
    [age] = ages.of(image, [face])
    return name, round(age, 2), band(age), int(may_be_child(age)), round(face.width, 1)


def _people_rows(detector: Detector, folder: Path, progress: Progress) -> Iterator[tuple[object, ...]]:
    video = next((path for path in sorted(folder.iterdir()) if path.suffix.lower() in VIDEOS), folder)
    reader = open_source(str(video))
    number = 0
    try:
        while True:
            image = reader.read()
            number += 1
            for face in detector.find(image):
                yield number, *_body(face, image.shape[0])
            progress(number, 0)
    except EndOfStream:
        if number == 0:
            raise SourceError(f"{folder} holds no video or pictures that can be read") from None
    finally:
        reader.close()


def _body(face: Face, frame_height: int) -> tuple[float, ...]:
    """Left, top, width, height of the box a standing person would fill below this face, in px."""
    top = face.top - BODY_ABOVE * face.height
    height = min(BODY_HEIGHT * face.height, frame_height - top)
    width = BODY_WIDTH * face.height
    return tuple(round(edge, 1) for edge in (face.centre[0] - width / 2, top, width, height))


def _write(path: Path, columns: tuple[str, ...], rows: Iterator[tuple[object, ...]]) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(columns)
        writer.writerows(rows)
