"""Sources: paced, looped, ended, lost, truncated and not videos at all."""

import threading
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from signage.audience.frames import EndOfStream, Reader, SourceError, is_live, open_source
from signage.audience.newest import Newest, retry_after_s
from signage.demo.clip import Truth

DEADLINE_S = 20.0


class Scripted:
    """A reader that gives so many numbered pictures, then ends."""

    def __init__(self, pictures: int, fps: float = 0.0) -> None:
        self.fps, self._left = fps, pictures
        self.closed = False

    def read(self) -> NDArray[np.uint8]:
        if self._left == 0:
            raise EndOfStream
        self._left -= 1
        return np.zeros((2, 2, 3), np.uint8)

    def close(self) -> None:
        self.closed = True


class Hands:
    """A monotonic clock that only waiting moves; the wait ends the reader after so many seconds."""

    def __init__(self, until_s: float) -> None:
        self.now, self.until = 0.0, until_s
        self.waits: list[float] = []

    def monotonic(self) -> float:
        return self.now

    def wait(self, seconds: float) -> bool:
        self.waits.append(seconds)
        self.now += seconds
        return self.now >= self.until


def ended(open_reader: Callable[[], Reader], hands: Hands, *, live: bool = False, loop: bool = False) -> Newest:
    newest = Newest(open_reader, live=live, loop=loop, monotonic=hands.monotonic, wait=hands.wait).start()
    newest._thread.join(DEADLINE_S)
    assert newest.ended
    return newest


def read_all(source: Path) -> list[NDArray[np.uint8]]:
    reader, images = open_source(str(source)), []
    with pytest.raises(EndOfStream):
        while True:
            images.append(reader.read())
    reader.close()
    return images


def test_a_video_is_read_to_its_end_at_its_size(clip: tuple[Path, Truth]) -> None:
    path, truth = clip
    reader = open_source(str(path))
    assert (reader.fps, reader.read().shape) == (truth.fps, (720, 1280, 3))
    reader.close()


def test_a_truncated_video_gives_what_there_is(clip: tuple[Path, Truth], tmp_path: Path) -> None:
    cut = tmp_path / "cut.mkv"
    cut.write_bytes(clip[0].read_bytes()[:1_000_000])
    assert 1 <= len(read_all(cut)) < 60


@settings(max_examples=15)
@given(st.lists(st.tuples(st.integers(2_000, 240_000), st.binary(min_size=1, max_size=200)), min_size=1, max_size=20))
def test_a_damaged_video_gives_pictures_or_ends(
    clip: tuple[Path, Truth], tmp_path_factory: pytest.TempPathFactory, damage: list[tuple[int, bytes]]
) -> None:
    data, bad = bytearray(clip[0].read_bytes()[:250_000]), tmp_path_factory.mktemp("damaged") / "bad.mkv"
    for place, other in damage:
        data[place : place + len(other)] = other
    bad.write_bytes(data)
    assert all(image.shape == (720, 1280, 3) and image.dtype == np.uint8 for image in read_all(bad))


@pytest.mark.parametrize("data", [b"", b"\x00" * 4096, b"RIFF\xff\xff\xff\xffAVI LIST", "映像ではありません".encode()])
def test_what_is_no_video_is_refused_in_words(tmp_path: Path, data: bytes) -> None:
    bad = tmp_path / "bad.mp4"
    bad.write_bytes(data)
    with pytest.raises(SourceError, match=r"bad\.mp4 can't be opened"):
        open_source(str(bad))
    with pytest.raises(SourceError, match="is not there"):
        open_source(str(tmp_path / "none.mp4"))


def test_stills_come_in_order_and_the_rest_is_passed_over(tmp_path: Path) -> None:
    for number, name in enumerate(("b.png", "a.png")):
        assert cv2.imwrite(str(tmp_path / name), np.full((4, 6, 3), 100 * number, np.uint8))
    (tmp_path / "aa.jpg").write_bytes(b"no picture")
    (tmp_path / "empty.png").write_bytes(b"")
    (tmp_path / "notes.txt").write_text("no picture")
    assert [int(image[0, 0, 0]) for image in read_all(tmp_path)] == [100, 0]


def test_a_password_in_an_address_is_never_told() -> None:
    with pytest.raises(SourceError) as told:
        open_source("http://guard:secret@127.0.0.1:9/stream")
    assert "secret" not in str(told.value) and "guard" not in str(told.value)
    assert [is_live(source) for source in ("0", "rtsp://camera/1", "clip.mkv", "/a/folder")] == [
        True,
        True,
        False,
        False,
    ]


def test_a_file_is_seen_at_its_own_pace_then_ends() -> None:
    hands, reader = Hands(1e9), Scripted(10, fps=5.0)
    newest = ended(lambda: reader, hands)
    assert hands.now == pytest.approx(9 / 5)
    assert reader.closed and newest.failure == ""
    last = newest.take(0.0)
    assert last is not None and last.index == 9 and last.at == pytest.approx(9 / 5)
    assert newest.take(0.0) is None, "a frame is taken once"


def test_a_loop_starts_again_and_an_empty_one_ends() -> None:
    hands = Hands(until_s=3.1)
    last = ended(lambda: Scripted(5, fps=5.0), hands, loop=True).take(0.0)
    assert last is not None and last.index >= 10
    assert "no picture" in ended(lambda: Scripted(0), Hands(1e9), loop=True).failure


def test_a_lost_camera_is_opened_again_with_longer_and_longer_waits() -> None:
    hands, openings = Hands(until_s=200.0), 0

    def open_reader() -> Reader:
        nonlocal openings
        openings += 1
        if openings in (1, 8):
            return Scripted(3)
        raise SourceError("gone")

    ended(open_reader, hands, live=True)
    assert hands.waits[:7] == [1.0, 1.0, 2.0, 4.0, 8.0, 16.0, 30.0]
    assert hands.waits[7:9] == [1.0, 1.0], "it came back, so waiting begins anew"
    assert retry_after_s(10**6) == 30.0


def test_a_stream_that_stops_for_ten_seconds_goes_on_with_what_comes_then() -> None:
    hands = Hands(1e9)

    class Stopping(Scripted):
        def read(self) -> NDArray[np.uint8]:
            if self._left == 1:
                hands.now += 10.0
            return super().read()

    last = ended(lambda: Stopping(3), hands).take(0.0)
    assert last is not None and (last.index, last.at) == (2, 10.0)


def test_a_slow_consumer_gets_the_newest_frame() -> None:
    gate = threading.Event()

    class Gated(Scripted):
        def read(self) -> NDArray[np.uint8]:
            if self._left == 0:
                gate.set()
            return super().read()

    newest = Newest(lambda: Gated(100), live=False, loop=False, monotonic=lambda: 0.0).start()
    assert gate.wait(DEADLINE_S)
    frame = newest.take(DEADLINE_S)
    assert frame is not None and frame.index == 99
    newest.stop()
