"""Untrusted videos through the cell: copied without their metadata or encoded anew, refused when cut off or damaged."""

import io
import struct
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from av.stream import Disposition
from PIL import Image

from signage.domain.errors import RefusedFile
from signage.media.sniff import sniff
from signage.media.store import MediaStore
from signage.media.video import inspect
from tests.signage.media.making import h264_mp4, refusal, served, through, video

KINDS = [
    ("a.webm", "libvpx-vp9", "webm"), ("b.mp4", "mpeg4", "mp4"), ("c.mov", "mpeg4", "mov"), ("d.mkv", "libvpx", "matroska"),
]  # fmt: skip


def test_playable_h264_is_copied_without_its_metadata(store: MediaStore, tmp_path: Path) -> None:
    source = h264_mp4(tmp_path / "phone.mp4").read_bytes()
    assert b"loci" in source and b"<script>" in source
    made = through(store, source + b"<script>alert(2)</script>")
    body = served(store, made)
    assert (made.mime, made.width, made.height, made.duration_ms) == ("video/mp4", 32, 32, 1000)
    assert b"loci" not in body and b"script" not in body
    assert body.index(b"moov") < body.index(b"mdat"), "starts playing before it is all there"
    with av.open(io.BytesIO(body)) as container:
        stream = container.streams.video[0]
        assert stream.codec_context.name == "h264"
        assert [frame.to_ndarray()[0, 0] for frame in container.decode(stream)] == [40 + n for n in range(25)]


def test_vp9_is_copied_and_everything_else_becomes_vp9(store: MediaStore, tmp_path: Path) -> None:
    for name, codec, fmt in (
        ("a.webm", "libvpx-vp9", "webm"),
        ("b.mp4", "mpeg4", "mp4"),
        ("c.mov", "mpeg4", "mov"),
        ("d.mkv", "libvpx", "matroska"),
    ):
        made = through(store, video(tmp_path / name, codec, fmt).read_bytes())
        assert (made.mime, made.width, made.height) == ("video/webm", 320, 180), name
        assert abs(made.duration_ms - 1000) <= 60, name
        with av.open(io.BytesIO(served(store, made))) as container:
            assert container.streams.video[0].codec_context.name in {"vp9", "libvpx-vp9"}
            assert sum(1 for _ in container.decode(video=0)) == 25, name
        assert store.served(made.poster_sha256) is not None


def test_truncated_videos_say_so(store: MediaStore, tmp_path: Path) -> None:
    sources = [
        h264_mp4(tmp_path / "a.mp4", 50),
        video(tmp_path / "b.mp4", "mpeg4", "mp4", 50),
        video(tmp_path / "c.webm", "libvpx-vp9", "webm", 75),
    ]
    for source in sources:
        whole = source.read_bytes()
        for share in (0.3, 0.6):
            assert refusal(store, whole[: int(len(whole) * share)]) == "file_truncated_video", (source, share)


def test_other_broken_videos(store: MediaStore, tmp_path: Path) -> None:
    assert refusal(store, b"\x1aE\xdf\xa3" + bytes(500)) == "file_broken_video"
    sound = tmp_path / "s.mp4"
    with av.open(str(sound), "w", format="mp4") as out:
        stream = out.add_stream("aac", rate=44100)
        frame = av.AudioFrame(format="fltp", layout="mono", samples=1024)
        frame.sample_rate = 44100
        for plane in frame.planes:
            plane.update(bytes(plane.buffer_size))
        out.mux(stream.encode(frame))
        out.mux(stream.encode())
    assert refusal(store, sound.read_bytes()) == "file_no_picture"
    long = video(tmp_path / "long.webm", "libvpx-vp9", "webm", frames=12, size=(16, 16), rate=1).read_bytes()
    at = long.index(b"\x2a\xd7\xb1") + 4  # TimestampScale: stretch each tick to 100 ms
    assert refusal(store, long[:at] + (100_000_000).to_bytes(4)[1:] + long[at + 3 :]) in {
        "file_too_long",
        "file_truncated_video",
    }


def test_an_mp4_is_never_read_as_a_playlist(store: MediaStore, tmp_path: Path) -> None:
    secret = tmp_path / "secret.mp4"
    video(secret, "mpeg4", "mp4")
    for content in (f"ffconcat version 1.0\nfile {secret}\n", f"#EXTM3U\n#EXTINF:1,\nfile://{secret}\n"):
        with pytest.raises(RefusedFile):
            sniff(content.encode())
    assert refusal(store, b"\x00\x00\x00\x18ftypisom" + f"\nffconcat version 1.0\nfile {secret}\n".encode()) in {
        "file_truncated_video", "file_broken_video",
    }  # fmt: skip


