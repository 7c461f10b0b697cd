"""The demo's camera as somebody wishes: off, on a rendered clip, on a webcam; one child process at a time."""

import subprocess
from pathlib import Path

from signage.demo.camera import CLIP, FAILED, OFF, RUNNING, SCREEN, STARTING, WEBCAM, Wish
from signage.processes import services
from signage.processes.child import Spec
from signage.processes.run import System

DEVICE = Path("/dev/video0")  # what `shelfcast camera --source 0` opens


class Cameraman:
    """`look()` several times a second: a new wish ends what runs and starts what is wished; what became of it is told."""

    def __init__(self, system: System, wish: Wish, webcam: Path = DEVICE) -> None:
        self._system = system
        self._wish = wish
        self._webcam = webcam
        self._obeyed = OFF
        self._child: subprocess.Popen[bytes] | None = None
        self._left: list[Spec] = []
        wish.tell(OFF)

    def look(self) -> None:
        wished = self._wish.made()
        if wished != self._obeyed:
            self._obeyed = wished
            self._stop()
            absent = wished == WEBCAM and not self._webcam.exists()
            self._left = [] if wished == OFF or absent else self._specs(wished)
            self._wish.tell(OFF if wished == OFF else FAILED if absent else STARTING)
            self._next()
        elif self._child is not None and (code := self._child.poll()) is not None:
            self._child = None
            if code == 0 and self._left:
                self._next()
            else:  # a camera that ends, ends for good: the page says so, and the next wish starts another
                self._wish.tell(FAILED)

    def close(self) -> None:
        self._stop()
        self._wish.clear()

    def _next(self) -> None:
        if self._left:
            spec = self._left.pop(0)
            self._child = self._system.supervisor.add(spec)
            if not self._left:
                self._wish.tell(RUNNING)

    def _stop(self) -> None:
        if self._child is not None:
            self._system.supervisor.end(self._child)
            self._child = None

    def _specs(self, wished: str) -> list[Spec]:
        """The clip is rendered first if it isn't there."""
        system = self._system
        source, before = {WEBCAM: "0"}.get(wished, wished), list[Spec]()
        loop: tuple[str, ...] = ()
        if wished == CLIP:
            before = [services.shelfcast("clip", "demo", "clip", env=system.env, restart=False)]
            source, loop = str(system.settings.data_dir.resolve() / "demo" / "clip.mkv"), ("--loop",)
        words = ("--screen", SCREEN, "--source", source, "--server", system.local_url, "--mode", "demographics", *loop)
        trust = ("--ca", str(system.tls.ca)) if system.tls else ()
        return [*before, services.camera("camera", *words, *trust, env={}, key=system.camera_key, restart=False)]
