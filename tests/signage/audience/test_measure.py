"""Figures from answers: by hand where the right one is obvious."""

import numpy as np
import pytest

from signage.audience.look import Look
from signage.audience.measure import Answer, Label, Pasted, joined, lines, of_faces, of_people, of_small_faces

CHILD, TEEN, ADULT, UNSURE = Look(6.0, 1.0), Look(17.0, 0.6), Look(40.0, 0.0), Look(57.0, 0.0)


def test_a_name_is_read_as_far_as_it_goes() -> None:
    assert Label.of("26_1_2_20170116.jpg") == Label(26, "female", "asian")
    assert Label.of("61_0_20170109142408075.jpg") == Label(61, "male", None)
    assert Label.of("9.png") == Label(9, None, None)
    assert [Label.of(name) for name in ("portrait.png", "20170116_1.jpg", "².jpg")] == [None, None, None]


def test_faces_are_judged_as_the_words_say() -> None:
    said = [("8_0_0_1", CHILD), ("10_0_0_2", ADULT), ("15_1_0_3", TEEN), ("44_1_0_4", ADULT), ("30_1_0_5", UNSURE)]
    answers = [Answer(f"{name}.jpg", 80.0, look) for name, look in said]
    answers += [Answer("70_0_0_6.jpg", None, None), Answer("portrait.png", 80.0, ADULT)]
    told = of_faces(answers)
    assert (told["n"], told["answered"]) == (6, pytest.approx(4 / 6, abs=1e-4))
    assert told["mae_18_70"] == pytest.approx((4 + 27) / 2)
    assert told["bands_exact"] == 0.75  # an adult's band for the child of ten
    assert (told["child_recall"], told["teens_flagged"], told["adult_flagged"]) == (0.5, 1.0, 0.0)
    assert told["of"]["child_recall"] == 2 and told["intervals"]["child_recall"] == [0.0, 1.0]
    assert told["by_age"] == told["by_group"] == {}, "nothing is told of a group of fewer than ten"


def test_groups_and_decades_have_their_own_figures() -> None:
    answers = [Answer(f"{20 + n}_{n % 2}_2_x{n}.jpg", 80.0, ADULT) for n in range(20)]
    told = of_faces(answers)
    assert list(told["by_age"]) == ["20-29", "30-39"] and list(told["by_group"]) == ["male", "female", "asian"]
    assert told["by_age"]["20-29"]["mae"] == pytest.approx(15.5)
    low, high = told["intervals"]["mae"]
    assert told["mae"] == pytest.approx(10.5)
    assert low < 10.5 < high


def test_people_are_matched_once_each_and_counts_are_smoothed() -> None:
    box = np.array([[0.0, 0.0, 10.0, 20.0]])
    two = np.concatenate([box, box + np.array([100.0, 0.0, 0.0, 0.0])])
    truth = {frame: two for frame in range(1, 51)}
    found = {frame: np.concatenate([two, box]) if frame % 2 else box for frame in range(1, 51)}
    told = of_people(truth, found)
    assert (told["recall"], told["precision"]) == (0.75, 0.75)
    assert (told["count_mae"], told["count_mae_smoothed"] < 0.1) == (1.0, True)
    nothing = of_people(truth, {})
    assert (nothing["recall"], nothing["precision"], nothing["count_mae"]) == (0.0, 0.0, 2.0)


def test_small_faces_join_the_others() -> None:
    small = of_small_faces([Pasted(0, 16, False), Pasted(0, 24, True), Pasted(0, 48, False)], [0, 1], least_px=24)
    assert (small["face_recall"], small["false_faces_per_image"]) == (0.5, 0.5)
    assert small["of"] == {"face_recall": 1, "false_faces_per_image": 2}
    assert {size: told["face_recall"] for size, told in small["face_recall_by_px"].items()} == {
        "16": 0,
        "24": 1,
        "48": 0,
    }
    told = joined(of_faces([Answer("8_0_0_1.jpg", 80.0, CHILD)]), small)
    assert {"child_recall", "face_recall"} <= told["intervals"].keys()
    assert lines({"faces": told, "stages_ms": {"age": 3.5}})[-1].split() == ["stages_ms", "age", "3.5"]
