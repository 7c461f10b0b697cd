"""Made-up films of people before a screen: who is there, for how long and who faces it is known by construction.

Everybody in them is the one portrait, whose head can be turned (a cylinder with the picture on it).
They show how well people are followed and joined, not how well faces of all kinds are found.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from signage.audience.box import Box
from signage.bundle import find
from signage.demo.clip import (
    FACE_HEIGHT,
    FACE_LEFT,
    FACE_TOP,
    FACE_WIDTH,
    HEIGHT,
    NOISE,
    WIDTH,
    aisle,
    cut_out,
)

FPS = 10  # of the noise, and of what is made of a film in tests
HEAD_X, HEAD_RADIUS, HEAD_TOP, HEAD_BOTTOM = 227, 58, 12, 186  # of the portrait
HAIR_FROM_DEG = 80
FIGURE_LEFT, FIGURE_TOP, FIGURE_WIDTH = 50, 5, 380
HAIR, SUIT = (38, 26, 20), (196, 88, 40)
HELMET = slice(290, 512), slice(290, 512)  # under the arm: it would be another head
# A cylinder has no nose: less than 90 looks like little. Nobody is shown from behind: hair on a chest is no back to a network.
FACING_YAWS, AWAY_YAWS = (-15, 0, 15), (-90, 90)
LANES = (
    (0.5, 190.0),
    (0.75, 245.0),
    (1.05, 330.0),
)  # size of the portrait and height of the eyes: a camera above heads
ALL_LANES_TO = 3  # people: more don't fit beside one another when they are near
WALK_PX_S = 500.0  # at size 1: about 0.65 m/s
OUT_PX = 60.0  # who walks in or out does it from so far beyond the edge
BETWEEN_S = 1.2  # two who come
HIDDEN_FROM = 0.5  # of a face covered by somebody nearer

Picture = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Seen:
    """One person in one frame. `face`: where it is, or would be if they faced the screen; `body`: what is in view of it."""

    who: int
    face: Box
    body: Box
    facing: bool


@dataclass(frozen=True, slots=True)
class Actor:
    """Walks in from one side to `x`, stands there until `leaves_s`, walks out again; never looks where they go."""

    who: int
    size: float
    eyes_y: float
    side: int  # -1: from the left, 1: from the right
    x: float
    comes_s: float
    leaves_s: float
    turns: tuple[tuple[float, int], ...]  # (from this second on, yaw)

    def at(self, second: float) -> tuple[float, int] | None:
        """x of the face's centre and yaw; None while it is out of the picture."""
        out = -OUT_PX if self.side < 0 else WIDTH + OUT_PX
        speed = WALK_PX_S * self.size
        walked = min(second - self.comes_s, abs(self.x - out) / speed)
        if walked < 0:
            return None
        x = out - self.side * speed * (walked - max(0.0, second - self.leaves_s))
        yaw = [yaw for start, yaw in self.turns if second >= start][-1]
        return (x, yaw) if 0 <= x < WIDTH else None

    def corner(self, x: float) -> tuple[float, float]:
        """Centre of the face -> left top of the portrait."""
        return x - (FACE_LEFT + FACE_WIDTH / 2) * self.size, self.eyes_y - (FACE_TOP + FACE_HEIGHT / 2) * self.size

    def seen(self, second: float) -> Seen | None:
        if (where := self.at(second)) is None:
            return None
        x, yaw = where
        width, height = FACE_WIDTH * self.size, FACE_HEIGHT * self.size
        left, top = self.corner(x)
        start = max(0.0, left + FIGURE_LEFT * self.size)
        end = min(float(WIDTH), left + (FIGURE_LEFT + FIGURE_WIDTH) * self.size)
        head = top + FIGURE_TOP * self.size
        body = Box(start, head, end - start, HEIGHT - head)
        return Seen(self.who, Box(x - width / 2, self.eyes_y - height / 2, width, height), body, yaw in FACING_YAWS)


