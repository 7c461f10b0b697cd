"""The clip is what its truth says, each time it is made."""

from itertools import pairwise
from pathlib import Path

import av
import numpy as np
import pytest

from signage.bundle import find
from signage.demo.clip import CODE_FROM_S, COUNTED_FROM_PX, FPS, HEIGHT, SECONDS, WALKS, WIDTH, render, truth

PORTRAIT = ("assets", "ready", "photographs", "astronaut.png")


def test_the_truth_begins_and_ends_empty_and_fits_the_frame() -> None:
    told = truth()
    counts = [len(faces) for faces in told.faces]
    assert len(counts) == FPS * SECONDS
    assert counts[0] == counts[-1] == 0 and max(counts) == len(WALKS) == 3
    assert all(abs(after - before) <= 1 for before, after in pairwise(counts))
    for box in (box for faces in told.faces for box in faces):
        assert box.width >= COUNTED_FROM_PX
        assert box.left >= 0 and box.top >= 0 and box.left + box.width <= WIDTH and box.top + box.height <= HEIGHT
    assert told.present(8.0) == 3 and told.present(-1) == told.present(SECONDS + 1) == 0


@pytest.fixture
def slower(monkeypatch: pytest.MonkeyPatch) -> int:
    """A fifth of the frames: enough to see that it is right."""
    monkeypatch.setattr("signage.demo.clip.FPS", FPS // 5)
    return FPS // 5


def test_the_clip_has_the_length_it_says_and_is_never_still(tmp_path: Path, slower: int) -> None:
    told: list[tuple[int, int]] = []
    made = render(tmp_path / "one.mkv", find.path(*PORTRAIT), progress=lambda done, total: told.append((done, total)))
    assert told[-1] == (slower * SECONDS, slower * SECONDS) and made == truth()
    with av.open(str(tmp_path / "one.mkv")) as file:
        [stream] = file.streams.video
        assert (stream.codec_context.name, stream.width, stream.height) == ("mjpeg", WIDTH, HEIGHT)
        shown = [frame.to_ndarray(format="gray8") for frame in file.decode(stream)]
    assert len(shown) == slower * SECONDS
    assert not any(np.array_equal(before, after) for before, after in pairwise(shown)), (
        "a still picture is a frozen camera"
    )


def test_a_code_is_in_the_frames_in_which_it_is_held_up(
    tmp_path: Path, slower: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("signage.demo.clip.SECONDS", int(CODE_FROM_S) + 1)
    pictures = []
    for name, code in (("plain.mkv", ""), ("code.mkv", "M1.ABCDEFGHIJKLMNOPQRSTUVWXYZ234567ABCDE"), ("again.mkv", "")):
        render(tmp_path / name, find.path(*PORTRAIT), code=code)
        with av.open(str(tmp_path / name)) as file:
            pictures.append([frame.to_ndarray(format="gray8") for frame in file.decode(video=0)])
    plain, held, again = (np.array(each, np.int16) for each in pictures)
    assert np.array_equal(plain, again)
    differs = np.flatnonzero(np.abs(plain - held).max(axis=(1, 2)) > 100)
    assert differs.min() == CODE_FROM_S * slower


def test_a_portrait_that_is_none_is_refused(tmp_path: Path) -> None:
    (tmp_path / "bad.png").write_bytes(b"no picture")
    with pytest.raises(OSError, match="cannot identify"):
        render(tmp_path / "clip.mkv", tmp_path / "bad.png")
