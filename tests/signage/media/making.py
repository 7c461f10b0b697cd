"""Files for the media tests, made here: pictures by Pillow, videos by libvpx and MPEG-4, and H.264 written bit by bit."""

import io
import os
import struct
import zlib
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from PIL import Image

from signage.domain.errors import RefusedFile
from signage.media.process import Limits, Made, process
from signage.media.store import MediaStore


def picture(fmt: str, size: tuple[int, int] = (320, 180), mode: str = "RGB", **options: object) -> bytes:
    """A gradient, so that no two corners look alike."""
    width, height = size
    x, y = np.meshgrid(np.linspace(0, 255, width), np.linspace(0, 255, height))
    pixels = np.stack([x, y, 255 - x], axis=-1).astype(np.uint8)
    out = io.BytesIO()
    Image.fromarray(pixels).convert(mode).save(out, fmt, **options)
    return out.getvalue()


def png_header(width: int, height: int) -> bytes:
    """A PNG of a few hundred bytes that claims any size: the pixels are one short zlib stream."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    header = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    pixels = zlib.compress(bytes(1 << 20), 9)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


def video(
    path: Path, codec: str, fmt: str, frames: int = 25, *, size: tuple[int, int] = (320, 180), rate: int = 25
) -> Path:
    """A moving bar, encoded by a free encoder."""
    width, height = size
    with av.open(str(path), "w", format=fmt) as out:
        stream = out.add_stream(codec, rate=rate)
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        for n in range(frames):
            pixels = np.full((height, width, 3), 40, np.uint8)
            pixels[:, (n * 7) % width :][:, :20] = (0, 92, 74)
            out.mux(stream.encode(av.VideoFrame.from_ndarray(pixels, "rgb24")))
        out.mux(stream.encode())
    return path


def noise(side: int) -> bytes:
    """A PNG that no encoder can make smaller, quickly made."""
    out = io.BytesIO()
    Image.frombytes("RGB", (side, side), os.urandom(side * side * 3)).save(out, "PNG", compress_level=0)
    return out.getvalue()


def through(store: MediaStore, content: bytes, limits: Limits | None = None) -> Made:
    """Upload and process."""
    taken = store.take(io.BytesIO(content), 50)
    [made] = process(store, taken.sha256, lambda _share: None, limits)
    return made


def served(store: MediaStore, made: Made) -> bytes:
    path = store.served(made.sha256)
    assert path is not None
    return path.read_bytes()


def refusal(store: MediaStore, content: bytes, limits: Limits | None = None) -> str:
    """The code it is refused with."""
    with pytest.raises(RefusedFile) as caught:
        through(store, content, limits)
    return caught.value.code


class Bits:
    """Bits of an H.264 syntax structure (ITU-T H.264, 7.2 and 9.1)."""

    def __init__(self) -> None:
        self.text = ""

    def u(self, value: int, count: int) -> "Bits":
        self.text += f"{value:0{count}b}"
        return self

    def ue(self, *values: int) -> "Bits":
        for value in values:
            code = f"{value + 1:b}"
            self.text += "0" * (len(code) - 1) + code
        return self

    def align(self) -> "Bits":
        self.text += "0" * (-len(self.text) % 8)
        return self

    def nal(self, kind: int) -> bytes:
        """With stop bit and emulation prevention."""
        text = self.text + "1"
        text += "0" * (-len(text) % 8)
        body, zeros, out = int(text, 2).to_bytes(len(text) // 8), 0, bytearray()
        for byte in body:
            if zeros >= 2 and byte <= 3:
                out.append(3)
                zeros = 0
            out.append(byte)
            zeros = zeros + 1 if byte == 0 else 0
        return b"\x00\x00\x00\x01" + bytes([kind]) + bytes(out)


def h264(frames: int = 25) -> bytes:
    """Baseline H.264, 32 x 32, every macroblock I_PCM: raw samples, so no encoder is needed."""
    sps = Bits().u(66, 8).u(0xC0, 8).u(30, 8).ue(0, 0, 2, 1).u(0, 1).ue(1, 1).u(1, 1).u(1, 1).u(0, 1).u(0, 1)
    pps = Bits().ue(0, 0).u(0, 1).u(0, 1).ue(0, 0, 0).u(0, 1).u(0, 2).ue(0, 0, 0).u(0, 1).u(0, 1).u(0, 1)
    out = sps.nal(0x67) + pps.nal(0x68)
    for n in range(frames):
        head = Bits().ue(0, 7, 0).u(0, 4).ue(n % 2).u(0, 2).ue(0)
        for _macroblock in range(4):
            head.ue(25).align()
            for sample in [40 + n] * 256 + [128] * 128:
                head.u(sample, 8)
        out += head.nal(0x65)
    return out


def h264_mp4(path: Path, frames: int = 25) -> Path:
    """The stream above in an MP4, with a place and a date as phones add them."""
    raw = path.with_suffix(".h264")
    raw.write_bytes(h264(frames))
    with (
        av.open(str(raw), format="h264", options={"framerate": "25"}) as source,
        av.open(str(path), "w", format="mp4") as out,
    ):
        out.metadata["location"] = "+35.6812+139.7671/"
        out.metadata["comment"] = "taken by <script>alert(1)</script>"
        track = out.add_stream_from_template(source.streams.video[0])
        for n, packet in enumerate(source.demux(video=0)):
            if packet.size == 0:
                continue
            packet.pts, packet.dts, packet.duration, packet.time_base = n, n, 1, Fraction(1, 25)
            packet.stream = track
            out.mux(packet)
    return path
