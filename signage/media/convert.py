"""A video that was looked into -> the file that screens play: copied stream by stream, or encoded anew as VP9."""

from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import av
from av.filter import Graph
from av.video.stream import VideoStream

from signage.media.refusals import refused
from signage.media.video import Video, opened

_LONGEST = 1920  # of what we encode; what plays as it stands keeps its size
_TURNS = {90: ["clock"], 180: ["clock", "clock"], 270: ["cclock"]}
_VP9 = {"deadline": "good", "cpu-used": "5", "row-mt": "1", "crf": "32", "b": "0"}

Progress = Callable[[float], None]


def to_served(path: Path, video: Video, folder: Path, progress: Progress) -> tuple[Path, str]:
    """Inspected video -> (file to serve in `folder`, its MIME type). No sound, no metadata. Raises RefusedFile."""
    try:
        if video.playable:
            return _copy(path, video, folder)
        return _encode(path, video, folder, progress)
    except av.FFmpegError as error:
        raise refused("broken_video") from error


def _copy(path: Path, video: Video, folder: Path) -> tuple[Path, str]:
    """The picture track without its neighbours: places, dates and whatever else rode along stay behind."""
    webm = video.format == "matroska"
    target = folder / ("video.webm" if webm else "video.mp4")
    options = {"fflags": "+bitexact"} | ({} if webm else {"movflags": "faststart"})
    with opened(path, video.format) as (source, stream), av.open(str(target), "w", options=options) as out:
        track = out.add_stream_from_template(stream)
        track.metadata.clear()
        for packet in source.demux(stream):
            if packet.dts is None:
                continue
            packet.stream = track
            out.mux(packet)
    return target, "video/webm" if webm else "video/mp4"


def _encode(path: Path, video: Video, folder: Path, progress: Progress) -> tuple[Path, str]:
    width, height = _fit(video.width, video.height)
    target, muxing = folder / "video.webm", {"fflags": "+bitexact"}
    with opened(path, video.format) as (source, stream), av.open(str(target), "w", options=muxing) as out:
        graph = _turn_and_scale(stream, video.rotation, width, height)
        track = out.add_stream("libvpx-vp9", rate=stream.average_rate or 25, options=dict(_VP9))
        track.width, track.height, track.pix_fmt = width, height, "yuv420p"
        track.thread_type = "AUTO"
        for frame in source.decode(stream):
            graph.push(frame)
            made = graph.vpull()
            made.pict_type = 0  # the source's frame types are not ours
            out.mux(track.encode(made))
            if frame.time is not None and video.duration_ms:
                progress(min(frame.time * 1000 / video.duration_ms, 1.0))
        out.mux(track.encode())
    return target, "video/webm"


def _fit(width: int, height: int) -> tuple[int, int]:
    """At most 1,920 px a side, even numbers, the same shape."""
    scale = min(1.0, _LONGEST / max(width, height))
    return max(2, round(width * scale / 2) * 2), max(2, round(height * scale / 2) * 2)


def _turn_and_scale(stream: VideoStream, rotation: int, width: int, height: int) -> Graph:
    graph = Graph()
    steps = [graph.add_buffer(template=stream)]
    steps += [graph.add("transpose", turn) for turn in _TURNS.get(rotation, [])]
    steps += [graph.add("scale", f"{width}:{height}"), graph.add("format", "yuv420p"), graph.add("buffersink")]
    for before, after in pairwise(steps):
        before.link_to(after)
    graph.configure()
    return graph
