"""Untrusted pictures through the cell: what comes out is ours, the rest is refused with a remedy, bombs stay inside."""

import io
import struct
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageCms

from signage.domain.content import MediaKind
from signage.domain.errors import RefusedFile
from signage.media.process import Limits, examine
from signage.media.store import MediaStore
from tests.signage.media.making import noise, picture, png_header, refusal, served, through


@pytest.mark.parametrize("fmt", ["PNG", "JPEG", "WEBP", "GIF", "BMP", "AVIF"])
def test_pictures_become_webp(store: MediaStore, fmt: str) -> None:
    made = through(store, picture(fmt))
    assert (made.kind, made.mime, made.width, made.height, made.duration_ms) == (
        MediaKind.IMAGE,
        "image/webp",
        320,
        180,
        0,
    )
    image = Image.open(io.BytesIO(served(store, made)))
    assert image.format == "WEBP" and image.size == (320, 180)
    red, _green, blue = image.convert("RGB").getpixel((300, 90))
    assert red > 200 and blue < 60


def test_drawn_pictures_keep_every_pixel(store: MediaStore) -> None:
    made = through(store, picture("PNG"))
    before, after = Image.open(io.BytesIO(picture("PNG"))), Image.open(io.BytesIO(served(store, made)))
    assert before.convert("RGB").tobytes() == after.convert("RGB").tobytes()


def test_large_pictures_are_made_smaller(store: MediaStore) -> None:
    made = through(store, picture("JPEG", (6000, 3000)))
    assert (made.width, made.height) == (3840, 1920)
    poster = store.served(made.poster_sha256)
    assert poster is not None and Image.open(io.BytesIO(poster.read_bytes())).size == (640, 320)


def test_turned_upright_and_stripped(store: MediaStore) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # turn right to see it
    exif[0x010F] = "SecretCamera"
    exif.get_ifd(0x8825)[2] = (35.0, 40.0, 52.0)
    made = through(store, picture("JPEG", exif=exif, comment=b"<script>alert(1)</script>"))
    body = served(store, made)
    assert (made.width, made.height) == (180, 320)
    assert b"SecretCamera" not in body and b"<script>" not in body and b"EXIF" not in body
    assert not Image.open(io.BytesIO(body)).getexif()


def test_other_colours_become_srgb(store: MediaStore) -> None:
    lab = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    for content in (
        picture("JPEG", mode="CMYK"),
        picture("PNG", mode="P"),
        picture("PNG", icc_profile=lab),
        picture("PNG", mode="LA"),
    ):
        body = served(store, through(store, content))
        image = Image.open(io.BytesIO(body))
        assert image.mode in {"RGB", "RGBA"} and "icc_profile" not in image.info


def test_polyglots_lose_their_other_half(store: MediaStore) -> None:
    page = b"<!doctype html><script>alert(document.domain)</script>"
    archive = b"PK\x03\x04" + page
    for content in (
        picture("PNG") + page,
        picture("JPEG") + archive,
        picture("JPEG")[:2] + b"\xff\xfe" + struct.pack(">H", len(page) + 2) + page + picture("JPEG")[2:],
        picture("GIF")[:6] + picture("GIF")[6:] + page,
    ):
        body = served(store, through(store, content))
        assert b"script" not in body and b"PK\x03\x04" not in body
        assert body[:4] == b"RIFF" and body[8:12] == b"WEBP"


@pytest.mark.parametrize("name", ["[Content_Types].xml", "_rels/.rels", "docProps/app.xml", "mimetype"])
def test_office_documents_are_asked_for_as_pdf(store: MediaStore, name: str) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr(name, "application/vnd.oasis.opendocument.presentation")
    assert refusal(store, packed.getvalue()) == "file_office"
    assert refusal(store, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(4096)) == "file_office"
    other = io.BytesIO()
    with zipfile.ZipFile(other, "w") as archive:
        archive.writestr("photo.png", picture("PNG"))
    assert refusal(store, other.getvalue()) == "file_archive"


def test_bombs_are_stopped_at_the_header(store: MediaStore) -> None:
    bomb = png_header(30_000, 30_000)
    assert len(bomb) < 3_000
    started = time.monotonic()
    assert refusal(store, bomb) == "file_too_many_pixels"
    assert refusal(store, png_header(8_001, 10)) == "file_too_many_pixels"
    assert refusal(store, png_header(7_500, 7_500)) == "file_too_many_pixels"
    assert time.monotonic() - started < 30


