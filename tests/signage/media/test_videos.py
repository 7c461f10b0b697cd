"""Untrusted videos through the cell: copied without their metadata or encoded anew, refused when cut off or damaged."""

import io
import struct
from pathlib import Path

import av
import pytest

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


def _file(folder: Path, content: bytes) -> Path:
    path = folder / "file.bin"
    path.write_bytes(content)
    return path
