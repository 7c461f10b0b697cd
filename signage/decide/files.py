"""Which of a spot's files a screen gets: of its shape, and in its language if there is one."""

from collections.abc import Collection

from signage.domain.campaign import Spot
from signage.domain.content import Media
from signage.domain.place import Orientation

SQUARE = 1.25  # a creative this near to square fits upright and lying screens
STRIP = 3.0  # and one this wide a shelf edge, as domain.place has it for screens
STRIPS = frozenset({Orientation.STRIP})
LYING, UPRIGHT = frozenset({Orientation.LANDSCAPE}), frozenset({Orientation.PORTRAIT})


def shapes(media: Media) -> frozenset[Orientation]:
    """The screens that a creative of this size fits."""
    width, height = media.width, media.height
    if width >= STRIP * height:
        return STRIPS
    if width <= SQUARE * height and height <= SQUARE * width:
        return LYING | UPRIGHT
    return LYING if width > height else UPRIGHT


def fitting(spot: Spot, orientation: Orientation) -> list[Media]:
    """Of the creative's file and its variants those of this shape; none of a card."""
    own = (spot.content,) if isinstance(spot.content, Media) else ()
    return [file for file in (*own, *spot.variants) if orientation in shapes(file)]


def file_for(spot: Spot, orientation: Orientation, lang: str, cached: Collection[str] | None) -> Media | None:
    """The file to show: in this language, else for every screen, else in another one. None of a card, or where none fits.

    `cached`: hashes that the player holds, of which it is one; None = not told.
    """
    held = [file for file in fitting(spot, orientation) if cached is None or file.sha256 in cached]
    return min(
        held, key=lambda file: (lang, "").index(file.language) if file.language in (lang, "") else 2, default=None
    )
