"""Files that are two things at once, and files that are what they don't say: by every way in, and what comes out again."""

import gzip
import io
import struct
import zipfile
import zlib
from pathlib import Path

import pytest
from PIL import Image, PngImagePlugin

from signage import jobs
from signage.storage.creatives import CreativeState
from signage.storage.users import Role
from tests.security.conftest import House, csrf
from tests.security.markup import born
from tests.security.test_names import WAYS
from tests.signage.media.making import h264_mp4, picture, png_header

SCRIPT = b"<script>alert(document.domain)</script>"
PAGE = b"<!doctype html><html><body>" + SCRIPT + b"</body></html>"
TRACES = (b"script", b"alert", b"PK\x03\x04", b"onload", b"<?php", b"/JavaScript", b"<html", b"ALERT")


def archive() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        made.writestr("../../evil.html", PAGE)
    return out.getvalue()


def chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def inside_png(kind: bytes, body: bytes) -> bytes:
    whole = picture("PNG")
    return whole[:33] + chunk(kind, body) + whole[33:]  # after IHDR


def with_text() -> bytes:
    told, out = PngImagePlugin.PngInfo(), io.BytesIO()
    told.add_text("Comment", SCRIPT.decode(), zip=True)
    told.add_itxt("XML:com.adobe.xmp", f"<x:xmpmeta>{SCRIPT.decode()}</x:xmpmeta>")
    Image.open(io.BytesIO(picture("PNG"))).save(out, "PNG", pnginfo=told)
    return out.getvalue()


def pdf() -> bytes:
    """One page of nothing, a script that opens with it, and a page of HTML behind its end."""
    parts = [
        b"<</Type/Catalog/Pages 2 0 R/OpenAction<</S/JavaScript/JS(app.alert(1))>>>>", b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 320 180]>>",
    ]  # fmt: skip
    out, places = b"%PDF-1.4\n", []
    for number, part in enumerate(parts, 1):
        places.append(len(out))
        out += b"%d 0 obj%s endobj\n" % (number, part)
    table = b"xref\n0 4\n0000000000 65535 f \n" + b"".join(b"%010d 00000 n \n" % place for place in places)
    return out + table + b"trailer<</Size 4/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % len(out) + PAGE


def two_at_once(folder: Path) -> dict[str, bytes]:
    """A picture or film that plays, and something else besides."""
    xmp, out, exif = b"<x:xmpmeta>" + SCRIPT + b"</x:xmpmeta>", io.BytesIO(), Image.Exif()
    exif[0x010E] = SCRIPT.decode()  # its description
    Image.open(io.BytesIO(picture("PNG"))).save(out, "WEBP", xmp=xmp, exif=exif)
    jpeg = picture("JPEG")
    return {
        "png then page": picture("PNG") + PAGE,
        "png then archive": picture("PNG") + archive(),
        "png with texts": with_text(),
        "png with a private chunk": inside_png(b"prVt", PAGE),
        "png with PHP": inside_png(b"tEXt", b"c\0<?php system($_GET[0]);"),
        "jpeg then archive": jpeg + archive(),
        "jpeg with a page as comment": picture("JPEG", comment=PAGE),
        "jpeg whose comment ends a comment": jpeg[:2]
        + b"\xff\xfe"
        + struct.pack(">H", len(SCRIPT) + 6)
        + b"*/=1"
        + SCRIPT
        + jpeg[2:],
        "gif then script": picture("GIF") + b"=1;alert(1)//" + PAGE,
        "bmp then page": picture("BMP") + PAGE,
        "webp with XMP": out.getvalue(),
        "webp then page": picture("WEBP") + PAGE,
        "pdf with a script": pdf(),
        "film with texts": h264_mp4(folder / "a.mp4").read_bytes(),
        "film then page": h264_mp4(folder / "b.mp4").read_bytes() + PAGE,
        "film with a page in it": h264_mp4(folder / "c.mp4").read_bytes()
        + struct.pack(">I", len(PAGE) + 8)
        + b"free"
        + PAGE,
    }


SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)">' + SCRIPT + b"</svg>"
NEVER = {
    "SVG": SVG,
    "SVG behind a declaration": b"<?xml version='1.0'?><!DOCTYPE svg>" + SVG,
    "SVG behind a comment": b"<!--x-->" + SVG,
    "SVG in UTF-16": SVG.decode().encode("utf-16"),
    "SVG, packed": gzip.compress(SVG),
    "SVG behind blanks": b" \r\n\t" * 9 + SVG,
    "a page": PAGE,
    "a page with a mark": b"\xef\xbb\xbf" + PAGE,
    "XHTML": b"<?xml version='1.0'?><html>" + SCRIPT + b"</html>",
    "XML with a style": b"<?xml-stylesheet href='javascript:alert(1)'?><x/>",
    "a fragment": b"<img src=x onerror=alert(1)>",
    "an archive of pages": b"From: <Saved>\r\nMIME-Version: 1.0\r\nContent-Type: text/html\r\n\r\n" + PAGE,
    "a script": b"alert(1)",
    "PHP": b"<?php system($_GET[0]); ?>",
    "JSP": b"<%@ page %><% Runtime.getRuntime() %>",
    "an archive": archive(),
    "a program": b"MZ" + bytes(200),
    "a program too": b"\x7fELF" + bytes(200),
    "shell": b"#!/bin/sh\nid\n",
    "an icon": b"\0\0\1\0" + bytes(90),
    "a TIFF": b"II*\0" + bytes(90),
    "PostScript": b"%!PS-Adobe\n(id) run",
    "Flash": b"CWS" + bytes(90),
    "a playlist": b"#EXTM3U\nfile:///etc/passwd\n",
    "a list of files": b"ffconcat version 1.0\nfile /etc/passwd\n",
    "nothing": b"",
    "one byte": b"<",
    "zeros": bytes(5000),
    "a page far behind": bytes(4096) + PAGE,
    "ImageMagick": b"push graphic-context\nurl(x)",
}
NAMED = ("a.png", "a.mp4", "a.svg", "a")


def process(house: House) -> None:
    """What the worker does with all that was taken."""
    storage = house.web.storage
    handlers = jobs.creative_handlers(storage.creatives, storage.jobs, storage.media, lambda _id: None)
    jobs.Worker(storage.jobs, handlers, house.web.clock).sweep()


@pytest.mark.parametrize("way", WAYS)
def test_what_is_no_picture_and_no_film_is_kept_by_no_way_under_no_name(house: House, way: str, tmp_path: Path) -> None:
    client, storage = house.logged_in(Role.ADMIN), house.web.storage
    token, (send, taken) = csrf(client), WAYS[way]
    for what, content in NEVER.items():
        for name in NAMED:
            if way != "pieces" or content:  # an upload of nothing isn't begun
                status = send(client, token, name, content)
                assert status == 302 if taken == 302 else status == 422, (what, name, status)
    assert storage.creatives.all(None) == [] and storage.media.files() == []
    assert not [path for path in (tmp_path / "data" / "media").rglob("*") if path.is_file()]
    assert born(client.get("/studio/creatives").text) == []


def test_what_comes_out_is_ours_alone_and_is_served_as_nothing_else(house: House, tmp_path: Path) -> None:
    client, storage = house.logged_in(Role.ADMIN), house.web.storage
    token, files = csrf(client), two_at_once(tmp_path)
    send, taken = WAYS["program"]
    for name, content in files.items():
        assert send(client, token, name, content) == taken, name
    process(house)
    made = storage.creatives.all(None)
    assert {one.name: one.state for one in made} == dict.fromkeys(files, CreativeState.READY)
    stranger = house.client()
    for one in made:
        for sha256 in (one.sha256, one.poster_sha256):
            with stranger.get(f"/media/{sha256}") as answer:
                body, head = answer.data, answer.headers
            assert answer.mimetype in {"image/webp", "video/mp4", "video/webm"}, one.name
            assert (head["X-Content-Type-Options"], head["Content-Security-Policy"]) == (
                "nosniff",
                "default-src 'none'; sandbox",
            )
            assert head["Cross-Origin-Resource-Policy"] == "same-origin"
            assert [trace for trace in TRACES if trace in body] == [], one.name
        assert stranger.get(f"/media/{one.upload_sha256}").status_code == 404, "what was sent is never served"


def test_a_bomb_costs_a_refusal_and_the_next_file_is_made(house: House) -> None:
    client, storage = house.logged_in(Role.ADMIN), house.web.storage
    token, (send, _taken) = csrf(client), WAYS["program"]
    for name, content in (
        ("wide.png", png_header(30_000, 30_000)),
        ("high.png", png_header(8_001, 10)),
        ("fine.png", picture("PNG")),
    ):
        send(client, token, name, content)
    process(house)
    states = {one.name: one.state for one in storage.creatives.all(None)}
    assert states == {
        "wide.png": CreativeState.FAILED,
        "high.png": CreativeState.FAILED,
        "fine.png": CreativeState.READY,
    }
