"""First bytes of a file -> what it really is. The name is only data: it can refuse a file, never admit one."""

from dataclasses import dataclass
from pathlib import PurePosixPath

from signage.domain.content import MediaKind
from signage.media.refusals import refused

HEAD = 4096  # bytes that `sniff` wants to see
PDF = "PDF"  # the format of which every page is a picture

_IMAGE_NAMES = {"png": "PNG", "jpg": "JPEG", "jpeg": "JPEG", "webp": "WebP", "gif": "GIF", "bmp": "BMP", "avif": "AVIF"}
_VIDEO_NAMES = {"mp4": "MP4", "m4v": "MP4", "mov": "MOV", "webm": "WebM", "mkv": "MKV"}
_ARCHIVES = (b"PK\x03\x04", b"PK\x05\x06", b"Rar!\x1a\x07", b"7z\xbc\xaf\x27\x1c", b"\x1f\x8b", b"BZh", b"\xfd7zXZ\x00")
_OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_IN_OFFICE = (b"[Content_Types].xml", b"_rels/", b"docProps/", b"mimetypeapplication/vnd.oasis.")  # first in such a ZIP
_ZIP_NAME = 30  # where a ZIP's first name begins
_AVIF_BRANDS = {b"avif", b"avis"}
_HEIC_BRANDS = {b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1"}


@dataclass(frozen=True, slots=True)
class Sniffed:
    """`format` is the name Pillow (images) or FFmpeg (videos) is told to open it as; `label` is for people."""

    kind: MediaKind
    format: str
    label: str


def _image(fmt: str, label: str) -> Sniffed:
    return Sniffed(MediaKind.IMAGE, fmt, label)


def _iso_base_media(head: bytes) -> Sniffed:
    brand = head[8:12]
    if brand in _AVIF_BRANDS:
        return _image("AVIF", "AVIF")
    if brand in _HEIC_BRANDS:
        raise refused("heic")
    return Sniffed(MediaKind.VIDEO, "mov", "MOV" if brand == b"qt  " else "MP4")


def _text(head: bytes) -> None:
    """Raises for markup; it may hide behind a byte order mark, white space, a comment or a declaration."""
    text = head.lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n").replace(b"\x00", b"").lower()
    if not text.startswith(b"<"):
        return
    if b"<svg" in text:
        raise refused("svg")
    raise refused("html")


def sniff(head: bytes) -> Sniffed:
    """The first 4 KB -> kind and format. Raises RefusedFile for everything that isn't on the list."""
    if not head:
        raise refused("empty")
    for magic, fmt, label in (
        (b"\x89PNG\r\n\x1a\n", "PNG", "PNG"),
        (b"\xff\xd8\xff", "JPEG", "JPEG"),
        (b"GIF87a", "GIF", "GIF"),
        (b"GIF89a", "GIF", "GIF"),
        (b"BM", "BMP", "BMP"),
    ):
        if head.startswith(magic):
            return _image(fmt, label)
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return _image("WEBP", "WebP")
    if head[4:8] == b"ftyp":
        return _iso_base_media(head)
    if head[:4] == b"\x1aE\xdf\xa3":
        return Sniffed(MediaKind.VIDEO, "matroska", "WebM" if b"webm" in head[:64] else "MKV")
    if head.startswith(_OLD_OFFICE) or (head.startswith(_ARCHIVES[0]) and head.startswith(_IN_OFFICE, _ZIP_NAME)):
        raise refused("office")
    if head.startswith(_ARCHIVES):
        raise refused("archive")
    if head.startswith(b"%PDF-"):
        return _image(PDF, "PDF")
    _text(head)
    raise refused("unknown_type")


def check_name(name: str, sniffed: Sniffed) -> None:
    """Raises RefusedFile when the name promises a picture and the bytes are a video, or the reverse."""
    extension = PurePosixPath(name).suffix.lstrip(".").lower()
    figures = {"extension": extension, "actual": sniffed.label, "actual_lower": sniffed.label.lower()}
    if extension in _IMAGE_NAMES and sniffed.kind is MediaKind.VIDEO:
        raise refused("name_says_image", claimed=_IMAGE_NAMES[extension], **figures)
    if extension in _VIDEO_NAMES and sniffed.kind is MediaKind.IMAGE:
        raise refused("name_says_video", claimed=_VIDEO_NAMES[extension], **figures)