@pytest.mark.parametrize(("turns", "matrix"), [(90, (0, 1, -1, 0)), (180, (-1, 0, 0, -1)), (270, (0, -1, 1, 0))])
def test_phone_videos_are_turned_upright(
    store: MediaStore, tmp_path: Path, turns: int, matrix: tuple[int, ...]
) -> None:
    content = bytearray(h264_mp4(tmp_path / "phone.mp4").read_bytes())
    at = content.index(b"tkhd") + 44  # the display matrix: 16.16 fixed point
    a, b, c, d = (value << 16 for value in matrix)
    content[at : at + 36] = struct.pack(">9i", a, b, 0, c, d, 0, 0, 0, 1 << 30)
    found = inspect(_file(tmp_path, bytes(content)), "mov")
    assert (found.rotation, found.playable) == (turns, False), "browsers may turn it or not: we do it once"
    assert through(store, bytes(content)).mime == "video/webm"
    content[at : at + 36] = bytes(36)
    assert inspect(_file(tmp_path, bytes(content)), "mov").rotation == 0, "a matrix that is none"


def test_a_turned_video_has_its_sides_exchanged(store: MediaStore, tmp_path: Path) -> None:
    content = bytearray(video(tmp_path / "wide.mp4", "mpeg4", "mp4").read_bytes())
    at = content.index(b"tkhd") + 44
    content[at : at + 36] = struct.pack(">9i", 0, 1 << 16, 0, -1 << 16, 0, 0, 0, 0, 1 << 30)
    made = through(store, bytes(content))
    assert (made.width, made.height) == (180, 320)
    with av.open(io.BytesIO(served(store, made))) as container:
        frame = next(container.decode(video=0))
        assert (frame.width, frame.height) == (180, 320)
        bright = frame.to_ndarray(format="rgb24").mean(axis=2)
    assert bright[:30].mean() != pytest.approx(bright[-30:].mean(), abs=2), "the bar at the left edge is now at the top"


@pytest.mark.parametrize(
    ("matrix", "corner"),
    [((1, 0, 0, 1), (0, 0)), ((-1, 0, 0, 1), (1, 0)), ((1, 0, 0, -1), (0, 1)), ((0, 1, 1, 0), (0, 0)), ((0, -1, -1, 0), (1, 1))],
)  # fmt: skip
def test_what_a_phones_front_camera_mirrors_is_mirrored(
    store: MediaStore, tmp_path: Path, matrix: tuple[int, ...], corner: tuple[int, int]
) -> None:
    """Its first quarter is white: `corner` (right, bottom) is where the matrix puts that."""
    film, pixels = tmp_path / "front.mp4", np.zeros((180, 320, 3), np.uint8)
    pixels[:90, :160] = 255
    with av.open(str(film), "w", format="mp4") as out:
        stream = out.add_stream("mpeg4", rate=25)
        stream.width, stream.height, stream.pix_fmt = 320, 180, "yuv420p"
        for _ in range(3):
            out.mux(stream.encode(av.VideoFrame.from_ndarray(pixels, "rgb24")))
        out.mux(stream.encode())
    content = bytearray(film.read_bytes())
    at, (a, b, c, d) = content.index(b"tkhd") + 44, (value << 16 for value in matrix)
    content[at : at + 36] = struct.pack(">9i", a, b, 0, c, d, 0, 0, 0, 1 << 30)
    made = through(store, bytes(content))
    with av.open(io.BytesIO(served(store, made))) as container:
        shown = next(container.decode(video=0)).to_ndarray(format="rgb24")
    poster = store.served(made.poster_sha256)
    assert poster is not None
    with Image.open(poster) as image:
        still = np.asarray(image.convert("RGB"))
    for picture in (shown, still):
        high, wide = picture.shape[0] // 4, picture.shape[1] // 4
        white = {(x, y) for x in (0, 1) for y in (0, 1) if picture[high * (1 + 2 * y), wide * (1 + 2 * x)].mean() > 200}
        assert white == {corner}


def _file(folder: Path, content: bytes) -> Path:
    path = folder / "file.bin"
    path.write_bytes(content)
    return path


