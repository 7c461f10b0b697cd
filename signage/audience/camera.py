"""One camera process: a source in, snapshots and member codes out to the web process, nothing kept.

Nothing heavy is imported up here: the process shuts itself in first (sandbox.py), then loads the vision libraries.
"""

import json
import logging
import os
import signal
import socket
import threading
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType
from urllib.parse import urlsplit, urlunsplit

from signage.audience import sandbox, zoo
from signage.audience.sender import Sender, Server
from signage.bundle import find
from signage.bundle.packages import BundleError
from signage.domain.place import CameraMode

FRAMES_PER_S = 10.0  # codes are read at this pace, faces found at half of it
REPORT_EVERY_S = 60.0
STREAM_PORTS = {"rtsp": 554, "http": 80}

log = logging.getLogger("shelfcast.camera")


@dataclass(frozen=True, slots=True)
class Source:
    """A source after everything was done for it that the sandbox forbids: names resolved, device found."""

    target: str
    reads: tuple[Path, ...] = ()
    devices: tuple[Path, ...] = ()
    ports: tuple[int, ...] = ()

    @classmethod
    def prepare(cls, source: str) -> "Source":
        """Webcam index, rtsp/http URL, file or folder -> Source. Raises ValueError for another scheme, OSError unresolved."""
        if source.isdigit():
            return cls(source, devices=(Path(f"/dev/video{source}"),), reads=(Path("/sys/class/video4linux"),))
        parts = urlsplit(source)
        if not parts.netloc:
            path = Path(source).resolve()
            return cls(str(path), reads=(path,))
        if parts.scheme not in STREAM_PORTS or not parts.hostname:
            raise ValueError("a network camera has to be an rtsp:// or http:// URL")
        port = parts.port or STREAM_PORTS[parts.scheme]
        address = str(socket.getaddrinfo(parts.hostname, port, type=socket.SOCK_STREAM)[0][4][0])
        user = parts.netloc.rpartition("@")[0]
        where = f"[{address}]:{port}" if ":" in address else f"{address}:{port}"
        return cls(urlunsplit(parts._replace(netloc=f"{user}@{where}" if user else where)), ports=(port,))


def run_camera(
    screen_id: str,
    source: str,
    server: str,
    *,
    token: str,
    mode: CameraMode,
    log_path: Path | None = None,
    loop: bool = False,
    frames: int = 0,
    ca: Path | None = None,
) -> int:
    """Watch `source` for `screen_id` until it ends, `frames` frames were seen (0: no limit) or the process is told to stop.

    `server`: base URL of the web process, `token`: its bearer key for cameras, `ca`: certificate of a store CA.
    `log_path` None logs to standard error. Has to be the first thing its process does. Returns the exit code: 1 when no
    picture came or a model is missing or changed, which the log says. Raises SandboxError, ValueError or OSError before.
    """
    if mode is CameraMode.OFF:
        raise ValueError("the camera of this screen is off: complete the notice and choose a mode first")
    _open_log(log_path)
    where = Server.at(server, str(ca) if ca else None)
    prepared = Source.prepare(source)
    models = [find.path("models", "manifest.toml"), *(each.path for each in zoo.listing())]
    for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "OPENCV_FOR_THREADS_NUM"):
        os.environ[name] = "1"
    os.environ["OPENCV_FFMPEG_CAPTURE_OPTIONS"] = "rtsp_transport;tcp"  # UDP is closed in here
    enforced = sandbox.enter([*models, *prepared.reads], prepared.devices, [where.port, *prepared.ports])
    _say("camera started", screen=screen_id, mode=mode.value, **asdict(enforced))
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, _stopper(stop))
    sender = Sender(where, screen_id, token, time.monotonic).start()
    try:
        return _watch(screen_id, prepared, mode, sender, stop, loop=loop, frames=frames)
    except BundleError as refused:
        log.error(str(refused))
        return 1
    finally:
        sender.close()


def _watch(
    screen_id: str, source: Source, mode: CameraMode, sender: Sender, stop: threading.Event, *, loop: bool, frames: int
) -> int:
    """The loop of the process; imports what reads pictures only now that it is shut in."""
    from signage.audience import watch  # noqa: PLC0415

    watcher = watch.Watcher(
        watch.build_pipeline(screen_id, mode, clock=lambda: datetime.now(UTC), monotonic=time.monotonic),
        source.target,
        sender,
        loop=loop,
        monotonic=time.monotonic,
    )
    reported = time.monotonic()
    try:
        while not stop.is_set() and watcher.turn(1 / FRAMES_PER_S) and (not frames or watcher.frames < frames):
            if time.monotonic() - reported >= REPORT_EVERY_S:
                reported = time.monotonic()
                _say("camera at work", **watcher.figures())
    finally:
        watcher.close()
    _say("camera ended", **watcher.figures())
    if watcher.frames == 0 and not stop.is_set():
        log.error(watcher.failure or "the source gave no picture")
        return 1
    return 0


def _stopper(stop: threading.Event) -> Callable[[int, FrameType | None], None]:
    def stopper(_number: int, _frame: FrameType | None) -> None:
        stop.set()

    return stopper


def _open_log(path: Path | None) -> None:
    """Lines go to a descriptor opened now, for appending only: later no file can be opened for writing."""
    if path is None:
        handler = logging.StreamHandler()
    else:
        descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o640)
        handler = logging.StreamHandler(os.fdopen(descriptor, "a", encoding="utf-8"))
    formatter = logging.Formatter("%(asctime)sZ %(levelname)s %(message)s", "%Y-%m-%dT%H:%M:%S")
    formatter.converter = time.gmtime
    handler.setFormatter(formatter)
    log.handlers = [handler]
    log.setLevel(logging.INFO)
    log.propagate = False


def _say(what: str, **figures: object) -> None:
    """One line: words and figures, never anything of a picture or a code."""
    log.info("%s %s", what, json.dumps(figures))
