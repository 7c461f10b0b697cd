"""What the audience tests watch: the pulled models, the public-domain portrait, and the clip made of it."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from signage.audience import zoo
from signage.audience.attributes import Ages
from signage.audience.bodies import Bodies
from signage.audience.detect import Detector
from signage.bundle import find
from signage.demo.clip import Truth, render, truth
from tests.once import made_once

CODE = "M1.ABCDEFGHIJKLMNOPQRSTUVWXYZ234567ABCDE"


@pytest.fixture(scope="session")
def portrait_file() -> Path:
    return find.path("assets", "ready", "photographs", "astronaut.png")


@pytest.fixture(scope="session")
def portrait(portrait_file: Path) -> NDArray[np.uint8]:
    return np.asarray(cv2.imread(str(portrait_file)), np.uint8)


@pytest.fixture(scope="session")
def detector() -> Detector:
    return Detector(zoo.load("centerface"))


@pytest.fixture(scope="session")
def bodies() -> Bodies:
    return Bodies(zoo.load("movenet-people"))


@pytest.fixture(scope="session")
def ages() -> Ages:
    return Ages(zoo.load("age-v1"), zoo.entry("age-v1").class_values)


@pytest.fixture(scope="session")
def clip(tmp_path_factory: pytest.TempPathFactory, portrait_file: Path) -> tuple[Path, Truth]:
    """The clip in which a phone with CODE is held up, and its truth."""
    made = made_once(tmp_path_factory, "clip", lambda folder: render(folder / "clip.mkv", portrait_file, code=CODE))
    return made / "clip.mkv", truth(CODE)


@pytest.fixture
def stop_at_the_end() -> Iterator[list[subprocess.Popen[str]]]:
    """Processes put in here don't outlive a test that failed."""
    processes: list[subprocess.Popen[str]] = []
    yield processes
    for process in processes:
        process.kill()
        process.communicate()
