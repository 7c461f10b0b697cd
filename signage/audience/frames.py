"""Where frames come from: a video file, a folder of stills, a webcam or a network camera, one picture at a time."""

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol
from urllib.parse import urlsplit

import cv2
import numpy as np
from numpy.typing import NDArray

STILLS = (".jpg", ".jpeg", ".png")
DEFAULT_FPS = 15.0
FASTEST_FPS = 240.0
OPEN_TIMEOUT_MS = 10_000
READ_TIMEOUT_MS = 5_000


class SourceError(Exception):
    """The source can't be opened or holds no picture; the message says what to do."""


class EndOfStream(Exception):
    """Nothing more will come from this reader."""


@dataclass(frozen=True, slots=True, eq=False)
class Frame:
    """`image`: BGR uint8 [H, W, 3]; `at`: monotonic seconds when it was read; `index` counts from 0 per reader."""

    image: NDArray[np.uint8]
    at: float
    index: int


class Reader(Protocol):
    """An open source. `fps` > 0: the pace at which its pictures are meant to be seen; 0: they come when they come."""

    fps: float

    def read(self) -> NDArray[np.uint8]:
        """The next picture, BGR uint8 [H, W, 3]. Raises EndOfStream when there is none, for a live source too."""

    def close(self) -> None: ...


class Capture:
    """A file, webcam or network stream through OpenCV."""

    def __init__(self, target: str | int, *, live: bool) -> None:
        backend = cv2.CAP_V4L2 if isinstance(target, int) else cv2.CAP_FFMPEG
        options = [cv2.CAP_PROP_OPEN_TIMEOUT_MSEC, OPEN_TIMEOUT_MS, cv2.CAP_PROP_READ_TIMEOUT_MSEC, READ_TIMEOUT_MS]
        # One decoding thread: a camera process is one of several on a small machine.
        options += [cv2.CAP_PROP_N_THREADS, 1]
        self._capture = cv2.VideoCapture(target, backend, options if backend == cv2.CAP_FFMPEG else [])
        if not self._capture.isOpened():
            raise SourceError(f"{_shown(target)} can't be opened as video. Check the source and that it is not in use.")
        told = self._capture.get(cv2.CAP_PROP_FPS)
        self.fps = 0.0 if live else (told if 0 < told <= FASTEST_FPS else DEFAULT_FPS)

    def read(self) -> NDArray[np.uint8]:
        found, image = self._capture.read()
        if not found or image is None:
            raise EndOfStream
        return np.asarray(image, np.uint8)

    def close(self) -> None:
        self._capture.release()


class Stills:
    """The pictures of a folder in the order of their names; what is not a picture is passed over."""

    def __init__(self, folder: Path, fps: float = 1.0) -> None:
        self.fps = fps
        self._paths = iter(sorted(path for path in folder.iterdir() if path.suffix.lower() in STILLS))

    def read(self) -> NDArray[np.uint8]:
        for path in self._paths:
            image = read_still(path)
            if image is not None:
                return image
        raise EndOfStream

    def close(self) -> None:
        self._paths = iter(())


def read_still(path: Path) -> NDArray[np.uint8] | None:
    """A picture file -> BGR uint8 [H, W, 3], or None when it is not one that can be read."""
    data = np.frombuffer(path.read_bytes(), np.uint8)
    image = cv2.imdecode(data, cv2.IMREAD_COLOR) if data.size else None
    return None if image is None else np.asarray(image, np.uint8)


def grey_of(image: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """BGR uint8 [H, W, 3] -> uint8 [H, W]: the green channel, which costs a third of a true conversion."""
    return np.asarray(cv2.extractChannel(image, 1), np.uint8)


def is_live(source: str) -> bool:
    """Does this source go on by itself (webcam index, URL), so that its end means that it was lost?"""
    return source.isdigit() or bool(urlsplit(source).netloc)


def open_source(source: str) -> Reader:
    """A webcam's index, a URL, a folder of stills or a video file -> its reader. Raises SourceError."""
    if is_live(source):
        return Capture(int(source) if source.isdigit() else source, live=True)
    path = Path(source)
    if path.is_dir():
        return Stills(path)
    if not path.is_file():
        raise SourceError(
            f"{path.name} is not there. Give a video file, a folder of pictures, a URL or a webcam's number."
        )
    return Capture(str(path), live=False)


def _shown(target: str | int) -> str:
    """The source as it may stand in a log: without the user and password of a URL."""
    parts = urlsplit(str(target))
    return f"{parts.scheme}://{parts.hostname}" if parts.netloc else Path(str(target)).name
