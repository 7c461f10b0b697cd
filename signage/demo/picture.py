"""The picture that the demo's marketer uploads: ripe persimmons in evening light, drawn here, without a word on it."""

import io

from PIL import Image, ImageChops, ImageDraw, ImageFilter

WIDTH, HEIGHT = 1920, 1080
TOP, BOTTOM = (255, 214, 140), (232, 120, 52)
FRUIT, SHADE, LIGHT, LEAF = (224, 84, 22), (160, 44, 10), (255, 190, 120), (74, 108, 46)
FRUITS = ((560, 690, 290), (1010, 640, 340), (1440, 720, 260))  # x, y of the middle, radius

# of each leaf, in its reach: left, up, right, down of the stalk's foot
LEAVES = ((-1, -0.16, 0.05, 0.2), (-0.05, -0.16, 1, 0.2), (-0.62, -0.02, 0.1, 0.5), (-0.1, -0.02, 0.62, 0.5))
COARSE, FINE = 8, 2  # blurred masks are made small and enlarged, sharp ones large and reduced


def draw() -> bytes:
    """The picture as a PNG, the same each time."""
    picture = _ground()
    for x, y, radius in FRUITS:
        foot = y + radius * 0.84
        picture.paste((70, 34, 16), mask=_soft((x - radius, foot - 60, x + radius, foot + 50), 26))
    for x, y, radius in FRUITS:
        _fruit(picture, x, y, radius)
    file = io.BytesIO()
    picture.save(file, "PNG")
    return file.getvalue()


def _ground() -> Image.Image:
    shade = Image.linear_gradient("L").resize((WIDTH, HEIGHT))
    sky = Image.composite(Image.new("RGB", (WIDTH, HEIGHT), BOTTOM), Image.new("RGB", (WIDTH, HEIGHT), TOP), shade)
    sky.paste((255, 240, 200), mask=_soft((1400, 80, 1900, 580), 120))
    ImageDraw.Draw(sky).rectangle((0, 860, WIDTH, HEIGHT), fill=(120, 62, 30))
    return sky


def _fruit(picture: Image.Image, x: int, y: int, radius: int) -> None:
    """A flattened globe with its shade and light, a stalk and four leaves."""
    flat = radius * 0.84
    body, place = _sharp((x - radius, y - flat, x + radius, y + flat))
    picture.paste(FRUIT, place, body)
    lit = _soft((x - radius, y - flat, x + radius - 60, y + flat - 70), 70)
    dark = ImageChops.multiply(
        body, ImageChops.invert(lit.crop((*place, place[0] + body.width, place[1] + body.height)))
    )
    picture.paste(SHADE, place, dark.point(lambda level: level // 2))
    picture.paste(LIGHT, mask=_soft((x - radius * 0.5, y - flat * 0.6, x - radius * 0.1, y - flat * 0.25), 34))
    top, reach = y - flat * 0.86, radius * 0.44
    for left, up, right, down in LEAVES:
        leaf, place = _sharp((x + left * reach, top + up * reach, x + right * reach, top + down * reach))
        picture.paste(LEAF, place, leaf)
    ImageDraw.Draw(picture).rounded_rectangle((x - 10, top - 46, x + 10, top + 14), 6, fill=(96, 66, 36))


def _soft(box: tuple[float, float, float, float], blur: int) -> Image.Image:
    """An ellipse with a blurred edge, as a mask."""
    mask = Image.new("L", (WIDTH // COARSE, HEIGHT // COARSE), 0)
    ImageDraw.Draw(mask).ellipse([side / COARSE for side in box], fill=255)
    return mask.filter(ImageFilter.GaussianBlur(blur / COARSE)).resize((WIDTH, HEIGHT), Image.Resampling.BICUBIC)


def _sharp(box: tuple[float, float, float, float]) -> tuple[Image.Image, tuple[int, int]]:
    """An ellipse with a smooth edge -> a mask as large as itself, and its left top in the picture."""
    left, top, right, bottom = (round(side) for side in box)
    mask = Image.new("L", ((right - left) * FINE, (bottom - top) * FINE), 0)
    ImageDraw.Draw(mask).ellipse((0, 0, mask.width - 1, mask.height - 1), fill=255)
    return mask.reduce(FINE), (left, top)
