"""Answers are written in the form that the scoring reads, and figures are told."""

import csv
import json
from pathlib import Path

import cv2
import numpy as np
import pytest
from click.testing import CliRunner
from numpy.typing import NDArray

from signage.audience.evaluate import evaluate, read_truth
from signage.audience.frames import SourceError
from signage.cli import main


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
    told = evaluate(faces, None, tmp_path / "out", lambda *step: done.append(step))
    near, broken, distant, none = rows(tmp_path / "out" / "faces.csv")
    assert 16 < float(near["age"]) < 54 and (near["band"], near["possible_child"]) == ("adult", "0")
    assert (distant["age"], distant["band"], distant["possible_child"]) == ("", "", "") and float(
        distant["face_width"]
    ) < 40
    assert broken == {"file": "broken.jpg", "age": "", "band": "", "possible_child": "", "face_width": ""}
    assert none == broken | {"file": "none.png"}
    assert done[-1] == (4, 4) and not (tmp_path / "out" / "people.csv").exists()
    figures = told["faces"]
    assert (figures["n"], figures["answered"], figures["bands_exact"]) == (1, 1.0, 1.0)
    assert figures["mae_18_70"] == pytest.approx(abs(float(near["age"]) - 36), abs=0.01)
    # Two of four pictures have a face at full size; each of both is found from 24 px on, and nothing else is.
    assert (figures["face_recall"], figures["false_faces_per_image"]) == (0.5, 0.0)
    assert told["stages_ms"].keys() == {"faces", "age"}


def test_people_are_boxed_and_counted_against_the_truth(tmp_path: Path, portrait: NDArray[np.uint8]) -> None:
    people = tmp_path / "people"
    people.mkdir()
    for number in range(3):
        frame = np.full((720, 1280, 3), 127, np.uint8)
        if number:
            frame[100:612, 500:1012] = portrait
        assert cv2.imwrite(str(people / f"{number}.png"), frame)
    (people / "gt.txt").write_text("2,1,520,110,340,490,1,-1,-1,-1\n3,1,520,110,340,490,1,-1,-1,-1\n1,9,0,0,9,9,0\n")
    asked = ["camera", "evaluate", "--people", str(people), "--json", "--predictions", str(tmp_path / "out")]
    told = json.loads(CliRunner().invoke(main, asked, catch_exceptions=False).stdout)
    assert [row["frame"] for row in rows(tmp_path / "out" / "people.csv")] == ["2", "3"]
    figures = told["people"]
    assert (figures["frames"], figures["people"], figures["recall"], figures["precision"]) == (2, 2, 1.0, 1.0)
    for text, why in (
        ("what is this\n", "not in MOT's format"),
        ("", "names nobody"),
        ("1,9,0,0,9,9,0\n", "names nobody"),
    ):
        (people / "gt.txt").write_text(text)
        with pytest.raises(SourceError, match=why):
            read_truth(people / "gt.txt")


def test_without_a_folder_nothing_is_measured() -> None:
    assert "--faces or --people is needed" in CliRunner().invoke(main, ["camera", "evaluate", "--json"]).output


def test_a_folder_without_pictures_is_told(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="holds no pictures"):
        evaluate(tmp_path, None, tmp_path / "out", lambda *_: None)
    with pytest.raises(SourceError, match="holds no video"):
        evaluate(None, tmp_path, tmp_path / "out", lambda *_: None)
