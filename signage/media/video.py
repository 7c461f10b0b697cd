"""A video somebody sent -> what it is: size, length, and whether browsers play it as it stands. Writes nothing."""

import struct
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from math import inf
from pathlib import Path
from typing import cast

import av
from av.container import InputContainer
from av.sidedata.sidedata import SideDataContainer, Type
from av.stream import Disposition
from av.video.stream import VideoStream
from PIL import Image, ImageOps

from signage.media.refusals import MAX_DURATION_MS, MAX_PIXELS, MAX_SIDE, refused

_OPTIONS = {"protocol_whitelist": "file"}
_PLAYABLE_SIDE = 4096
_PACKETS_MAX = 200_000  # ten minutes at 240 frames a second, with sound
_PLAYABLE = {"mov": {"h264"}, "matroska": {"vp9"}}
_NARROWEST, _WIDEST = 0.25, 4.0  # a pixel beside its height; anything else is nonsense
_MISSING_TAIL_MS = 500  # a header that promises this much more than there is: cut off


@dataclass(frozen=True, slots=True)
class Video:
    """`width`/`height` as shown: with square pixels, after `rotation` (clockwise degrees), and when `mirrored` exchanged then:
    left and right of what lies on its side, else top and bottom. `playable`: copy it, don't convert it."""

    format: str
    codec: str
    width: int
    height: int
    duration_ms: int
    rotation: int
    mirrored: bool
    playable: bool


@contextmanager
def opened(path: Path, video_format: str, **options: str) -> Iterator[tuple[InputContainer, VideoStream]]:
    """The container opened as this very format: a guess could be a playlist naming other files. Raises RefusedFile."""
    try:
        container = av.open(str(path), format=video_format, options=_OPTIONS | options)
    except av.FFmpegError as error:
        cut_off = video_format == "mov" and not _has_index(path)
        raise refused("truncated_video" if cut_off else "broken_video") from error
    with container:
        stream = next((one for one in container.streams.video if not one.disposition & Disposition.attached_pic), None)
        if stream is None:  # a cover is no film
            raise refused("no_picture")
        stream.thread_type = "AUTO"
        yield container, stream


def _has_index(path: Path) -> bool:
    """Does an MP4 hold its index (`moov`)? It is written last by most programs, so a cut-off file lacks it."""
    with path.open("rb") as source:
        size, at = path.stat().st_size, 0
        while at + 8 <= size:
            source.seek(at)
            header = source.read(16)
            length, kind = int.from_bytes(header[:4]), header[4:8]
            if kind == b"moov":
                return at + length <= size
            at += int.from_bytes(header[8:16]) if length == 1 else length
            if length == 0 or (length < 8 and length != 1):
                break
    return False


def inspect(path: Path, video_format: str) -> Video:
    """Every packet read, every key frame decoded. Raises RefusedFile: too large, too long, damaged, cut off."""
    with opened(path, video_format) as (container, stream):
        _check_header(container, stream)
        try:
            packets, end_ms = _walk(container, stream)
        except av.FFmpegError as error:
            raise refused("broken_video") from error
        promised_ms = min(int((container.duration or 0) / 1000), _video_ms(stream))
        cut = packets < stream.frames and _packets(path, video_format) < stream.frames
        if cut or end_ms + _MISSING_TAIL_MS < promised_ms:
            raise refused("truncated_video")
        rotation, mirrored = _turn(path, video_format)
        width, height = stream.codec_context.width, stream.codec_context.height
        playable = (
            stream.codec_context.name in _PLAYABLE[video_format]
            and stream.codec_context.pix_fmt in {"yuv420p", "yuvj420p"}
            and max(width, height) <= _PLAYABLE_SIDE
            and not (rotation or mirrored)
        )
        width = round(width * _pixel(stream))
        if rotation % 180:
            width, height = height, width
        return Video(video_format, stream.codec_context.name, width, height, end_ms, rotation, mirrored, playable)


def _packets(path: Path, video_format: str) -> int:
    """Of the picture, those that were cut away too: a phone that trims a film only says so in its list of edits."""
    with opened(path, video_format, ignore_editlist="1") as (container, stream):
        return sum(packet.pts is not None for packet in container.demux(stream))


def _pixel(stream: VideoStream) -> float:
    """Its width beside its height."""
    told = float(stream.sample_aspect_ratio or 1)
    return told if _NARROWEST <= told <= _WIDEST else 1.0


def _video_ms(stream: VideoStream) -> int:
    """Length that the track itself states; sound may go on after the picture ends. Unknown = endless."""
    if stream.duration is None or stream.time_base is None:
        return MAX_DURATION_MS
    return int(stream.duration * stream.time_base * 1000)


def _check_header(container: InputContainer, stream: VideoStream) -> None:
    width, height = stream.codec_context.width, stream.codec_context.height
    if not width or not height:
        raise refused("broken_video")
    if width > MAX_SIDE or height > MAX_SIDE or width * height > MAX_PIXELS:
        raise refused("too_many_pixels", width=width, height=height)
    if (container.duration or 0) / 1000 > MAX_DURATION_MS:
        raise refused("too_long")


def _walk(container: InputContainer, stream: VideoStream) -> tuple[int, int]:
    """-> (video packets, end of the last one in ms). The header may lie, so lengths are counted."""
    stream.codec_context.skip_frame = "NONKEY"
    packets = frames = 0
    start, end = inf, 0.0
    for total, packet in enumerate(container.demux(stream)):
        if total > _PACKETS_MAX:
            raise refused("too_heavy")
        frames += sum(1 for _ in packet.decode())
        if packet.pts is None:
            continue
        packets += 1
        if packet.is_corrupt:
            raise refused("truncated_video")
        if packet.is_discard:  # cut away; only decoding needs it
            continue
        at = float(packet.pts * packet.time_base)
        start = min(start, at)
        end = max(end, at + float((packet.duration or 0) * packet.time_base))
        if (end - start) * 1000 > MAX_DURATION_MS:
            raise refused("too_long")
    if not frames or end <= start:
        raise refused("broken_video")
    return packets, round((end - start) * 1000)


def _turn(path: Path, video_format: str) -> tuple[int, bool]:
    """Degrees by which a phone held the camera, clockwise: 0, 90, 180, 270; and whether it looked into a mirror."""
    with opened(path, video_format) as (container, stream):
        for frame in container.decode(stream):
            known = -180 <= frame.rotation <= 180  # a matrix that is none reads as the smallest integer
            told, key = cast(SideDataContainer, frame.side_data), Type.DISPLAYMATRIX
            a, b, _u, c, d, *_rest = struct.unpack("=9i", bytes(told[key]) if key in told else bytes(36))
            return (round(-frame.rotation / 90) * 90 % 360, a * d < b * c) if known else (0, False)
    return 0, False


def still(path: Path, video: Video) -> Image.Image:
    """A picture out of the video's first third (its first frame is often black), upright."""
    chosen: Image.Image | None = None
    with opened(path, video.format) as (container, stream):
        stream.codec_context.skip_frame = "NONKEY"
        for frame in container.decode(stream):
            if chosen is not None and frame.time is not None and frame.time * 1000 > video.duration_ms / 3:
                break
            chosen = frame.to_image()  # type: ignore[no-untyped-call]
    if chosen is None:
        raise refused("broken_video")
    upright, shown = chosen.rotate(-video.rotation, expand=True), (video.width, video.height)
    if video.mirrored:
        upright = ImageOps.mirror(upright) if video.rotation % 180 else ImageOps.flip(upright)
    return upright if upright.size == shown else upright.resize(shown)
