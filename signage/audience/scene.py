"""Faces cut out of pictures in, whether they are found again when they are small and in a scene out."""

from collections.abc import Callable

import cv2
import numpy as np
from numpy.typing import NDArray

from signage.audience.face import Face
from signage.audience.measure import MATCH_IOU, Pasted, overlaps

WIDTH, HEIGHT = 640, 480
SIZES_PX = (16, 24, 32, 40, 48)  # widths of faces
COLUMNS, ROWS = 3, 2  # one face in each cell of a frame
CELL_WIDTH, CELL_HEIGHT = WIDTH // COLUMNS, HEIGHT // ROWS
FRAMES_KEPT = 32
SEED = 20261122

Image = NDArray[np.uint8]
Box = tuple[float, float, float, float]  # left, top, width, height


class Background:
    """Frames of a clip go in; what stays when everybody walks on comes out: each pixel's median over some of them."""

    def __init__(self) -> None:
        self._kept: list[Image] = []
        self._every = 1

    def add(self, number: int, image: Image) -> None:
        """The frame of that number, from 0 on; the longer the clip, the fewer of it are kept."""
        if number % self._every == 0:
            self._kept.append(np.asarray(cv2.resize(image, (WIDTH, HEIGHT), interpolation=cv2.INTER_AREA), np.uint8))
        if len(self._kept) > FRAMES_KEPT:
            self._kept, self._every = self._kept[::2], self._every * 2

    def scene(self) -> Image:
        """BGR uint8 [HEIGHT, WIDTH, 3]; a grey wall when there was no frame."""
        if not self._kept:
            return np.full((HEIGHT, WIDTH, 3), 127, np.uint8)
        return np.asarray(np.median(self._kept, axis=0), np.uint8)


class SmallFaces:
    """Pictures go in one by one; each face is put into the scene in every size, a few to a frame, and looked for.

    `pasted` and `false` (how many wrong faces, for each frame) are whole after `finish`.
    """

    def __init__(self, scene: Image, find: Callable[[Image], list[Face]]) -> None:
        self._scene, self._find = scene, find
        self._rng = np.random.default_rng(SEED)
        self._frame = scene.copy()
        self._here: list[tuple[int, int, Box]] = []  # number of the picture, size, where it is
        self._pictures = 0
        self.pasted: list[Pasted] = []
        self.false: list[int] = []

    def add(self, image: Image | None, face: Face | None) -> None:
        """A picture and the face found in it at full size; without one it counts as missed in every size."""
        for size in SIZES_PX:
            if image is None or face is None:
                self.pasted.append(Pasted(self._pictures, size, found=False))
                continue
            self._here.append((self._pictures, size, self._paste(image, face, size)))
            if len(self._here) == COLUMNS * ROWS:
                self.finish()
        self._pictures += 1

    def finish(self) -> None:
        """Look for the faces of the frame, and begin a new one."""
        if not self._here:
            return
        faces = self._find(self._frame)
        got = np.array([(face.left, face.top, face.width, face.height) for face in faces]).reshape(-1, 4)
        fits = overlaps(np.array([box for *_, box in self._here]), got) >= MATCH_IOU
        self.pasted += [Pasted(n, size, bool(row.any())) for (n, size, _), row in zip(self._here, fits, strict=True)]
        self.false.append(int((~fits.any(axis=0)).sum()))
        self._frame, self._here = self._scene.copy(), []

    def _paste(self, image: Image, face: Face, size: int) -> Box:
        """The face with at most its own width of picture to each side, made small, somewhere in the next cell; its box."""
        left, top = max(0, round(face.left - face.width)), max(0, round(face.top - face.width))
        right, bottom = round(face.left + 2 * face.width), round(face.top + face.height + face.width)
        scale = size / face.width
        small = cv2.resize(image[top:bottom, left:right], None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
        small = small[:CELL_HEIGHT, :CELL_WIDTH]
        height, width = small.shape[:2]
        row, column = divmod(len(self._here), COLUMNS)
        x = column * CELL_WIDTH + int(self._rng.integers(0, CELL_WIDTH - width + 1))
        y = row * CELL_HEIGHT + int(self._rng.integers(0, CELL_HEIGHT - height + 1))
        self._frame[y : y + height, x : x + width] = small
        return x + (face.left - left) * scale, y + (face.top - top) * scale, size, face.height * scale
