"""`python -m signage.media.cell FILE FORMAT KIND FOLDER`: opens one untrusted file, in a process with little to lose.

Memory, CPU seconds, file size and open files are capped before a decoder is imported; the environment is empty. It
writes to FOLDER and says what it made, one JSON object a line: {"progress": 0-1} … then {"made": …} or {"refused": …}.
"""

import ctypes
import json
import resource
import signal
import sys
from pathlib import Path
from typing import Any

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


def _image(path: Path, image_format: str, folder: Path) -> dict[str, Any]:
    from signage.media.image import reencode  # noqa: PLC0415 - only after the caps

    picture, poster = reencode(path, image_format, folder)
    return {
        "file": picture.path.name, "mime": "image/webp", "poster": poster.path.name,
        "width": picture.width, "height": picture.height, "duration_ms": 0,
    }  # fmt: skip


def _video(path: Path, video_format: str, folder: Path) -> dict[str, Any]:
    from signage.media.convert import to_served  # noqa: PLC0415 - only after the caps
    from signage.media.image import poster  # noqa: PLC0415
    from signage.media.video import inspect, still  # noqa: PLC0415

    video = inspect(path, video_format)
    small = poster(still(path, video), folder)
    last = 0.0

    def progress(share: float) -> None:
        nonlocal last
        if share - last >= 0.02:
            last = share
            _say(progress=round(share, 2))

    file, mime = to_served(path, video, folder, progress)
    return {
        "file": file.name, "mime": mime, "poster": small.path.name,
        "width": video.width, "height": video.height, "duration_ms": video.duration_ms,
    }  # fmt: skip


def main(arguments: list[str]) -> int:
    """File, format, kind ("image" or "video"), folder, CPU seconds -> exit code; the answer goes to stdout."""
    path, media_format, kind, folder, cpu_s = arguments
    confine(int(cpu_s))
    from signage.domain.errors import RefusedFile  # noqa: PLC0415 - imported under the caps

    try:
        made = (_image if kind == "image" else _video)(Path(path), media_format, Path(folder))
    except RefusedFile as error:
        _say(refused={"code": error.code, "ja": error.ja, "en": error.en, "figures": error.figures})
        return 0
    except MemoryError:
        return 1
    _say(made=made)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
