"""Predictions are written in the form that the scoring reads."""

import csv
from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from signage.audience.evaluate import evaluate
from signage.audience.frames import SourceError


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_each_picture_has_a_row_and_unanswered_ones_are_blank(tmp_path: Path, portrait: NDArray[np.uint8]) -> None:
    faces = tmp_path / "faces"
    faces.mkdir()
    far = cv2.resize(portrait, None, fx=0.4, fy=0.4, interpolation=cv2.INTER_AREA)  # a face of 35 px
    for name, image in (("36_1.png", portrait), ("far.png", far), ("none.png", np.zeros((90, 90, 3), np.uint8))):
        assert cv2.imwrite(str(faces / name), image)
    (faces / "broken.jpg").write_bytes(b"no picture")
    done: list[tuple[int, int]] = []
    evaluate(faces, None, tmp_path / "out", lambda *step: done.append(step))
    near, broken, distant, none = rows(tmp_path / "out" / "faces.csv")
    assert 25 < float(near["age"]) < 58 and (near["band"], near["possible_child"]) == ("adult", "0")
    assert (distant["age"], distant["band"], distant["possible_child"]) == ("", "", "") and float(
        distant["face_width"]
    ) < 40
    assert broken == {"file": "broken.jpg", "age": "", "band": "", "possible_child": "", "face_width": ""}
    assert none == broken | {"file": "none.png"}
    assert done[-1] == (4, 4) and not (tmp_path / "out" / "people.csv").exists()


def test_people_get_a_box_below_their_face_per_frame(tmp_path: Path, portrait: NDArray[np.uint8]) -> None:
    people = tmp_path / "people"
    people.mkdir()
    for number in range(3):
        frame = np.full((720, 1280, 3), 127, np.uint8)
        if number:
            frame[100:356, 500:756] = cv2.resize(portrait, (256, 256), interpolation=cv2.INTER_AREA)
        assert cv2.imwrite(str(people / f"{number}.png"), frame)
    evaluate(None, people, tmp_path / "out", lambda *_: None)
    found = rows(tmp_path / "out" / "people.csv")
    assert [row["frame"] for row in found] == ["2", "3"]
    left, top, width, height = (float(found[0][name]) for name in ("left", "top", "width", "height"))
    assert left < 500 + 91 and left + width > 500 + 135 and top < 100 + 30 and top + height <= 720


def test_a_folder_without_pictures_is_told(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="holds no pictures"):
        evaluate(tmp_path, None, tmp_path / "out", lambda *_: None)
    with pytest.raises(SourceError, match="holds no video"):
        evaluate(None, tmp_path, tmp_path / "out", lambda *_: None)
