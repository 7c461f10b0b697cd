"""A picture somebody sent -> a clean WebP of ours: decoded under caps, turned upright, without any of its metadata."""

import io
import warnings
from dataclasses import dataclass
from pathlib import Path

from PIL import Image, ImageCms, ImageOps, UnidentifiedImageError

from signage.domain.content import Framing
from signage.media.frame import GROUND, lay
from signage.media.refusals import MAX_PIXELS, MAX_SIDE, refused

LONGEST = 3840
POSTER_LONGEST = 640
_LOSSLESS_FROM = {"PNG", "GIF", "BMP", "PDF"}  # drawn, not photographed: keep edges exact
_LOSSLESS_MAX = 4 << 20
_PHOTOGRAPHS = "MPO"  # a JPEG of many phones: the picture, and behind it a small one, a depth map or a gain map


@dataclass(frozen=True, slots=True)
class Picture:
    path: Path
    width: int
    height: int


def _check_header(image: Image.Image) -> None:
    width, height = image.size
    if width > MAX_SIDE or height > MAX_SIDE or width * height > MAX_PIXELS:
        raise refused("too_many_pixels", width=width, height=height)
    if getattr(image, "n_frames", 1) > 1 and image.format != _PHOTOGRAPHS:
        raise refused("animated")


def _to_srgb(image: Image.Image) -> Image.Image:
    """Colours as meant: the embedded profile is applied, then dropped; 16-bit and palettes become 8-bit RGB(A)."""
    profile = image.info.get("icc_profile")
    alpha = image.has_transparency_data
    if image.mode.startswith("I"):
        image = image.convert("I").point(lambda value: value / 256).convert("L")
    if profile and image.mode in {"RGB", "RGBA", "CMYK", "L"}:
        try:
            source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            target = ImageCms.createProfile("sRGB")
            image = ImageCms.profileToProfile(image, source, target, outputMode="RGBA" if alpha else "RGB") or image
        except (ImageCms.PyCMSError, OSError):
            pass  # a broken profile says nothing about the pixels
    return image.convert("RGBA" if alpha else "RGB")


def decode(path: Path, image_format: str) -> Image.Image:
    """File of the sniffed format -> upright sRGB pixels, at most 3840 px a side. Raises RefusedFile."""
    Image.MAX_IMAGE_PIXELS = None  # our own check below comes before a single pixel is decoded, and names the figure
    try:
        with warnings.catch_warnings(), Image.open(path, formats=[image_format]) as image:
            warnings.simplefilter("ignore")  # odd metadata: it is dropped anyway
            _check_header(image)
            image.load()
            upright = ImageOps.exif_transpose(image)
            clean = _to_srgb(upright)
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, EOFError) as error:
        raise refused("broken_image") from error
    clean.thumbnail((LONGEST, LONGEST), Image.Resampling.LANCZOS)
    clean.info.clear()
    return clean


def framed(image: Image.Image, framing: Framing) -> Image.Image:
    """Pixels -> the same on a ground of a screen's shape; untouched where nobody asked for it."""
    if framing.plain:
        return image
    laid = lay(image.size, framing, LONGEST)
    whole = ImageOps.fit(image, laid.crop, centering=(0.5, 0.5)) if laid.crop != image.size else image
    inner = whole.resize(laid.picture, Image.Resampling.LANCZOS).convert("RGBA")
    canvas = Image.new("RGB", laid.canvas, GROUND)
    at = tuple((outside - inside) // 2 for outside, inside in zip(laid.canvas, laid.picture, strict=True))
    canvas.paste(inner, (at[0], at[1]), inner)
    return canvas


def served(image: Image.Image, image_format: str, folder: Path, name: str = "picture") -> Picture:
    """Pixels that were decoded from that format -> the WebP to serve."""
    target = folder / f"{name}.webp"
    lossless = image_format in _LOSSLESS_FROM
    image.save(target, "WEBP", lossless=lossless, quality=75 if lossless else 90, method=4, exact=lossless)
    if lossless and target.stat().st_size > _LOSSLESS_MAX:
        image.save(target, "WEBP", quality=92, method=4)
    return Picture(target, *image.size)


def poster(image: Image.Image, folder: Path, name: str = "poster") -> Picture:
    """Pixels -> a small WebP that lists show."""
    small = image.copy()
    small.thumbnail((POSTER_LONGEST, POSTER_LONGEST), Image.Resampling.LANCZOS)
    target = folder / f"{name}.webp"
    small.save(target, "WEBP", quality=82, method=4)
    return Picture(target, *small.size)