class Film:
    """`people` walk in and out for `seconds`, each from the nearer side and without passing anybody, or `passing` before and
    behind others. The same seed gives the same pictures."""

    def __init__(self, seed: int, people: int, seconds: float, *, passing: bool = False) -> None:
        random = np.random.default_rng(seed)
        with Image.open(find.path("assets", "ready", "photographs", "astronaut.png")) as opened:
            self._figure = np.array(cut_out(opened.convert("RGB")), np.uint8)
        self._figure[(*HELMET, slice(0, 3))] = SUIT
        self._aisle = np.asarray(aisle(), np.uint8)
        self._noise = random.integers(-NOISE, NOISE + 1, (3, HEIGHT, WIDTH, 3), dtype=np.int16)
        self._made: dict[tuple[float, int], Picture] = {}
        self.seconds = seconds
        self.actors = sorted(_actors(random, people, seconds, passing), key=lambda one: one.size)

    def truth(self, second: float) -> list[Seen]:
        """Who is in the picture, whoever stands before them; the farthest first."""
        return [seen for actor in self.actors if (seen := actor.seen(second)) is not None]

    def visible(self, second: float) -> list[Seen]:
        """The same without those whose face is behind somebody nearer."""
        seen = self.truth(second)
        return [one for n, one in enumerate(seen) if not any(_covers(near.face, one.face) for near in seen[n + 1 :])]

    def frame(self, second: float) -> Picture:
        """BGR uint8 [HEIGHT, WIDTH, 3]."""
        picture = self._aisle.copy()
        for actor in self.actors:
            if (where := actor.at(second)) is not None:
                x, yaw = where
                paste(picture, self._of(actor.size, yaw), *map(round, actor.corner(x)))
        shaken = picture.astype(np.int16) + self._noise[round(second * FPS) % 3]
        return np.ascontiguousarray(np.clip(shaken, 0, 255).astype(np.uint8)[..., ::-1])

    def write(self, target: Path, fps: int) -> None:
        """Motion JPEG at `target` (.avi)."""
        video = cv2.VideoWriter(str(target), cv2.VideoWriter.fourcc(*"MJPG"), fps, (WIDTH, HEIGHT))
        for index in range(round(self.seconds * fps)):
            video.write(self.frame(index / fps))
        video.release()

    def _of(self, size: float, yaw: int) -> Picture:
        if (size, yaw) not in self._made:
            turned = turn_head(self._figure, yaw)
            small = cv2.resize(turned, None, fx=size, fy=size, interpolation=cv2.INTER_AREA)
            self._made[size, yaw] = np.asarray(small, np.uint8)
        return self._made[size, yaw]


def paste(picture: Picture, figure: Picture, left: int, top: int) -> None:
    """An RGBA figure into an RGB picture, in place; what lies outside is cut off."""
    inner = figure[max(0, -top) : max(0, HEIGHT - top), max(0, -left) : max(0, WIDTH - left)]
    place = picture[max(0, top) :, max(0, left) :][: inner.shape[0], : inner.shape[1]]
    alpha = inner[..., 3:].astype(np.float32) / 255
    place[:] = (place * (1 - alpha) + inner[..., :3] * alpha).astype(np.uint8)


def turn_head(figure: Picture, yaw_deg: int) -> Picture:
    """RGBA figure -> the same with the head turned: its picture goes round a cylinder whose back is hair."""
    turned = figure.copy()
    rows, across = np.arange(HEAD_TOP, HEAD_BOTTOM), np.arange(HEAD_X - HEAD_RADIUS + 1, HEAD_X + HEAD_RADIUS)
    angle = np.degrees(np.arcsin((across - HEAD_X) / HEAD_RADIUS)) - yaw_deg
    angle = (angle + 180) % 360 - 180
    source = np.round(HEAD_X + HEAD_RADIUS * np.sin(np.radians(angle))).astype(np.intp)
    head = figure[HEAD_TOP:HEAD_BOTTOM, source, :3].copy()
    head[:, np.abs(angle) > HAIR_FROM_DEG] = HAIR
    middle, half = (HEAD_TOP + HEAD_BOTTOM) / 2, (HEAD_BOTTOM - HEAD_TOP) / 2
    round_ = ((across - HEAD_X) / HEAD_RADIUS) ** 2 + ((rows[:, None] - middle) / half) ** 2 <= 1
    turned[HEAD_TOP:HEAD_BOTTOM, across, :3] = np.where(
        round_[..., None], head, turned[HEAD_TOP:HEAD_BOTTOM, across, :3]
    )
    return turned


def _covers(near: Box, far: Box) -> bool:
    """Does the head of the face `near` hide the other face?"""
    head = near.width * HEAD_RADIUS / FACE_WIDTH
    (x, y), (far_x, far_y) = near.centre, far.centre
    across = min(x + head, far_x + far.width / 2) - max(x - head, far_x - far.width / 2)
    down = far_y + far.height / 2 - (y - head)
    return across >= HIDDEN_FROM * far.width and down >= HIDDEN_FROM * far.height


def _actors(random: np.random.Generator, people: int, seconds: float, passing: bool) -> Iterator[Actor]:
    places = [(0.08 + 0.84 * (who + random.uniform(0.4, 0.6)) / people) * WIDTH for who in range(people)]
    lanes = LANES if people <= ALL_LANES_TO else LANES[:-1]
    inner_first = sorted(range(people), key=lambda who: abs(places[who] - WIDTH / 2))
    for turn, who in enumerate(random.permutation(people).tolist() if passing else inner_first):
        (size, eyes_y), x = lanes[int(random.integers(len(lanes)))], places[who]
        side = -1 if x < WIDTH / 2 else 1
        comes = random.uniform(0.2, 0.6) + BETWEEN_S * turn
        leaves = random.uniform(0.65, 0.7) * seconds + 0.5 * BETWEEN_S * (people - 1 - turn)
        turns, at, facing = [], 0.0, bool(random.integers(2))
        while at < seconds:
            turns.append((at, int(random.choice(FACING_YAWS if facing else AWAY_YAWS))))
            at, facing = at + random.uniform(2.0, 4.0), not facing
        yield Actor(who, size, eyes_y, -side if passing else side, x, comes, leaves, tuple(turns))