def test_pixels_that_are_not_square_are_made_so(store: MediaStore, tmp_path: Path) -> None:
    film = tmp_path / "anamorphic.mp4"
    with av.open(str(film), "w", format="mp4") as out:
        stream = out.add_stream("mpeg4", rate=25)
        stream.width, stream.height, stream.pix_fmt = 320, 240, "yuv420p"
        stream.codec_context.sample_aspect_ratio = Fraction(4, 3)
        for _ in range(5):
            out.mux(stream.encode(av.VideoFrame.from_ndarray(np.zeros((240, 320, 3), np.uint8), "rgb24")))
        out.mux(stream.encode())
    made = through(store, film.read_bytes())
    assert abs(made.width - 427) <= 1 and made.height == 240
    with av.open(io.BytesIO(served(store, made))) as container:
        frame = next(container.decode(video=0))
        assert (frame.width, frame.height) == (made.width, 240)
        assert container.streams.video[0].sample_aspect_ratio in (None, 1)
    poster = store.served(made.poster_sha256)
    assert poster is not None
    with Image.open(poster) as image:
        assert abs(image.width - 427) <= 1


def test_what_a_phone_calls_hdr_is_still_called_so(store: MediaStore, tmp_path: Path) -> None:
    """HLG, BT.2020, ten bits: without these three words its colours are pale."""
    film = tmp_path / "phone.mov"
    with av.open(str(film), "w", format="mov") as out:
        stream = out.add_stream("prores_ks", rate=25)
        stream.width, stream.height, stream.pix_fmt = 320, 180, "yuv422p10le"
        context = stream.codec_context
        context.color_trc, context.color_primaries, context.colorspace = 18, 9, 9
        for _ in range(5):
            frame = av.VideoFrame.from_ndarray(np.full((180, 320, 3), 90, np.uint8), "rgb24")
            out.mux(stream.encode(frame.reformat(format="yuv422p10le")))
        out.mux(stream.encode())
    made = through(store, film.read_bytes())
    with av.open(io.BytesIO(served(store, made))) as container:
        told = container.streams.video[0].codec_context
        assert (told.color_trc, told.color_primaries, told.colorspace) == (18, 9, 9)
        assert told.pix_fmt == "yuv420p"


def test_a_film_that_was_trimmed_by_its_list_of_edits_is_whole(store: MediaStore, tmp_path: Path) -> None:
    content = video(tmp_path / "trimmed.mp4", "mpeg4", "mp4", frames=30).read_bytes()
    at = content.index(b"elst") + 12  # of its one edit: how long, in ms; then from where
    short = content[:at] + (600).to_bytes(4) + content[at + 4 :]
    made = through(store, short)
    assert (made.mime, made.duration_ms) == ("video/webm", 600)
    with av.open(io.BytesIO(served(store, made))) as container:
        assert sum(1 for _ in container.decode(video=0)) == 15
    assert refusal(store, short[: len(short) * 6 // 10]) == "file_truncated_video"


def test_moments_that_are_not_evenly_apart_stay_where_they_are(store: MediaStore, tmp_path: Path) -> None:
    film, at = tmp_path / "uneven.mp4", [0, 5, 10, 40, 240, 250, 900, 1000]  # ms
    with av.open(str(film), "w", format="mp4") as out:
        stream = out.add_stream("mpeg4", rate=25)
        stream.width, stream.height, stream.pix_fmt = 64, 36, "yuv420p"
        stream.codec_context.time_base = Fraction(1, 1000)
        for ms in at:
            frame = av.VideoFrame.from_ndarray(np.zeros((36, 64, 3), np.uint8), "rgb24")
            frame.pts, frame.time_base = ms, Fraction(1, 1000)
            out.mux(stream.encode(frame))
        out.mux(stream.encode())
    made = through(store, film.read_bytes())
    with av.open(io.BytesIO(served(store, made))) as container:
        told = [round(frame.time * 1000) for frame in container.decode(video=0)]
    assert len(told) == len(at) and max(abs(one - ms) for one, ms in zip(told, at, strict=True)) <= 40


def test_a_song_with_a_cover_has_no_picture(store: MediaStore, tmp_path: Path) -> None:
    song = tmp_path / "song.mp4"
    with av.open(str(song), "w", format="mp4") as out:
        sound = out.add_stream("aac", rate=44100)
        cover = out.add_stream("mjpeg", rate=1)
        cover.width, cover.height, cover.pix_fmt = 64, 64, "yuvj420p"
        cover.disposition = Disposition.attached_pic
        frame = av.AudioFrame.from_ndarray(np.zeros((1, 1024), np.float32), format="fltp", layout="mono")
        frame.sample_rate, frame.pts = 44100, 0
        out.mux(sound.encode(frame))
        out.mux(sound.encode())
        still = av.VideoFrame.from_ndarray(np.zeros((64, 64, 3), np.uint8), "rgb24").reformat(format="yuvj420p")
        still.pts = 0
        out.mux(cover.encode(still))
        out.mux(cover.encode())
    assert refusal(store, song.read_bytes()) == "file_no_picture"
