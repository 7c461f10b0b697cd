"""The camera that somebody wishes, as a real child of a real supervisor."""

import os
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from signage.demo.camera import FAILED, OFF, RUNNING, WEBCAM, Wish
from signage.processes.cameraman import Cameraman
from signage.processes.run import System
from signage.processes.supervisor import Supervisor
from signage.settings import Settings

PATIENCE_S = 60.0


@pytest.fixture
def cameraman(tmp_path: Path) -> Iterator[tuple[Cameraman, Wish, Path]]:
    settings = Settings(data_dir=tmp_path, port=9)  # a port that nobody answers: counts have nowhere to go
    system = System(settings, Supervisor(tmp_path / "logs", lambda line: None), {}, "key", None)
    wish = Wish(tmp_path / "demo")
    yield Cameraman(system, wish, tmp_path / "no-webcam"), wish, tmp_path
    system.supervisor.stop()


def until(cameraman: Cameraman, wish: Wish, state: str) -> None:
    end = time.monotonic() + PATIENCE_S
    while wish.told() != state:
        assert time.monotonic() < end, f"{wish.told()}, not {state}"
        cameraman.look()
        time.sleep(0.05)


def children() -> list[list[str]]:
    return [child.cmdline() for child in psutil.Process().children() if "camera" in child.cmdline()]


def test_a_wish_starts_one_camera_another_ends_it(cameraman: tuple[Cameraman, Wish, Path]) -> None:
    man, wish, folder = cameraman
    assert wish.told() == OFF
    fifo = folder / "nothing-comes"
    os.mkfifo(fifo)  # a source that opens and never gives a frame
    wish.make(str(fifo))
    until(man, wish, RUNNING)
    (command,) = children()
    assert command[command.index("--source") + 1] == str(fifo)
    assert command[command.index("--screen") + 1] == "367-entrance"
    wish.make(OFF)
    until(man, wish, OFF)
    assert children() == []


def test_a_camera_that_is_not_there_is_said_to_have_failed(cameraman: tuple[Cameraman, Wish, Path]) -> None:
    man, wish, folder = cameraman
    wish.make(str(folder / "no-such-file.mkv"))
    until(man, wish, FAILED)
    assert children() == []
    wish.make(WEBCAM)
    until(man, wish, FAILED)  # none is plugged in: said at once
    assert children() == []
    man.close()
    assert wish.told() != FAILED
