"""A video that was looked into -> the file that screens play: copied stream by stream, or encoded anew as VP9."""

from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import av
from av.filter import Graph
from av.video.codeccontext import VideoCodecContext
from av.video.stream import VideoStream

from signage.domain.content import Framing
from signage.media.frame import GROUND, Laid, Size, lay
from signage.media.refusals import refused
from signage.media.video import Video, opened

_LONGEST = 1920  # of what we encode; what plays as it stands keeps its size
_TURNS = {90: ["clock"], 180: ["clock", "clock"], 270: ["cclock"]}
_VP9 = {"deadline": "good", "cpu-used": "5", "row-mt": "1", "crf": "32", "b": "0"}

Progress = Callable[[float], None]


def to_served(path: Path, video: Video, folder: Path, framing: Framing, progress: Progress) -> tuple[Path, str, Size]:
    """Inspected video -> (file to serve in `folder`, MIME type, size). No sound, no metadata. Raises RefusedFile."""
    size = video.width, video.height
    try:
        if video.playable and framing.plain:
            return *_copy(path, video, folder), size
        laid = lay(size, framing, _LONGEST, even=True)
        return *_encode(path, video, folder, laid, progress), laid.canvas
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


def _encode(path: Path, video: Video, folder: Path, laid: Laid, progress: Progress) -> tuple[Path, str]:
    target, muxing = folder / "video.webm", {"fflags": "+bitexact"}
    with opened(path, video.format) as (source, stream), av.open(str(target), "w", options=muxing) as out:
        graph = _turned_and_laid(stream, video, laid)
        track = out.add_stream("libvpx-vp9", rate=stream.average_rate or 25, options=dict(_VP9))
        (track.width, track.height), track.pix_fmt = laid.canvas, "yuv420p"
        track.thread_type = "AUTO"
        _same_colours(stream.codec_context, track.codec_context)  # as the file has it: decoders may forget
        for frame in source.decode(stream):
            graph.push(frame)
            made = graph.vpull()
            made.pict_type = 0  # the source's frame types are not ours
            if not track.codec_context.is_open:
                track.codec_context.color_range = made.color_range
            out.mux(track.encode(made))
            if frame.time is not None and video.duration_ms:
                progress(min(frame.time * 1000 / video.duration_ms, 1.0))
        out.mux(track.encode())
    return target, "video/webm"


def _same_colours(source: VideoCodecContext, to: VideoCodecContext) -> None:
    """What the numbers mean goes along: a phone's HDR is pale where nobody says that it is HDR."""
    to.color_primaries, to.color_trc, to.colorspace = source.color_primaries, source.color_trc, source.colorspace


def _turned_and_laid(stream: VideoStream, video: Video, laid: Laid) -> Graph:
    graph = Graph()
    steps = [graph.add_buffer(template=stream)]
    steps += [graph.add("transpose", turn) for turn in _TURNS.get(video.rotation, [])]
    if video.mirrored:
        steps.append(graph.add("hflip" if video.rotation % 180 else "vflip"))
    steps += [graph.add("scale", f"{video.width}:{video.height}"), graph.add("setsar", "1")]
    for name, (width, height) in (("crop", laid.crop), ("scale", laid.picture)):
        steps.append(graph.add(name, f"{width}:{height}"))
    if laid.canvas != laid.picture:
        ground = "0x" + bytes(GROUND).hex()
        steps.append(graph.add("pad", f"{laid.canvas[0]}:{laid.canvas[1]}:-1:-1:{ground}"))
    steps += [graph.add("format", "yuv420p"), graph.add("buffersink")]
    for before, after in pairwise(steps):
        before.link_to(after)
    graph.configure()
    return graph
