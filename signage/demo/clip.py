"""A public-domain portrait in, a clip of people before a screen out, with its truth known by construction.

The same person walks in several times, larger when nearer: it shows that counting, tracking and codes work, not how
well faces of all kinds are found (models/cards say what was measured on real pictures).
"""

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import segno
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter

from signage.audience.box import Box

WIDTH, HEIGHT, FPS, SECONDS = 1280, 720, 15, 20
# Where the face lies in the portrait (512 x 512): measured once by hand.
FACE_LEFT, FACE_TOP, FACE_WIDTH, FACE_HEIGHT = 182, 58, 88, 120
COUNTED_FROM_PX = 24  # a narrower face is too far away to be before the screen
CODE_FROM_S, CODE_TO_S, CODE_PX = 6.0, 9.0, 230
NOISE = 3  # grey levels: a sensor is never still

_Path = tuple[
    tuple[float, float, float], ...
]  # (second, x of the face's centre, size of the portrait), joined by lines


@dataclass(frozen=True, slots=True)
class Walk:
    """One person's way; `mirrored` turns the portrait round. Nobody is there before the first or after the last point."""

    points: _Path
    mirrored: bool = False

    def at(self, second: float) -> tuple[float, float] | None:
        """Second -> x of the face's centre in px and size, or None."""
        seconds = [point[0] for point in self.points]
        if not seconds[0] <= second < seconds[-1]:
            return None
        return (
            float(np.interp(second, seconds, [point[1] for point in self.points])),
            float(np.interp(second, seconds, [point[2] for point in self.points])),
        )


WALKS = (
    Walk(((7.0, 650, 0.2), (9.5, 650, 0.5), (13.0, 650, 0.5), (15.5, 650, 0.2))),
    Walk(((2.0, -60, 0.55), (5.0, 330, 1.1), (10.0, 330, 1.1), (12.5, -60, 0.6))),
    Walk(((5.5, 1340, 0.6), (8.0, 960, 1.0), (15.0, 960, 1.0), (17.5, 1340, 0.6)), mirrored=True),
)


@dataclass(frozen=True, slots=True)
class Truth:
    """What is in the clip. `faces[i]`: those wholly inside frame i and wide enough to count; `code`: what is held up."""

    fps: int
    faces: tuple[tuple[Box, ...], ...]
    code: str
    code_from_s: float
    code_to_s: float

    def present(self, second: float) -> int:
        """People before the screen at that second of the clip; after its end none."""
        index = int(second * self.fps)
        return len(self.faces[index]) if 0 <= index < len(self.faces) else 0


def truth(code: str = "") -> Truth:
    """The clip's truth without rendering it."""
    faces = tuple(tuple(_counted(index / FPS)) for index in range(FPS * SECONDS))
    return Truth(FPS, faces, code, CODE_FROM_S, CODE_TO_S)


def render(
    target: Path, portrait: Path, *, code: str = "", progress: Callable[[int, int], None] = lambda done, total: None
) -> Truth:
    """Portrait picture (astronaut.png) -> Motion JPEG clip at `target` (.mkv); with `code` a phone with that QR is held up.

    The same input gives the same pictures. Raises OSError when the portrait can't be read or the target not written.
    """
    with Image.open(portrait) as opened:
        stage = _Stage(opened.convert("RGB"), code)
    noise = np.random.default_rng(7).integers(-NOISE, NOISE + 1, (3, HEIGHT, WIDTH, 3), dtype=np.int16)
    total = FPS * SECONDS
    with av.open(str(target), "w", format="matroska") as file:
        stream = file.add_stream("mjpeg", rate=FPS)
        stream.width, stream.height, stream.pix_fmt = WIDTH, HEIGHT, "yuvj420p"
        stream.time_base = Fraction(1, FPS)
        stream.options = {"qmin": "5", "qmax": "8"}
        for index in range(total):
            picture = np.asarray(stage.frame(index / FPS), np.int16)
            shaken = np.clip(picture + noise[index % 3], 0, 255).astype(np.uint8)
            for packet in stream.encode(av.VideoFrame.from_ndarray(shaken, format="rgb24")):
                file.mux(packet)
            progress(index + 1, total)
        for packet in stream.encode():
            file.mux(packet)
    return truth(code)


def _counted(second: float) -> list[Box]:
    boxes = [_face(*where, walk.mirrored) for walk in WALKS if (where := walk.at(second)) is not None]
    return [box for box in boxes if box.width >= COUNTED_FROM_PX and box.left >= 0 and box.left + box.width <= WIDTH]


def _face(x: float, size: float, mirrored: bool) -> Box:
    """Centre of a face and size -> its box: the portrait stands on the line of the floor that goes with its size."""
    _, top = _corner(x, size, mirrored)
    width = FACE_WIDTH * size
    return Box(x - width / 2, top + FACE_TOP * size, width, FACE_HEIGHT * size)


