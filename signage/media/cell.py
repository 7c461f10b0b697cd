"""`python -m signage.media.cell FILE FORMAT KIND FOLDER CPU_S FRAME SAFE_PERCENT PAGE`: opens one untrusted file.

It is a process with little to lose: memory, CPU seconds, file size and open files are capped before a decoder is
imported; the environment is empty. It writes to FOLDER and says what it made, one JSON object a line:
{"progress": 0-1} … then {"made": […]} or {"refused": …}. Only a PDF makes several, one for each page, unless PAGE names one
(from 1; 0 = all).
"""

import ctypes
import json
import resource
import signal
import sys
from pathlib import Path
from typing import Any

from signage.domain.content import Frame, Framing, MediaKind
from signage.media.stages import LOOKED, MADE, converted

_MEMORY = 2 << 30
_FILE = 2 << 30
_PR_SET_PDEATHSIG = 1


def confine(cpu_s: int) -> None:
    """Caps this process for good; it also dies with the worker that started it."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    for what, limit in (
        (resource.RLIMIT_AS, _MEMORY),
        (resource.RLIMIT_CPU, cpu_s),
        (resource.RLIMIT_FSIZE, _FILE),
        (resource.RLIMIT_NOFILE, 64),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(what, (limit, limit))


def _say(**message: Any) -> None:
    print(json.dumps(message), flush=True)


def _image(path: Path, image_format: str, folder: Path, framing: Framing, _page: int) -> list[dict[str, Any]]:
    from signage.media.image import decode  # noqa: PLC0415 - only after the caps

    image = decode(path, image_format)
    _say(progress=LOOKED)
    return [_picture(image, image_format, folder, framing)]


def _pdf(path: Path, _format: str, folder: Path, framing: Framing, page: int) -> list[dict[str, Any]]:
    from signage.media.pdf import pages  # noqa: PLC0415 - only after the caps

    made = []
    for number, count, image in pages(path, page):
        made.append(_picture(image, "PDF", folder, framing, f"-{number}"))
        _say(progress=round(converted(len(made) / count), 2))
    return made


def _picture(image: Any, image_format: str, folder: Path, framing: Framing, suffix: str = "") -> dict[str, Any]:
    from signage.media.image import framed, poster, served  # noqa: PLC0415 - only after the caps

    laid = framed(image, framing)
    picture, small = served(laid, image_format, folder, f"picture{suffix}"), poster(laid, folder, f"poster{suffix}")
    return {
        "file": picture.path.name, "mime": "image/webp", "poster": small.path.name,
        "width": picture.width, "height": picture.height, "duration_ms": 0,
    }  # fmt: skip


def _video(path: Path, video_format: str, folder: Path, framing: Framing, _page: int) -> list[dict[str, Any]]:
    from signage.media.convert import to_served  # noqa: PLC0415 - only after the caps
    from signage.media.image import framed, poster  # noqa: PLC0415
    from signage.media.video import inspect, still  # noqa: PLC0415

    video = inspect(path, video_format)
    _say(progress=LOOKED)
    last = 0.0

    def progress(share: float) -> None:
        nonlocal last
        if share - last >= 0.02:
            last = share
            _say(progress=round(converted(share), 2))

    file, mime, (width, height) = to_served(path, video, folder, framing, progress)
    _say(progress=MADE)
    small = poster(framed(still(path, video), framing), folder)
    return [
        {
            "file": file.name, "mime": mime, "poster": small.path.name,
            "width": width, "height": height, "duration_ms": video.duration_ms,
        }
    ]  # fmt: skip


def main(arguments: list[str]) -> int:
    """As in the module's first line -> exit code; the answer goes to stdout."""
    path, media_format, kind, folder, cpu_s, frame, safe_percent, page = arguments
    confine(int(cpu_s))
    from signage.domain.errors import RefusedFile  # noqa: PLC0415 - imported under the caps

    work = _pdf if media_format == "PDF" else _image if kind == MediaKind.IMAGE else _video
    try:
        made = work(Path(path), media_format, Path(folder), Framing(Frame(frame), int(safe_percent)), int(page))
    except RefusedFile as error:
        _say(refused={"code": error.code, "ja": error.ja, "en": error.en, "figures": error.figures})
        return 0
    except MemoryError:
        return 1
    _say(made=made)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
