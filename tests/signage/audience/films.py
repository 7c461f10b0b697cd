"""Made-up films of people before a screen: who is there, for how long and who faces it is known by construction.

Everybody in them is the one portrait, whose head can be turned (a cylinder with the picture on it) or shown from behind.
They show how well people are followed and joined, not how well faces of all kinds are found.
"""

from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from signage.audience.box import Box
from signage.demo.clip import FACE_HEIGHT, FACE_LEFT, FACE_TOP, FACE_WIDTH, HEIGHT, NOISE, WIDTH, aisle, cut_out

FPS = 10
HEAD_X, HEAD_RADIUS, HEAD_BOTTOM = 226, 84, 215  # of the portrait
HAIR = (38, 26, 20)
FACING_YAWS, AWAY_YAWS = (-15, 0, 15), (-60, 60, 180)
LANES = (0.5, 0.75, 1.05)  # sizes of the portrait: far, middle, near
WALK_PX_S = 260.0  # at size 1

Picture = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Seen:
    """One person in one frame. `face`: where it is, or would be if they faced the screen."""

    who: int
    face: Box
    facing: bool


@dataclass(frozen=True, slots=True)
class Actor:
    """Walks in from one side to `x`, stands there until `leaves_s`, walks out again; never looks where they go."""

    who: int
    size: float
    side: int  # -1: from the left, 1: from the right
    x: float
    comes_s: float
    leaves_s: float
    turns: tuple[tuple[float, int], ...]  # (from this second on, yaw)

    def at(self, second: float) -> tuple[float, int] | None:
        """x of the face's centre and yaw; None while out of the picture."""
        out = -60.0 if self.side < 0 else WIDTH + 60.0
        speed = WALK_PX_S * self.size
        walked = min(second - self.comes_s, abs(self.x - out) / speed)
        back = max(0.0, second - self.leaves_s)
        if walked < 0:
            return None
        x = out - self.side * speed * walked + self.side * speed * back
        yaw = [yaw for start, yaw in self.turns if second >= start][-1]
        return (x, yaw) if 0 <= x < WIDTH else None


class Film:
    """`people` walk in and out for `seconds`. The same seed gives the same pictures."""

    def __init__(self, portrait: Path, seed: int, people: int, seconds: float) -> None:
        random = np.random.default_rng(seed)
        with Image.open(portrait) as opened:
            self._figure = np.asarray(cut_out(opened.convert("RGB")), np.uint8)
        self._aisle = np.asarray(aisle(), np.uint8)
        self._noise = random.integers(-NOISE, NOISE + 1, (3, HEIGHT, WIDTH, 3), dtype=np.int16)
        self._made: dict[tuple[float, int], Picture] = {}
        self.seconds = seconds
        self.actors = [_actor(random, who, people, seconds) for who in range(people)]

    def truth(self, second: float) -> list[Seen]:
        """Who is in the picture; the farthest first."""
        seen = []
        for actor in sorted(self.actors, key=lambda each: each.size):
            if (where := actor.at(second)) is not None:
                width, height = FACE_WIDTH * actor.size, FACE_HEIGHT * actor.size
                box = Box(where[0] - width / 2, 250 - height / 2, width, height)
                seen.append(Seen(actor.who, box, where[1] in FACING_YAWS))
        return seen

    def frame(self, second: float) -> Picture:
        """BGR uint8 [HEIGHT, WIDTH, 3]."""
        picture = self._aisle.copy()
        for actor in sorted(self.actors, key=lambda each: each.size):
            if (where := actor.at(second)) is not None:
                self._paste(picture, self._of(actor.size, where[1]), where[0], actor.size)
        shaken = picture.astype(np.int16) + self._noise[round(second * FPS) % 3]
        return np.ascontiguousarray(np.clip(shaken, 0, 255).astype(np.uint8)[..., ::-1])

    def _of(self, size: float, yaw: int) -> Picture:
        if (size, yaw) not in self._made:
            turned = turn_head(self._figure, yaw)
            self._made[size, yaw] = np.asarray(
                cv2.resize(turned, None, fx=size, fy=size, interpolation=cv2.INTER_AREA), np.uint8
            )
        return self._made[size, yaw]

    @staticmethod
    def _paste(picture: Picture, figure: Picture, x: float, size: float) -> None:
        left = round(x - (FACE_LEFT + FACE_WIDTH / 2) * size)
        top = round(250 - (FACE_TOP + FACE_HEIGHT / 2) * size)
        height, width = figure.shape[:2]
        inner = figure[
            max(0, -top) : max(0, min(height, HEIGHT - top)), max(0, -left) : max(0, min(width, WIDTH - left))
        ]
        place = picture[max(0, top) : max(0, top) + inner.shape[0], max(0, left) : max(0, left) + inner.shape[1]]
        alpha = inner[..., 3:].astype(np.float32) / 255
        place[:] = (place * (1 - alpha) + inner[..., :3] * alpha).astype(np.uint8)


def turn_head(figure: Picture, yaw_deg: int) -> Picture:
    """RGBA figure -> the same with the head turned: its picture goes round a cylinder whose back is hair."""
    turned = figure.copy()
    across = np.arange(HEAD_X - HEAD_RADIUS + 1, HEAD_X + HEAD_RADIUS)
    angle = np.degrees(np.arcsin((across - HEAD_X) / HEAD_RADIUS)) - yaw_deg
    angle = (angle + 180) % 360 - 180
    source = np.clip(HEAD_X + HEAD_RADIUS * np.sin(np.radians(angle)), 0, 511).astype(np.intp)
    head = figure[:HEAD_BOTTOM, source, :3].copy()
    head[:, np.abs(angle) > 80] = HAIR
    turned[:HEAD_BOTTOM, across, :3] = head
    return turned


def _actor(random: np.random.Generator, who: int, people: int, seconds: float) -> Actor:
    size, side = LANES[who % len(LANES)], int(random.choice((-1, 1)))
    x = (0.12 + 0.76 * (who + random.uniform(0.2, 0.8)) / people) * WIDTH
    comes = random.uniform(0.3, 0.2 * seconds)
    leaves = random.uniform(0.65, 0.8) * seconds
    turns, at, facing = [], 0.0, bool(random.integers(2))
    while at < seconds:
        turns.append((at, int(random.choice(FACING_YAWS if facing else AWAY_YAWS))))
        at, facing = at + random.uniform(2.0, 4.0), not facing
    return Actor(who, size, side, float(x), comes, leaves, tuple(turns))