def _corner(x: float, size: float, mirrored: bool) -> tuple[float, float]:
    """Centre of the face -> left top of the portrait. Eyes stay about level: the camera hangs at the height of heads."""
    centre = FACE_LEFT + FACE_WIDTH / 2
    offset = (512 - centre if mirrored else centre) * size
    return x - offset, 250 - (FACE_TOP + FACE_HEIGHT / 2) * size


class _Stage:
    """The pictures that frames are put together from; sizes are rounded to 1 % so that few need scaling."""

    def __init__(self, portrait: Image.Image, code: str) -> None:
        self._person, self._aisle = cut_out(portrait), aisle()
        self._phone = phone(code) if code else None
        self._scaled: dict[tuple[float, bool], Image.Image] = {}

    def frame(self, second: float) -> Image.Image:
        picture = self._aisle.copy()
        there = [(size, x, walk.mirrored) for walk in WALKS if (where := walk.at(second)) for x, size in [where]]
        for size, x, mirrored in sorted(there):  # the nearest last
            left, top = _corner(x, size, mirrored)
            person = self._of_size(round(size, 2), mirrored)
            picture.paste(person, (round(left), round(top)), person)
        if self._phone is not None and CODE_FROM_S <= second < CODE_TO_S:
            picture.paste(self._phone, (300, 400), self._phone)
        return picture

    def _of_size(self, size: float, mirrored: bool) -> Image.Image:
        if (size, mirrored) not in self._scaled:
            scaled = self._person.resize((round(512 * size), round(1100 * size)), Image.Resampling.BILINEAR)
            turned = scaled.transpose(Image.Transpose.FLIP_LEFT_RIGHT) if mirrored else scaled
            self._scaled[size, mirrored] = turned
        return self._scaled[size, mirrored]


def cut_out(portrait: Image.Image) -> Image.Image:
    """Portrait -> head and shoulders on a plain body, 512 px wide, the rest transparent."""
    figure = Image.new("RGB", (512, 1100), (196, 88, 40))
    figure.paste(portrait, (0, 0))
    mask = Image.new("L", figure.size, 0)
    draw = ImageDraw.Draw(mask)
    draw.ellipse((135, 5, 315, 225), fill=255)
    draw.polygon(
        [(170, 180), (285, 180), (420, 300), (430, 512), (400, 1100), (70, 1100), (50, 512), (60, 300)], fill=255
    )
    figure.putalpha(mask.filter(ImageFilter.GaussianBlur(3)))
    return figure


def aisle() -> Image.Image:
    """A shop's aisle in a few strokes: shelves with goods on both sides, floor, light."""
    random = np.random.default_rng(3)
    shade = np.linspace(225, 150, HEIGHT)[:, None, None] * np.array([1.0, 0.99, 0.95])
    picture = Image.fromarray(np.broadcast_to(shade, (HEIGHT, WIDTH, 3)).astype(np.uint8))
    draw = ImageDraw.Draw(picture)
    draw.polygon([(0, HEIGHT), (480, 380), (800, 380), (WIDTH, HEIGHT)], fill=(176, 168, 158))
    for row in range(5):
        y = 90 + row * 105
        for column in range(26):
            x = column * 50 + int(random.integers(0, 8))
            if 470 < x < 800:
                continue
            colour: NDArray[np.int64] = random.integers(60, 220, 3)
            height = int(random.integers(45, 82))
            draw.rectangle((x, y + 88 - height, x + 38, y + 88), fill=tuple(colour.tolist()))
        draw.rectangle((0, y + 88, 480, y + 98), fill=(120, 112, 104))
        draw.rectangle((800, y + 88, WIDTH, y + 98), fill=(120, 112, 104))
    return picture


def phone(code: str) -> Image.Image:
    """Text -> a phone whose white screen shows it as a QR."""
    matrix = np.array([list(row) for row in segno.make_qr(code, error="m").matrix_iter(scale=1, border=4)], np.uint8)
    symbol = Image.fromarray((1 - matrix) * 255).resize((CODE_PX, CODE_PX), Image.Resampling.NEAREST)
    phone = Image.new("RGBA", (CODE_PX + 24, CODE_PX + 84), (0, 0, 0, 0))
    draw = ImageDraw.Draw(phone)
    draw.rounded_rectangle((0, 0, phone.width - 1, phone.height - 1), 24, fill=(24, 24, 28, 255))
    draw.rectangle((12, 36, phone.width - 13, phone.height - 37), fill=(255, 255, 255, 255))
    phone.paste(symbol, (12, 42))
    return phone