def test_truncated_and_broken_pictures(store: MediaStore) -> None:
    for content in (
        picture("PNG", (900, 600))[:-60],
        picture("JPEG", (900, 600))[:-2000],
        b"\x89PNG\r\n\x1a\n" + bytes(90),
        b"BM" + bytes(99),
    ):
        assert refusal(store, content) == "file_broken_image"


def test_animated_pictures_are_refused(store: MediaStore) -> None:
    frames = [Image.new("RGB", (40, 40), color) for color in ("red", "green")]
    for fmt in ("GIF", "WEBP", "PNG"):
        out = io.BytesIO()
        frames[0].save(out, fmt, save_all=True, append_images=frames[1:])
        assert refusal(store, out.getvalue()) == "file_animated"


def test_what_takes_too_long_ends_the_cell_only(store: MediaStore, tmp_path: Path) -> None:
    assert refusal(store, noise(3500), Limits(image_cpu_s=1)) == "file_too_heavy"
    assert refusal(store, picture("PNG"), Limits(image_wall_s=0)) == "file_too_heavy"
    assert through(store, picture("PNG")).width == 320
    assert list((tmp_path / "media" / "work").iterdir()) == [], "nothing is left behind"


def test_the_cell_has_no_memory_for_a_bomb() -> None:
    code = "from signage.media.cell import confine; confine(9); bytearray(3 << 30)"
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert ended.returncode == 1 and "MemoryError" in ended.stderr


def test_the_store_keeps_only_hashes_and_serves_only_them(store: MediaStore, tmp_path: Path) -> None:
    made = through(store, picture("PNG"))
    assert {len(name) for name in store.files()} == {64}
    for asked in ("", "../uploads/" + "a" * 64, made.sha256.upper(), made.sha256 + "\n", "a" * 64):
        assert store.served(asked) is None
        assert store.upload(asked) is None
    upload = next(iter((tmp_path / "media" / "uploads").iterdir())).name
    assert store.served(upload) is None, "what people sent is never served as it is"


@given(st.binary(max_size=300))
@settings(max_examples=300)
def test_any_first_bytes_are_known_or_refused(head: bytes) -> None:
    try:
        examine("a", head)
    except RefusedFile as refused:
        assert refused.ja and refused.en


@given(st.integers(0, 3000), st.binary(min_size=1, max_size=40))
@settings(max_examples=8)
def test_damage_anywhere_never_escapes(tmp_path_factory: pytest.TempPathFactory, at: int, junk: bytes) -> None:
    store = MediaStore(tmp_path_factory.mktemp("damaged"))
    content = picture("JPEG")
    try:
        made = through(store, content[:at] + junk + content[at + len(junk) :])
    except RefusedFile as refused:
        assert refused.code.startswith("file_")
    else:
        assert Image.open(io.BytesIO(served(store, made))).format == "WEBP"


def test_a_phones_photograph_with_a_second_picture_behind_it_is_one_picture(store: MediaStore) -> None:
    """MPO: a JPEG whose depth map or gain map follows it. Nothing of it moves."""
    out, first = io.BytesIO(), Image.open(io.BytesIO(picture("PNG")))
    first.save(out, "MPO", save_all=True, append_images=[Image.new("RGB", (160, 90), "white")])
    made = through(store, out.getvalue())
    assert (made.width, made.height) == (320, 180)
    red, _green, blue = Image.open(io.BytesIO(served(store, made))).convert("RGB").getpixel((300, 90))
    assert red > 200 and blue < 60


def test_sixteen_bits_and_cmyk_keep_their_colours(store: MediaStore) -> None:
    deep, out = np.linspace(0, 65535, 320 * 180).reshape(180, 320).astype(np.uint16), io.BytesIO()
    Image.fromarray(deep).save(out, "PNG")
    grey = Image.open(io.BytesIO(served(store, through(store, out.getvalue())))).convert("L")
    assert (grey.getpixel((0, 0)), grey.getpixel((319, 179))) == (0, 255)
    assert abs(grey.getpixel((160, 90)) - 128) <= 2
    inked = Image.open(io.BytesIO(served(store, through(store, picture("JPEG", mode="CMYK"))))).convert("RGB")
    red, _green, blue = inked.getpixel((300, 90))
    assert red > 200 and blue < 60
