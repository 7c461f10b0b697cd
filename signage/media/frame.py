"""A creative's size and the wish of its owner -> how it is cropped, scaled and laid on a ground of a screen's shape."""

from dataclasses import dataclass

from signage.domain.content import Frame, Framing

GROUND = (0xFB, 0xF8, 0xF1)  # the players' own
SHAPES = {"strip": (16, 3), "landscape": (16, 9), "portrait": (9, 16)}
Size = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Laid:
    """First the middle `crop` of the original, then that scaled to `picture`, then in the middle of `canvas`."""

    crop: Size
    picture: Size
    canvas: Size


def lay(size: Size, framing: Framing, longest: int, *, even: bool = False) -> Laid:
    """Pixels in and out; no side of `canvas` is above `longest`, and with `even` no side is odd (video needs that)."""
    width, height = crop = size
    wide, high = _shape(size) if framing.frame is not Frame.AS_IS else size
    if framing.frame is Frame.FILL:
        width, height = crop = min(width, height * wide // high) or 1, min(height, width * high // wide) or 1
    ground = (width, height) if width * high == height * wide else (
        (width, width * high / wide) if width * high > height * wide else (height * wide / high, height)
    )  # fmt: skip
    grown = 1 / (1 - 2 * framing.safe_percent / 100)
    scale = min(1.0, longest / (max(ground) * grown))
    canvas = tuple(_whole(side * grown * scale, even=even) for side in ground)
    picture = tuple(
        min(most, _whole(side * scale, even=even)) for side, most in zip((width, height), canvas, strict=True)
    )
    return Laid(crop, (picture[0], picture[1]), (canvas[0], canvas[1]))


def _shape(size: Size) -> Size:
    """The screens' shape that it is nearest to; a strip is wider than 3 : 1, as domain.place has it."""
    width, height = size
    return SHAPES["strip" if width >= 3 * height else "landscape" if width >= height else "portrait"]


def _whole(side: float, *, even: bool) -> int:
    return max(2, round(side / 2) * 2) if even else max(1, round(side))
